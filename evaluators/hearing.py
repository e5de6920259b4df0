"""Hearing what a customer's sentence does in the call, beyond fixed wordings: learned from a language's `heard.yaml`.

A small linear classifier over word and letter groups. It is fitted from the examples at first use, in about a second,
always to the same weights; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from evaluators.words import plain

_WORD_OR_QUESTION = r"\w+|\?"


class Ear:
    """Tells what a sentence of the customer does: a probability per label of the examples."""

    def __init__(self, examples: Mapping[str, Sequence[str]]) -> None:
        self._examples = examples
        self.hear = lru_cache(maxsize=4096)(self._hear)

    @cached_property
    def _classifier(self) -> Pipeline:
        texts = [plain(text) for label in self._examples for text in self._examples[label]]
        labels = [label for label, sentences in self._examples.items() for _ in sentences]
        features = FeatureUnion(
            [
                ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
                ("words", TfidfVectorizer(token_pattern=_WORD_OR_QUESTION, ngram_range=(1, 2), sublinear_tf=True)),
            ]
        )
        model = LogisticRegression(C=8.0, max_iter=400, class_weight="balanced")
        return Pipeline([("features", features), ("model", model)]).fit(texts, labels)

    def _hear(self, text: str) -> Mapping[str, float]:
        """Probability per label (0 to 1, together 1)."""
        chances = self._classifier.predict_proba([plain(text)])[0]
        labels = self._classifier.named_steps["model"].classes_
        return {str(label): float(chance) for label, chance in zip(labels, chances, strict=True)}
