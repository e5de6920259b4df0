"""What fine-tuning adds to the encoder, and the labels of words that were fitted with it.

Low-rank changes (LoRA, Hu et al. 2021, arXiv 2106.09685) of the encoder's upper layers, a few megabytes: for dialogue
acts made by `fit_adapter.py` and kept with the corpus as ``data/nlu/adapter.npz``, for reading whole calls made by
`fit_reader.py` and kept as ``data/judging/reader.npz``. They serve all languages.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.linear import Floats

LENGTH = 12.0
_TINY = 1e-9


@dataclass(frozen=True)
class TagModel:
    """Weights over the encoder's hidden states: `weights` (size, labels), `bias` (labels,).

    Each state is first brought to length `LENGTH`, as when the weights were fitted.
    """

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    def probabilities(self, states: Floats) -> Floats:
        """Probability of each label for itself, shape (number of states, labels)."""
        lengths = np.linalg.norm(states, axis=1, keepdims=True)
        odds = LENGTH * states / np.maximum(lengths, _TINY) @ self.weights + self.bias
        return np.asarray((1 + np.tanh(odds / 2)) / 2, np.float32)


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

    def tags(self) -> TagModel:
        """What tells the labels from a hidden state."""
        return TagModel(
            labels=tuple(str(label) for label in self.arrays["labels"]),
            weights=np.ascontiguousarray(self.arrays["head.w"].astype(np.float32).T),
            bias=self.arrays["head.b"].astype(np.float32),
        )


def adapter_path(content_root: Path) -> Path:
    """Where the adapter lies beside the corpus."""
    return content_root / "data" / "nlu" / "adapter.npz"


def reader_path(content_root: Path) -> Path:
    """Where the adapter for reading calls lies, beside the practice calls."""
    return content_root / "data" / "judging" / "reader.npz"


def read_adapter(path: Path) -> Adapter | None:
    """The adapter at `path`, or None where there is none. Raises ValueError where the file is damaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return Adapter({name: arrays[name] for name in arrays.files}, hashlib.sha256(content).hexdigest())
