"""How far two judges agree beyond chance, on the same calls: Cohen's kappa and Gwet's AC1 with intervals.

Everything works on confusion matrices of shape (…, K, K): counts, rows by the first judge, columns by the second.
Leading axes hold one matrix per resample, so that point estimate and bootstrap are one computation. What cannot be
computed is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CATEGORIES = ("met", "partly", "missed", "not_applicable")
"""`not_scored` is none: what a judge could not judge is left out, never counted as a disagreement."""

RESAMPLES = 2000
SEED = 20080101


class Interval(NamedTuple):
    """A 95 % interval; both ends None where no resample gave a figure."""

    low: float | None
    high: float | None


def confusions(
    first: Sequence[str | None],
    second: Sequence[str | None],
    weights: Array | None = None,
    categories: Sequence[str] = CATEGORIES,
) -> Array:
    """Confusion matrices, shape (R, K, K), of paired labels; a pair in which either label is no category is left out.

    `weights`, shape (R, N), tells how often each pair counts in each resample; without it R is 1 and each counts once.
    """
    place = {category: index for index, category in enumerate(categories)}
    size = len(categories)
    cells = np.zeros((len(first), size * size))
    for row, (one, other) in enumerate(zip(first, second, strict=True)):
        if one in place and other in place:
            cells[row, place[one] * size + place[other]] = 1
    counted = np.ones((1, len(first))) if weights is None else weights
    return (counted @ cells).reshape(-1, size, size)


def observed(confusion: Array) -> Array:
    """Share of pairs with the same label; shape (…)."""
    return _divided(np.trace(confusion, axis1=-2, axis2=-1), confusion.sum(axis=(-2, -1)))


def cohen_kappa(confusion: Array) -> Array:
    """Cohen's unweighted kappa; shape (…), −1 to 1. NaN where both judges gave one and the same label throughout: then
    there is no agreement beyond chance to speak of.

    Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
    (1960), 37–46.
    """
    total = confusion.sum(axis=(-2, -1))
    rows = _divided(confusion.sum(axis=-1), total[..., None])
    columns = _divided(confusion.sum(axis=-2), total[..., None])
    return _beyond_chance(observed(confusion), (rows * columns).sum(axis=-1))


def gwet_ac1(confusion: Array) -> Array:
    """Gwet's AC1; shape (…). Chance is estimated from how evenly the labels are used, so that it stays sensible where
    nearly all calls get the same label, which makes kappa collapse.

    Source: K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement", British
    Journal of Mathematical and Statistical Psychology 61 (2008), 29–48.
    """
    total = confusion.sum(axis=(-2, -1))
    used = _divided(confusion.sum(axis=-1) + confusion.sum(axis=-2), 2 * total[..., None])
    chance = (used * (1 - used)).sum(axis=-1) / (confusion.shape[-1] - 1)
    return _beyond_chance(observed(confusion), chance)


def resamples(count: int, times: int = RESAMPLES, seed: int = SEED) -> Array:
    """How often each of `count` calls is drawn in each of `times` bootstrap resamples; shape (times, count). The same
    seed gives the same draws, so that figures can be compared between runs.

    Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979), 1–26.
    """
    if count == 0:
        return np.zeros((times, 0))
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=times)
    return drawn.astype(np.float64)


def interval(values: Array) -> Interval:
    """The middle 95 % of resampled figures, those that could not be computed left out."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return Interval(None, None)
    low, high = np.quantile(known, (0.025, 0.975))
    return Interval(float(low), float(high))


def mean_known(values: Array) -> Array:
    """Mean over the first axis of what could be computed; NaN where nothing could."""
    known = ~np.isnan(values)
    return _divided(np.where(known, values, 0).sum(axis=0), known.sum(axis=0).astype(np.float64))


def share(hits: Array, of: Array, weights: Array) -> Array:
    """Share of hits in each resample: `hits` and `of`, shape (N,), count per call; shape (R,)."""
    return _divided(weights @ hits, weights @ of)


def _beyond_chance(agreed: Array, chance: Array) -> Array:
    return _divided(agreed - chance, 1 - chance)


def _divided(part: Array, whole: Array) -> Array:
    # Rounding leaves a residue of 1e-16 where the exact denominator is zero.
    sound = np.abs(whole) > 1e-12
    return np.where(sound, part / np.where(sound, whole, 1), np.nan)
