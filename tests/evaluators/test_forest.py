"""Forests tell chances, and what in the features spoke for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from bot.errors import KiestoonError
from evaluators.forest import Forest, Forests, load_forests, save_forests
from evaluators.logistic import Logistic

NAMES = ("signal", "noise", "still")


def grown() -> tuple[Forest, ExtraTreesClassifier, np.ndarray]:
    chance = np.random.default_rng(4)
    table = np.column_stack([chance.random((200, 2)), np.zeros(200)])
    labels = np.where(table[:, 0] > 0.6, "met", np.where(table[:, 0] > 0.3, "partly", "missed"))
    model = ExtraTreesClassifier(30, min_samples_leaf=3, random_state=1).fit(table, labels)
    return Forest.grown(model, NAMES), model, table


def test_chances_are_those_of_the_library() -> None:
    forest, model, table = grown()
    wanted = model.predict_proba(table[:40])
    for row, chances in zip(table[:40], wanted, strict=True):
        found = forest.chances(dict(zip(NAMES, row, strict=True)))
        assert [found[verdict] for verdict in model.classes_] == pytest.approx(chances, abs=0.004)
        assert sum(found.values()) == pytest.approx(1)


def test_pulls_add_up_to_the_chance_and_name_what_mattered() -> None:
    forest, _, _ = grown()
    chances, pulls = forest.explained({"signal": 0.9, "noise": 0.5, "unknown": 7.0})
    start = forest.value[forest.roots].mean(axis=0) / 255
    ends = start + sum(pulls.values())
    assert ends == pytest.approx([chances[verdict] for verdict in forest.verdicts], abs=0.01)
    assert max(chances, key=lambda verdict: chances[verdict]) == "met"
    assert pulls["signal"][forest.verdicts.index("met")] > 0.3
    assert "still" not in forest.features


def test_a_forest_is_kept_whole(tmp_path: Path) -> None:
    forest, _, table = grown()
    save_forests(tmp_path / "forests.npz", Forests(("nl",), {"terms": forest}))
    again = load_forests(tmp_path / "forests.npz")
    assert again is not None
    assert again.langs == ("nl",)
    values = dict(zip(NAMES, table[0], strict=True))
    assert again.criteria["terms"].chances(values) == forest.chances(values)


def test_broken_forests_are_refused_and_missing_ones_are_none(tmp_path: Path) -> None:
    assert load_forests(tmp_path / "forests.npz") is None
    (tmp_path / "forests.npz").write_bytes(b"PK no")
    with pytest.raises(KiestoonError, match="forests"):
        load_forests(tmp_path / "forests.npz")


def with_regression() -> tuple[Forest, np.ndarray]:
    """The forest with a regression beside it that takes noise for a sign of `missed`."""
    forest, _, table = grown()
    weights = np.array([[4.0 if name == "missed" else 0.0 for name in forest.verdicts]], np.float32)
    one, none = np.ones(1, np.float32), np.zeros(1, np.float32)
    return replace(forest, beside=Logistic(("noise",), none, one, weights, np.zeros(3, np.float32))), table


def test_the_regression_beside_a_forest_moves_its_chances_and_shows_what_moved_them() -> None:
    forest, _ = with_regression()
    values = {"signal": 0.62, "noise": 1.0}
    alone, by_trees = replace(forest, beside=None).explained(values)
    mixed, pulls = forest.explained(values)
    assert mixed["missed"] > alone["missed"]
    assert sum(mixed.values()) == pytest.approx(1)
    missed = forest.verdicts.index("missed")
    assert pulls["noise"][missed] > max(0.0, *by_trees.get("noise", np.zeros(3))[missed : missed + 1])


def test_a_regression_is_kept_with_its_forest(tmp_path: Path) -> None:
    forest, table = with_regression()
    save_forests(tmp_path / "forests.npz", Forests(("nl",), {"terms": forest}))
    again = load_forests(tmp_path / "forests.npz")
    assert again is not None
    values = dict(zip(NAMES, table[0], strict=True))
    assert again.criteria["terms"].chances(values) == forest.chances(values)
