"""A linear classifier over features that add up: TF-IDF weights, softmax, stored without pickle.

The vector of a stretch of words is the sum of its parts' TF-IDF vectors divided by the root of the summed squared
norms of the parts, so both the numerator and the norm of any stretch come from running sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.features import word_features

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.intp]
_KNOWN_WORDS = 8_192


@dataclass(frozen=True)
class Running:
    """Running sums over parts: row k holds the sum of the first k, so that any row of parts is a difference of two.

    `scores` (parts + 1, labels), before the norm; `squares` (parts + 1,), the squared norms.
    """

    scores: Doubles
    squares: Doubles


@dataclass(frozen=True)
class LinearModel:
    """Weights per feature and label.

    `index` maps a feature to its row; `weights` is (features, labels), already multiplied by `idf` (features,);
    `bias` is (labels,).
    """

    labels: tuple[str, ...]
    index: dict[str, int]
    idf: Floats
    weights: Floats
    bias: Floats
    _words: dict[str, list[int]] = field(default_factory=dict, repr=False, compare=False)

    def rows(self, features: Sequence[str]) -> list[int]:
        """The rows of those features that are known."""
        return [row for feature in features if (row := self.index.get(feature)) is not None]

    def word_rows(self, word: str) -> list[int]:
        """The rows of the many features of a word. Words recur all the time, so these are kept."""
        rows = self._words.get(word)
        if rows is None:
            if len(self._words) >= _KNOWN_WORDS:
                self._words.clear()
            rows = self._words[word] = self.rows(word_features(word))
        return rows

    def running(self, parts: Sequence[Sequence[int]]) -> Running:
        """The running sums over parts, each given by the rows of its features."""
        rows: list[int] = []
        ends = [0]
        for part in parts:
            rows += part
            ends.append(len(rows))
        scores = np.zeros((len(rows) + 1, len(self.labels)))
        np.cumsum(self.weights[rows], axis=0, out=scores[1:])
        squares = np.zeros(len(rows) + 1)
        np.cumsum(np.square(self.idf[rows]), out=squares[1:])
        return Running(scores[ends], squares[ends])

    def logits(self, scores: Doubles, squares: Doubles) -> Floats:
        """Log-odds per label of each stretch with these sums, shape (stretches, labels)."""
        norms = np.sqrt(np.where(squares > 0, squares, 1.0))
        return np.asarray(scores / norms[:, None] + self.bias, np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The model as arrays for `numpy.savez`."""
        return {
            "labels": np.array(self.labels),
            "index": np.frombuffer("\n".join(self.index).encode(), dtype=np.uint8),
            "idf": self.idf,
            "weights": self.weights.astype(np.float16),
            "bias": self.bias,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> LinearModel:
        """The model that `arrays` described."""
        names = arrays["index"].tobytes().decode().split("\n")
        return cls(
            labels=tuple(str(label) for label in arrays["labels"]),
            index={name: row for row, name in enumerate(names)},
            idf=arrays["idf"].astype(np.float32),
            weights=arrays["weights"].astype(np.float32),
            bias=arrays["bias"].astype(np.float32),
        )


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True), dtype=np.float32)


def feature_index(rows: Sequence[Sequence[tuple[str, ...]]], least: int) -> tuple[dict[str, int], Floats]:
    """The features that occur in at least `least` rows, and their smoothed inverse document frequency."""
    counts: dict[str, int] = {}
    for row in rows:
        for feature in {feature for part in row for feature in part}:
            counts[feature] = counts.get(feature, 0) + 1
    kept = sorted(feature for feature, count in counts.items() if count >= least)
    idf = np.array([np.log((1 + len(rows)) / (1 + counts[name])) + 1 for name in kept], dtype=np.float32)
    return {name: row for row, name in enumerate(kept)}, idf
