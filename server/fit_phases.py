"""Fit the weights by which calls are cut into phases: ``python -m server.fit_phases``.

Reads the calls that `evaluators.gold.load_to_fit_on` names, writes
``data/judging/phases.json``, and prints how many phase starts are within one turn of the readers': by the rules, and by
weights that were fitted without the calls of the author whose call is cut, who are alike.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evaluators.agreement_report import NEAR_TURNS
from evaluators.cutting import ANALYSIS, ANALYSIS_STARTS, CLOSING, OFFER, STARTS, phase_starts
from evaluators.gold import FITTED_FOR, GoldCall, load_to_fit_on
from evaluators.phase_weights import COLUMNS, PhaseWeights
from evaluators.phases import segment
from evaluators.record import CallRecord
from evaluators.turn_features import turn_features
from evaluators.verdicts import Phase
from server.engine import PHASE_WEIGHTS
from server.fit_calls import left_out, over
from server.settings import load_settings

PENALTY = 3.0
"""Strength of the penalty on weights (half of it times their squares): best, for some six hundred calls, when each is
cut by weights that were fitted without it."""

ROUNDS = 60
"""So many steps of the optimiser are plenty: the penalty makes the problem smooth."""

SMALLEST = 0.01
"""Weights below this are left out of the file."""

Floats = NDArray[np.float64]
Cut = tuple[int, int, int]


@dataclass(frozen=True)
class Case:
    """A call to learn from: the features of the agent's turns and the cut of the readers, with both sides' starts, and
    by whom it is.
    """

    turns: tuple[dict[str, float], ...]
    cut: Cut
    numbers: tuple[int, ...]
    read: dict[Phase, int]
    by_rules: dict[Phase, int]
    author: str


def case_of(call: CallRecord, read: dict[Phase, int], author: str) -> Case:
    """A call with where its phases start; a start in a turn of the customer's is learned as the agent's next turn."""
    numbers = tuple(call.turns[position].i for position in call.agent)
    starts: dict[Phase, int] = {}
    for span in segment(replace(call, phase_weights=None, memo={})):
        starts.setdefault(span.phase, span.from_turn)
    analysis, offer, closing = (_order(numbers, read.get(phase)) for phase in STARTS)
    return Case(turn_features(call), (analysis, offer, closing), numbers, read, starts, author)


def _order(numbers: Sequence[int], start: int | None) -> int:
    if start is None:
        return len(numbers)
    return next((order for order, number in enumerate(numbers) if number >= start), len(numbers) - 1)


@lru_cache(maxsize=64)
def cuts(count: int) -> tuple[NDArray[np.int_], Floats]:
    """All cuts of a call with this many turns of the agent, shape (cuts, 3), and what each uses of the turns' scores,
    shape (cuts, columns × turns + 1); the last says whether the offer comes before the analysis.
    """
    starts = [
        (analysis, offer, closing)
        for closing in range(1, count + 1)
        for analysis in (*range(1, closing), count)
        for offer in (*range(1, closing), count)
        if analysis != offer or analysis == count
    ]
    found = np.array(starts)
    analysis, offer, closing = (found[:, [place]] for place in range(3))
    turn = np.arange(count)[None, :]
    phase = np.zeros((len(found), count), dtype=np.int_)
    phase[turn >= offer] = OFFER
    phase[(turn >= analysis) & ((turn < offer) | (analysis > offer))] = ANALYSIS
    phase[turn >= closing] = CLOSING
    used = [phase == column for column in range(ANALYSIS_STARTS)] + [turn == found[:, [k]] for k in range(3)]
    back = (offer < analysis) & (analysis < count)
    return found, np.hstack([*used, back]).astype(np.float64)


def fitted(found: Sequence[Case]) -> PhaseWeights:
    """The weights that make the readers' cuts most probable, under the penalty."""
    names = sorted({name for case in found for turn in case.turns for name in turn})
    place = {name: at for at, name in enumerate(names)}
    size = len(names) + 1
    tables = [_table(case, place) for case in found]
    chosen = [int(np.abs(cuts(len(case.turns))[0] - np.array(case.cut)).sum(axis=1).argmin()) for case in found]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, back = flat[:-1].reshape(COLUMNS, size), flat[-1]
        slope, total, back_slope = np.zeros((COLUMNS, size)), 0.0, 0.0
        for table, right in zip(tables, chosen, strict=True):
            used = cuts(len(table))[1]
            scores = used @ np.append((table @ weights.T).T.ravel(), back)
            odds = np.exp(scores - scores.max())
            total += float(scores.max() + np.log(odds.sum()) - scores[right])
            off = odds / odds.sum()
            off[right] -= 1
            pulled = off @ used
            slope += pulled[:-1].reshape(COLUMNS, -1) @ table
            back_slope += float(pulled[-1])
        return total + PENALTY * float(flat @ flat) / 2, np.append(slope.ravel(), back_slope) + PENALTY * flat

    flat = minimize(loss, np.zeros(COLUMNS * size + 1), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    return _rounded(flat, names)


def _table(case: Case, place: dict[str, int]) -> Floats:
    table = np.zeros((len(case.turns), len(place) + 1))
    table[:, -1] = 1
    for row, turn in enumerate(case.turns):
        for name, value in turn.items():
            table[row, place[name]] = value
    return table


def _rounded(flat: Floats, names: Sequence[str]) -> PhaseWeights:
    weights = np.round(flat[:-1].reshape(COLUMNS, -1), 3)
    return PhaseWeights(
        langs=FITTED_FOR,
        back=round(float(flat[-1]), 3),
        bias=tuple(weights[:, -1].tolist()),
        features={
            name: tuple(weights[:, at].tolist())
            for at, name in enumerate(names)
            if float(np.abs(weights[:, at]).max()) >= SMALLEST
        },
    )


def hits(case: Case, starts: dict[Phase, int]) -> tuple[int, int]:
    """How many phase starts of either side are near each other, and how many there are."""
    either = {phase for phase in STARTS if phase in starts or phase in case.read}
    near = [p for p in either if p in starts and p in case.read and abs(starts[p] - case.read[p]) <= NEAR_TURNS]
    return len(near), len(either)


def _starts(case: Case, weights: PhaseWeights) -> dict[Phase, int]:
    return phase_starts(weights, case.turns, case.numbers)


def _told(name: str, counted: Sequence[tuple[int, int]]) -> str:
    near, all_starts = (sum(count[side] for count in counted) for side in range(2))
    return f"{name:8} {near} of {all_starts} phase starts within {NEAR_TURNS} turn: {near / all_starts:.0%}\n"


def main() -> None:
    """Fit, write and report."""
    content = load_settings().content
    found = list(filter(None, over(load_to_fit_on(content / "data"), read_case)))
    sys.stdout.write(_told("rules", [hits(case, case.by_rules) for case in found]))
    weighed = [hits(case, starts) for case, starts in zip(found, left_out(found, fitted, _starts), strict=True)]
    sys.stdout.write(_told("weighed", weighed))
    path = content / PHASE_WEIGHTS
    path.parent.mkdir(exist_ok=True)
    path.write_text(fitted(found).model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_case(gold: GoldCall, call: CallRecord) -> Case | None:
    """A call with where its phases start; None where that was not decided, or where there is nothing to cut."""
    return case_of(call, dict(gold.phases), gold.author) if gold.phases is not None and len(call.agent) > 1 else None


if __name__ == "__main__":
    # by its name, so that the processes that read calls can import it
    import_module("server.fit_phases").main()
