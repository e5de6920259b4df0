"""A stored call, judged by everybody in turn: the trainee, the assessor, a colleague. No sound is needed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from evaluators.verdicts import Scorecard
from server.assessment_log import read_assessment
from tests.browser.conftest import Launch, dutch_context
from tests.line import Line
from tests.stored_calls import agent_turns, played, store

pytestmark = [pytest.mark.browser, pytest.mark.models]

PRACTICE = "20260105-120000-0000000a"
ASSESSED = "20260105-130000-0000000b"
EMPTY = "20260105-140000-0000000c"
FIRST_SCORE_MS = 90_000
"""A fresh server learns its word lists when it first scores a call."""


def page_of(launch: Launch) -> Page:
    return dutch_context(launch()).new_page()


def fill_form(page: Page, not_good: str) -> None:
    for sheet in page.locator("[data-testid^=form-item-]").all():
        item = (sheet.get_attribute("data-testid") or "").removeprefix("form-item-")
        page.get_by_test_id(f"mark-{item}-{'not_good' if item == not_good else 'good'}").check()
    page.get_by_test_id("form-submit").click()


def points(page: Page) -> int:
    return int(page.get_by_test_id("points").get_attribute("data-points") or "-1")


def card(line: Line, call: str) -> Scorecard:
    made = read_assessment(line.data / "calls" / call).card
    assert made is not None
    return made


def judge_oneself(page: Page) -> None:
    """Fill in the form; the score comes only after that, beside it."""
    expect(page.get_by_test_id("self-gate")).to_be_visible()
    expect(page.get_by_test_id("points")).to_have_count(0)
    page.get_by_test_id("self-begin").click()
    page.get_by_test_id("reviewer-name").fill("Sofie")
    page.get_by_test_id("form-submit").click()
    expect(page.get_by_test_id("mark-openen-good")).to_be_focused()
    fill_form(page, not_good="begrip")
    expect(page.get_by_test_id("scorecard")).to_be_visible(timeout=FIRST_SCORE_MS)
    own, automatic = page.get_by_test_id("form-row-begrip").locator("[data-mark]").all()[:2]
    expect(own).to_have_attribute("data-mark", "not_good")
    assert automatic.get_attribute("data-mark") in ("good", "not_good")


def dispute(page: Page, name: str) -> None:
    """With the keyboard alone: open, cancel, open again, say why."""
    page.get_by_test_id(f"dispute-{name}").click()
    expect(page.get_by_test_id("say-reason")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id(f"dispute-{name}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("say-reason")).to_be_focused()
    page.keyboard.type("Dat zei ik wel, luister op 0:40.")
    page.get_by_test_id("say-submit").click()
    expect(page.get_by_test_id(f"dispute-note-{name}")).to_have_attribute("data-open", "true")


def settle(page: Page, name: str) -> None:
    """The assessor agrees; without a name nothing is kept."""
    page.get_by_test_id(f"settle-{name}").click()
    page.get_by_test_id("say-verdict").select_option("met")
    page.get_by_test_id("say-reason").fill("Ja, dat hoor ik ook.")
    page.get_by_test_id("say-submit").click()
    expect(page.get_by_test_id("reviewer-name")).to_be_focused()
    page.get_by_test_id("reviewer-name").fill("Els")
    page.get_by_test_id("say-submit").click()
    expect(page.get_by_test_id(f"criterion-{name}")).to_have_attribute("data-verdict", "met")


def correct_and_undo(page: Page, turn: int) -> None:
    """The opening was not what the recogniser heard; then it was after all."""
    page.get_by_test_id(f"correct-{turn}").click()
    page.get_by_test_id("correct-text").fill("Ja?")
    page.get_by_test_id("correct-reason").fill("Meer is er niet te horen.")
    page.get_by_test_id("correct-submit").click()
    note = page.get_by_test_id(f"correction-{turn}")
    expect(note).to_contain_text("Automatisch verstaan", timeout=FIRST_SCORE_MS)
    expect(page.get_by_test_id("criterion-opening")).to_have_attribute("data-verdict", "missed")
    page.get_by_test_id("toast-action").last.click()
    expect(note).to_have_count(0, timeout=FIRST_SCORE_MS)
    expect(page.get_by_test_id("criterion-opening")).to_have_attribute("data-verdict", "met")


def test_a_call_is_judged_by_its_trainee_disputed_settled_and_corrected(line: Line, launch: Launch) -> None:
    events = played(PRACTICE)
    store(line.data / "calls", events, PRACTICE)
    page = page_of(launch)
    page.goto(f"{line.url}/#/calls")
    page.get_by_test_id(f"open-{PRACTICE}").click()
    judge_oneself(page)
    before = points(page)
    missed = page.locator("article[data-verdict=missed]").first.get_attribute("data-testid") or ""
    name = missed.removeprefix("criterion-")
    dispute(page, name)
    page.get_by_test_id("role-assessor").click()
    settle(page, name)
    assert points(page) > before
    expect(page.get_by_test_id(f"dispute-note-{name}")).to_contain_text("automatisch: Gemist")
    correct_and_undo(page, agent_turns(events)[0].turn)
    page.get_by_test_id("history").locator("summary").click()
    expect(page.get_by_test_id("history")).to_contain_text("de tekst van beurt 1 is veranderd")
    assert card(line, PRACTICE).points == points(page)


def test_a_colleague_judges_through_a_link_without_the_score_and_a_test_cannot_be_skipped(
    line: Line, launch: Launch
) -> None:
    store(line.data / "calls", played(ASSESSED, trainee="poor", mode="assessment"), ASSESSED)
    page = page_of(launch)
    page.goto(f"{line.url}/#/form/{ASSESSED}/peer")
    expect(page.get_by_test_id("form")).to_be_visible()
    expect(page.locator("article[data-verdict]")).to_have_count(0)
    page.get_by_test_id("reviewer-name").fill("Jan")
    fill_form(page, not_good="openen")
    expect(page.get_by_test_id("scorecard")).to_be_visible(timeout=FIRST_SCORE_MS)
    expect(page.get_by_test_id("form-table")).to_contain_text("Jan")

    trainee = page_of(launch)
    trainee.goto(f"{line.url}/#/result/{ASSESSED}")
    expect(trainee.get_by_test_id("self-gate")).to_be_visible()
    expect(trainee.get_by_test_id("self-skip")).to_have_count(0)


def test_skipping_for_good_is_remembered_and_an_empty_call_says_what_it_lacks(line: Line, launch: Launch) -> None:
    calls = [f"20260106-12000{n}-0000000d" for n in range(2)]
    for call in calls:
        store(line.data / "calls", played(call), call)
    store(line.data / "calls", played(EMPTY)[:1], EMPTY)
    page = page_of(launch)
    page.goto(f"{line.url}/#/result/{calls[0]}")
    page.get_by_test_id("self-never").check()
    page.get_by_test_id("self-skip").click()
    expect(page.get_by_test_id("scorecard")).to_be_visible(timeout=FIRST_SCORE_MS)
    page.goto(f"{line.url}/#/result/{calls[1]}")
    expect(page.get_by_test_id("scorecard")).to_be_visible(timeout=FIRST_SCORE_MS)
    page.goto(f"{line.url}/#/result/{EMPTY}")
    expect(page.get_by_test_id("missing-no_turns")).to_be_visible(timeout=FIRST_SCORE_MS)
