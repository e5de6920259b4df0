"""A named value that a call shows, and where: what `features`, `chains` and `told` are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """A value with the positions of the turns that show it, the surest first."""

    value: float
    turns: tuple[int, ...] = ()


Features = dict[str, Feature]
