"""How a call is cut into windows for the encoder."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.call_windows import BEFORE, BESIDE, ITEM, TURN, WINDOW, Said, beside, together, windows
from bot.nlu.embedder import BEGIN, END

AGENT, CUSTOMER = (7,), (8,)


@given(st.lists(st.integers(min_value=2, max_value=TURN + 2), max_size=60))
def test_every_turn_is_taken_once_from_a_window_that_holds_it(lengths: list[int]) -> None:
    cut = windows(lengths)
    assert [at for window in cut for at in range(window.first, window.last)] == list(range(len(lengths)))
    for window in cut:
        assert window.start <= window.first < window.last <= window.stop
        assert sum(lengths[window.start : window.stop]) < WINDOW


def test_turns_in_the_middle_are_read_with_turns_on_both_sides() -> None:
    first, second, *_ = windows([30] * 40)
    assert (first.start, first.first, first.last) == (0, 0, first.stop - BESIDE)
    assert (second.start, second.first) == (first.last - BESIDE, first.last)


def test_turns_stand_one_after_the_other_with_the_places_of_their_words() -> None:
    frame = together([Said(AGENT, ((10,), (11, 12))), Said(CUSTOMER, ((13,),))])
    assert frame.ids == [BEGIN, 7, 10, 11, 12, END, 8, 13, END]
    assert frame.firsts == [[2, 3], [7]]


def test_long_turns_are_read_from_their_beginning() -> None:
    said = Said(AGENT, tuple((number,) for number in range(20, 20 + 3 * TURN)))
    assert said.length == TURN + 2
    assert len(together([said]).firsts[0]) == TURN


def test_a_turn_stands_behind_what_it_may_tell_and_the_end_of_the_turn_before() -> None:
    before = Said(CUSTOMER, tuple((number,) for number in range(100, 100 + BEFORE + 9)))
    frame = beside([5] * (ITEM + 3), before, Said(AGENT, ((10,),)))
    item, rest = frame.ids[: ITEM + 2], frame.ids[ITEM + 2 :]
    assert item == [BEGIN, *[5] * ITEM, END]
    assert rest == [8, *range(109, 109 + BEFORE), END, 7, 10, END]
    assert frame.firsts == [[len(frame.ids) - 2]]
    assert beside([5], None, Said(AGENT, ())).firsts == [[]]
