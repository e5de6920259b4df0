"""From voice on two channels to turns."""

from __future__ import annotations

import numpy as np
import pytest

from bot.speech.windows import WINDOW_MS, WINDOW_SAMPLES
from server.segmenting import Stretch, stretches, turns_of_stretches, window_levels, without_bleed


def voice(*spans: tuple[int, int], length_ms: int = 10_000) -> np.ndarray:
    """Probabilities: speech in these spans (ms), silence elsewhere."""
    at = np.arange(0, length_ms, WINDOW_MS)
    probabilities = np.full(len(at), 0.02, dtype=np.float32)
    for start, end in spans:
        probabilities[(at >= start) & (at < end)] = 0.95
    return probabilities


def turns(agent: list[tuple[int, int]], customer: list[tuple[int, int]]) -> list[tuple[str, int, int, int | None]]:
    spoken = [Stretch("agent", *span) for span in agent] + [Stretch("customer", *span) for span in customer]
    return [(turn.speaker[0], turn.start_ms, turn.end_ms, turn.takes_over) for turn in turns_of_stretches(spoken)]


def test_a_stretch_is_as_long_as_the_voice() -> None:
    (found,) = stretches("agent", voice((1024, 3008)))
    assert (found.start_ms, found.end_ms) == (1024, 3008)


def test_a_click_is_no_voice_and_a_dip_no_silence() -> None:
    found = stretches("agent", voice((1024, 1056), (2016, 3008), (3072, 4000)))
    assert [(stretch.start_ms, stretch.end_ms) for stretch in found] == [(2016, 4000)]


def test_voice_until_the_very_end_counts() -> None:
    (found,) = stretches("customer", voice((9024, 10_000)))
    assert found.end_ms == pytest.approx(10_000, abs=WINDOW_MS)


def test_speakers_alternate() -> None:
    assert turns([(0, 2000), (5000, 7000)], [(2400, 4600)]) == [
        ("a", 0, 2000, None), ("c", 2400, 4600, None), ("a", 5000, 7000, None),
    ]  # fmt: skip


def test_a_pause_ends_no_turn_but_a_long_silence_does() -> None:
    assert turns([(0, 2000), (3500, 5000), (9000, 9500)], []) == [("a", 0, 5000, None), ("a", 9000, 9500, None)]


def test_a_short_answer_between_two_sentences_is_a_turn() -> None:
    assert [turn[0] for turn in turns([(0, 2000), (3000, 5000)], [(2200, 2600)])] == ["a", "c", "a"]


def test_a_signal_while_the_other_speaks_splits_nothing() -> None:
    assert turns([(0, 3000), (3300, 6000)], [(1500, 1900)]) == [("a", 0, 6000, None), ("c", 1500, 1900, None)]


def test_taking_the_floor_names_the_turn_that_was_silenced() -> None:
    assert turns([(4000, 7000)], [(0, 4800)])[1] == ("a", 4000, 7000, 0)


def test_an_answer_that_comes_a_little_early_takes_nothing_over() -> None:
    assert turns([(4600, 7000)], [(0, 4800)])[1][3] is None


def levels(db: float, probabilities: np.ndarray, silence_db: float = -70.0) -> np.ndarray:
    return np.where(probabilities > 0.5, db, silence_db).astype(np.float32)


def test_the_other_voice_leaking_in_softly_is_no_speech() -> None:
    agent, customer = voice((0, 3000)), voice((0, 3000), (4000, 6000))
    customer_levels = np.where(np.arange(len(customer)) * WINDOW_MS < 3000, -50.0, levels(-22.0, customer))
    cleaned = without_bleed(customer, customer_levels.astype(np.float32), agent, levels(-20.0, agent))
    assert [(s.start_ms, s.end_ms) for s in stretches("customer", cleaned)] == [(4000, 6016)]


def test_two_who_really_speak_at_once_are_both_heard_also_on_a_soft_line() -> None:
    agent, customer = voice((0, 3000)), voice((1000, 5000))
    cleaned = without_bleed(customer, levels(-45.0, customer), agent, levels(-15.0, agent))
    assert stretches("customer", cleaned) == stretches("customer", customer)


def test_the_level_of_a_window_is_its_rms() -> None:
    samples = np.concatenate([np.full(WINDOW_SAMPLES, 0.1), np.zeros(WINDOW_SAMPLES), np.zeros(7)]).astype(np.float32)
    assert window_levels(samples) == pytest.approx([-20.0, -100.0], abs=0.01)
