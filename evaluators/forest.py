"""Forests of decision trees: the chance of each verdict, and what in the call spoke for it.

Extremely randomised trees (Geurts, Ernst and Wehenkel 2006), grown by `server.fit_judges` and kept as
``data/judging/forests.npz``. How far a feature pulled is the change of the chance along the paths through the trees
(Saabas 2014), which adds up to the chance itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bot.errors import KiestoonError
from evaluators.verdicts import Verdict

LEAF = -1

LEAN = 0.2
"""How far a rare verdict is favoured: chances are divided by its share among the calls to this power. Agreement beyond
chance counts a rare verdict that is missed as heavily as a common one. From 0 to 0.35 it makes little difference.
"""

_FULL = 255.0


@dataclass(frozen=True)
class Forest:
    """The trees of one criterion, their nodes in one row: `feature` (index into `features`, `LEAF` at a leaf),
    `threshold` (go `left` up to it, else `right`), `value` (chances in 255ths, shape (nodes, verdicts)); `roots` are
    the nodes where trees begin, `shares` how common each verdict was among the calls.
    """

    verdicts: tuple[Verdict, ...]
    features: tuple[str, ...]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.uint8]
    roots: NDArray[np.int32]
    shares: NDArray[np.float32]

    def chosen(self, chances: Mapping[Verdict, float]) -> Verdict:
        """The verdict that these chances speak for."""
        lean = dict(zip(self.verdicts, self.shares.astype(float) ** LEAN, strict=True))
        return max(self.verdicts, key=lambda verdict: chances[verdict] / lean[verdict])

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
        return (
            {verdict: float(chance) for verdict, chance in zip(self.verdicts, chances, strict=True)},
            {self.features[k]: pulls[k] for k in np.flatnonzero(np.abs(pulls).sum(axis=1))},
        )

    @classmethod
    def grown(cls, model: Any, features: tuple[str, ...], shares: Mapping[Verdict, float]) -> Forest:
        """From a fitted forest of scikit-learn over a table with these columns, and the share of each verdict."""
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
            shares=np.array([shares[name] for name in model.classes_], np.float32),
        )


@dataclass(frozen=True)
class Forests:
    """All that was grown: per criterion, for calls in these languages."""

    langs: tuple[str, ...]
    criteria: Mapping[str, Forest]


_ARRAYS = ("feature", "threshold", "left", "right", "value", "roots", "shares")


def save_forests(path: Path, forests: Forests) -> None:
    """Write them as one compressed file of arrays."""
    arrays: dict[str, NDArray[Any]] = {"langs": np.array(forests.langs)}
    for name, forest in forests.criteria.items():
        arrays |= {f"{name}.{part}": getattr(forest, part) for part in _ARRAYS}
        arrays |= {f"{name}.verdicts": np.array(forest.verdicts), f"{name}.features": np.array(forest.features)}
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
            return Forests(
                tuple(str(lang) for lang in arrays["langs"]),
                {
                    name: Forest(
                        cast(tuple[Verdict, ...], tuple(str(verdict) for verdict in arrays[f"{name}.verdicts"])),
                        tuple(str(feature) for feature in arrays[f"{name}.features"]),
                        *(arrays[f"{name}.{part}"] for part in _ARRAYS),
                    )
                    for name in names
                },
            )
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise KiestoonError("weights.invalid", f"{path.name}: {error}") from error
