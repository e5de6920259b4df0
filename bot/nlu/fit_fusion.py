"""Fits the weights by which rules, classifier and tagger are brought together: writes ``data/nlu/fusion.json``.

A program for whoever changes corpus, rules or adapter much: ``python -m bot.nlu.fit_fusion CONTENT_ROOT CACHE_DIR``.
It learns from the Dutch development set (``data/eval/acts/nl/dev.jsonl``), never from a test set. Both limits are
chosen on turns that the weights were not fitted to: the one that gives the best micro-F1, and for faults the lowest
that makes them as precise as asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.acts import FAULT_ACTS, Act
from bot.nlu.bench import Case, read_cases, score_acts
from bot.nlu.combine import combine
from bot.nlu.components import Combine
from bot.nlu.fusion import Evidence, FusionWeights, evidence, fusion_path
from bot.nlu.recogniser import SpacyRecogniser, load_recogniser

_FOLDS = 8
_PENALTY = 1.0
_COUNTS = tuple(at / 100 for at in range(25, 56))
_FAULTS = tuple(at / 100 for at in range(40, 91))
_FAULT_PRECISION = 0.9
_START = FusionWeights(weights=(1.0, 0.0, 2.0, 2.0, 1.5, 1.5), constant=-1.0, counts=0.4, fault=0.6)

Floats = NDArray[np.float64]


def weighed_turns(recogniser: SpacyRecogniser, cases: Sequence[Case]) -> list[list[Evidence]]:
    """What speaks for each act in each case."""
    part = recogniser.nlp.get_pipe("kiestoon_combine")
    assert isinstance(part, Combine)
    assert part.fusion is not None
    turns = [recogniser.turn(case.text, case.context) for case in cases]
    return [
        list(evidence(turn, combine(turn, part.labels, part.thresholds), part.labels, part.fusion.tagged))
        for turn in turns
    ]


def regression(turns: Sequence[Sequence[Evidence]], cases: Sequence[Case]) -> FusionWeights:
    """The weights that these cases give, with the limits of `_START`."""
    rows = np.array([item.values for turn in turns for item in turn])
    right = np.array([item.act in case.acts for turn, case in zip(turns, cases, strict=True) for item in turn])
    model = LogisticRegression(C=_PENALTY, max_iter=1000).fit(rows, right)
    weights = tuple(round(float(weight), 4) for weight in model.coef_[0])
    return FusionWeights.model_validate(
        _START.model_dump() | {"weights": weights, "constant": round(float(model.intercept_[0]), 4)}
    )


def out_of_fold(turns: Sequence[Sequence[Evidence]], cases: Sequence[Case]) -> list[dict[Act, float]]:
    """The chance of each act in each case, by weights fitted to the other cases."""
    chances: list[dict[Act, float]] = [{} for _ in cases]
    for fold in range(_FOLDS):
        others = [at for at in range(len(cases)) if at % _FOLDS != fold]
        weights = regression([turns[at] for at in others], [cases[at] for at in others])
        for at in range(fold, len(cases), _FOLDS):
            chances[at] = {item.act: weights.chance(item) for item in turns[at]}
    return chances


def limited(weights: FusionWeights, chances: Sequence[dict[Act, float]], cases: Sequence[Case]) -> FusionWeights:
    """The weights with the limits that serve these chances best."""

    def judged(counts: float, fault: float) -> tuple[float, float]:
        trial = weights.model_copy(update={"counts": counts, "fault": fault})
        scores = score_acts((case.acts, trial.counted(each)) for case, each in zip(cases, chances, strict=True))
        right, wrong, missed = (sum(getattr(s, name) for s in scores.values()) for name in ("right", "wrong", "missed"))
        faults = [score for act, score in scores.items() if Act(act) in FAULT_ACTS]
        found = sum(score.right + score.wrong for score in faults)
        precision = sum(score.right for score in faults) / found if found else 1.0
        return 2 * right / (2 * right + wrong + missed), precision

    counts = max(_COUNTS, key=lambda at: judged(at, _START.fault)[0])
    fault = next((at for at in _FAULTS if judged(counts, at)[1] >= _FAULT_PRECISION), _FAULTS[-1])
    micro, precision = judged(counts, fault)
    sys.stderr.write(f"out of fold: micro-F1 {micro:.3f}, precision of faults {precision:.3f}\n")
    return weights.model_copy(update={"counts": counts, "fault": fault})


def main(arguments: list[str]) -> None:
    """Fit as the module's docstring says."""
    content_root, cache_dir = map(Path, arguments)
    path = fusion_path(content_root)
    if not path.exists():
        path.write_text(_START.model_dump_json(indent=1) + "\n", encoding="utf-8")
    cases = read_cases(content_root / "data" / "eval" / "acts" / "nl" / "dev.jsonl")
    turns = weighed_turns(load_recogniser("nl", content_root, cache_dir), cases)
    weights = limited(regression(turns, cases), out_of_fold(turns, cases), cases)
    path.write_text(weights.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
