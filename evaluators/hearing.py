"""Hearing what a sentence does in the call, beyond fixed wordings: learned from a language's `heard.yaml`.

A small linear classifier over word and letter groups, and a second one over sentence vectors where the server hands
those (the judges know no encoder of their own). Both are fitted from the examples at first use, in about a second,
always to the same weights; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from evaluators.words import plain

Vectors = Callable[[Sequence[str]], NDArray[np.float32]]
"""Sentences to vectors of length 1, shape (number of sentences, size)."""

BY_VECTORS = 0.6
"""Share of the vectors' classifier in the mix of logarithms."""

STRETCH = 12.0
"""Vectors of length 1 lie close together; stretched by this, the usual penalty on weights fits them."""

_WORD_OR_QUESTION = r"\w+|\?"
_TINY = 1e-6


class Ear:
    """Tells what a sentence does: a probability per label of the examples."""

    def __init__(self, examples: Mapping[str, Sequence[str]], vectors: Vectors | None = None) -> None:
        self._texts = [text for label in examples for text in examples[label]]
        self._labels = [label for label, sentences in examples.items() for _ in sentences]
        self._vectors = vectors
        self.hear = lru_cache(maxsize=4096)(self._hear)

    @cached_property
    def _by_words(self) -> Pipeline:
        features = FeatureUnion(
            [
                ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
                ("words", TfidfVectorizer(token_pattern=_WORD_OR_QUESTION, ngram_range=(1, 2), sublinear_tf=True)),
            ]
        )
        model = LogisticRegression(C=8.0, max_iter=400, class_weight="balanced")
        return Pipeline([("features", features), ("model", model)]).fit(list(map(plain, self._texts)), self._labels)

    @cached_property
    def _by_vectors(self) -> LogisticRegression:
        model = LogisticRegression(C=0.3, max_iter=1000, class_weight="balanced")
        return model.fit(self._stretched(self._texts), self._labels)

    def _stretched(self, texts: Sequence[str]) -> NDArray[np.float32]:
        assert self._vectors is not None
        return np.asarray(STRETCH * self._vectors(texts), np.float32)

    def _hear(self, text: str) -> Mapping[str, float]:
        """Probability per label (0 to 1, together 1)."""
        chances = self._by_words.predict_proba([plain(text)])[0]
        labels = self._by_words.named_steps["model"].classes_
        if self._vectors is not None and text.strip():
            other = self._by_vectors.predict_proba(self._stretched([text]))[0]
            mixed = np.exp((1 - BY_VECTORS) * np.log(chances + _TINY) + BY_VECTORS * np.log(other + _TINY))
            chances = mixed / mixed.sum()
        return {str(label): float(chance) for label, chance in zip(labels, chances, strict=True)}
