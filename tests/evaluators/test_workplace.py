"""The work on screen: looking up, registering, the report and what it reports, judged from the log alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.dispositions import BY_KIND, BY_OUTCOME, right_dispositions
from bot.events import (
    AgentTurn,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallStarted,
    CustomerDecided,
    CustomerSpoke,
    CustomerTurn,
    Desk,
    DeskField,
    DeskPage,
    DeskPoint,
    FaultSignalled,
    FieldRegistered,
    FollowUp,
    HiddenFault,
    Mood,
    PageOpened,
    ReportFiled,
    ReportOpened,
    ReportSaved,
    ReportSkipped,
)
from evaluators.after_call import desk_work
from evaluators.lexicon import Lexicon
from evaluators.messages import Messages
from evaluators.record import CallRecord, record
from evaluators.workplace import call_report, lookup, registration, signal_report
from evaluators.writing import same_value

ENDED = 40_000
CALM = Mood(patience=0.5, trust=0.5, interest=0.5)
DESK = Desk(
    pages=(DeskPage(id="customer:de-smet"), DeskPage(id="product:domiciliering", title="Domiciliëring")),
    fields=(
        DeskField(id="nummer", title="Klantnummer", values=("204871",)),
        DeskField(id="bedrag", title="Bedrag", values=("54",), fact="bedrag"),
        DeskField(id="datum", title="Datum", values=("maandag de derde",), fact="datum"),
    ),
    dispositions=("resolved",),
    accepted="calmed",
    follow_up=FollowUp(earliest=1, latest=7),
    points=(DeskPoint(summary="De dubbele factuur.", words=("dubbel", "twee keer")),),
    seconds=120,
    fault=HiddenFault(where="planning", summary="Dinsdag en maandag.", words=("dinsdag … maandag",)),
)
GOOD = {"disposition": "resolved", "follow_up": "2026-01-08", "summary": "De klant kreeg een dubbele factuur."}


class FewWords:
    """A dictionary that knows every word but two."""

    def spell(self, word: str) -> bool:
        return word.casefold() not in ("facktuur", "gekreegen")

    def suggest(self, word: str) -> tuple[str, ...]:
        return ("factuur",)


def started(desk: Desk | None, **more: Any) -> CallStarted:
    fields = {
        "at_ms": 0, "call_id": "x", "started_at": "2026-01-05T12:00:00+01:00", "channel": "voice", "mode": "practice",
        "lang": "nl", "kind": "complaint", "direction": "inbound", "script": "s", "persona": "p", "company": "telenova",
        "company_name": "Telenova", "customer_name": "meneer De Smet", "customer_type": "angry", "seed": 1,
    }  # fmt: skip
    return CallStarted(**fields | {"desk": desk} | more)


def agent(turn: int, text: str, at: int) -> list[CallEvent]:
    return [AgentTurn(at_ms=at + 2000, turn=turn, text=text, start_ms=at, end_ms=at + 2000, confidence=1)]


def customer(turn: int, text: str, at: int) -> list[CallEvent]:
    said = CustomerTurn(at_ms=at, turn=turn, text=text, line="x")
    return [said, CustomerSpoke(at_ms=at + 1000, turn=turn, start_ms=at, end_ms=at + 1000, heard_text=text)]


@pytest.fixture
def call(lexicon: Lexicon, messages: Messages) -> Any:
    def make(*events: CallEvent, desk: Desk | None = DESK, outcome: Any = "calmed", **more: Any) -> CallRecord:
        during = [event for event in events if event.at_ms < ENDED]
        after = [event for event in events if event.at_ms >= ENDED]
        told = CustomerDecided(at_ms=9000, reply_to=1, mood=CALM, revealed=("bedrag",))
        spoken = [*agent(0, "Goedemorgen, Telenova, met Sofie.", 3000), told, *customer(1, "Vierenvijftig euro.", 9500)]
        log = [started(desk, **more), CallAnswered(at_ms=2000, by="agent"), *spoken, *during]
        log += [CallEnded(at_ms=ENDED, by="customer", outcome=outcome), *after]
        made = record(log, lexicon, messages)
        return CallRecord(**{**made.__dict__, "dictionary": FewWords(), "memo": {}})

    return make


def filed(seconds: int = 60, **report: Any) -> tuple[CallEvent, ...]:
    done = ENDED + seconds * 1000
    saved = ReportSaved(at_ms=done, **GOOD | report)
    return ReportOpened(at_ms=ENDED), saved, ReportFiled(at_ms=done)


def opened(*pages: str, at: int = 10_500) -> list[PageOpened]:
    return [PageOpened(at_ms=at + n, page=page) for n, page in enumerate(pages)]


def test_all_needed_pages_opened_during_the_call_is_met(call: Any) -> None:
    made = call(*opened("customer:de-smet", "product:domiciliering"), *agent_after(12_000, 20_000, 28_000, 36_000))
    assert lookup(made).verdict == "met"


def agent_after(*times: int) -> list[CallEvent]:
    """The agent goes on talking, so that no silence arises."""
    return [event for n, at in enumerate(times) for event in agent(2 + n, "Ik kijk het even na in uw dossier.", at)]


@pytest.mark.parametrize(
    ("pages", "at", "verdict"),
    [
        (("customer:de-smet",), 10_500, "partly"),
        (("customer:peeters",), 10_500, "missed"),
        ((), 10_500, "missed"),
        (("customer:de-smet", "product:domiciliering"), ENDED + 1000, "missed"),
    ],
)
def test_pages_that_lack_and_pages_opened_after_the_call(call: Any, pages: Any, at: int, verdict: str) -> None:
    assert lookup(call(*opened(*pages, at=at), *agent_after(12_000, 20_000, 28_000, 36_000))).verdict == verdict


def test_a_long_silence_while_looking_something_up_is_a_lapse(call: Any) -> None:
    made = call(*opened("customer:de-smet", "product:domiciliering", at=15_000))
    result = lookup(made)
    assert (result.verdict, result.reason_code) == ("partly", "silent")
    assert result.turns == (1,)


def fields(**values: str) -> list[CallEvent]:
    return [FieldRegistered(at_ms=ENDED - 500, field=name, value=value) for name, value in values.items()]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"nummer": "204 871", "bedrag": "54 euro"}, "met"),
        ({"nummer": "204.871", "bedrag": "vierenvijftig"}, "met"),
        ({"nummer": "204871", "bedrag": "45"}, "partly"),
        ({"nummer": "204817", "bedrag": ""}, "missed"),
        ({}, "missed"),
    ],
)
def test_fields_are_right_whatever_their_spaces_and_words(call: Any, values: dict[str, str], verdict: str) -> None:
    result = registration(call(*fields(**values), *filed()))
    assert result.verdict == verdict
    assert "Datum" not in result.explanation, "the customer never told the date"


@pytest.mark.parametrize(
    ("written", "wanted", "same"),
    [
        ("ma 3", "maandag 3", True),
        ("zo 15u", "zondag 15 uur", True),
        ("do na 17 u", "donderdag", True),
        ("6 per dag (met 2)", "6", True),
        ("Internet Thuis (39 €)", "Internet Thuis", True),
        ("di", "maandag", False),
        ("maandag", "maandag 3", False),
        ("54 of 12", "54", False),
        ("(54)", "54", True),
    ],
)
def test_values_are_written_as_people_do(lexicon: Lexicon, written: str, wanted: str, same: bool) -> None:
    assert same_value(written, wanted, lexicon) is same


def test_one_point_will_do_where_the_call_ended_otherwise(call: Any) -> None:
    points = (*DESK.points, DeskPoint(summary="Dat het terugbetaald wordt.", words=("terug",)))
    desk = DESK.model_copy(update={"points": points})
    refused = {"disposition": "unresolved", "follow_up": "none"}
    assert "terugbetaald" in call_report(call(*filed(), desk=desk)).explanation
    assert "terugbetaald" not in call_report(call(*filed(**refused), desk=desk, outcome="refused")).explanation


def test_abbreviations_are_no_spelling_mistakes_but_insults_are_discourteous(call: Any, lexicon: Lexicon) -> None:
    made = call(*filed(summary="Mnr kreeg ipv 1 een dubbele factuur, krijgt 54 euro terug."))
    assert call_report(made).verdict == "met"
    rude = call_report(call(*filed(summary="Onbeschofte vent met een dubbele factuur, bleef maar zeuren.")))
    assert "vent" in rude.explanation


def test_a_value_corrected_in_the_report_counts(call: Any) -> None:
    later = FieldRegistered(at_ms=ENDED + 20_000, field="bedrag", value="54")
    opens, *rest = filed()
    assert registration(call(*fields(nummer="204871", bedrag="45"), opens, later, *rest)).verdict == "met"


@pytest.mark.parametrize("judge", [registration, call_report, signal_report])
def test_nothing_is_held_against_a_report_that_is_not_in_yet(call: Any, judge: Any) -> None:
    made = call(ReportOpened(at_ms=ENDED), ReportSaved(at_ms=ENDED + 9, summary="Half"))
    assert (judge(made).verdict, judge(made).reason_code) == ("not_scored", "report_open")


@pytest.mark.parametrize("judge", [lookup, registration, call_report, signal_report])
@pytest.mark.parametrize("more", [{"desk": None}, {"channel": "simulated"}, {"channel": "imported"}])
def test_a_call_without_a_screen_is_not_judged_on_it(call: Any, judge: Any, more: dict[str, Any]) -> None:
    assert judge(call(*filed(), **more)).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("report", "verdict", "named"),
    [
        ({}, "met", ""),
        ({"disposition": "call_back"}, "partly", "Terugbellen"),
        ({"follow_up": "none"}, "partly", "vervolgdatum"),
        ({"follow_up": "2026-02-20"}, "partly", "vervolgdatum"),
        ({"summary": "De klant belde over zijn rekening."}, "partly", "De dubbele factuur"),
        ({"summary": "De klant heeft een dubbele facktuur gekreegen."}, "partly", "factuur"),
        ({"summary": "De klant kreeg een dubbele facktuur."}, "met", ""),
        ({"seconds": 121}, "partly", "121"),
        ({"summary": "Dubbel."}, "missed", ""),
        ({"disposition": "call_back", "follow_up": "none", "seconds": 300}, "missed", ""),
    ],
)
def test_the_report(call: Any, report: dict[str, Any], verdict: str, named: str) -> None:
    result = call_report(call(*filed(**report)))
    assert result.verdict == verdict
    assert named in result.explanation


def test_no_report_is_missed(call: Any) -> None:
    made = call(ReportOpened(at_ms=ENDED), ReportSkipped(at_ms=ENDED + 5))
    assert (call_report(made).verdict, call_report(made).reason_code) == ("missed", "skipped")


def test_where_the_call_ended_otherwise_the_result_follows_from_that(call: Any) -> None:
    angry = call(*filed(disposition="broken_off", follow_up="none"), outcome="hung_up_angry")
    assert call_report(angry).verdict == "met"
    assert (
        call_report(call(*filed(disposition="resolved", follow_up="none"), outcome="hung_up_angry")).verdict == "partly"
    )


def signalled(where: Any, text: str) -> list[CallEvent]:
    opens, *rest = filed()
    return [opens, FaultSignalled(at_ms=ENDED + 4, where=where, text=text), *rest]


@pytest.mark.parametrize(
    ("where", "text", "verdict"),
    [
        ("planning", "In de planning staat dinsdag, in de brief maandag.", "met"),
        ("script", "Er staat dinsdag maar het was maandag.", "partly"),
        ("planning", "De planning klopt niet.", "partly"),
        ("product", "Het toestel is te duur.", "missed"),
        ("planning", "", "missed"),
    ],
)
def test_the_hidden_fault(call: Any, where: Any, text: str, verdict: str) -> None:
    assert signal_report(call(*signalled(where, text))).verdict == verdict


def test_without_a_hidden_fault_there_is_nothing_to_report(call: Any) -> None:
    free = DESK.model_copy(update={"fault": None})
    assert signal_report(call(*signalled("planning", "Iets."), desk=free)).verdict == "not_applicable"


def test_every_outcome_of_every_kind_has_a_right_choice_among_those_offered() -> None:
    for kind, choices in BY_KIND.items():
        for outcome in BY_OUTCOME:
            right = right_dispositions(kind, outcome)
            assert right
            assert set(right) <= set(choices), (kind, outcome)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=3)), max_size=20))
def test_the_last_value_of_a_field_counts_and_an_empty_one_clears_it(writes: list[tuple[str, str]]) -> None:
    events = [FieldRegistered(at_ms=n, field=name, value=value) for n, (name, value) in enumerate(writes)]
    assert desk_work(events).fields == {name: value for name, value in dict(writes).items() if value}
