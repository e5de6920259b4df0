"""The form of a clause, what the customer just said and the phase of the call, as a shift of probabilities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.acts import Act
from bot.nlu.clauses import Clause
from bot.nlu.linear import Floats
from bot.nlu.pack import ContextRule, LanguagePack
from bot.nlu.rules import joined
from bot.nlu.turn import Turn


class ContextBook:
    """The compiled context rules of one language."""

    def __init__(self, pack: LanguagePack) -> None:
        self._rules = [(rule, _compiled(pack, rule.clause), _compiled(pack, rule.previous)) for rule in pack.context]

    def weighted(self, turn: Turn, labels: tuple[str, ...]) -> list[Clause]:
        """The clauses of the turn, their probabilities multiplied by every rule that applies."""
        before = (turn.previous_customer_line or "").casefold()
        open_rules = [
            (rule, form)
            for rule, form, previous in self._rules
            if (not rule.phases or turn.phase in rule.phases) and (not previous or previous.search(before))
        ]
        return [_weighed(turn, clause, labels, open_rules) for clause in turn.clauses]


def _weighed(
    turn: Turn, clause: Clause, labels: tuple[str, ...], rules: Sequence[tuple[ContextRule, re.Pattern[str] | None]]
) -> Clause:
    """The clause as those of the rules that its form fits weigh it."""
    text, _ = joined(turn.words[clause.first : clause.last])
    factors = np.ones(len(labels), np.float32)
    fallback: Act | None = None
    for rule, form in rules:
        if not form or form.search(text):
            fallback = fallback or rule.fallback
            for act, weight in rule.weights.items():
                if act.value in labels:
                    factors[labels.index(act.value)] *= weight
    return replace(clause, probabilities=_normed(clause.probabilities * factors), fallback=fallback)


def _compiled(pack: LanguagePack, pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pack.expanded(pattern)) if pattern else None


def _normed(weighted: Floats) -> Floats:
    total = float(weighted.sum())
    return np.asarray(weighted / total, np.float32) if total > 0 else weighted
