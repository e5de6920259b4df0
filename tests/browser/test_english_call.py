"""A complete English call by voice, on the real page, with the real models."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from bot.acts import Act
from bot.event_log import read_log
from bot.events import AgentActs, AgentTurn, CustomerDecided
from tests.browser.conftest import Launch, dutch_context
from tests.browser.trainee import MICROPHONE, Voice, say, wait_for_customer
from tests.line import Line

pytestmark = [pytest.mark.browser, pytest.mark.models]

SCENARIO = "room-for-two-nights~businesslike-guest"
TURNS: tuple[tuple[str, frozenset[Act]], ...] = (
    ("Good morning, The Harbour Hotel, this is Emma speaking, how can I help you?", frozenset({Act.GREET})),
    ("With pleasure. On what date would you like to arrive?", frozenset({Act.ASK_OPEN})),
    ("And what is important to you in a room?", frozenset({Act.ASK_OPEN})),
    ("May I have your name please?", frozenset({Act.VERIFY_IDENTITY})),
    (
        "So you would like a quiet room for two nights, is that correct, Mister Carter?",
        frozenset({Act.PARAPHRASE}),
    ),
    (
        "I suggest the garden double on the quiet side. It costs one hundred and forty euros a night with breakfast.",
        frozenset({Act.EXPLAIN_TERMS}),
    ),
    (
        "I understand that it is more than last time. But it is on the quiet garden side and breakfast is included.",
        frozenset({Act.ANSWER_OBJECTION, Act.ACKNOWLEDGE_OBJECTION}),
    ),
    ("Cancellation is free until six in the evening. Shall I book the garden double for you?",
     frozenset({Act.ASK_COMMITMENT})),
    ("Would you like to reserve a parking place in the garage as well?", frozenset({Act.CROSS_SELL})),
    (
        "So I book the garden double from the tenth to the twelfth of June. Is there anything else I can do for you?",
        frozenset({Act.ASK_ANYTHING_ELSE}),
    ),
    ("Thank you for your call, Mister Carter. Goodbye, have a nice day.", frozenset({Act.SAY_GOODBYE})),
)  # fmt: skip


def same_customer_every_time(page: Page) -> None:
    """Give the page's call a seed, so that the customer is the same in every run."""

    def with_seed(route: Route) -> None:
        route.continue_(post_data=json.dumps(json.loads(route.request.post_data or "{}") | {"seed": 7}))

    page.route("**/api/calls", lambda route: with_seed(route) if route.request.method == "POST" else route.continue_())


def open_call(page: Page, line: Line) -> None:
    same_customer_every_time(page)
    page.goto(f"{line.url}/#/scenario/{SCENARIO}")
    page.get_by_test_id("agent-name").fill("Emma")
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("answer").click()
    expect(page.get_by_test_id("call-state")).to_have_attribute("data-state", "connected")


def test_a_whole_english_call_is_heard_answered_and_judged(line: Line, launch: Launch, models: Path) -> None:
    voice = Voice(models)
    turns = [(voice.render(text), acts) for text, acts in TURNS]
    context = dutch_context(launch())
    context.add_init_script(MICROPHONE)
    page = context.new_page()
    open_call(page, line)
    for samples, _ in turns:
        if page.get_by_test_id("ended").count():
            break
        say(page, samples)
        wait_for_customer(page)
    expect(page.get_by_test_id("ended")).to_be_visible(timeout=20_000)

    folder = line.call_folders()[-1]
    log = read_log(folder / "events.jsonl")
    heard = [event for event in log.events if isinstance(event, AgentTurn)]
    acts = {event.turn: {span.act for span in event.acts} for event in log.events if isinstance(event, AgentActs)}
    assert len(heard) >= 10
    recognised = [bool(wanted & acts.get(turn.turn, set())) for turn, (_, wanted) in zip(heard, turns, strict=False)]
    assert sum(recognised) >= len(turns) - 2, list(zip([turn.text for turn in heard], recognised, strict=True))

    decided = [event for event in log.events if isinstance(event, CustomerDecided)]
    revealed = {fact for event in decided for fact in event.revealed}
    assert {"dates", "quiet"} <= revealed
    assert any(event.objection_raised == "price" for event in decided)
    assert any("price" in event.objections_resolved for event in decided)
    assert any(event.decision == "accept" for event in decided)
    assert log.events[-1].type == "call_ended"
    assert log.events[-1].outcome == "bought"
    assert log.events[-1].by == "customer"

    page.get_by_test_id("to-score").click()
    page.get_by_test_id("report-skip").click()
    page.get_by_test_id("self-skip").click()
    expect(page.get_by_test_id("scorecard")).to_be_visible()
    for criterion in ("opening", "open_questions", "paraphrase", "commitment", "farewell", "phase_order"):
        expect(page.get_by_test_id(f"criterion-{criterion}")).to_have_attribute(
            "data-verdict", re.compile("met|partly")
        )
    points = page.get_by_test_id("points").get_attribute("data-points")
    assert points
    assert int(points) >= 60
    with urllib.request.urlopen(f"{line.url}/api/calls/{folder.name}/scorecard?role=assessor") as answer:
        card = json.load(answer)
    assert {row["criterion"]: row["verdict"] for row in card["criteria"]}["opening"] == "met"
