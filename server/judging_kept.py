"""Keeps what the judges fit from examples, so that only the first start takes the seconds that fitting takes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar, cast

import joblib

Fitted = TypeVar("Fitted")

UNREADABLE = (OSError, ValueError, EOFError, KeyError, IndexError, AttributeError, ImportError, pickle.UnpicklingError)
"""What reading a damaged file may raise."""


class KeptFits:
    """What was fitted lies in `folder`, named by all that it depends on: its source, `edition` (of the encoder), and
    the library. Only this program writes there: what lies there is run when it is read.
    """

    def __init__(self, folder: Path, edition: str) -> None:
        self._folder, self._edition = folder, edition

    def __call__(self, source: Sequence[str], fit: Callable[[], Fitted]) -> Fitted:
        """What `fit` makes, read back where it was made before. A damaged file or a full disk only costs time."""
        name = sha256("\n".join((version("scikit-learn"), self._edition, *source)).encode()).hexdigest()[:24]
        path = self._folder / f"{name}.fit"
        try:
            return cast(Fitted, joblib.load(path))
        except UNREADABLE:
            fitted = fit()
            keep(path, fitted)
            return fitted


def keep(path: Path, made: object) -> None:
    """Write what was made, all of it or nothing; a full disk only costs time later."""
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump(made, new)
        new.replace(path)
    except OSError:
        return
