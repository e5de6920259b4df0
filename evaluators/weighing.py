"""Weighing: the most probable verdict where a rule alone is too sure of its wording.

A forest of decision trees per criterion over `features` and a regression beside it, both fitted to read calls by
`server.fit_judges` (`forest`, `logistic`). What
the script settles (no terms, no bad news …) is never weighed. Where the weighing agrees with the rule, the rule's
explanation stands; where it does not, the turns whose features pulled most are the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluators.feature import Features
from evaluators.features import judged_as, seen_in
from evaluators.judge import judge
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult

SETTLED = frozenset(("none_listed", "none_due", "no_key_facts", "no_option", "no_solution", "unclear_recognition"))
"""Reasons that follow from the script or the recognition alone."""

SHOWN = 3
"""So many turns are shown as those that weighed most."""


def features_for(call: CallRecord, own: CriterionResult, others: Mapping[str, CriterionResult]) -> Features:
    """All that is weighed for one criterion."""
    return {**seen_in(call), **judged_as(call, own, others)}


def weighable(own: CriterionResult) -> bool:
    """Whether there is something to weigh: the rule judged, and not by the script alone."""
    return own.verdict != "not_scored" and own.reason_code not in SETTLED


def weigh(call: CallRecord, own: CriterionResult, others: Mapping[str, CriterionResult]) -> CriterionResult:
    """The rule's result, or the one that all features together make more probable."""
    forests = call.forests
    if forests is None or call.start.lang not in forests.langs or not weighable(own):
        return own
    forest = forests.criteria.get(own.criterion)
    if forest is None:
        return own
    features = features_for(call, own, others)
    chances, pulls = forest.explained({name: feature.value for name, feature in features.items()})
    verdict = max(chances, key=lambda one: chances[one])
    sure = round(chances[verdict], 2)
    if verdict == own.verdict:
        return own.model_copy(update={"confidence": sure})
    against = [forest.verdicts.index(own.verdict)] if own.verdict in forest.verdicts else []
    towards = forest.verdicts.index(verdict)
    gains = {name: float(pull[towards] - sum(pull[k] for k in against)) for name, pull in pulls.items()}
    shown = [call.quote(position) for position in deciding_turns(features, gains)]
    return judge(call, own.criterion, verdict, f"weighed_{verdict}", shown or own.evidence, sure)


def deciding_turns(features: Features, gains: Mapping[str, float]) -> tuple[int, ...]:
    """Positions of the turns whose features pulled most towards the verdict and away from the rule's."""
    pull: dict[int, float] = {}
    for name, gain in gains.items():
        feature = features.get(name)
        for position in feature.turns[:2] if feature else ():
            pull[position] = pull.get(position, 0.0) + gain
    ranked = sorted((gain, -position) for position, gain in pull.items() if gain > 0)
    return tuple(sorted(-position for _, position in ranked[-SHOWN:]))
