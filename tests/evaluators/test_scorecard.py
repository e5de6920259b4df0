"""From log to scorecard: points, weights, partial scorecards, rubrics that make no sense, and any log at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.acts import Act, ActSpan
from bot.errors import KiestoonError
from bot.events import (
    AgentActs,
    AgentTurn,
    BargeIn,
    CallEnded,
    CallEvent,
    CallStarted,
    CustomerDecided,
    CustomerSpoke,
    CustomerTurn,
    Kind,
    Mood,
    Silence,
)
from evaluators.lexicon import Lexicon, lexicon_from, load_lexicon
from evaluators.messages import Messages, load_messages
from evaluators.phases import current_phase, segment
from evaluators.record import record
from evaluators.registry import EVALUATORS
from evaluators.rubric import Rubric, load_rubric
from evaluators.scorecard import judge_all, score
from evaluators.transcript_file import parse_transcript, transcript_events
from tests.evaluators.conftest import LANGUAGES, MakeCall, understood

DATA = Path(__file__).parents[2] / "data"
RUBRICS = DATA / "rubrics"

GOOD = """
M: Goedemorgen, Telenova, u spreekt met Sofie. Waarmee kan ik u helpen?
K: Goeiemorgen, Peeters. Ik heb twee keer dezelfde factuur betaald, ik ben dat echt beu.
M: Dat is heel vervelend, mevrouw Peeters, mijn excuses. Mag ik uw klantnummer en uw geboortedatum?
K: 45 67 89, en 12 maart 1970.
M: Dank u. Wat hebt u precies betaald?
K: Twee keer 45 euro, voor maart.
M: En hoe hebt u dat gemerkt?
K: Op mijn bankafschrift.
M: Als ik het goed begrijp, is de factuur van maart twee keer betaald, twee keer 45 euro. Klopt dat?
K: Ja, dat klopt.
M: Ik stort u vandaag 45 euro terug. Gaat u daarmee akkoord?
K: Ja, dat is goed.
M: Dus ik stort vandaag 45 euro terug, u hebt het binnen drie werkdagen. Kan ik u nog ergens mee helpen?
K: Nee, dat is alles.
M: Bedankt voor uw oproep, mevrouw Peeters, en nog een fijne dag.
K: Dag.
"""


@pytest.fixture(scope="module")
def standard() -> Rubric:
    return load_rubric(RUBRICS / "standaard.yaml")


def started(**fields: Any) -> CallStarted:
    values: dict[str, Any] = {
        "at_ms": 0, "call_id": "c1", "started_at": "", "channel": "voice", "mode": "practice", "lang": "nl",
        "kind": "complaint", "direction": "inbound", "script": "s", "persona": "p", "company": "telenova",
        "company_name": "Telenova", "agent_name": "Sofie", "customer_name": "mevrouw Peeters",
        "customer_type": "boos", "seed": 1, "versions": {"recogniser": "base"},
    }  # fmt: skip
    return CallStarted(**{**values, **fields})


def test_a_good_call_passes_with_every_version_named(make_call: MakeCall, standard: Rubric) -> None:
    card = score(make_call(GOOD, kind="complaint"), standard)
    assert card.points is not None
    assert card.points >= 85
    assert card.passed
    assert card.rubric == "standaard"
    assert set(card.versions) >= {"rubric", "evaluators"}
    assert [span.phase for span in card.phases] == ["contact", "analysis", "offer", "closing"]
    assert card.missing == ()


def test_a_poor_call_fails(make_call: MakeCall, standard: Rubric) -> None:
    lines = "M: Ja?\nK: Ik heb twee keer betaald, ik ben het beu!\n"
    lines += "M: Dan had u maar beter moeten opletten.\nK: Wat?\nM: Dag."
    card = score(make_call(lines, kind="complaint"), standard)
    assert card.points is not None
    assert card.points < 30
    assert card.passed is False


def test_points_weigh_only_what_was_scored(make_call: MakeCall, standard: Rubric) -> None:
    card = score(make_call(GOOD, kind="complaint"), standard)
    worth = {"met": 1.0, "partly": 0.5, "missed": 0.0}
    by_name = {result.criterion: result.verdict for result in card.criteria}
    total = points = 0.0
    for item in standard.items:
        values = [worth[by_name[name]] for name in item.criteria if by_name.get(name) in worth]
        if values:
            total += item.weight
            points += item.weight * sum(values) / len(values)
    assert card.points == round(100 * points / total)


def test_not_scored_is_left_out_and_never_counts_as_zero(make_call: MakeCall, standard: Rubric) -> None:
    call = make_call(GOOD, kind="complaint")
    garbled = tuple(
        event.model_copy(update={"confidence": 0.1}) if isinstance(event, AgentTurn) and event.turn == 0 else event
        for event in call.events
    )
    unclear = record(garbled, call.lexicon, call.messages)
    before, after = score(call, standard), score(unclear, standard)
    opening = next(result for result in after.criteria if result.criterion == "opening")
    assert (opening.verdict, opening.reason_code) == ("not_scored", "unclear_recognition")
    assert "low_recognition" in after.missing
    assert before.points is not None
    assert after.points is not None
    assert after.points >= before.points - 5


@pytest.mark.parametrize(
    ("events", "missing"),
    [
        ((), {"no_turns", "broken_off"}),
        ((CustomerTurn(at_ms=5, turn=0, text="Hallo?", line="x"),), {"no_agent_turns", "broken_off"}),
        (
            (AgentTurn(at_ms=5, turn=0, text="Goeiedag", start_ms=1, end_ms=5, confidence=1),),
            {"no_customer_turns", "broken_off"},
        ),
    ],
)
def test_partial_scorecards_say_what_is_missing(
    lexicon: Lexicon, messages: Messages, standard: Rubric, events: tuple[CallEvent, ...], missing: set[str]
) -> None:
    card = score(record((started(), *events), lexicon, messages), standard)
    assert set(card.missing) == missing
    if "no_customer_turns" not in missing:
        assert card.points is None
        assert {result.verdict for result in card.criteria} <= {"not_scored", "not_applicable"}


def test_a_log_without_a_start_is_a_clear_error(lexicon: Lexicon, messages: Messages) -> None:
    with pytest.raises(KiestoonError) as caught:
        record((), lexicon, messages)
    assert caught.value.code == "log.empty"


TURN_TEXT = st.sampled_from(
    ["", "Ja.", "?", "Goedemorgen, Telenova, met Sofie.", "Ik ben het beu!", "Zal ik het bestellen?", "Nee, dank u.",
     "Ik stuur u morgen een nieuwe modem.", "Dat kost 25 euro per maand.", "Bedankt, dag.", "\u2026 !!", "é" * 300]
)  # fmt: skip
NUMBER = st.integers(0, 6)
MS = st.integers(0, 60_000)
ANY_EVENT: st.SearchStrategy[CallEvent] = st.one_of(
    st.builds(AgentTurn, at_ms=MS, turn=NUMBER, text=TURN_TEXT, start_ms=MS, end_ms=MS, confidence=st.floats(0, 1)),
    st.builds(
        AgentActs,
        at_ms=MS,
        turn=NUMBER,
        acts=st.lists(
            st.builds(ActSpan, act=st.sampled_from(Act), confidence=st.floats(0, 1), start=NUMBER, end=MS), max_size=3
        ).map(tuple),
    ),
    st.builds(CustomerTurn, at_ms=MS, turn=NUMBER, text=TURN_TEXT, line=st.just("x")),
    st.builds(CustomerSpoke, at_ms=MS, turn=NUMBER, start_ms=MS, end_ms=MS, heard_text=TURN_TEXT),
    st.builds(
        CustomerDecided,
        at_ms=MS,
        reply_to=st.none() | NUMBER,
        mood=st.just(Mood(patience=0.5, trust=0.5, interest=0.5)),
        objection_raised=st.none() | st.just("price"),
        buying_signal=st.booleans(),
        decision=st.none() | st.just("accept"),
    ),
    st.builds(BargeIn, at_ms=MS, by=st.sampled_from(["agent", "customer"]), during_turn=st.none() | NUMBER),
    st.builds(Silence, at_ms=MS, duration_ms=MS),
    st.builds(
        CallEnded, at_ms=MS, by=st.just("customer"), outcome=st.sampled_from(["satisfied", "broken_off", "refused"])
    ),
)
DETAILED = load_rubric(RUBRICS / "uitgebreid.yaml")
LEXICON, MESSAGES = load_lexicon(LANGUAGES, "nl"), load_messages(LANGUAGES, "nl")


@given(
    events=st.lists(ANY_EVENT, max_size=14),
    kind=st.sampled_from(["complaint", "survey", "sale", "emergency", "transfer"]),
    direction=st.sampled_from(["inbound", "outbound"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_sequence_of_events_is_judged_and_always_the_same(
    events: list[CallEvent], kind: str, direction: str
) -> None:
    log = (started(kind=kind, direction=direction), *events)
    rubric = DETAILED
    cards = [score(record(log, LEXICON, MESSAGES), rubric) for _ in range(2)]
    assert cards[0] == cards[1]
    assert len(judge_all(record(log, LEXICON, MESSAGES))) == len(EVALUATORS)
    call = record(log, LEXICON, MESSAGES)
    texts = {turn.i: turn.text for turn in call.turns}
    for result in cards[0].criteria:
        for item in result.evidence:
            assert texts[item.turn][item.start : item.end] == item.quote
    assert sum(span.to_turn >= span.from_turn for span in segment(call)) == len(segment(call))


@given(marks=st.lists(st.sampled_from(["met", "partly", "missed", "not_scored", "not_applicable"]), min_size=1))
def test_a_verdict_that_does_not_count_is_worth_nothing_at_all(marks: list[str]) -> None:
    rubric = DETAILED
    worths = [rubric.worth(mark) for mark in marks]  # type: ignore[arg-type]
    assert [worth is None for worth in worths] == [mark in ("not_scored", "not_applicable") for mark in marks]


@pytest.mark.parametrize("name", ["standaard", "uitgebreid"])
def test_the_forms_that_come_with_the_house_load(name: str) -> None:
    rubric = load_rubric(RUBRICS / f"{name}.yaml")
    assert rubric.id == name
    longest = max(len(rubric.items_for(kind)) for kind in (*get_args(Kind), "message"))
    assert name == "uitgebreid" or longest <= 12
    judged = {criterion for item in rubric.items for criterion in item.criteria}
    assert judged == {criterion for criterion, _ in EVALUATORS}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"values": {"met": 0, "partly": 0.5, "missed": 1}}, "values"),
        ({"items": []}, "items"),
        ({"pass_points": 140}, "pass_points"),
        (
            {"items": [{"id": "a", "title": {"nl": "A"}, "definition": {"nl": "A"}, "criteria": ["nonsense"]}]},
            "nonsense",
        ),
        (
            {"items": [{"id": "a", "title": {"nl": "A"}, "definition": {"nl": "A"}, "criteria": ["tone", "tone"]}]},
            "tone",
        ),
        (
            {
                "items": [
                    {"id": "a", "title": {"nl": "A"}, "definition": {"nl": "A"}, "criteria": ["tone"], "weight": -1}
                ]
            },
            "weight",
        ),
    ],
)
def test_a_rubric_that_makes_no_sense_is_a_clear_error(tmp_path: Path, change: dict[str, Any], word: str) -> None:
    item = {"id": "a", "title": {"nl": "A"}, "definition": {"nl": "A"}, "criteria": ["tone"]}
    path = tmp_path / "r.yaml"
    path.write_text(json.dumps({"version": 1, "id": "r", "title": {"nl": "R"}, "items": [item], **change}))
    with pytest.raises(KiestoonError) as caught:
        load_rubric(path)
    assert caught.value.code == "rubric.invalid"
    assert word in str(caught.value)


def test_a_broken_cue_is_named() -> None:
    with pytest.raises(KiestoonError) as caught:
        lexicon_from("nl", {"cues": {"greet": ["(dag"]}})
    assert caught.value.details == {"cue": "greet"}


def test_a_language_without_word_lists_is_judged_by_acts_alone(tmp_path: Path) -> None:
    lexicon = load_lexicon(tmp_path, "fr")
    log = (
        started(lang="fr", company_name="Lumen", agent_name=""),
        AgentTurn(at_ms=9, turn=0, text="Bonjour, Lumen, Anne.", start_ms=0, end_ms=9, confidence=1),
        AgentActs(
            at_ms=9,
            turn=0,
            acts=tuple(ActSpan(act=act, confidence=0.9, start=0, end=7) for act in (Act.GREET, Act.STATE_NAME)),
        ),
    )
    results = {result.criterion: result for result in judge_all(record(log, lexicon, MESSAGES))}
    assert results["opening"].verdict == "met"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ('{"lang": "nl"}', "kind"),
        ('{"lang": "xx", "kind": "sale", "direction": "inbound", "turns": []}', "lang"),
        (
            '{"lang": "nl", "kind": "sale", "direction": "inbound", "turns": [{"speaker": "dog", "text": "x"}]}',
            "turns.0",
        ),
        (
            '{"lang": "nl", "kind": "sale", "direction": "inbound", "turns": '
            '[{"i": 1, "speaker": "agent", "text": "x"}, {"i": 1, "speaker": "agent", "text": "y"}]}',
            "same number",
        ),
        ("no json", "JSON"),
    ],
)
def test_a_bad_transcript_file_says_where(raw: str, place: str) -> None:
    with pytest.raises(KiestoonError) as caught:
        parse_transcript(raw)
    assert caught.value.code == "transcript.invalid"
    assert place in str(caught.value)


def test_a_transcript_may_leave_out_times_numbers_and_context() -> None:
    raw = {
        "lang": "nl", "kind": "service", "direction": "inbound", "company": None, "customer_name": None,
        "context": {"terms": "gratis", "bad_news": ["a", "b"], "key_facts": None},
        "turns": [{"speaker": "agent", "text": "Goedemorgen."}, {"speaker": "customer", "text": "Dag."}],
    }  # fmt: skip
    file = parse_transcript(json.dumps(raw))
    call = record(transcript_events(file, lambda text, before: understood("", text)), LEXICON, MESSAGES)
    assert call.context.terms == ("gratis",)
    assert call.context.bad_news == "a; b"
    assert [turn.i for turn in call.turns] == [0, 1]
    assert current_phase(call) in ("contact", "closing")
