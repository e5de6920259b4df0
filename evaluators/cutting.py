"""Where the phases of a whole call start by weighing every cut: a sequence model over the agent's turns.

A cut says at which of the agent's turns analysis, offer and closing start first; analysis and offer may come in either
order, and each may lack. Its score is the sum of how well each turn goes with the phase that it gets, and each first
turn with being one. The likeliest cut is taken. Weights are fitted on the gold calls by `server.fit_phases`.

Where the analysis or the closing may well start at either of two turns of the agent, the customer's turn between them
is named: the customer's telling opens the analysis and his breaking off the closing as much as the agent's turn does,
and whoever looks there finds the start within a turn. An offer is always the agent's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluators.phase_weights import COLUMNS, Floats, PhaseWeights
from evaluators.record import CallRecord, remembered
from evaluators.turn_features import turn_features
from evaluators.verdicts import Phase

Turns = NDArray[np.int_]

STARTS: tuple[Phase, ...] = ("analysis", "offer", "closing")
CONTACT, ANALYSIS, OFFER, CLOSING, ANALYSIS_STARTS, OFFER_STARTS, CLOSING_STARTS = range(COLUMNS)

BETWEEN: tuple[Phase, ...] = ("analysis", "closing")
"""The phases that a turn of the customer's can open."""

CLEARER = 0.1
"""So much more probably must the start lie within a turn of the customer's than of the agent's likeliest one."""

MOST_TURNS = 120
"""So many turns of the agent are weighed at most: the number of cuts grows with the third power."""


@remembered
def weighed_starts(call: CallRecord) -> dict[Phase, int] | None:
    """Position where each phase starts, those that lack left out; None where there is nothing to weigh by: no weights
    for this language, a call that has not ended, or one with fewer than two turns of the agent.
    """
    weights = call.phase_weights
    if weights is None or call.start.lang not in weights.langs or call.ended is None:
        return None
    if not 2 <= len(call.agent) <= MOST_TURNS:
        return None
    return phase_starts(weights, turn_features(call), call.agent)


def phase_starts(weights: PhaseWeights, turns: Sequence[dict[str, float]], numbers: Sequence[int]) -> dict[Phase, int]:
    """The number of the turn at which each phase starts, those that lack left out; `numbers` are those of the agent's
    turns, and the customer's lie between them.
    """
    cut, chances = weigh_cuts(weights, turns)
    found: dict[Phase, int] = {}
    for phase, likeliest, chance in zip(STARTS, cut, chances, strict=True):
        if likeliest < len(numbers):
            found[phase] = _between(numbers, likeliest, chance) if phase in BETWEEN else numbers[likeliest]
    return found


def _between(numbers: Sequence[int], likeliest: int, chance: Floats) -> int:
    """The likeliest turn, or the customer's before or behind it where that is clearly nearer to where it may start."""

    def near(number: int) -> float:
        return sum(float(value) for at, value in zip(numbers, chance, strict=False) if abs(at - number) <= 1)

    own = numbers[likeliest]
    around = [number for number in (own - 1, own + 1) if number not in numbers and numbers[0] < number < numbers[-1]]
    best = max(around, key=near, default=own)
    return best if near(best) >= near(own) + CLEARER else own


def weigh_cuts(weights: PhaseWeights, turns: Sequence[dict[str, float]]) -> tuple[tuple[int, int, int], Floats]:
    """The likeliest cut (the turn at which analysis, offer and closing start, the number of turns for a phase that
    lacks), and the chance of each start, shape (3, turns + 1).
    """
    count = len(turns)
    table = np.array([weights.scores(turn) for turn in turns])
    scored = list(_by_closing(table, weights.back))
    highest = max(float(scores.max()) for _, scores in scored)
    chances = np.zeros((len(STARTS), count + 1))
    best, chosen = -np.inf, (count,) * 3
    for closing, scores in scored:
        odds = np.exp(scores - highest)
        for place, of_starts in enumerate((odds.sum(axis=1), odds.sum(axis=0))):
            chances[place, 1:closing] += of_starts[:-1]
            chances[place, count] += of_starts[-1]
        chances[2, closing] += odds.sum()
        place = int(scores.argmax())
        if scores.flat[place] > best:
            best = float(scores.flat[place])
            analysis, offer = (start + 1 if start + 1 < closing else count for start in divmod(place, closing))
            chosen = (analysis, offer, closing)
    return chosen, chances / chances.sum(axis=1, keepdims=True)


def _by_closing(table: Floats, back: float) -> Iterator[tuple[int, Floats]]:
    """For each start of the closing the scores of all starts of analysis (rows) and offer (columns) from 1 on; the last
    row and column mean that the phase lacks.
    """
    count = len(table)
    so_far = np.vstack([np.zeros(COLUMNS), np.cumsum(table, axis=0)])
    for closing in range(1, count + 1):
        starts = np.arange(1, closing + 1)
        analysis, offer = np.meshgrid(starts, starts, indexing="ij")
        first, second = np.minimum(analysis, offer), np.maximum(analysis, offer)
        swapped = offer < analysis
        scores = so_far[first, CONTACT] + so_far[count, CLOSING] - so_far[closing, CLOSING]
        scores = scores + _stretch(so_far, first, second, np.where(swapped, OFFER, ANALYSIS))
        scores = scores + _stretch(so_far, second, closing, np.where(swapped, ANALYSIS, OFFER))
        scores = scores + _first(table, analysis, closing, ANALYSIS_STARTS)
        scores = scores + _first(table, offer, closing, OFFER_STARTS)
        scores = scores + (table[closing, CLOSING_STARTS] if closing < count else 0.0)
        scores = scores + back * (swapped & (analysis < closing))
        scores[(analysis == offer) & (analysis < closing)] = -np.inf
        yield closing, scores


def _stretch(so_far: Floats, start: Turns, stop: Turns | int, column: Turns) -> Floats:
    return np.asarray(so_far[stop, column] - so_far[start, column])


def _first(table: Floats, start: Turns, closing: int, column: int) -> Floats:
    return np.where(start < closing, table[np.minimum(start, len(table) - 1), column], 0.0)
