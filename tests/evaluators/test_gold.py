"""The gold calls: those that we ship, and what a reader may get wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import KiestoonError
from evaluators.agreement_report import Seen, agreement, bars, points, seen_by_machine
from evaluators.gold import READ_CRITERIA, GoldCall, load_gold, load_practice, load_to_fit_on
from evaluators.registry import EVALUATORS
from evaluators.rubric import Rubric, load_rubric
from evaluators.verdicts import Phase, PhaseSpan, Verdict

DATA = Path(__file__).parents[2] / "data"
TURNS = [{"i": i, "speaker": "customer" if i % 2 else "agent", "text": "ja"} for i in range(12)]
ALL_MET: dict[str, Verdict] = dict.fromkeys(READ_CRITERIA, "met")
PHASES: dict[Phase, int] = {"contact": 0, "analysis": 2, "offer": 6, "closing": 10}


def rubric() -> Rubric:
    return load_rubric(DATA / "rubrics" / "standaard.yaml")


def shelf(folder: Path, **files: Any) -> Path:
    """A folder of gold calls `one` and `two`; `files` are a, b, reconciled, split."""
    (folder / "calls").mkdir(parents=True)
    (folder / "readings").mkdir()
    for call in ("one", "two"):
        transcript = {"lang": "nl", "kind": "service", "direction": "inbound", "turns": TURNS}
        (folder / "calls" / f"{call}.json").write_text(json.dumps(transcript))
    for name, value in files.items():
        place = folder / "readings" if name[0] in "ab" else folder
        (place / f"{name}.json").write_text(json.dumps(value))
    return folder


def reading(**calls: dict[str, Any]) -> dict[str, Any]:
    return {"reader": "test", "calls": calls}


def seen(verdicts: dict[str, str] | None = None, phases: dict[Phase, int] | None = None) -> dict[str, Any]:
    return {"criteria": ALL_MET | (verdicts or {}), "phases": PHASES if phases is None else phases}


@pytest.mark.parametrize(("lang", "least"), [("nl", 60), ("en", 10), ("fr", 10), ("de", 10)])
def test_what_we_ship_loads_and_names_what_is_there(lang: str, least: int) -> None:
    calls = load_gold(DATA / "gold" / lang)
    names = {name for name, _ in EVALUATORS}
    assert len(calls) >= least
    for call in calls:
        assert call.transcript.lang == lang
        for reading in call.readings:
            assert set(reading.criteria) <= names
            assert all(0 <= start < len(call.transcript.turns) for start in reading.phases.values())


def test_the_template_is_a_reading(tmp_path: Path) -> None:
    template = json.loads((DATA / "gold" / "reading.template.json").read_text())
    example = template["calls"]["example-call"] | {"phases": PHASES}
    (call,) = load_gold(shelf(tmp_path / "nl", a=reading(one=example)))
    assert set(call.reference) == set(READ_CRITERIA)


def test_where_two_agree_that_counts_and_the_rest_is_decided_or_open(tmp_path: Path) -> None:
    second = seen({"tone": "partly", "language": "missed"}, PHASES | {"offer": 8})
    decided = {"criteria": {"tone": "partly"}, "notes": {"tone": "turn 4 presses on"}}
    (call,) = load_gold(
        shelf(tmp_path / "nl", a=reading(one=seen()), b=reading(one=second), reconciled=reading(one=decided))
    )
    assert call.differences() == ("tone", "language", "phases")
    assert call.undecided() == ("language", "phases")
    assert call.reference["tone"] == "partly"
    assert "language" not in call.reference
    assert call.phases is None


def test_calls_not_named_are_held_out(tmp_path: Path) -> None:
    split = {"tuned": ["one"], "tags": {"tricky": ["two"]}}
    one, two = load_gold(shelf(tmp_path / "nl", a=reading(one=seen(), two=seen()), split=split))
    assert (one.split, two.split) == ("tuned", "heldout")
    assert two.tags == {"tricky"}


def test_a_reading_may_be_spread_over_files(tmp_path: Path) -> None:
    folder = shelf(tmp_path / "nl", **{"a": reading(one=seen()), "a-2": reading(two=seen())})
    assert [call.id for call in load_gold(folder)] == ["one", "two"]


FAULTS = {
    "no reading": ({}, "gold.missing", "somebody has read"),
    "a criterion lacks": ({"a": reading(one={"criteria": {"tone": "met"}})}, "gold.invalid", "one lacks opening"),
    "an unknown call": ({"a": reading(three=seen())}, "gold.invalid", "no call three"),
    "an unknown criterion": ({"a": reading(one=seen({"charm": "met"}))}, "gold.invalid", "charm"),
    "an unknown verdict": ({"a": reading(one=seen({"tone": "good"}))}, "gold.invalid", "tone"),
    "no such turn": ({"a": reading(one=seen(None, {"offer": 40}))}, "gold.invalid", "not there"),
    "a call twice": ({"a": reading(one=seen()), "a-2": reading(one=seen())}, "gold.invalid", "twice"),
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_faults_are_named_with_their_place(fault: str, tmp_path: Path) -> None:
    files, code, told = FAULTS[fault]
    with pytest.raises(KiestoonError, match=told) as raised:
        load_gold(shelf(tmp_path / "nl", **files))
    assert raised.value.code == code


def two_calls(folder: Path) -> tuple[GoldCall, ...]:
    first, second = reading(one=seen(), two=seen({"tone": "missed"})), reading(one=seen(), two=seen({"tone": "partly"}))
    decided = reading(two={"criteria": {"tone": "missed"}})
    return load_gold(shelf(folder / "nl", a=first, b=second, reconciled=decided))


def test_figures_of_machine_and_people_stand_side_by_side(tmp_path: Path) -> None:
    calls = two_calls(tmp_path)
    machine = {call.id: Seen(call.reference, PHASES) for call in calls}
    found = agreement("all", calls, machine, rubric())
    tone = next(row for row in found.criteria if row.criterion == "tone")
    assert (tone.calls, tone.applicable, tone.kappa.value) == (2, 2, 1)
    assert tone.human_calls == 2
    assert tone.human_kappa.value == pytest.approx(1 / 3)
    assert found.mean_kappa.value == 1
    assert found.phase_starts.value == 1
    assert found.near_points.value == 1


def test_a_phase_start_counts_within_a_turn_and_misses_where_one_side_has_none(tmp_path: Path) -> None:
    (call, _) = two_calls(tmp_path)
    off = Seen(call.reference, {"contact": 0, "analysis": 3, "offer": 8})
    found = agreement("all", [call], {"one": off}, rubric())
    assert found.phase_starts.value == pytest.approx(1 / 3)


def test_a_criterion_below_the_bar_fails_only_with_enough_calls(tmp_path: Path) -> None:
    calls = two_calls(tmp_path)
    wrong = {call.id: Seen({**call.reference, "tone": "met"}, PHASES) for call in calls}
    assert [(bar.name, bar.met) for bar in bars(agreement("few", calls, wrong, rubric()))] == [
        ("mean kappa", False), ("phase starts", True),
    ]  # fmt: skip
    demands = {bar.name: bar.met for bar in bars(agreement("many", calls * 8, wrong, rubric()))}
    assert demands["tone"] is False


def test_points_are_those_of_a_scorecard() -> None:
    form = rubric()
    assert points(ALL_MET, form, "service") == 100
    assert points(dict.fromkeys(READ_CRITERIA, "missed"), form, "service") == 0
    assert points(dict.fromkeys(READ_CRITERIA, "not_applicable"), form, "service") is None
    weights = {item.criteria[0]: item.weight for item in form.items}
    half = points({"identification": "met", "empathy": "missed"}, form, "service")
    assert half == round(100 * weights["identification"] / (weights["identification"] + weights["empathy"]))


def test_a_phase_that_comes_back_started_where_it_came_first() -> None:
    spans = [
        PhaseSpan(phase=phase, from_turn=turn, to_turn=turn, start_ms=0, end_ms=0)
        for phase, turn in (("contact", 0), ("analysis", 2), ("offer", 4), ("analysis", 6), ("closing", 8))
    ]
    assert seen_by_machine([], spans).phases == {"contact": 0, "analysis": 2, "offer": 4, "closing": 8}


def test_practice_calls_count_by_the_one_reading_that_names_them(tmp_path: Path) -> None:
    folder = shelf(tmp_path / "nl", a=reading(one=seen({"opening": "partly"})), b=reading(gone=seen()))
    calls = load_practice(folder)
    assert [call.id for call in calls] == ["one"]
    assert calls[0].reference["opening"] == "partly"
    assert calls[0].split == "practice"


def test_held_out_calls_are_not_fitted_on() -> None:
    calls = load_to_fit_on(DATA)
    assert len(calls) > 200
    assert {call.split for call in calls} == {"tuned", "practice"}
    assert any(call.transcript.marked for call in calls)
    assert not {call.id for call in calls} & {
        call.id for call in load_gold(DATA / "gold" / "nl") if call.split == "heldout"
    }


def test_calls_of_one_batch_are_by_one_author() -> None:
    authors = {call.id: call.author for call in load_practice(DATA / "judging" / "nl")}
    assert authors["aa01-wifi-boven"] == authors["aa02-dubbele-afrekening"] == "aa"
    assert authors["cf01-pilaar-balkon"] == "cf"


def test_the_practice_calls_that_we_ship_are_read_by_all_criteria() -> None:
    calls = load_practice(DATA / "judging" / "nl")
    assert len(calls) >= 15
    assert all(set(READ_CRITERIA) <= set(call.reference) for call in calls)
