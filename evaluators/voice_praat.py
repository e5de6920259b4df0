"""The edge to Praat and to the loudness meter: arrays in, arrays out. Nothing else knows these libraries.

Both are imported when first needed: together they take most of a second, which a text call need not wait for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.audio import SAMPLE_RATE, FloatSamples
from evaluators.voice_signal import FRAME_MS, Bools, Floats

LOWEST_HZ, HIGHEST_HZ = 60.0, 700.0
INTENSITY_LOWEST_HZ = 70.0
SHORTEST_S = 0.15
"""Below this length there is no window in which to look for pitch."""

LOUDNESS_SHORTEST_S = 0.5
"""One block of ITU-R BS.1770 lasts 0.4 s."""


@dataclass(frozen=True)
class PitchTrack:
    """Pitch every `FRAME_MS`: `times` in s, `f0_hz` (0 where unvoiced), `periodicity` 0 to 1 (Praat's strength)."""

    times: Floats
    f0_hz: Floats
    periodicity: Floats


@dataclass(frozen=True)
class IntensityTrack:
    """Intensity in dB (re 20 µPa at full scale 1 Pa, so only differences mean something); `times` in s."""

    times: Floats
    db: Floats


def pitch_track(samples: FloatSamples, lowest_hz: float = LOWEST_HZ, highest_hz: float = HIGHEST_HZ) -> PitchTrack:
    """Pitch by autocorrelation (Boersma 1993). Empty for less than `SHORTEST_S` of audio."""
    import parselmouth  # noqa: PLC0415  (0.4 s)

    if len(samples) < SHORTEST_S * SAMPLE_RATE or not np.any(samples):
        return PitchTrack(np.zeros(0), np.zeros(0), np.zeros(0))
    sound = parselmouth.Sound(samples.astype(np.float64), sampling_frequency=SAMPLE_RATE)
    found = sound.to_pitch_ac(time_step=FRAME_MS / 1000, pitch_floor=lowest_hz, pitch_ceiling=highest_hz)
    chosen = found.selected_array
    return PitchTrack(np.asarray(found.xs()), np.asarray(chosen["frequency"]), np.asarray(chosen["strength"]))


def intensity_track(samples: FloatSamples) -> IntensityTrack:
    """Intensity smooth enough for syllables (see `NUCLEUS_DIP_DB`), mean subtracted. Empty for very short audio."""
    import parselmouth  # noqa: PLC0415  (0.4 s)

    if len(samples) < SHORTEST_S * SAMPLE_RATE or not np.any(samples):
        return IntensityTrack(np.zeros(0), np.zeros(0))
    sound = parselmouth.Sound(samples.astype(np.float64), sampling_frequency=SAMPLE_RATE)
    found = sound.to_intensity(minimum_pitch=INTENSITY_LOWEST_HZ, subtract_mean=True)
    return IntensityTrack(np.asarray(found.xs()), np.asarray(found.values[0]))


def speaker_range(f0_hz: Floats) -> tuple[float, float]:
    """Floor and ceiling (Hz) for a second look at a speaker, from a first one (De Looze & Rauzy 2009): what lies
    outside is an octave error.
    """
    voiced = f0_hz[f0_hz > 0]
    if len(voiced) < 20:
        return LOWEST_HZ, HIGHEST_HZ
    low, high = np.percentile(voiced, (35, 65))
    return max(LOWEST_HZ, 0.72 * float(low) - 10), min(HIGHEST_HZ, 1.9 * float(high) + 10)


def voiced_at(track: PitchTrack, times: Floats) -> Bools:
    """Whether the frame of the pitch track nearest to each time is voiced."""
    if len(track.times) == 0:
        return np.zeros(len(times), dtype=np.bool_)
    places = np.clip(np.searchsorted(track.times, times), 0, len(track.times) - 1)
    return np.asarray(track.f0_hz[places] > 0)


def loudness_lufs(samples: FloatSamples) -> float | None:
    """Integrated loudness (ITU-R BS.1770-4, gated) in LUFS; None where there is too little or too soft to measure."""
    import pyloudnorm  # noqa: PLC0415  (0.4 s)

    if len(samples) < LOUDNESS_SHORTEST_S * SAMPLE_RATE:
        return None
    value = float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(samples.astype(np.float64)))
    return value if np.isfinite(value) else None
