"""Fitting `bot.speech.ending_sound` to one recogniser: what is done to the sounds, and the weighing. Pure."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.audio import SAMPLES_PER_MS, FloatSamples
from bot.speech.ending_sound import EndingSound

_CALMING = 1e-3
"""scikit-learn's C: small, as there are more weights than silences."""
_FADE_MS = (20, 90)
_NOISE_DB = (-72, -50)


def faded(audio: FloatSamples, end: int, draw: np.random.Generator) -> FloatSamples:
    """The same with the voice before sample `end` dying away in 20 to 90 ms, as before a pause that nobody cut in."""
    made = audio.copy()
    length = min(end, int(draw.uniform(*_FADE_MS) * SAMPLES_PER_MS))
    made[end - length : end] *= np.cos(np.linspace(0, np.pi / 2, length)).astype(np.float32)
    return made


def noisy(audio: FloatSamples, draw: np.random.Generator) -> FloatSamples:
    """The same with the noise of a microphone at -72 to -50 dBFS."""
    return audio + draw.normal(0, 10 ** (draw.uniform(*_NOISE_DB) / 20), len(audio)).astype(np.float32)


def fit(
    states: NDArray[np.float32], ended: NDArray[np.bool_], shares: NDArray[np.float64] | None = None
) -> EndingSound:
    """The weights that tell the ends in `ended` (n,) from the pauses, by the mean states (n, 2, width) around each of
    them (`bot.speech.ending_sound.mean_states`); `shares` (n,) is how much each counts.
    """
    rows = states.reshape(len(states), -1)
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    weighed = LogisticRegression(C=_CALMING, max_iter=400)
    weighed.fit((rows - middle) / spread, ended, shares)
    weights = weighed.coef_[0] / spread
    bias = float(weighed.intercept_[0] - (weights * middle).sum())
    return EndingSound(weights.reshape(states.shape[1:]).astype(np.float32), bias)


def as_json(found: EndingSound, recogniser: str) -> dict[str, Any]:
    """What `bot.speech.ending_sound.load_ending_sound` reads."""
    return {
        "recogniser": recogniser,
        "states": ["mean of the 200 ms before the end of the voice", "mean of the 120 ms behind it"],
        "bias": round(found.bias, 4),
        "weights": base64.b64encode(found.weights.astype("<f2").tobytes()).decode(),
    }
