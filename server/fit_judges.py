"""Fit the weights by which verdicts are weighed: ``python -m server.fit_judges``.

Reads the calls that `evaluators.gold.load_to_fit_on` names and writes ``data/judging/weights.json``. A criterion is
weighed where that agrees better with the readers than the rule alone, each call judged by weights that were fitted
without it; these figures are printed. The rules were tuned on the older gold calls, so look at newer ones to tell
whether weighing helps.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.acts import Understanding
from bot.event_log import StoredLog
from bot.events import Lang
from evaluators.agreement import cohen_kappa, confusions
from evaluators.gold import READ_CRITERIA, GoldCall, load_to_fit_on
from evaluators.registry import by_rules
from evaluators.transcript_file import transcript_events
from evaluators.verdicts import Verdict
from evaluators.weighing import features_for, weighable
from evaluators.weights import Weighing, Weights
from server.engine import WEIGHTS, Engine
from server.settings import load_settings

LANG: Lang = "nl"

PENALTY = 0.05
"""Inverse strength of the penalty on weights (scikit-learn's C): strong, for some two hundred calls."""

SMALLEST = 0.004
"""Weights below this are left out of the file."""

FOLDS = 10

GAIN = 0.02
"""By so much kappa must weighing be better than the rule: a rule explains itself better."""


@dataclass(frozen=True)
class Case:
    """One criterion in one call: its features, what the rule says, and what counts (None where nobody read it)."""

    features: dict[str, float]
    rule: Verdict
    counts: Verdict
    weighed: bool


def cases(engine: Engine, calls: Iterable[GoldCall]) -> dict[str, list[Case]]:
    """Per criterion a case for each call."""
    recogniser = engine.acts(LANG)

    def understand(text: str, previous: str | None) -> Understanding:
        return recogniser.understand(text, LANG, previous_customer_line=previous)

    found: dict[str, list[Case]] = {name: [] for name in READ_CRITERIA}
    for gold in calls:
        call = engine.record(StoredLog(transcript_events(gold.transcript, understand, gold.id)), LANG)
        results = by_rules(call)
        for name in READ_CRITERIA:
            own, counts = results[name], gold.reference.get(name)
            if counts is None or counts == "not_scored":
                continue
            others = {other: result for other, result in results.items() if other != name}
            values = {key: feature.value for key, feature in features_for(call, own, others).items()}
            found[name].append(Case(values, own.verdict, counts, weighable(own)))
    return found


def fitted(found: Sequence[Case]) -> Weighing | None:
    """Weights over these cases; None where there is only one verdict."""
    usable = [case for case in found if case.weighed]
    labels = [case.counts for case in usable]
    if len(set(labels)) < 2:
        return None
    table = DictVectorizer(sparse=False)
    model = LogisticRegression(C=PENALTY, max_iter=1000).fit(table.fit_transform([c.features for c in usable]), labels)
    weights, bias = _both_sides(np.asarray(model.coef_), np.asarray(model.intercept_))
    return Weighing(
        verdicts=tuple(model.classes_),
        bias=tuple(round(float(value), 3) for value in bias),
        features={
            str(name): tuple(round(float(value), 3) for value in column)
            for name, column in zip(table.get_feature_names_out(), weights.T, strict=True)
            if float(np.abs(column).max()) >= SMALLEST
        },
    )


def _both_sides(weights: NDArray[np.float64], bias: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """One row per verdict, also where two verdicts share one row of weights."""
    if len(weights) > 1:
        return weights, bias
    return np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])


def judged(case: Case, weighing: Weighing | None) -> Verdict:
    """The verdict on a case by these weights."""
    if weighing is None or not case.weighed:
        return case.rule
    chances = weighing.chances(case.features)
    return max(chances, key=lambda name: chances[name])


def left_out(found: Sequence[Case]) -> list[Verdict]:
    """The verdict on each case by weights that were fitted without its fold."""
    by_fold = [fitted([case for at, case in enumerate(found) if at % FOLDS != fold]) for fold in range(FOLDS)]
    return [judged(case, by_fold[at % FOLDS]) for at, case in enumerate(found)]


def kappa(judges: Sequence[str], counts: Sequence[str]) -> float:
    """Cohen's kappa between verdicts."""
    return float(cohen_kappa(confusions(judges, counts))[0])


def main() -> None:
    """Fit, write, and report."""
    engine = Engine(load_settings())
    content = engine.settings.content
    weights: dict[str, Weighing] = {}
    for name, group in cases(engine, load_to_fit_on(content / "data", LANG)).items():
        counts = [case.counts for case in group]
        rules, weighed = kappa([case.rule for case in group], counts), kappa(left_out(group), counts)
        found = fitted(group) if weighed >= rules + GAIN else None
        if found is not None:
            weights[name] = found
        chosen = "weighed" if found else "by the rule"
        sys.stdout.write(f"{name:20} {len(group):3} calls  rule {rules:5.2f}  weighed {weighed:5.2f}  {chosen}\n")
    path = content / WEIGHTS
    path.write_text(Weights(langs=(LANG,), criteria=weights).model_dump_json(indent=None) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
