import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.percentiles import percentile


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.07, 7), (0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_the_nearest_rank_whatever_the_order(share, expected):
    assert percentile(range(100, 0, -1), share) == expected


def test_few_values_and_none():
    assert (percentile([5, 1, 3], 0.5), percentile([4], 0.99), percentile([], 0.5)) == (3, 4, 0.0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_it_is_a_value_that_occurred_and_enough_of_the_values_do_not_exceed_it(values, share):
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6
