"""A regression tells the chances of the library's own, and what in the features spoke for them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from evaluators.logistic import REACH, Logistic

NAMES = ("signal", "noise")


def fitted(verdicts: int) -> tuple[Logistic, LogisticRegression, np.ndarray, np.ndarray, np.ndarray]:
    table = np.random.default_rng(3).random((150, 2))
    labels = np.array(["met", "missed", "partly"])[np.minimum(table[:, 0] * verdicts, verdicts - 1).astype(int)]
    mean, scale = table.mean(axis=0), table.std(axis=0)
    model = LogisticRegression(C=0.5).fit(np.clip((table - mean) / scale, -REACH, REACH), labels)
    return Logistic.fitted(model, NAMES, mean, scale), model, table, mean, scale


@pytest.mark.parametrize("verdicts", [2, 3])
def test_chances_are_those_of_the_library(verdicts: int) -> None:
    found, model, table, mean, scale = fitted(verdicts)
    wanted = model.predict_proba((table[:20] - mean) / scale)
    for row, chances in zip(table[:20], wanted, strict=True):
        told, _ = found.explained(dict(zip(NAMES, row, strict=True)))
        assert told == pytest.approx(chances, abs=1e-5)


def test_what_speaks_for_one_verdict_speaks_against_others() -> None:
    found, model, *_ = fitted(3)
    _, pulls = found.explained({"signal": 0.95, "noise": 0.5})
    highest, lowest = list(model.classes_).index("partly"), list(model.classes_).index("met")
    assert pulls["signal"][highest] > 0 > pulls["signal"][lowest]
    assert sum(pulls["signal"]) == pytest.approx(0, abs=1e-6)
    assert abs(pulls["noise"]).max() < abs(pulls["signal"]).max() / 3


def test_a_feature_far_out_of_its_range_counts_up_to_a_limit() -> None:
    found, *_ = fitted(3)
    far, _ = found.explained({"signal": 50.0, "noise": 0.5})
    further, _ = found.explained({"signal": 5000.0, "noise": 0.5})
    assert far == pytest.approx(further)
