"""Growing the forests by which verdicts are weighed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.fit_calls import left_out
from server.fit_judges import Case, agreement, grown, judged


def case(number: int, *, known: bool = False, weighed: bool = True) -> Case:
    """The feature decides; the rule always says `met`."""
    done = number % 2 == 0
    features = {"done": float(done), "noise": float(number * 7 % 5)}
    return Case(features, "met", "met" if done else "missed", weighed, known, author=f"author {number % 7}")


def test_a_forest_finds_what_the_rule_does_not_see() -> None:
    cases = [case(number) for number in range(60)]
    assert agreement(cases, [one.rule for one in cases]) == 0
    assert agreement(cases, left_out(cases, grown, judged)) == pytest.approx(1)


def test_known_calls_do_not_count_in_the_figures() -> None:
    cases = [case(0), case(1), *(case(number, known=True) for number in range(2, 20))]
    wrong = ["met", "missed", *("met" if one.counts == "missed" else "missed" for one in cases[2:])]
    assert agreement(cases, wrong) == pytest.approx(1)  # type: ignore[arg-type]


def test_what_the_script_settles_is_left_to_the_rule() -> None:
    forest = grown([case(number) for number in range(60)])
    assert judged(case(1), forest) == "missed"
    assert judged(case(1, weighed=False), forest) == "met"


def test_a_call_is_judged_without_the_others_by_its_author() -> None:
    cases = [replace(case(number), author="one") for number in range(60)]
    assert left_out(cases, grown, judged) == ["met"] * 60, "nothing is left to fit on, so the rule stands"


def test_one_verdict_alone_grows_nothing() -> None:
    assert grown([case(number) for number in range(0, 20, 2)]) is None
