"""What fine-tuning on the corpus adds to the sentence encoder, and the act classifier that was fitted with it.

Low-rank changes (LoRA, Hu et al. 2021, arXiv 2106.09685) of the encoder's upper layers, a few megabytes, made by
`fit_adapter.py` and kept with the corpus as ``data/nlu/adapter.npz``. They serve all languages.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.linear import Floats, softmax

LENGTH = 12.0
_UNKNOWN_LABEL = -20.0


@dataclass(frozen=True)
class VectorModel:
    """Weights over the encoder's vectors: `weights` (size, labels), `bias` (labels,).

    Vectors of length 1 are first stretched to `LENGTH`, as when the weights were fitted.
    """

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    def probabilities(self, vectors: Floats) -> Floats:
        """Probability of each label, shape (number of vectors, labels)."""
        return softmax(np.asarray(LENGTH * vectors @ self.weights + self.bias, np.float32))


@dataclass(frozen=True)
class Adapter:
    """Arrays by name: ``labels``, ``head.w`` (labels, size), ``head.b`` (labels,), and per changed tensor of the
    encoder, named as in the packed file, ``NAME.a`` (rank, columns) and ``NAME.b`` (rows, rank), or ``NAME`` itself
    where it is replaced. `digest` names the whole.
    """

    arrays: dict[str, NDArray[Any]]
    digest: str

    def matrix(self, name: str, base: Floats) -> Floats:
        """The weights `base`, shape (rows, columns), with what was learned added."""
        if f"{name}.a" not in self.arrays:
            return base
        change = self.arrays[f"{name}.b"].astype(np.float32) @ self.arrays[f"{name}.a"].astype(np.float32)
        return np.ascontiguousarray(base + change)

    def vector(self, name: str, base: Floats) -> Floats:
        """The replacement of the vector `name`, or `base`."""
        found = self.arrays.get(name)
        return base if found is None else found.astype(np.float32)

    def classifier(self, labels: Sequence[str]) -> VectorModel:
        """The act classifier over the adapted vectors for these labels, in this order."""
        weights = self.arrays["head.w"].astype(np.float32)
        bias = self.arrays["head.b"].astype(np.float32)
        at = {str(label): row for row, label in enumerate(self.arrays["labels"])}
        blank = np.zeros(weights.shape[1], np.float32)
        return VectorModel(
            labels=tuple(labels),
            weights=np.stack([weights[at[label]] if label in at else blank for label in labels], axis=1),
            bias=np.array([bias[at[label]] if label in at else _UNKNOWN_LABEL for label in labels], np.float32),
        )


def adapter_path(content_root: Path) -> Path:
    """Where the adapter lies beside the corpus."""
    return content_root / "data" / "nlu" / "adapter.npz"


def read_adapter(path: Path) -> Adapter | None:
    """The adapter at `path`, or None where there is none. Raises ValueError where the file is damaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return Adapter({name: arrays[name] for name in arrays.files}, hashlib.sha256(content).hexdigest())
