"""A linear classifier over features that add up: TF-IDF weights, softmax, stored without pickle.

The vector of a stretch of words is the sum of its parts' TF-IDF vectors divided by the root of the summed squared
norms of the parts, so both the numerator and the norm of any stretch come from running sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_CACHE_LIMIT = 20_000


@dataclass(frozen=True)
class Sums:
    """Quantities that add up: `scores` per label, before the norm, and `square`, the squared norm."""

    scores: Floats
    square: float


@dataclass
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
    _cache: dict[tuple[str, ...], Sums] = field(default_factory=dict, repr=False)

    def part(self, features: tuple[str, ...]) -> Sums:
        """The sums of one part. Parts recur all the time (words, pairs), so they are kept."""
        known = self._cache.get(features)
        if known is None:
            rows = [row for feature in features if (row := self.index.get(feature)) is not None]
            known = Sums(self.weights[rows].sum(axis=0), float(np.square(self.idf[rows]).sum()))
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            self._cache[features] = known
        return known

    def logits(self, parts: Iterable[Sums]) -> Floats:
        """Log-odds per label of the stretch made of these parts."""
        scores, square = np.zeros(len(self.labels), np.float32), 0.0
        for part in parts:
            scores = scores + part.scores
            square += part.square
        return normed(scores, square) + self.bias

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


def normed(scores: Floats, square: float) -> Floats:
    """Scores divided by the norm; zeros where nothing is known."""
    return scores / np.float32(np.sqrt(square)) if square > 0 else np.zeros_like(scores)


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
