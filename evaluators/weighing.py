"""Weighing: the most probable verdict where a rule alone is too sure of its wording.

A small, strongly regularised logistic regression per criterion over `features`, fitted on the gold calls by
`server.fit_judges` and kept as ``data/judging/weights.json``. What the script settles (no terms, no bad news …) is
never weighed. Where the weighing agrees with the rule, the rule's explanation stands; where it does not, the turns
that weighed most are the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluators.feature import Features
from evaluators.features import judged_as, seen_in
from evaluators.judge import judge
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Verdict
from evaluators.weights import Weighing

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
    weights = call.weights
    if weights is None or call.start.lang not in weights.langs or not weighable(own):
        return own
    weighing = weights.criteria.get(own.criterion)
    if weighing is None:
        return own
    features = features_for(call, own, others)
    chances = weighing.chances({name: feature.value for name, feature in features.items()})
    verdict = max(chances, key=lambda name: chances[name])
    sure = round(chances[verdict], 2)
    if verdict == own.verdict:
        return own.model_copy(update={"confidence": sure})
    shown = [call.quote(position) for position in deciding_turns(weighing, features, verdict, own.verdict)]
    return judge(call, own.criterion, verdict, f"weighed_{verdict}", shown or own.evidence, sure)


def deciding_turns(weighing: Weighing, features: Features, chosen: Verdict, instead: Verdict) -> tuple[int, ...]:
    """Positions of the turns whose features spoke most for the chosen verdict rather than for the rule's."""
    towards = weighing.verdicts.index(chosen)
    against = weighing.verdicts.index(instead) if instead in weighing.verdicts else None
    pull: dict[int, float] = {}
    for name, feature in features.items():
        weights = weighing.features.get(name)
        if weights is None or not feature.turns:
            continue
        gain = feature.value * (weights[towards] - (weights[against] if against is not None else 0.0))
        for position in feature.turns[:2]:
            pull[position] = pull.get(position, 0.0) + gain
    ranked = sorted((gain, -position) for position, gain in pull.items() if gain > 0)
    return tuple(sorted(-position for _, position in ranked[-SHOWN:]))
