"""The judges held against the gold calls: agreement per criterion, of points and of phases, with the human figure
beside each, and the bar that they must reach on calls not used for tuning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from evaluators.agreement import (
    CATEGORIES,
    Array,
    cohen_kappa,
    confusions,
    gwet_ac1,
    interval,
    mean_known,
    observed,
    resamples,
    share,
)
from evaluators.gold import READ_CRITERIA, CallReading, GoldCall
from evaluators.rubric import Rubric
from evaluators.verdicts import CriterionResult, Phase, PhaseSpan, Verdict

MEAN_KAPPA_BAR = 0.75
KAPPA_BAR = 0.6
APPLICABLE_FROM = 15
PHASES_BAR = 0.9
NEAR_POINTS = 10
NEAR_TURNS = 1
STARTS: tuple[Phase, ...] = ("analysis", "offer", "closing")
"""The phases whose start is compared; contact always starts at the first turn."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Frozen):
    """A figure with its 95 % bootstrap interval over calls; None where it cannot be computed."""

    value: float | None
    low: float | None
    high: float | None


class CriterionAgreement(_Frozen):
    """Agreement on one criterion. `calls` were judged by both, `applicable` of them are not `not_applicable` by the
    reference. `confusion` counts the automatic verdicts under each verdict of the reference. The human figures compare
    the two readings of `human_calls` calls.
    """

    criterion: str
    calls: int
    applicable: int
    agreement: Figure
    kappa: Figure
    ac1: Figure
    human_calls: int
    human_kappa: Figure
    human_ac1: Figure
    confusion: dict[str, dict[str, int]]


class SetAgreement(_Frozen):
    """Agreement on a set of calls. `near_points` is the share of calls whose points differ by at most 10 from those of
    the reference; `phase_starts` the share of phase starts, of either side, that are at most a turn apart.
    """

    name: str
    calls: int
    twice_read: int
    undecided: int
    criteria: tuple[CriterionAgreement, ...]
    mean_kappa: Figure
    mean_ac1: Figure
    near_points: Figure
    phase_starts: Figure
    human_mean_kappa: Figure
    human_mean_ac1: Figure
    human_near_points: Figure
    human_phase_starts: Figure


class Bar(_Frozen):
    """One demand on the judges: `found` against `wanted`, None where there was nothing to measure."""

    name: str
    wanted: float
    found: float | None
    met: bool | None


class Seen(NamedTuple):
    """What one judge, human or not, saw in a call."""

    criteria: Mapping[str, Verdict]
    phases: Mapping[Phase, int] | None


def seen_by_machine(results: Iterable[CriterionResult], spans: Iterable[PhaseSpan]) -> Seen:
    """The automatic verdicts, and where each phase starts for the first time."""
    starts: dict[Phase, int] = {}
    for span in spans:
        starts.setdefault(span.phase, span.from_turn)
    return Seen({result.criterion: result.verdict for result in results}, starts)


def points(verdicts: Mapping[str, Verdict], rubric: Rubric, kind: str) -> int | None:
    """The points (0 to 100) that these verdicts are worth on a form, as a scorecard counts them."""
    values, weights = [], []
    for item in rubric.items:
        worths = [rubric.worth(verdicts[name]) for name in item.criteria if name in verdicts]
        known = [worth for worth in worths if worth is not None]
        if item.applies_to(kind) and known:
            values.append(item.weight * sum(known) / len(known))
            weights.append(item.weight)
    return round(100 * sum(values) / sum(weights)) if weights else None


@dataclass(frozen=True)
class _Pair:
    """Two judges of one call."""

    kind: str
    first: Seen
    second: Seen


@dataclass(frozen=True)
class _OnVerdicts:
    """Point estimates (column 0) and resamples (columns 1 and on) of how two judges agree, by criterion."""

    matrices: Array
    kappa: Array
    ac1: Array


@dataclass(frozen=True)
class _Compared:
    """All figures of one pair of judges."""

    verdicts: _OnVerdicts
    near_points: Array
    phase_starts: Array


Verdicts = Mapping[str, Verdict]


def criterion_agreements(
    criteria: Sequence[str], judged: Sequence[tuple[Verdicts, Verdicts]], read: Sequence[tuple[Verdicts, Verdicts]]
) -> tuple[CriterionAgreement, ...]:
    """Agreement on each criterion: `judged` holds what counts and what the judges saw, `read` what two readers saw."""
    auto, human = (_on_verdicts(criteria, pairs, _weights(len(pairs))) for pairs in (judged, read))
    return tuple(_criterion(place, name, auto, human) for place, name in enumerate(criteria))


