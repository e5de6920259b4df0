"""Forests of decision trees, a regression beside each: the chance of each verdict, and what in the call spoke for it.

Extremely randomised trees (Geurts, Ernst and Wehenkel 2006), grown by `server.fit_judges` and kept as
``data/judging/forests.npz``. How far a feature pulled is the change of the chance along the paths through the trees
(Saabas 2014), which adds up to the chance itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bot.errors import KiestoonError
from evaluators.logistic import Logistic
from evaluators.verdicts import Verdict

LEAF = -1

BESIDE = 0.3
"""Share of the regression in the mix of logarithms: 0.3 to 0.5 do as well, of calls by authors that were left out."""

_FULL = 255.0
_TINY = 1e-3


@dataclass(frozen=True)
class Forest:
    """The trees of one criterion, their nodes in one row: `feature` (index into `features`, `LEAF` at a leaf),
    `threshold` (go `left` up to it, else `right`), `value` (chances in 255ths, shape (nodes, verdicts)); `roots` are
    the nodes where trees begin. `beside` judges with them.
    """

    verdicts: tuple[Verdict, ...]
    features: tuple[str, ...]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.uint8]
    roots: NDArray[np.int32]
    beside: Logistic | None = None

    def chances(self, values: Mapping[str, float]) -> dict[Verdict, float]:
        """Probability per verdict (0 to 1, together 1); a feature that is not given is 0."""
        return self.explained(values)[0]

    def explained(self, values: Mapping[str, float]) -> tuple[dict[Verdict, float], dict[str, NDArray[np.float64]]]:
        """The chances, and by feature how far it pulled each verdict, in the order of `verdicts`."""
        given = np.array([values.get(name, 0.0) for name in self.features], np.float32)
        pulls = np.zeros((len(self.features), len(self.verdicts)))
        at = self.roots
        while len(inner := np.flatnonzero(self.feature[at] != LEAF)):
            here = at[inner]
            asked = self.feature[here]
            after = np.where(given[asked] <= self.threshold[here], self.left[here], self.right[here])
            np.add.at(pulls, asked, (self.value[after].astype(float) - self.value[here]) / (_FULL * len(at)))
            at = at.copy()
            at[inner] = after
        chances = self.value[at].mean(axis=0)
        chances = chances / chances.sum()
        pulled = {self.features[k]: pulls[k] for k in np.flatnonzero(np.abs(pulls).sum(axis=1))}
        if self.beside is not None:
            others, by_others = self.beside.explained(values)
            mixed = (chances + _TINY) ** (1 - BESIDE) * (others + _TINY) ** BESIDE
            chances = mixed / mixed.sum()
            pulled = {
                name: (1 - BESIDE) * pulled.get(name, 0.0) + BESIDE * by_others.get(name, 0.0)
                for name in pulled.keys() | by_others.keys()
            }
        return {verdict: float(chance) for verdict, chance in zip(self.verdicts, chances, strict=True)}, pulled

    @classmethod
    def grown(cls, model: Any, features: tuple[str, ...], beside: Logistic | None = None) -> Forest:
        """From a fitted forest of scikit-learn over a table with these columns; `beside` tells of the same verdicts."""
        parts: list[Any] = [tree.tree_ for tree in model.estimators_]
        counts = [tree.node_count for tree in parts]
        offsets = np.cumsum([0, *counts[:-1]])
        values = np.vstack([tree.value[:, 0, :] for tree in parts])
        used = sorted({int(k) for tree in parts for k in tree.feature if k >= 0})
        place = np.full(len(features) + 1, LEAF, np.int16)
        place[used] = np.arange(len(used))
        inner = np.concatenate([np.where(tree.feature >= 0, tree.feature, len(features)) for tree in parts])
        return cls(
            verdicts=tuple(str(name) for name in model.classes_),  # type: ignore[misc]
            features=tuple(features[k] for k in used),
            feature=place[inner],
            threshold=np.concatenate([tree.threshold for tree in parts]).astype(np.float32),
            left=np.concatenate([tree.children_left + o for tree, o in zip(parts, offsets, strict=True)]).astype("i4"),
            right=np.concatenate([tree.children_right + o for tree, o in zip(parts, offsets, strict=True)]).astype(
                "i4"
            ),
            value=np.round(_FULL * values / values.sum(axis=1, keepdims=True)).astype(np.uint8),
            roots=offsets.astype(np.int32),
            beside=beside,
        )


@dataclass(frozen=True)
class Forests:
    """All that was grown: per criterion, for calls in these languages."""

    langs: tuple[str, ...]
    criteria: Mapping[str, Forest]


_ARRAYS = ("feature", "threshold", "left", "right", "value", "roots")
_BESIDE = ("mean", "scale", "weights", "bias")


def save_forests(path: Path, forests: Forests) -> None:
    """Write them as one compressed file of arrays."""
    arrays: dict[str, NDArray[Any]] = {"langs": np.array(forests.langs)}
    for name, forest in forests.criteria.items():
        arrays |= {f"{name}.{part}": getattr(forest, part) for part in _ARRAYS}
        arrays |= {f"{name}.verdicts": np.array(forest.verdicts), f"{name}.features": np.array(forest.features)}
        if forest.beside is not None:
            arrays |= {f"{name}.beside.{part}": getattr(forest.beside, part) for part in _BESIDE}
            arrays[f"{name}.beside.features"] = np.array(forest.beside.features)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load_forests(path: Path) -> Forests | None:
    """The forests in a file; None where there is none. Raises KiestoonError ``weights.invalid``."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            names = [name.removesuffix(".roots") for name in arrays.files if name.endswith(".roots")]
            langs = tuple(str(lang) for lang in arrays["langs"])
            return Forests(langs, {name: _forest(arrays, name) for name in names})
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise KiestoonError("weights.invalid", f"{path.name}: {error}") from error


def _forest(arrays: Mapping[str, NDArray[Any]], name: str) -> Forest:
    verdicts = cast(tuple[Verdict, ...], _texts(arrays[f"{name}.verdicts"]))
    parts: dict[str, Any] = {part: arrays[f"{name}.{part}"] for part in _ARRAYS}
    forest = Forest(verdicts, _texts(arrays[f"{name}.features"]), **parts)
    if f"{name}.beside.features" not in arrays:
        return forest
    features = _texts(arrays[f"{name}.beside.features"])
    return replace(forest, beside=Logistic(features, *(arrays[f"{name}.beside.{part}"] for part in _BESIDE)))


def _texts(array: NDArray[Any]) -> tuple[str, ...]:
    return tuple(str(text) for text in array)
