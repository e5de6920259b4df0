"""The labelling rules of the taxonomy, on made-up probabilities."""

from __future__ import annotations

import numpy as np

from bot.acts import Act, ActSpan
from bot.nlu.clauses import Clause
from bot.nlu.combine import Thresholds, combine, nothing_recognised
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import Rule
from bot.nlu.rules import RuleHit
from bot.nlu.turn import Turn

LABELS = ("greet", "inform", "instruct", "other", "use_jargon")
WORDS = tuple(NormalWord(f"w{at}", 3 * at, 3 * at + 2) for at in range(10))


def _clause(first: int, last: int, fallback: Act | None = None, **chances: float) -> Clause:
    return Clause(first, last, np.array([chances.get(label, 0.0) for label in LABELS], np.float32), fallback)


def _acts(*clauses: Clause, hits: tuple[RuleHit, ...] = ()) -> tuple[ActSpan, ...]:
    return combine(Turn(words=WORDS, clauses=list(clauses), hits=list(hits)), LABELS, Thresholds())


def _hit(act: Act, first: int, last: int, effect: str = "is") -> RuleHit:
    return RuleHit(Rule.model_validate({"id": "r", "act": act, "pattern": "x", "effect": effect}), first, last)


def test_each_act_once_at_its_surest_with_its_span() -> None:
    (span,) = _acts(_clause(0, 4, inform=0.5), _clause(4, 8, inform=0.9))
    assert (span.act, span.start, span.end) == (Act.INFORM, 12, 23)


def test_other_never_beside_an_act() -> None:
    assert {span.act for span in _acts(_clause(0, 4, other=0.9), _clause(4, 8, inform=0.5))} == {Act.INFORM}
    assert {span.act for span in _acts(_clause(0, 4, other=0.9))} == {Act.OTHER}


def test_a_rule_decides_its_clause_and_an_added_act_comes_on_top() -> None:
    hits = (_hit(Act.INSTRUCT, 0, 2), _hit(Act.USE_CUSTOMER_NAME, 3, 4, "also"))
    assert {span.act for span in _acts(_clause(0, 4, inform=0.9), hits=hits)} == {Act.INSTRUCT, Act.USE_CUSTOMER_NAME}


def test_a_fault_must_be_sure_and_carries_what_it_says() -> None:
    unsure = _acts(_clause(0, 5, use_jargon=0.5, inform=0.4))
    assert {span.act for span in unsure} == {Act.INFORM}
    sure = _acts(_clause(0, 5, use_jargon=0.95, instruct=0.04))
    assert {span.act for span in sure} == {Act.USE_JARGON, Act.INSTRUCT}


def test_form_speaks_only_where_nothing_else_does() -> None:
    assert [span.source for span in _acts(_clause(0, 5, Act.INFORM, greet=0.1))] == ["form"]
    assert _acts(_clause(0, 2, Act.INFORM, greet=0.1)) == ()
    assert {span.act for span in _acts(_clause(0, 5, Act.INFORM), _clause(5, 9, greet=0.9))} == {Act.GREET}


def test_nothing_recognised_is_other_over_the_whole_text() -> None:
    assert nothing_recognised("abc") == (
        ActSpan(act=Act.OTHER, confidence=0.0, start=0, end=3, source="nothing recognised"),
    )
