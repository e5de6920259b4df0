"""What the customer just said, and the phase of the call, as a shift of the classifier's probabilities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from bot.nlu.clauses import Clause
from bot.nlu.pack import ContextRule
from bot.nlu.turn import Turn


def in_context(turn: Turn, labels: tuple[str, ...], rules: Sequence[ContextRule]) -> list[Clause]:
    """The clauses of the turn with their probabilities weighted by every context rule that applies."""
    factors = np.ones(len(labels), np.float32)
    for rule in rules:
        if _applies(rule, turn):
            for act, weight in rule.weights.items():
                if act.value in labels:
                    factors[labels.index(act.value)] *= weight
    if np.all(factors == 1):
        return turn.clauses
    return [_weighted(clause, factors) for clause in turn.clauses]


def _applies(rule: ContextRule, turn: Turn) -> bool:
    if rule.phases and turn.phase not in rule.phases:
        return False
    if rule.previous is None:
        return bool(rule.phases)
    return bool(turn.previous_customer_line and _compiled(rule.previous).search(turn.previous_customer_line.casefold()))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _weighted(clause: Clause, factors: np.typing.NDArray[np.float32]) -> Clause:
    weighted = clause.probabilities * factors
    return replace(clause, probabilities=weighted / weighted.sum())
