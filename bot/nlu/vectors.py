"""The second classifier: a linear one over sentence embeddings, mixed with the first where that is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.nlu.adapter import VectorModel
from bot.nlu.clauses import Clause
from bot.nlu.embedder import Embedder
from bot.nlu.linear import Floats, softmax
from bot.nlu.turn import Turn

_TINY = 1e-6


@dataclass(frozen=True)
class Encoder:
    """What gives vectors, and the classifier over them."""

    embedder: Embedder
    model: VectorModel


@dataclass(frozen=True)
class MixWeights:
    """`share` of the embeddings in the mix (of logarithms); clauses surer than `sure` are left as they are.

    `tokens` bounds what is embedded in one turn, so that a turn stays within its time.
    """

    share: float = 0.7
    sure: float = 0.97
    tokens: int = 40


def mixed(turn: Turn, encoder: Encoder, weights: MixWeights) -> list[Clause]:
    """The clauses of a turn, those in doubt judged by both classifiers, the most doubtful first."""
    chosen = _affordable(turn, encoder.embedder, weights)
    if not chosen:
        return turn.clauses
    vectors = encoder.embedder.embed([turn.clause_text(turn.clauses[at]) for at in chosen])
    judged = encoder.model.probabilities(vectors)
    clauses = list(turn.clauses)
    for row, at in enumerate(chosen):
        clauses[at] = replace(clauses[at], probabilities=_mix(clauses[at].probabilities, judged[row], weights.share))
    return clauses


def _affordable(turn: Turn, embedder: Embedder, weights: MixWeights) -> Sequence[int]:
    doubtful = [
        at
        for at, clause in enumerate(turn.clauses)
        if float(clause.probabilities.max()) < weights.sure and not turn.clause_hits(clause, "is")
    ]
    doubtful.sort(key=lambda at: float(turn.clauses[at].probabilities.max()))
    chosen: list[int] = []
    left = weights.tokens
    for at in doubtful:
        cost = embedder.tokens(turn.clause_text(turn.clauses[at]))
        if cost <= left:
            chosen.append(at)
            left -= cost
    return chosen


def _mix(one: Floats, other: Floats, share: float) -> Floats:
    return softmax((1 - share) * np.log(one + _TINY) + share * np.log(other + _TINY))
