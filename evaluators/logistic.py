"""Logistic regression over the same features as a forest: the chance of each verdict, and what spoke for it.

Fitted by `server.fit_judges`. A forest sees how features go together, this how each adds up; of calls by authors that
neither has seen, both together say more than either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

REACH = 4.0
"""A feature counts up to so many standard deviations from its mean."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """Per feature its `mean` and `scale` (standard deviation) among the calls, shape (features,), and its `weights`
    for each verdict, shape (features, verdicts); `bias` per verdict.
    """

    features: tuple[str, ...]
    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def explained(self, values: Mapping[str, float]) -> tuple[Floats, dict[str, Floats]]:
        """Probability per verdict, shape (verdicts,), and by feature how far it pulled each: to first order, by the
        slope of the chances. A feature that is not given is 0.
        """
        given = np.array([values.get(name, 0.0) for name in self.features], np.float32)
        terms = np.clip((given - self.mean) / self.scale, -REACH, REACH)[:, None] * self.weights.astype(np.float64)
        odds = terms.sum(axis=0) + self.bias
        chances = np.exp(odds - odds.max())
        chances /= chances.sum()
        pulls = chances * (terms - (terms @ chances)[:, None])
        return chances, dict(zip(self.features, pulls, strict=True))

    @classmethod
    def fitted(cls, model: Any, features: tuple[str, ...], mean: Floats, scale: Floats) -> Logistic:
        """From a fitted regression of scikit-learn over standardised columns of these features."""
        weights, bias = model.coef_.T, model.intercept_
        if weights.shape[1] == 1:  # of two verdicts the library tells only the second
            weights, bias = np.hstack([np.zeros_like(weights), weights]), np.append(0.0, bias)
        return cls(features, *(part.astype(np.float32) for part in (mean, scale, weights, bias)))