def agreement(name: str, calls: Sequence[GoldCall], machine: Mapping[str, Seen], rubric: Rubric) -> SetAgreement:
    """All figures on a set of calls; `machine` holds what the judges saw, by call id."""
    pairs = [_Pair(call.transcript.kind, Seen(call.reference, call.phases), machine[call.id]) for call in calls]
    twice = [call for call in calls if len(call.readings) > 1]
    humans = [_Pair(call.transcript.kind, *map(_seen, call.readings[:2])) for call in twice]
    auto, human = _compared(pairs, rubric), _compared(humans, rubric)
    return SetAgreement(
        name=name,
        calls=len(calls),
        twice_read=len(twice),
        undecided=sum(len(call.undecided()) for call in calls),
        criteria=tuple(
            _criterion(place, name, auto.verdicts, human.verdicts) for place, name in enumerate(READ_CRITERIA)
        ),
        mean_kappa=_figure(mean_known(auto.verdicts.kappa)),
        mean_ac1=_figure(mean_known(auto.verdicts.ac1)),
        near_points=_figure(auto.near_points),
        phase_starts=_figure(auto.phase_starts),
        human_mean_kappa=_figure(mean_known(human.verdicts.kappa)),
        human_mean_ac1=_figure(mean_known(human.verdicts.ac1)),
        human_near_points=_figure(human.near_points),
        human_phase_starts=_figure(human.phase_starts),
    )


def bars(found: SetAgreement) -> tuple[Bar, ...]:
    """The demands, in order: mean kappa, each criterion with enough applicable calls, phase starts."""
    enough = [row for row in found.criteria if row.applicable >= APPLICABLE_FROM]
    return (
        _bar("mean kappa", MEAN_KAPPA_BAR, found.mean_kappa.value),
        *(_bar(row.criterion, KAPPA_BAR, row.kappa.value) for row in enough),
        _bar("phase starts", PHASES_BAR, found.phase_starts.value),
    )


def _bar(name: str, wanted: float, found: float | None) -> Bar:
    return Bar(name=name, wanted=wanted, found=found, met=None if found is None else found >= wanted)


def _seen(reading: CallReading) -> Seen:
    return Seen(reading.criteria, reading.phases)


def _compared(pairs: Sequence[_Pair], rubric: Rubric) -> _Compared:
    weights = _weights(len(pairs))
    return _Compared(
        _on_verdicts(READ_CRITERIA, [(pair.first.criteria, pair.second.criteria) for pair in pairs], weights),
        _shared(pairs, weights, lambda pair: _near_points(pair, rubric)),
        _shared(pairs, weights, _near_starts),
    )


def _weights(count: int) -> Array:
    return np.vstack([np.ones((1, count)), resamples(count)])


def _on_verdicts(criteria: Sequence[str], pairs: Sequence[tuple[Verdicts, Verdicts]], weights: Array) -> _OnVerdicts:
    matrices = np.stack(
        [
            confusions([one.get(name) for one, _ in pairs], [other.get(name) for _, other in pairs], weights)
            for name in criteria
        ]
    )
    return _OnVerdicts(matrices, cohen_kappa(matrices), gwet_ac1(matrices))


def _shared(pairs: Iterable[_Pair], weights: Array, count: Callable[[_Pair], tuple[int, int]]) -> Array:
    counted = np.array([count(pair) for pair in pairs], dtype=np.float64).reshape(-1, 2)
    return share(counted[:, 0], counted[:, 1], weights)


def _near_points(pair: _Pair, rubric: Rubric) -> tuple[int, int]:
    """Whether the points are near, of one call; only criteria that both judged count, on either side."""
    both = [name for name in READ_CRITERIA if name in pair.first.criteria and name in pair.second.criteria]
    one, other = (points({name: seen.criteria[name] for name in both}, rubric, pair.kind)
                  for seen in (pair.first, pair.second))  # fmt: skip
    if one is None or other is None:
        return 0, 0
    return int(abs(one - other) <= NEAR_POINTS), 1


def _near_starts(pair: _Pair) -> tuple[int, int]:
    """Phase starts that are near, of all that either side has; a phase that only one side has is a miss."""
    if pair.first.phases is None or pair.second.phases is None:
        return 0, 0
    one, other = pair.first.phases, pair.second.phases
    both = [phase for phase in STARTS if phase in one and phase in other]
    either = [phase for phase in STARTS if phase in one or phase in other]
    return sum(abs(one[phase] - other[phase]) <= NEAR_TURNS for phase in both), len(either)


def _criterion(place: int, name: str, auto: _OnVerdicts, human: _OnVerdicts) -> CriterionAgreement:
    matrix = auto.matrices[place, 0]
    return CriterionAgreement(
        criterion=name,
        calls=int(matrix.sum()),
        applicable=int(matrix[: CATEGORIES.index("not_applicable")].sum()),
        agreement=_figure(observed(auto.matrices[place])),
        kappa=_figure(auto.kappa[place]),
        ac1=_figure(auto.ac1[place]),
        human_calls=int(human.matrices[place, 0].sum()),
        human_kappa=_figure(human.kappa[place]),
        human_ac1=_figure(human.ac1[place]),
        confusion={
            wanted: {given: int(matrix[row, column]) for column, given in enumerate(CATEGORIES)}
            for row, wanted in enumerate(CATEGORIES)
        },
    )


def _figure(values: Array) -> Figure:
    if np.isnan(values[0]):
        return Figure(value=None, low=None, high=None)
    low, high = interval(values[1:])
    return Figure(value=float(values[0]), low=low, high=high)
