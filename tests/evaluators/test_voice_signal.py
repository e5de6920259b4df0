"""Signals whose true values are known are measured as what they are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bot.audio import SAMPLE_RATE, SILENCE_DBFS
from evaluators.voice_praat import intensity_track, loudness_lufs, pitch_track, speaker_range, voiced_at
from evaluators.voice_signal import (
    Span,
    clipped_share,
    frame_levels,
    inside,
    mean_level,
    noise_floor,
    pitch_spread,
    semitones,
    spans_of,
    speech_frames,
    syllable_nuclei,
    without_octave_errors,
)
from tests.evaluators.voices import glide, voiced


def sine(hz: float, seconds: float, peak_dbfs: float) -> np.ndarray:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (10 ** (peak_dbfs / 20) * np.sin(2 * np.pi * hz * time)).astype(np.float32)


@pytest.mark.parametrize("level", [-6.0, -23.0, -48.5])
def test_the_level_of_a_tone_is_its_rms(level: float) -> None:
    levels = frame_levels(voiced(2, 200, rms_dbfs=level))
    assert mean_level(levels) == pytest.approx(level, abs=0.1)
    assert len(levels) == 200


def test_silence_has_the_lowest_level_and_no_speech() -> None:
    levels = frame_levels(np.zeros(SAMPLE_RATE, dtype=np.float32))
    assert set(levels.tolist()) == {SILENCE_DBFS}
    assert mean_level(levels[:0]) == SILENCE_DBFS
    assert not speech_frames(levels, SILENCE_DBFS, np.ones(100, dtype=np.bool_)).any()


@pytest.mark.parametrize(("peak", "lufs"), [(0.0, -3.01), (-20.0, -23.01)])
def test_loudness_is_that_of_the_standard(peak: float, lufs: float) -> None:
    """ITU-R BS.1770: a 997 Hz sine at full scale in one front channel reads -3.01 LUFS."""
    assert loudness_lufs(sine(997, 5, peak)) == pytest.approx(lufs, abs=0.1)


def test_what_is_too_short_or_silent_has_no_loudness() -> None:
    assert loudness_lufs(sine(997, 0.3, -10)) is None
    assert loudness_lufs(np.zeros(2 * SAMPLE_RATE, dtype=np.float32)) is None


@pytest.mark.parametrize("low_hz", [90.0, 150.0, 220.0])
def test_a_glide_of_an_octave_spans_twelve_semitones(low_hz: float) -> None:
    sound = voiced(4, glide(4, low_hz, 12))
    lowest, highest = speaker_range(pitch_track(sound).f0_hz)
    pitch = without_octave_errors(semitones(pitch_track(sound, lowest, highest).f0_hz))
    spread = pitch_spread(pitch)
    assert spread is not None
    assert spread[0] == pytest.approx(12 / math.sqrt(12), rel=0.05)
    assert spread[1] == pytest.approx(0.9 * 12, rel=0.05)


def test_a_level_pitch_has_no_spread() -> None:
    spread = pitch_spread(semitones(pitch_track(voiced(2, 180)).f0_hz))
    assert spread is not None
    assert spread[0] < 0.05


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_octave_errors_do_not_widen_the_spread(factor: float) -> None:
    rng = np.random.default_rng(3)
    true = 150 * 2 ** (2 * np.sin(np.linspace(0, 40, 1000)) / 12)
    wrong = true.copy()
    for start in rng.choice(900, 12, replace=False):
        wrong[start : start + 6] *= factor
    before, raw = pitch_spread(semitones(true)), pitch_spread(semitones(wrong))
    after = pitch_spread(without_octave_errors(semitones(wrong)))
    assert before
    assert raw
    assert after
    assert raw[0] > 1.5 * before[0]
    assert after[0] == pytest.approx(before[0], rel=0.05)


def test_unvoiced_frames_have_no_pitch() -> None:
    assert np.isnan(semitones(np.array([0.0, 100.0]))).tolist() == [True, False]
    assert pitch_spread(np.full(100, np.nan)) is None
    assert np.isnan(without_octave_errors(np.full(5, np.nan))).all()


@pytest.mark.parametrize("rate", [2.5, 4.0, 5.5, 7.0])
def test_a_train_of_syllables_is_counted(rate: float) -> None:
    sound = voiced(6, 140, syllables_s=rate)
    track, loud = pitch_track(sound), intensity_track(sound)
    found = syllable_nuclei(loud.times, loud.db, voiced_at(track, loud.times))
    assert len(found) / 6 == pytest.approx(rate, rel=0.06)


def test_noise_has_no_syllables() -> None:
    rng = np.random.default_rng(2)
    noise = (rng.standard_normal(4 * SAMPLE_RATE) * 0.05).astype(np.float32)
    track, loud = pitch_track(noise), intensity_track(noise)
    assert len(syllable_nuclei(loud.times, loud.db, voiced_at(track, loud.times))) <= 1


def test_spans_bridge_short_gaps_and_drop_short_sounds() -> None:
    mask = inside([Span(0, 100), Span(150, 300), Span(1000, 1020)], 200)
    assert spans_of(mask) == (Span(0, 100), Span(150, 300), Span(1000, 1020))
    assert spans_of(mask, bridge_ms=60, shortest_ms=50) == (Span(0, 300),)


def test_the_noise_floor_leaves_digital_silence_out() -> None:
    levels = np.concatenate([np.full(100, SILENCE_DBFS), np.full(60, -62.0), np.full(100, -20.0)])
    quiet = levels < -40
    assert noise_floor(levels, quiet) == pytest.approx(-62)
    assert noise_floor(levels[:100], quiet[:100]) == SILENCE_DBFS


def test_clipping_shows_and_a_loud_tone_is_none() -> None:
    assert clipped_share(np.clip(sine(150, 1, 12), -1, 0.99997)) > 0.5
    assert clipped_share(sine(150, 1, -1)) == 0
    assert clipped_share(np.zeros(0, dtype=np.float32)) == 0


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(100), np.zeros(SAMPLE_RATE)])
def test_nothing_to_hear_gives_empty_tracks(samples: np.ndarray) -> None:
    sound = samples.astype(np.float32)
    assert len(pitch_track(sound).times) == 0
    assert len(intensity_track(sound).times) == 0
    assert len(voiced_at(pitch_track(sound), np.array([0.1]))) == 1
