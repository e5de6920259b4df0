"""Sentence vectors for the judges: the encoder that the recognisers of acts use, with the vectors of examples kept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.adapter import adapter_path, read_adapter
from bot.nlu.embedder import Embedder, load_embedder
from evaluators.hearing import Vectors

Floats = NDArray[np.float32]


def sentence_vectors(content_root: Path, cache_dir: Path) -> Vectors | None:
    """The function that turns sentences into vectors; None where adapter or encoder are not to be had."""
    adapter = read_adapter(adapter_path(content_root))
    embedder = load_embedder(cache_dir, adapter) if adapter else None
    if adapter is None or embedder is None:
        return None
    return KeptVectors(embedder, cache_dir / "judging", adapter.digest)


class KeptVectors:
    """Vectors by an embedder; those to keep are read back from `folder` the next time."""

    def __init__(self, embedder: Embedder, folder: Path, edition: str) -> None:
        self._embedder, self._folder, self._edition = embedder, folder, edition

    def __call__(self, texts: Sequence[str], *, keep: bool = False) -> Floats:
        """Vectors of length 1, shape (number of texts, size). Those of what people said in a call are never kept."""
        if not keep:
            return self._embedder.embed(texts)
        name = sha256("\n".join((self._edition, *texts)).encode()).hexdigest()[:24]
        path = self._folder / f"{name}.npy"
        kept = _kept(path, len(texts))
        if kept is None:
            kept = self._embedder.embed(texts)
            _keep(path, kept)
        return kept


def _kept(path: Path, count: int) -> Floats | None:
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        return None
    return np.asarray(found, np.float32) if len(found) == count else None


def _keep(path: Path, vectors: Floats) -> None:
    """Write the vectors; a full disk only costs time at the next start."""
    content = io.BytesIO()
    np.save(content, vectors)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".new").write_bytes(content.getvalue())
        path.with_suffix(".new").replace(path)
    except OSError:
        return
