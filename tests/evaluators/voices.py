"""Synthetic voices whose true level, pitch and syllable rate are known."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bot.audio import SAMPLE_RATE, FloatSamples, from_float
from bot.transcript import Turn

Recording = NDArray[np.int16]


def voiced(
    seconds: float, f0_hz: float | NDArray[np.float64] = 150.0, syllables_s: float = 0.0, rms_dbfs: float = -20.0
) -> FloatSamples:
    """A buzz of ten harmonics at a pitch (Hz, or one per sample), swelling so many times a second, at a level (RMS)."""
    count = round(seconds * SAMPLE_RATE)
    pitch = np.broadcast_to(np.asarray(f0_hz, dtype=np.float64), count)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    sound = sum(np.sin(n * phase) / n for n in range(1, 11))
    if syllables_s:
        time = np.arange(count) / SAMPLE_RATE
        sound = sound * (0.12 + 0.88 * np.sin(np.pi * syllables_s * time) ** 2)
    wanted = 10 ** (rms_dbfs / 20)
    return np.asarray(sound * wanted / np.sqrt(np.mean(np.square(sound))), dtype=np.float32)


def glide(seconds: float, low_hz: float, span_st: float) -> NDArray[np.float64]:
    """A pitch that rises evenly in semitones from `low_hz` by `span_st`, one value per sample."""
    return low_hz * 2 ** (np.linspace(0, span_st, round(seconds * SAMPLE_RATE)) / 12)


def wavy(seconds: float, middle_hz: float, deviation_st: float, waves_s: float = 0.7) -> NDArray[np.float64]:
    """A pitch that goes up and down so that its standard deviation is `deviation_st` semitones."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return middle_hz * 2 ** (np.sqrt(2) * deviation_st * np.sin(2 * np.pi * waves_s * time) / 12)


def speech(seconds: float, rate: float = 4.2, deviation_st: float = 3.0, rms_dbfs: float = -20.0) -> FloatSamples:
    """Speech-like sound: syllables at a rate, pitch with a spread, at a level."""
    return voiced(seconds, wavy(seconds, 160, deviation_st), rate, rms_dbfs)


def turn(number: int, start_ms: int, end_ms: int, text: str = "Ik kijk het voor u na.", speaker: str = "agent") -> Turn:
    return Turn.model_validate(
        {"i": number, "speaker": speaker, "text": text, "start_ms": start_ms, "end_ms": end_ms}
    )  # fmt: skip


def recorded(
    parts: Iterable[tuple[int, FloatSamples]],
    total_ms: int,
    customer: Iterable[tuple[int, FloatSamples]] = (),
    noise_dbfs: float = -65.0,
) -> Recording:
    """A recording with sounds at given times (ms): the trainee's with a little noise left, the customer's right."""
    count = total_ms * SAMPLE_RATE // 1000
    sides = np.zeros((count, 2))
    sides[:, 0] = np.random.default_rng(1).standard_normal(count) * 10 ** (noise_dbfs / 20)
    for side, sounds in enumerate((parts, customer)):
        for at_ms, sound in sounds:
            start = at_ms * SAMPLE_RATE // 1000
            sides[start : start + len(sound), side] += sound[: count - start]
    return np.stack([from_float(sides[:, side]) for side in (0, 1)], axis=1)
