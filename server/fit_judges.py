"""Grow the forests by which verdicts are weighed: ``python -m server.fit_judges``.

Reads the calls that `evaluators.gold.load_to_fit_on` names and writes ``data/judging/forests.npz``. A criterion is
weighed where that agrees better with the readers than the rule alone, each call judged by what was fitted without it
and without the others by its author, who are alike; these figures are printed. They are of the practice calls without
marks alone: the rules were tuned on the gold calls, and the reader of calls learned the marks. To fit on these helps
all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from evaluators.agreement import cohen_kappa, confusions
from evaluators.forest import Forest, Forests, save_forests
from evaluators.gold import FITTED_FOR, READ_CRITERIA, GoldCall, load_to_fit_on
from evaluators.logistic import REACH, Floats, Logistic
from evaluators.record import CallRecord
from evaluators.registry import by_rules
from evaluators.verdicts import Verdict
from evaluators.weighing import features_for, weighable
from server.engine import FORESTS
from server.fit_calls import left_out, over
from server.settings import load_settings

TREES, LEAST_IN_LEAF, TRIED = 120, 3, 0.2
"""Trees in a forest, calls in a leaf at least, and the share of features that are tried for a split: the second and
third found best in leaving authors out.
"""

STRENGTH, LEAST_CALLS, ROUNDS = 0.003, 5, 200
"""Of the regression: the inverse of its penalty, found best likewise; a feature counts that shows in so many calls; and
so many steps of the optimiser are plenty.
"""

_SEED = 20_262

GAIN = 0.01
"""By so much kappa must weighing be better than the rule: a rule explains itself better."""


@dataclass(frozen=True)
class Case:
    """One criterion in one call: its features, what the rule says and what counts; whether it may be weighed, and
    whether the call is known: the rule was tuned on it, or the reader learned its marks.
    """

    features: dict[str, float]
    rule: Verdict
    counts: Verdict
    weighed: bool
    known: bool
    author: str


def cases_of(gold: GoldCall, call: CallRecord) -> dict[str, Case]:
    """A case for each criterion that was read in a call."""
    results = by_rules(call)
    known = gold.split == "tuned" or gold.transcript.marked
    found: dict[str, Case] = {}
    for name in READ_CRITERIA:
        own, counts = results[name], gold.reference.get(name)
        if counts is None or counts == "not_scored":
            continue
        others = {other: result for other, result in results.items() if other != name}
        values = {key: feature.value for key, feature in features_for(call, own, others).items()}
        found[name] = Case(values, own.verdict, counts, weighable(own), known, gold.author)
    return found


def grown(found: Sequence[Case]) -> Forest | None:
    """A forest over these cases with a regression beside it; None where there is only one verdict."""
    usable = [case for case in found if case.weighed]
    labels = [case.counts for case in usable]
    if len(set(labels)) < 2:
        return None
    table = DictVectorizer(sparse=False)
    rows = table.fit_transform([case.features for case in usable])
    model = ExtraTreesClassifier(
        TREES, min_samples_leaf=LEAST_IN_LEAF, max_features=TRIED, random_state=_SEED, n_jobs=-1
    )
    names = tuple(str(name) for name in table.get_feature_names_out())
    return Forest.grown(model.fit(rows, labels), names, _regression(rows, labels, names))


def _regression(rows: Floats, labels: Sequence[Verdict], names: Sequence[str]) -> Logistic | None:
    usual = (rows != 0).sum(axis=0) >= LEAST_CALLS
    if not usual.any():
        return None
    columns = rows[:, usual]
    mean, scale = columns.mean(axis=0), columns.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(np.clip((columns - mean) / scale, -REACH, REACH), labels)
    return Logistic.fitted(model, tuple(np.array(names)[usual].tolist()), mean, scale)


def judged(case: Case, forest: Forest | None) -> Verdict:
    """The verdict on a case by this forest."""
    if forest is None or not case.weighed:
        return case.rule
    chances = forest.chances(case.features)
    return max(chances, key=lambda verdict: chances[verdict])


def agreement(found: Sequence[Case], judges: Sequence[Verdict]) -> float:
    """Cohen's kappa of these verdicts with those that count, over the calls that are not known."""
    pairs = [(verdict, case.counts) for verdict, case in zip(judges, found, strict=True) if not case.known]
    return float(cohen_kappa(confusions([verdict for verdict, _ in pairs], [counts for _, counts in pairs]))[0])


def main() -> None:
    """Fit, write, and report."""
    content = load_settings().content
    of_calls = list(over(load_to_fit_on(content / "data"), cases_of))
    save_forests(content / FORESTS, Forests(FITTED_FOR, fitted(of_calls)))


def fitted(of_calls: Sequence[dict[str, Case]]) -> dict[str, Forest]:
    """A forest for each criterion that is better weighed than judged by its rule; tells how much better."""
    forests: dict[str, Forest] = {}
    for name in READ_CRITERIA:
        group = [found[name] for found in of_calls if name in found]
        rules, weighed = (
            agreement(group, [case.rule for case in group]),
            agreement(group, left_out(group, grown, judged)),
        )
        found = grown(group) if weighed >= rules + GAIN else None
        if found is not None:
            forests[name] = found
        chosen = "weighed" if found else "by the rule"
        sys.stdout.write(f"{name:20} {len(group):3} calls  rule {rules:5.2f}  weighed {weighed:5.2f}  {chosen}\n")
    return forests


if __name__ == "__main__":
    # by its name, so that the processes that read calls can import it
    import_module("server.fit_judges").main()
