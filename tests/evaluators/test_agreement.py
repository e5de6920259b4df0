"""Agreement beyond chance, held against published tables and sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.agreement import (
    CATEGORIES,
    cohen_kappa,
    confusions,
    gwet_ac1,
    interval,
    mean_known,
    observed,
    resamples,
    share,
)

# J. Cohen, Psychological Bulletin 70 (1968), table 1: two judges, three diagnoses, 200 cases; kappa .492.
COHEN_1968 = np.array([[88.0, 10, 2], [14, 40, 6], [18, 10, 12]])
# K. L. Gwet (2008): 125 persons, two raters, nearly all positive; kappa −0.0234 at 94 % agreement, AC1 0.9408.
GWET_2008 = np.array([[118.0, 5], [2, 0]])
LABELS = st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES)), min_size=1, max_size=30)


def test_kappa_of_cohens_own_table() -> None:
    assert observed(COHEN_1968) == pytest.approx(0.70)
    assert cohen_kappa(COHEN_1968) == pytest.approx(0.492, abs=5e-4)


def test_kappa_and_ac1_of_gwets_table() -> None:
    assert observed(GWET_2008) == pytest.approx(0.944)
    assert cohen_kappa(GWET_2008) == pytest.approx(-0.0234, abs=5e-5)
    assert gwet_ac1(GWET_2008) == pytest.approx(0.9408, abs=5e-5)


def test_ac1_of_three_categories_by_hand() -> None:
    # Used shares .55, .3, .15 → chance (.2475 + .21 + .1275) / 2 = .2925; (.70 − .2925) / .7075.
    assert gwet_ac1(COHEN_1968) == pytest.approx(0.4075 / 0.7075)


def test_not_applicable_is_a_label_and_not_scored_is_none() -> None:
    first = ["met", "not_applicable", "not_applicable", "missed", "met"]
    second = ["met", "not_applicable", "met", "not_scored", None]
    matrix = confusions(first, second)[0]
    assert matrix.sum() == 3
    assert observed(matrix) == pytest.approx(2 / 3)
    # Chance: met 1/3 · 2/3 and not applicable 2/3 · 1/3, together 4/9.
    assert cohen_kappa(matrix) == pytest.approx((2 / 3 - 4 / 9) / (5 / 9))


def test_one_label_throughout_has_no_kappa_but_an_ac1() -> None:
    matrix = confusions(["met"] * 9, ["met"] * 9)
    assert np.isnan(cohen_kappa(matrix)[0])
    assert gwet_ac1(matrix)[0] == pytest.approx(1)


def test_nothing_to_compare_has_no_figures() -> None:
    matrix = confusions([], [])
    assert np.isnan([observed(matrix)[0], cohen_kappa(matrix)[0], gwet_ac1(matrix)[0]]).all()
    assert interval(np.array([np.nan])) == (None, None)


@given(LABELS)
def test_figures_stay_in_range_and_do_not_depend_on_who_is_first(pairs: list[tuple[str, str]]) -> None:
    matrix = confusions([one for one, _ in pairs], [other for _, other in pairs])
    for figure in (cohen_kappa, gwet_ac1):
        value, turned = figure(matrix)[0], figure(matrix.transpose(0, 2, 1))[0]
        assert np.isnan(value) or -1 - 1e-9 <= value <= 1 + 1e-9
        assert value == pytest.approx(turned, nan_ok=True)


@given(LABELS)
def test_agreeing_on_everything_is_one(pairs: list[tuple[str, str]]) -> None:
    labels = [one for one, _ in pairs]
    matrix = confusions(labels, labels)
    assert gwet_ac1(matrix)[0] == pytest.approx(1)
    assert cohen_kappa(matrix)[0] == pytest.approx(1) or len(set(labels)) == 1


def test_the_weights_of_a_resample_count_pairs_several_times() -> None:
    weights = np.array([[1.0, 1, 1], [3, 0, 0]])
    both = confusions(["met", "met", "missed"], ["met", "partly", "missed"], weights)
    assert both.shape == (2, 4, 4)
    assert both[0].sum() == 3
    assert both[1, 0, 0] == 3


def test_resamples_are_the_same_each_time_and_draw_as_many_calls() -> None:
    drawn = resamples(20, times=50)
    assert (drawn == resamples(20, times=50)).all()
    assert (drawn.sum(axis=1) == 20).all()
    assert not (drawn == resamples(20, times=50, seed=1)).all()


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    # 80 of 100: the normal approximation gives .80 ± 1.96 · .04.
    hits = np.array([1.0] * 80 + [0.0] * 20)
    low, high = interval(share(hits, np.ones(100), resamples(100)))
    assert low == pytest.approx(0.72, abs=0.015)
    assert high == pytest.approx(0.88, abs=0.015)


def test_the_mean_leaves_out_what_could_not_be_computed() -> None:
    values = np.array([[0.5, np.nan], [np.nan, np.nan], [1.0, np.nan]])
    assert mean_known(values) == pytest.approx([0.75, np.nan], nan_ok=True)
