"""Weighing may overrule a rule, never the script; and what it shows are the turns that weighed most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evaluators.features import seen_in
from evaluators.forest import LEAF, Forest, Forests, load_forests
from evaluators.judge import judge
from evaluators.messages import load_messages
from evaluators.record import CallRecord
from evaluators.registry import EVALUATORS, by_rules
from evaluators.verdicts import Verdict
from evaluators.weighing import weigh
from tests.evaluators.conftest import LANGUAGES, MakeCall

ROOT = LANGUAGES.parents[1]
LINES = """
    M: [greet state_name] Telenova, goeiemorgen, met Sofie.
    K: Mijn internet werkt niet meer.
    M: [empathize] Dat is vervelend, u zit zonder internet.
    K: Ja, al drie dagen.
"""


def forests(criterion: str, towards: Verdict, feature: str, langs: tuple[str, ...] = ("nl",)) -> Forests:
    """One tree that is sure of a verdict as soon as a feature shows."""
    verdicts: tuple[Verdict, ...] = ("met", "partly", "missed")
    sure = [255 * (verdict == towards) for verdict in verdicts]
    forest = Forest(
        verdicts,
        (feature,),
        feature=np.array([0, LEAF, LEAF], np.int16),
        threshold=np.array([0.3, 0, 0], np.float32),
        left=np.array([1, LEAF, LEAF], np.int32),
        right=np.array([2, LEAF, LEAF], np.int32),
        value=np.array([[85, 85, 85], [85, 85, 85], sure], np.uint8),
        roots=np.array([0], np.int32),
    )
    return Forests(langs, {criterion: forest})


def weighing_call(make_call: MakeCall, found: Forests, **context: object) -> CallRecord:
    return replace(make_call(LINES, **context), forests=found)


def test_a_rule_is_overruled_with_the_turn_that_weighed_most(make_call: MakeCall) -> None:
    call = weighing_call(make_call, forests("open_questions", "met", "act:empathize"))
    rule = by_rules(call)["open_questions"]
    result = dict(EVALUATORS)["open_questions"](call)
    assert rule.verdict == "missed"
    assert (result.verdict, result.reason_code, result.turns) == ("met", "weighed_met", (2,))
    assert result.confidence > 0.9


def test_where_weighing_agrees_the_rule_explains(make_call: MakeCall) -> None:
    call = weighing_call(make_call, forests("open_questions", "missed", "act:empathize"))
    result = dict(EVALUATORS)["open_questions"](call)
    assert (result.verdict, result.reason_code) == ("missed", "none_open")


def test_what_the_script_settles_is_not_weighed(make_call: MakeCall) -> None:
    call = weighing_call(make_call, forests("terms", "missed", "act:empathize"))
    assert dict(EVALUATORS)["terms"](call).verdict == "not_applicable"


def test_a_language_without_forests_keeps_the_rule(make_call: MakeCall) -> None:
    found = forests("open_questions", "met", "act:empathize", langs=("fr",))
    call = weighing_call(make_call, found)
    own = judge(call, "open_questions", "missed", "none_open")
    assert weigh(call, own, {}) == own


def test_features_name_the_turns_that_show_them(make_call: MakeCall) -> None:
    seen = seen_in(make_call(LINES))
    assert seen["act:empathize"].turns == (2,)
    assert seen["kind:service"].value == 1
    assert 0 <= seen["heard:feeling"].value <= 1


def test_the_committed_forests_load_and_every_outcome_is_explained() -> None:
    found = load_forests(ROOT / "data" / "judging" / "forests.npz")
    assert found is not None
    assert found.criteria
    outcomes = {verdict for forest in found.criteria.values() for verdict in forest.verdicts}
    for lang in ("nl", "en", "fr", "de"):
        assert {f"weighed_{verdict}" for verdict in outcomes} <= set(load_messages(LANGUAGES, lang).common)
