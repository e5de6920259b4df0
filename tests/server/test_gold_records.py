"""Gold exercises become calls that the judges know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import KiestoonError
from evaluators.gold_work import DeskWorkDone, MessageDone, Signal, load_gold_work
from evaluators.workplace import call_report, lookup, registration, signal_report
from evaluators.written import message_analysis, message_reply
from server.engine import Engine
from server.gold_records import record_of
from tests import ROOT

GOOD = DeskWorkDone(
    scenario="dubbele-factuur~boze-klager", outcome="calmed", told=("bedrag",),
    pages=("customer:de-smet", "procedures"),
    fields={"klantnummer": "204 871", "bedrag": "54 euro"}, disposition="resolved", follow_up="2026-01-09",
    summary="Factuur van september twee keer betaald. Bedrag wordt teruggestort, aanmaningskosten geschrapt.",
)  # fmt: skip


def verdicts(engine: Engine, done: DeskWorkDone) -> tuple[str, ...]:
    call = replace(record_of(engine, "w", done, "nl"), reader=None, dictionary=None)
    return tuple(judge(call).verdict for judge in (lookup, registration, call_report, signal_report))


def test_the_work_on_screen_is_judged_as_that_of_a_call(engine: Engine) -> None:
    assert verdicts(engine, GOOD) == ("met", "met", "met", "not_applicable")
    silent = GOOD.model_copy(update={"silence_s": 12, "worked_s": 400, "fields": {"klantnummer": "1"}})
    assert verdicts(engine, silent) == ("partly", "missed", "partly", "not_applicable")
    assert verdicts(engine, GOOD.model_copy(update={"state": "skipped"}))[2] == "missed"
    noted = DeskWorkDone(
        scenario="niet-gekomen~betweter", outcome="calmed",
        signal=Signal(where="planning", text="Planning zegt dinsdag, de brief maandag."),
    )  # fmt: skip
    assert verdicts(engine, noted)[3] == "met"


def test_a_reply_is_judged_as_that_to_the_message(engine: Engine) -> None:
    done = MessageDone(message="oven-levering", marked=("Hoe lang de garantie loopt.",), reply="")
    call = record_of(engine, "m", done, "nl")
    assert (message_analysis(call).verdict, message_reply(call).verdict) == ("missed", "missed")


@pytest.mark.parametrize(
    "done",
    [
        GOOD.model_copy(update={"told": ("iets",)}),
        GOOD.model_copy(update={"fields": {"iets": "1"}}),
        MessageDone(message="oven-levering", marked=("Iets.",)),
    ],
)
def test_what_the_exercise_does_not_know_is_named(engine: Engine, done: DeskWorkDone | MessageDone) -> None:
    with pytest.raises(KiestoonError, match=r"there is no (iets|Iets\.)"):
        record_of(engine, "x", done, "nl")


def test_all_exercises_that_we_ship_are_known(engine: Engine) -> None:
    for item in load_gold_work(ROOT / "data" / "gold" / "nl" / "work"):
        assert record_of(engine, item.id, item.done, "nl").start.call_id == item.id
