"""Percentiles of measurements. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that `share` (0 to 1) of them do not exceed (nearest rank); 0 for none."""
    ordered = sorted(values)
    # 0.07 × 100 is 7.000000000000001, and the rank of that is 7.
    return ordered[max(0, math.ceil(round(share * len(ordered), 9)) - 1)] if ordered else 0.0
