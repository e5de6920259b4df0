"""Weighing may overrule a rule, never the script; and what it shows are the turns that weighed most."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import KiestoonError
from evaluators.features import seen_in
from evaluators.judge import judge
from evaluators.messages import load_messages
from evaluators.record import CallRecord
from evaluators.registry import EVALUATORS, by_rules
from evaluators.verdicts import Verdict
from evaluators.weighing import weigh
from evaluators.weights import Weighing, Weights, load_weights
from tests.evaluators.conftest import LANGUAGES, MakeCall

ROOT = LANGUAGES.parents[1]
LINES = """
    M: [greet state_name] Telenova, goeiemorgen, met Sofie.
    K: Mijn internet werkt niet meer.
    M: [empathize] Dat is vervelend, u zit zonder internet.
    K: Ja, al drie dagen.
"""


def weights(criterion: str, towards: Verdict, feature: str) -> Weights:
    """Weights that make one verdict sure as soon as a feature shows."""
    verdicts: tuple[Verdict, ...] = ("met", "partly", "missed")
    numbers = tuple(9.0 if verdict == towards else 0.0 for verdict in verdicts)
    weighing = Weighing(verdicts=verdicts, bias=(0.0, 0.0, 0.0), features={feature: numbers})
    return Weights(langs=("nl",), criteria={criterion: weighing})


def weighing_call(make_call: MakeCall, found: Weights, **context: object) -> CallRecord:
    return replace(make_call(LINES, **context), weights=found)


def test_chances_add_up_and_follow_the_weights() -> None:
    weighing = weights("empathy", "met", "act:empathize").criteria["empathy"]
    assert sum(weighing.chances({"act:empathize": 0.4, "unknown": 5.0}).values()) == pytest.approx(1)
    assert weighing.chances({}) == pytest.approx({"met": 1 / 3, "partly": 1 / 3, "missed": 1 / 3})
    assert weighing.chances({"act:empathize": 1.0})["met"] > 0.99


def test_a_rule_is_overruled_with_the_turn_that_weighed_most(make_call: MakeCall) -> None:
    call = weighing_call(make_call, weights("open_questions", "met", "act:empathize"))
    rule = by_rules(call)["open_questions"]
    result = dict(EVALUATORS)["open_questions"](call)
    assert rule.verdict == "missed"
    assert (result.verdict, result.reason_code, result.turns) == ("met", "weighed_met", (2,))
    assert result.confidence > 0.9


def test_where_weighing_agrees_the_rule_explains(make_call: MakeCall) -> None:
    call = weighing_call(make_call, weights("open_questions", "missed", "act:empathize"))
    result = dict(EVALUATORS)["open_questions"](call)
    assert (result.verdict, result.reason_code) == ("missed", "none_open")


def test_what_the_script_settles_is_not_weighed(make_call: MakeCall) -> None:
    call = weighing_call(make_call, weights("terms", "missed", "act:empathize"))
    assert dict(EVALUATORS)["terms"](call).verdict == "not_applicable"


def test_a_language_without_weights_keeps_the_rule(make_call: MakeCall) -> None:
    found = weights("open_questions", "met", "act:empathize").model_copy(update={"langs": ("fr",)})
    call = weighing_call(make_call, found)
    own = judge(call, "open_questions", "missed", "none_open")
    assert weigh(call, own, {}) == own


def test_features_name_the_turns_that_show_them(make_call: MakeCall) -> None:
    seen = seen_in(make_call(LINES))
    assert seen["act:empathize"].turns == (2,)
    assert seen["kind:service"].value == 1
    assert 0 <= seen["heard:feeling"].value <= 1


def test_the_committed_weights_load_and_every_outcome_is_explained() -> None:
    found = load_weights(ROOT / "data" / "judging" / "weights.json")
    assert found is not None
    assert found.criteria
    outcomes = {verdict for weighing in found.criteria.values() for verdict in weighing.verdicts}
    for lang in ("nl", "en", "fr", "de"):
        assert {f"weighed_{verdict}" for verdict in outcomes} <= set(load_messages(LANGUAGES, lang).common)


def test_broken_weights_are_refused_and_missing_ones_are_none(tmp_path: Path) -> None:
    assert load_weights(tmp_path / "weights.json") is None
    (tmp_path / "weights.json").write_text("{}", encoding="utf-8")
    with pytest.raises(KiestoonError, match="weights"):
        load_weights(tmp_path / "weights.json")
