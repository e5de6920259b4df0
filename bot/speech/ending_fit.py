"""Fitting `bot.speech.ending_sound` to one recogniser: breaking off, disturbing and weighing. Pure."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.audio import SAMPLES_PER_MS, FloatSamples
from bot.speech.ending_sound import EndingSound

_CALMING = 1e-3
"""scikit-learn's C: small, as there are as many weights as sentences."""
_WINDOW = 20 * SAMPLES_PER_MS
_AUDIBLE = 250 / 32768
_FADE_MS = (20, 90)
_NOISE_DB = (-72, -50)


def broken_off(audio: FloatSamples) -> FloatSamples:
    """A sentence up to the quietest moment between 30 and 75 % of it: where people pause, as far as sound tells."""
    first, last = int(len(audio) * 0.3), int(len(audio) * 0.75)
    power = np.convolve(np.square(audio.astype(np.float64)), np.ones(_WINDOW) / _WINDOW, "same")
    return audio[: first + int(np.argmin(power[first:last]))]


def disturbed(audio: FloatSamples, draw: np.random.Generator, *, fades: bool) -> FloatSamples:
    """The same with the noise of a microphone at -72 to -50 dBFS; what was broken off `fades` in 20 to 90 ms, so that
    nothing is learned from the cut itself.
    """
    made = audio.copy()
    audible = np.flatnonzero(np.abs(made) > _AUDIBLE)
    if fades and len(audible):
        last = int(audible[-1]) + 1
        length = min(last, int(draw.uniform(*_FADE_MS) * SAMPLES_PER_MS))
        made[last - length : last] *= np.cos(np.linspace(0, np.pi / 2, length)).astype(np.float32)
    return made + draw.normal(0, 10 ** (draw.uniform(*_NOISE_DB) / 20), len(made)).astype(np.float32)


def fit(clean: NDArray[np.float32], noisy: NDArray[np.float32], ended: NDArray[np.bool_]) -> EndingSound:
    """The weights that tell the ends in `ended` (n,) from the pauses, by the mean states (n, 2, width) around each of
    them, without and with disturbance (`bot.speech.ending_sound.mean_states`).
    """
    rows = [states.reshape(len(states), -1) for states in (clean, noisy)]
    middle, spread = rows[1].mean(axis=0), rows[1].std(axis=0) + 1e-3
    weighed = LogisticRegression(C=_CALMING, max_iter=400)
    weighed.fit((np.concatenate(rows) - middle) / spread, np.concatenate([ended, ended]))
    weights = weighed.coef_[0] / spread
    bias = float(weighed.intercept_[0] - (weights * middle).sum())
    return EndingSound(weights.reshape(2, -1).astype(np.float32), bias)


def as_json(found: EndingSound, recogniser: str) -> dict[str, Any]:
    """What `bot.speech.ending_sound.load_ending_sound` reads."""
    return {
        "recogniser": recogniser,
        "states": ["mean of the 200 ms before the end of the voice", "mean of the 120 ms behind it"],
        "bias": round(found.bias, 4),
        "weights": base64.b64encode(found.weights.astype("<f2").tobytes()).decode(),
    }
