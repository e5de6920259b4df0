"""How a stretch of speech ends: the tune and the loudness of its last moments, cheaply. Pure.

Statements fall in pitch and fade towards their end; who is only pausing stays level or rises, and stops at full
loudness. Pitch comes from the autocorrelation of 40 ms frames, good enough for a direction, not for a scorecard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.audio import SAMPLE_RATE, SAMPLES_PER_MS, FloatSamples

HEARD_MS = 2000
"""How much of the end is looked at; more than that changes nothing."""

_FRAME = 40 * SAMPLES_PER_MS
_HOP = 10 * SAMPLES_PER_MS
_FFT = 2048
_LOWEST_HZ, _HIGHEST_HZ = 70, 400
_PERIODIC = 0.45
_LAST_FRAMES = 25
_FLOOR = 1e-9


@dataclass(frozen=True, slots=True)
class Ending:
    """`pitch_st`: the last voiced 100 ms against the stretch's median, in semitones (negative: lower). `slope_st`: the
    change over the last voiced 250 ms, in semitones. `fade_db`: the last 150 ms of sound against the stretch's mean,
    in dB (negative: softer). `voiced_ms`: how long the last unbroken voiced stretch is. All 0 where nothing is voiced.
    """

    pitch_st: float = 0.0
    slope_st: float = 0.0
    fade_db: float = 0.0
    voiced_ms: float = 0.0


def ending(speech: FloatSamples) -> Ending:
    """Measure the end of a stretch of speech that stops where the voice does; float32 at 16 kHz, of any length."""
    tail = speech[-HEARD_MS * SAMPLES_PER_MS :]
    if len(tail) < 2 * _FRAME:
        return Ending()
    frames = _frames(tail)
    energy = np.mean(np.square(frames), axis=1) + _FLOOR
    semitones = _pitch(frames, energy)
    voiced = np.flatnonzero(np.isfinite(semitones))
    fade_db = 10 * float(np.log10(np.mean(energy[-15:]) / np.mean(energy)))
    if len(voiced) < 5:
        return Ending(fade_db=fade_db)
    heard = semitones[voiced]
    last = heard[-_LAST_FRAMES:]
    steps = np.arange(len(last)) - (len(last) - 1) / 2
    slope = float(np.dot(steps, last - last.mean()) / np.dot(steps, steps)) * len(last) if len(last) > 2 else 0.0
    breaks = np.flatnonzero(np.diff(voiced) > 2)
    run = len(voiced) - (int(breaks[-1]) + 1 if len(breaks) else 0)
    return Ending(float(np.median(heard[-10:]) - np.median(heard)), slope, fade_db, 10.0 * run)


def _frames(tail: FloatSamples) -> NDArray[np.float64]:
    count = 1 + (len(tail) - _FRAME) // _HOP
    first = len(tail) - _FRAME - (count - 1) * _HOP
    places = first + np.arange(count)[:, None] * _HOP + np.arange(_FRAME)[None, :]
    return np.asarray(tail[places], dtype=np.float64)


def _pitch(frames: NDArray[np.float64], energy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Semitones above 100 Hz of each frame; NaN where it is not periodic or too soft."""
    spectrum = np.fft.rfft(frames * np.hanning(_FRAME), _FFT)
    likeness = np.fft.irfft(np.square(np.abs(spectrum)))
    first, last = SAMPLE_RATE // _HIGHEST_HZ, SAMPLE_RATE // _LOWEST_HZ
    own = np.hanning(_FRAME)
    window = np.fft.irfft(np.square(np.abs(np.fft.rfft(own, _FFT))))
    normed = likeness[:, first:last] / (likeness[:, :1] + _FLOOR) * (window[0] / window[first:last])
    best = np.argmax(normed, axis=1)
    hertz = SAMPLE_RATE / (best + first)
    voiced = (normed[np.arange(len(best)), best] > _PERIODIC) & (energy > 0.02 * energy.max())
    semitones: NDArray[np.float64] = np.where(voiced, 12 * np.log2(hertz / 100.0), np.nan)
    return semitones
