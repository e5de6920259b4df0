"""The trained model of a language on disk: one file, named by the hash of its sources, with its own hash in front."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.linear import LinearModel

_DIGEST_BYTES = 32


@dataclass
class TrainedModel:
    """What training made: act classifier and clause-boundary model."""

    acts: LinearModel
    boundaries: LinearModel


def model_path(cache_dir: Path, lang: str, key: str) -> Path:
    """Where the model trained from the sources with hash `key` is kept."""
    return cache_dir / f"{lang}-{key[:20]}.kiestoon"


def save_model(model: TrainedModel, path: Path) -> None:
    """Write the model so that a reader sees either all of it or nothing."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, part in (("acts", model.acts), ("boundaries", model.boundaries)):
        arrays.update({f"{name}.{key}": value for key, value in part.arrays().items()})
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    body = buffer.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_model(path: Path) -> TrainedModel | None:
    """The model at `path`; None where there is none or the bytes are not those that were written."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, body = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != digest:
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        parts: dict[str, dict[str, NDArray[Any]]] = {"acts": {}, "boundaries": {}}
        for key in arrays.files:
            name, _, field = key.partition(".")
            parts[name][field] = arrays[key]
    return TrainedModel(
        acts=LinearModel.from_arrays(parts["acts"]),
        boundaries=LinearModel.from_arrays(parts["boundaries"]),
    )
