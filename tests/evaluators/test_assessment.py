"""The fold of what people say, and the log with what they corrected."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.acts import Act, ActSpan
from bot.events import AgentActs, AgentTurn, CustomerSpoke, CustomerTurn, Word
from evaluators.assessment import (
    ENTRY,
    AnyEntry,
    Assessment,
    Corrected,
    Disputed,
    FormFilled,
    Judged,
    Overridden,
    SelfSkipped,
    Settled,
    Undone,
    form_points,
)
from evaluators.correcting import corrected_events, realigned
from evaluators.rescoring import causes, changes
from evaluators.rubric import load_rubric
from evaluators.scorecard import score
from tests.evaluators.conftest import MakeCall

RUBRIC = load_rubric(Path(__file__).parents[2] / "data" / "rubrics" / "standaard.yaml")
LINES = "M: [greet] Goedemorgen.\nK: Ik heb twee keer betaald.\nM: [say_goodbye] Dag.\nK: Dag."
BY = {"at": "2026-01-05T12:00:00+01:00", "author": "Els"}


@pytest.fixture
def judged(make_call: MakeCall) -> Judged:
    return Judged(at=BY["at"], card=score(make_call(LINES, kind="complaint"), RUBRIC), rubric=RUBRIC)


def override(criterion: str, verdict: str) -> Overridden:
    return Overridden(criterion=criterion, verdict=verdict, reason="x", **BY)


def verdict(assessment: Assessment, criterion: str) -> str:
    assert assessment.card is not None
    return next(row.verdict for row in assessment.card.criteria if row.criterion == criterion)


def test_the_last_word_that_was_not_undone_stands(judged: Judged) -> None:
    entries: tuple[AnyEntry, ...] = (judged, override("farewell", "met"), override("farewell", "partly"))
    assert verdict(Assessment(entries), "farewell") == "partly"
    assert verdict(Assessment((*entries, Undone(entry=2, **BY))), "farewell") == "met"
    both = Assessment((*entries, Undone(entry=2, **BY), Undone(entry=1, **BY)))
    assert both.card == judged.card
    assert both.until(1).card != judged.card


def test_an_override_outlives_a_new_judgement(judged: Judged) -> None:
    assessment = Assessment((judged, override("farewell", "not_applicable"), judged))
    assert verdict(assessment, "farewell") == "not_applicable"
    assert assessment.card is not None
    item = next(item for item in assessment.card.items if "farewell" in item.criteria)
    counted = [row.verdict for row in assessment.card.criteria if row.criterion in item.criteria]
    assert counted.count("not_applicable") >= 1
    assert item.value == sum(RUBRIC.worth(v) or 0 for v in counted) / sum(RUBRIC.worth(v) is not None for v in counted)


def test_a_settlement_counts_only_while_its_dispute_does(judged: Judged) -> None:
    settled = (
        judged,
        Disputed(criterion="farewell", reason="x", **BY),
        Settled(dispute=1, verdict="met", reason="x", **BY),
    )
    assert verdict(Assessment(settled), "farewell") == "met"
    assert Assessment(settled).disputes[0].answer is not None
    undone = Assessment((*settled, Undone(entry=2, **BY)))
    assert undone.disputes[0].answer is None
    assert undone.card == judged.card


def test_forms_of_everybody_are_kept_the_last_of_each_counts() -> None:
    def form(role: str, author: str, mark: str) -> FormFilled:
        return FormFilled(role=role, edition="e", marks={"openen": mark}, at=BY["at"], author=author)

    entries = (form("self", "Sofie", "good"), form("peer", "Jan", "good"), form("peer", "An", "good"))
    assessment = Assessment((*entries, form("self", "Sofie P.", "not_good"), form("peer", "Jan", "not_good")))
    last = {(entry.role, entry.author): entry.marks["openen"] for _, entry in assessment.forms}
    assert last == {("self", "Sofie P."): "not_good", ("peer", "Jan"): "not_good", ("peer", "An"): "good"}
    assert assessment.self_state == "done"
    assert Assessment((SelfSkipped(at=BY["at"]),)).self_state == "skipped"
    assert Assessment().self_state == "open"


def test_points_of_a_form_follow_its_weights() -> None:
    marks = {item.id: "not_applicable" for item in RUBRIC.items}
    assert form_points(marks, RUBRIC) is None
    heavy = max(RUBRIC.items, key=lambda item: item.weight)
    light = min(RUBRIC.items, key=lambda item: item.weight)
    expected = round(100 * heavy.weight / (heavy.weight + light.weight))
    assert form_points(marks | {heavy.id: "good", light.id: "not_good"}, RUBRIC) == expected


def test_every_entry_comes_back_from_the_disk_as_it_went(judged: Judged) -> None:
    for entry in (judged, override("farewell", "met"), Undone(entry=0, **BY), SelfSkipped(**BY)):
        assert ENTRY.validate_json(ENTRY.dump_json(entry)) == entry


TURN = AgentTurn(
    at_ms=2000, turn=0, text="goede morgen met sofie", start_ms=0, end_ms=2000, confidence=0.4,
    words=tuple(
        Word(text=text, start_ms=500 * n, end_ms=500 * n + 400, probability=0.3)
        for n, text in enumerate(("goede", "morgen", "met", "sofie"))
    ),
)  # fmt: skip


def test_a_corrected_turn_has_other_words_and_acts_and_the_rest_stays() -> None:
    events = (
        TURN,
        AgentActs(at_ms=2000, turn=0, acts=(ActSpan(act=Act.OTHER, confidence=1, start=0, end=5),)),
        CustomerTurn(at_ms=2100, turn=1, text="Dag.", line="x"),
        CustomerSpoke(at_ms=2500, turn=1, start_ms=2100, end_ms=2500, heard_text="Dag."),
    )
    act = ActSpan(act=Act.GREET, confidence=0.9, start=0, end=11)
    text = "Goedemorgen met Sofie"
    corrected = Corrected(turn=0, text=text, reason="x", acts=(act,), **BY)
    turn, acts, *rest = corrected_events(events, {0: corrected})
    assert isinstance(turn, AgentTurn)
    assert (turn.text, turn.confidence) == (text, 1.0)
    assert [(word.text, word.start_ms, word.end_ms) for word in turn.words] == [
        ("Goedemorgen", 0, 900), ("met", 1000, 1400), ("Sofie", 1500, 1900)
    ]  # fmt: skip
    assert isinstance(acts, AgentActs)
    assert acts.acts == (act,)
    assert tuple(rest) == events[2:]
    assert corrected_events(events, {}) == events


@given(st.lists(st.sampled_from(["goede", "morgen", "met", "Sofie", "ja", "hallo"]), min_size=1, max_size=8))
def test_corrected_words_are_all_there_in_order_and_within_the_turn(new: list[str]) -> None:
    words = realigned(TURN, " ".join(new))
    assert [word.text for word in words] == new
    starts = [word.start_ms for word in words]
    assert starts == sorted(starts)
    assert all(TURN.start_ms <= word.start_ms <= word.end_ms <= TURN.end_ms for word in words)


def test_what_differs_between_two_cards_is_named_with_its_cause(judged: Judged, make_call: MakeCall) -> None:
    better = make_call(LINES.replace("Goedemorgen.", "Goedemorgen, Telenova, met Sofie."), kind="complaint")
    newer = Judged(at=BY["at"], card=score(better, RUBRIC), rubric=RUBRIC, corrected={0: "Goedemorgen, Telenova"})
    assert changes(judged.card, judged.card) == ()
    assert ("opening", "missed", "met") in [(c.criterion, c.was, c.now) for c in changes(judged.card, newer.card)]
    assert [(c.part, c.turn, c.now) for c in causes(judged, newer)] == [("corrected", 0, "Goedemorgen, Telenova")]
    other = newer.model_copy(update={"card": newer.card.model_copy(update={"versions": {"evaluators": "99"}})})
    assert "evaluators" in {cause.part for cause in causes(judged, other)}
