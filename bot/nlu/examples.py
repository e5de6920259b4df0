"""Likeness to single examples: what a script brings counts at once, and an explanation can show what decided."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bot.acts import Act
from bot.nlu.clauses import Clause
from bot.nlu.features import clause_parts
from bot.nlu.linear import Floats, LinearModel
from bot.nlu.normalise import NormalWord
from bot.nlu.turn import Turn

Words = tuple[NormalWord, ...]
Weights = dict[str, float]
LEAST_LIKENESS = 0.5


@dataclass(frozen=True)
class KnownExample:
    """An example with its acts and the weights of its features (length 1)."""

    text: str
    acts: frozenset[Act]
    weights: Weights


class ExampleBook:
    """Examples that clauses can be likened to, by the cosine of their TF-IDF features (0 to 1)."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._unknown = float(model.idf.max()) if len(model.idf) else 1.0
        self._examples: list[KnownExample] = []

    def add(self, text: str, words: Words, acts: frozenset[Act]) -> None:
        """Take in an example; one without words is left out."""
        if words:
            self._examples.append(KnownExample(text, acts, self._weights(words)))

    def __len__(self) -> int:
        """How many examples there are."""
        return len(self._examples)

    def nearest(self, words: Words, count: int = 3) -> list[tuple[float, KnownExample]]:
        """The examples most like a clause, best first, with their likeness."""
        weights = self._weights(words)
        likeness = [(_dot(weights, example.weights), example) for example in self._examples]
        return sorted(likeness, key=lambda pair: -pair[0])[:count]

    def blended(self, turn: Turn, labels: tuple[str, ...]) -> list[Clause]:
        """The clauses of a turn, those like an example drawn towards its acts by as much as they are alike."""
        return [self._blend(turn, clause, labels) for clause in turn.clauses]

    def _blend(self, turn: Turn, clause: Clause, labels: tuple[str, ...]) -> Clause:
        best = self.nearest(turn.words[clause.first : clause.last], count=1)
        if not best or best[0][0] < LEAST_LIKENESS:
            return clause
        likeness, example = best[0]
        target: Floats = np.array([float(Act(label) in example.acts) for label in labels], np.float32)
        if not target.any():
            return clause
        drawn = (1 - likeness) * clause.probabilities + likeness * target / target.sum()
        return replace(clause, probabilities=drawn, taught=example.acts, likeness=likeness)

    def _weights(self, words: Words) -> Weights:
        weights: Weights = {}
        for part in clause_parts(words):
            for feature in part:
                row = self._model.index.get(feature)
                weights[feature] = weights.get(feature, 0.0) + (
                    self._unknown if row is None else float(self._model.idf[row])
                )
        norm = sum(weight * weight for weight in weights.values()) ** 0.5
        return {feature: weight / norm for feature, weight in weights.items()}


def _dot(one: Weights, other: Weights) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other.get(feature, 0.0) for feature, weight in one.items())
