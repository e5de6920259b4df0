"""Hearing what a sentence does in the call, beyond fixed wordings: learned from a language's `heard.yaml`.

A small linear classifier over word and letter groups, and a second one over sentence vectors where the server hands
those (the judges know no encoder of their own). Both are fitted from the examples at first use, which takes seconds,
always to the same weights; the server may keep what was fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from evaluators.words import REMEMBERED, plain

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline


class Vectors(Protocol):
    """Turns sentences into vectors."""

    def __call__(self, texts: Sequence[str], *, keep: bool = False) -> NDArray[np.float32]:
        """Vectors of length 1, shape (number of sentences, size). `keep`: they are asked for at every start."""
        ...


Fitted = TypeVar("Fitted")


class Keep(Protocol):
    """Gives what `fit` makes, or what it made at an earlier start from the same `source`."""

    def __call__(self, source: Sequence[str], fit: Callable[[], Fitted]) -> Fitted:
        """`source` is all that the fitted thing depends on."""
        ...


def fit_anew(source: Sequence[str], fit: Callable[[], Fitted]) -> Fitted:
    """Keeps nothing."""
    return fit()


BY_VECTORS = 0.6
"""Share of the vectors' classifier in the mix of logarithms."""

STRETCH = 12.0
"""Vectors of length 1 lie close together; stretched by this, the usual penalty on weights fits them."""

_WORD_OR_QUESTION = r"\w+|\?"
_TINY = 1e-6


class Ear:
    """Tells what a sentence does: a probability per label of the examples."""

    def __init__(
        self, examples: Mapping[str, Sequence[str]], vectors: Vectors | None = None, keep: Keep = fit_anew
    ) -> None:
        self._texts = [text for label in examples for text in examples[label]]
        self._labels = [label for label, sentences in examples.items() for _ in sentences]
        self._vectors, self._keep = vectors, keep
        self._heard: dict[str, Mapping[str, float]] = {}

    @cached_property
    def _by_words(self) -> Pipeline:
        return self._keep(["words", *self._labels, *self._texts], self._fit_by_words)

    @cached_property
    def _by_vectors(self) -> LogisticRegression:
        return self._keep(["vectors", *self._labels, *self._texts], self._fit_by_vectors)

    def _fit_by_words(self) -> Pipeline:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  (1 s, and no call needs it)
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
        from sklearn.pipeline import FeatureUnion, Pipeline  # noqa: PLC0415

        features = FeatureUnion(
            [
                ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
                ("words", TfidfVectorizer(token_pattern=_WORD_OR_QUESTION, ngram_range=(1, 2), sublinear_tf=True)),
            ]
        )
        model = LogisticRegression(C=8.0, max_iter=400, class_weight="balanced")
        return Pipeline([("features", features), ("model", model)]).fit(list(map(plain, self._texts)), self._labels)

    def _fit_by_vectors(self) -> LogisticRegression:
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        model = LogisticRegression(C=0.3, max_iter=1000, class_weight="balanced")
        return model.fit(self._stretched(self._texts, keep=True), self._labels)

    def _stretched(self, texts: Sequence[str], *, keep: bool = False) -> NDArray[np.float32]:
        assert self._vectors is not None
        return np.asarray(STRETCH * self._vectors(texts, keep=keep), np.float32)

    def hear(self, text: str) -> Mapping[str, float]:
        """Probability per label (0 to 1, together 1)."""
        if text not in self._heard:
            self.listen([text])
        return self._heard[text]

    def listen(self, texts: Iterable[str]) -> None:
        """Hear many sentences at once, in a fraction of the time that one by one takes; `hear` then knows them."""
        new = sorted({text for text in texts if text not in self._heard})
        chances = self._chances(new) if new else ()
        self.know(
            {text: dict(zip(self._names, map(float, of), strict=True)) for text, of in zip(new, chances, strict=True)}
        )

    def know(self, heard: Mapping[str, Mapping[str, float]]) -> None:
        """Take over what this ear heard before: probabilities per label, by sentence."""
        if len(self._heard) + len(heard) > REMEMBERED:
            self._heard.clear()
        self._heard.update(heard)

    @property
    def _names(self) -> list[str]:
        return [str(label) for label in self._by_words.named_steps["model"].classes_]

    def _chances(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities, shape (number of texts, labels)."""
        chances: NDArray[np.float64] = self._by_words.predict_proba(list(map(plain, texts)))
        told = [at for at, text in enumerate(texts) if text.strip()]
        if self._vectors is not None and told:
            other = self._by_vectors.predict_proba(self._stretched([texts[at] for at in told]))
            mixed = np.exp((1 - BY_VECTORS) * np.log(chances[told] + _TINY) + BY_VECTORS * np.log(other + _TINY))
            chances[told] = mixed / mixed.sum(axis=1, keepdims=True)
        return chances
