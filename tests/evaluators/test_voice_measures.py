"""From a recording and turns to figures: known voices, and recordings with something wrong."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events import HeadsetChecked, Word
from bot.transcript import Turn
from evaluators.voice_measures import Problem, lanes_of, measure_voice, windows_of
from evaluators.voice_signal import Span
from tests.evaluators.voices import Recording, recorded, speech, turn

HEADSET = HeadsetChecked(at_ms=0, noise_floor_dbfs=-70, speech_level_dbfs=-22, gain_control=False)
TURNS = (turn(0, 1000, 7000), turn(2, 12_000, 20_000))


@pytest.fixture(scope="module")
def recording() -> Recording:
    """Turns of 6 and 8 s by the trainee at 4.2 syllables a second and -20 dBFS, the customer in between."""
    return recorded([(1000, speech(6)), (12_000, speech(8))], 22_000, customer=[(8000, speech(3, 6, 1, -12))])


def test_a_known_voice_is_measured_as_it_is(recording: Recording) -> None:
    voice = measure_voice(recording, TURNS, HEADSET)
    assert voice.problem is None
    assert not voice.truncated
    assert voice.speech_ms == pytest.approx(14_000, abs=500)
    assert voice.level_dbfs == pytest.approx(-20, abs=0.5)
    assert voice.noise_dbfs == pytest.approx(-65, abs=1)
    assert voice.voice_to_noise_db == pytest.approx(45, abs=1.5)
    assert voice.articulation_rate == pytest.approx(4.2, rel=0.08)
    assert voice.pitch_sd_st == pytest.approx(3, rel=0.1)
    assert voice.headset_dbfs == -22
    assert [stretch.turn for stretch in voice.stretches] == [0, 0, 2, 2, 2]
    assert all(stretch.rate == pytest.approx(4.2, rel=0.15) for stretch in voice.stretches)


def test_the_other_voice_does_not_count(recording: Recording) -> None:
    """The customer is much louder, faster and flatter; and what both say at once is left out."""
    alone = measure_voice(recording, TURNS, None)
    both = recorded(
        [(1000, speech(6)), (12_000, speech(8)), (4000, speech(2, 8, 1, -6))],
        22_000,
        customer=[(4000, speech(2, 8, 1, -6))],
    )
    crossed = measure_voice(both, TURNS, None)
    assert crossed.speech_ms == pytest.approx(alone.speech_ms - 2200, abs=400)
    assert crossed.level_dbfs == pytest.approx(-20, abs=0.5)
    assert crossed.articulation_rate == pytest.approx(4.2, rel=0.1)


def test_pauses_within_a_turn_lower_the_speaking_rate_only() -> None:
    parts = [(1000, speech(4)), (6000, speech(4)), (11_000, speech(4))]
    voice = measure_voice(recorded(parts, 17_000), [turn(0, 1000, 15_000)], None)
    assert [(pause.end_ms - pause.start_ms) for pause in voice.pauses] == pytest.approx([1000, 1000], abs=150)
    assert voice.articulation_rate == pytest.approx(4.2, rel=0.08)
    assert voice.speaking_rate == pytest.approx(4.2 * 12 / 14, rel=0.08)
    assert voice.pause_share == pytest.approx(2 / 14, abs=0.03)


def test_each_stretch_has_its_own_level_and_recognition(recording: Recording) -> None:
    soft = recorded([(1000, speech(6)), (12_000, speech(8, rms_dbfs=-34))], 22_000)
    words = tuple(Word(text="ja", start_ms=ms, end_ms=ms + 200, probability=0.4) for ms in range(12_100, 19_800, 400))
    turns = [TURNS[0], TURNS[1].model_copy(update={"words": words})]
    voice = measure_voice(soft, turns, None)
    levels = {stretch.turn: stretch.level_dbfs for stretch in voice.stretches}
    assert levels[0] - levels[2] == pytest.approx(14, abs=1)
    assert {stretch.confidence for stretch in voice.stretches if stretch.turn == 2} == {0.4}
    assert {stretch.confidence for stretch in voice.stretches if stretch.turn == 0} == {None}
    assert voice.level_sd_db == pytest.approx(7, abs=1)


def test_lanes_tell_who_is_heard_when(recording: Recording) -> None:
    lanes = lanes_of(recording, TURNS)
    assert [(span.start_ms, span.end_ms) for span in lanes.customer] == [
        (pytest.approx(8000, abs=60), pytest.approx(11_000, abs=60))
    ]
    assert [span.start_ms for span in lanes.agent] == [pytest.approx(1000, abs=100), pytest.approx(12_000, abs=100)]


def test_speech_that_became_no_turn_is_heard_where_the_log_names_it(recording: Recording) -> None:
    without = lanes_of(recording, TURNS[:1])
    named = lanes_of(recording, TURNS[:1], spoken=[Span(12_000, 20_000)])
    assert [span.start_ms for span in without.agent] == [pytest.approx(1000, abs=100)]
    assert [span.start_ms for span in named.agent] == [pytest.approx(1000, abs=100), pytest.approx(12_000, abs=100)]


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (None, "no_recording"),
        (np.zeros((0, 2), dtype=np.int16), "no_recording"),
        (np.zeros((320_000, 2), dtype=np.int16), "silent_recording"),
        (recorded([], 20_000), "little_speech"),
        (recorded([(1000, speech(6))], 20_000), "little_speech"),
        (recorded([(1000, speech(6, rms_dbfs=8)), (12_000, speech(8, rms_dbfs=8))], 22_000), "clipped"),
    ],
)
def test_what_is_wrong_with_a_recording_is_said(made: Recording | None, problem: Problem) -> None:
    voice = measure_voice(made, TURNS, HEADSET)
    assert voice.problem == problem
    assert voice.stretches == ()


def test_a_truncated_recording_is_judged_as_far_as_it_goes(recording: Recording) -> None:
    turns = [*TURNS, turn(4, 30_000, 36_000)]
    voice = measure_voice(recording, turns, None)
    assert voice.truncated
    assert voice.problem is None
    assert {stretch.turn for stretch in voice.stretches} == {0, 2}
    assert measure_voice(recording[:100_000], TURNS, None).problem == "little_speech"


def test_windows_never_overlap() -> None:
    turns = [turn(0, 0, 1000), turn(1, 1100, 2000), turn(2, 1900, 2500), turn(3, 5000, 4000)]
    windows = sorted(windows_of(turns).values(), key=lambda span: span.start_ms)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(windows))
    assert all(window.ms > 0 for window in windows)


@given(
    times=st.lists(st.tuples(st.integers(-500, 9000), st.integers(-500, 20_000)), max_size=5),
    seed=st.integers(0, 20),
    loud=st.sampled_from([0.0, 0.001, 0.2, 5.0]),
    samples=st.integers(0, 40_000),
)
@settings(max_examples=25, deadline=None)
def test_no_recording_and_no_times_make_it_fail(
    times: list[tuple[int, int]], seed: int, loud: float, samples: int
) -> None:
    rng = np.random.default_rng(seed)
    noise = np.clip(rng.standard_normal((samples, 2)) * loud * 32767, -32768, 32767).astype(np.int16)
    turns: list[Turn] = [turn(i, start, end) for i, (start, end) in enumerate(times)]
    voice = measure_voice(noise, turns, None)
    assert voice.problem is not None or voice.speech_ms >= 10_000
