"""Playtesting: what a report counts, and that every scenario that ships passes."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest

from bot.events import AgentTurn, CallEvent, CustomerDecided, CustomerTurn
from bot.playtest import LOOP, Coverage, Report, measure, playtest
from bot.simulate import play
from bot.trainees import load_trainees
from server.cli.playtest import ORDER_SHARE, SERIOUS, findings
from tests import ROOT
from tests.dialogue.calls import COMPLAINT, LIBRARY, SALE

TRAINEES = {lang: load_trainees(ROOT, lang) for lang in LIBRARY.packs}
SEEDS = range(4)
CALLS_PER_SECOND = 60
"""Well under what one core does (some 400), so that a busy machine passes and a slow algorithm does not."""


@pytest.fixture(scope="module")
def reports() -> tuple[list[Report], float]:
    """Every pair with every trainee, and the seconds of processor time that it took."""
    began = time.process_time()
    made = []
    for ident in LIBRARY.scenario_ids():
        scenario = LIBRARY.scenario(ident)
        made.append(playtest(scenario, TRAINEES[scenario.script.lang], SEEDS))
    return made, time.process_time() - began


def test_every_pair_passes(reports: tuple[list[Report], float]) -> None:
    serious = {report.scenario: [found for found in findings(report) if found[0] in SERIOUS] for report in reports[0]}
    assert {ident: found for ident, found in serious.items() if found} == {}


def test_better_trainees_end_better(reports: tuple[list[Report], float]) -> None:
    assert [report.scenario for report in reports[0] if report.order_kept < ORDER_SHARE] == []


def test_most_of_what_is_written_is_heard(reports: tuple[list[Report], float]) -> None:
    lines = [report.coverage["lines"] for report in reports[0]]
    assert sum(cover.met for cover in lines) / sum(cover.there for cover in lines) > 0.6
    assert all(report.coverage["facts"].met == report.coverage["facts"].there for report in reports[0])


def test_it_is_fast_enough_to_run_over_everything(reports: tuple[list[Report], float]) -> None:
    made, seconds = reports
    assert sum(report.calls for report in made) / seconds > CALLS_PER_SECOND


def doctored(events: Iterable[CallEvent], **fields: tuple[str, ...]) -> tuple[CallEvent, ...]:
    """A call in which the customer always gave the same answer."""
    return tuple(e.model_copy(update=fields) if isinstance(e, CustomerTurn) else e for e in events)


def test_a_customer_who_keeps_saying_the_same_is_a_loop() -> None:
    scenario = LIBRARY.scenario(SALE)
    events = play(scenario, TRAINEES["nl"]["excellent"], 1)
    assert sum(isinstance(event, AgentTurn) for event in events) > LOOP
    assert not measure(scenario, events).looped
    assert measure(scenario, doctored(events, intents=("puzzled",))).looped


def test_a_call_of_sixty_turns_has_no_end() -> None:
    scenario = LIBRARY.scenario(SALE)
    events = play(scenario, TRAINEES["nl"]["excellent"], 1)
    assert not measure(scenario, events).endless
    assert measure(scenario, events[:-1] * 10 + events[-1:]).endless


def test_an_excellent_trainee_who_fails_is_a_dead_end() -> None:
    silent = TRAINEES["nl"]["silent"]
    report = playtest(LIBRARY.scenario(COMPLAINT), {"excellent": silent}, range(3))
    assert report.dead_ends == 3
    assert ("dead_end", "3") in findings(report)
    assert {name for code, name in findings(report) if code == "key_fact"} == {
        name for name, fact in LIBRARY.scenario(COMPLAINT).script.facts.items() if fact.key
    }


def test_coverage_counts_lines_of_the_script_only() -> None:
    scenario = LIBRARY.scenario(COMPLAINT)
    report = playtest(scenario, {"silent": TRAINEES["nl"]["silent"]}, range(1))
    assert report.coverage["facts"] == Coverage(0, len(scenario.script.facts))
    assert report.coverage["lines"].met == 1
    decided = [e for e in play(scenario, TRAINEES["nl"]["silent"], 0) if isinstance(e, CustomerDecided)]
    assert decided[0].reasons == ("opening",)
