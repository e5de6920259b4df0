"""What is learned about the ends of turns, per language: from the examples that train the recogniser of acts."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from bot.events import Lang
from bot.nlu.corpus import corpus_files, corpus_hash, read_corpus
from bot.speech.ending_words import BUCKETS, EndingWords, learn
from bot.speech.turn_end import TurnEnds

_LOG = logging.getLogger(__name__)


def load_turn_ends(lang: Lang, content: Path, cache: Path) -> TurnEnds:
    """The judge of a language. What was learned (a second or two) is kept under `cache` by the hash of the examples.

    Raises KiestoonError ``nlu.corpus_invalid``.
    """
    files = corpus_files(content, lang)
    kept = cache / f"{lang}-{corpus_hash(files)[:20]}.npy"
    words = _read(kept)
    if words is None and files:
        words = learn(example.text for example in read_corpus(files))
        _write(kept, words)
    return TurnEnds(lang, words)


def _read(path: Path) -> EndingWords | None:
    try:
        weights = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = weights.dtype == np.float16 and weights.shape == (BUCKETS + 1,) and bool(np.isfinite(weights).all())
    return EndingWords(weights) if whole else None


def _write(path: Path, words: EndingWords) -> None:
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.save(file, words.weights, allow_pickle=False)
        part.replace(path)
    except OSError as error:
        _LOG.warning("what was learned about turns could not be kept: %s", error.strerror)
