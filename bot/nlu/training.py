"""Training of the act classifier and the clause-boundary model from the corpus: deterministic, a few seconds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.acts import Act
from bot.nlu.clauses import gap_features
from bot.nlu.corpus import Example
from bot.nlu.features import clause_parts
from bot.nlu.linear import Floats, LinearModel, feature_index
from bot.nlu.normalise import NormalWord

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression, SGDClassifier

Words = tuple[NormalWord, ...]
RULE_ONLY = frozenset({Act.INFORMAL_ADDRESS.value})
"""Acts that say how something is said, beside what else it does: rules find them, the classifier never learns them."""
_SEED = 20_260
_MOST_TURNS, _MANY_GAPS, _MANY_EXAMPLES = 6_000, 20_000, 1_000
_ACT_PENALTY, _ACT_ROUNDS = 3e-6, 12


def train_acts(clauses: Sequence[Words], acts: Sequence[frozenset[str]]) -> LinearModel:
    """A model whose labels are the acts. A clause of several acts counts for each with its share."""
    from sklearn.linear_model import SGDClassifier  # noqa: PLC0415  (1 s, and only the first start trains)

    rows = [list(clause_parts(words)) for words in clauses]
    index, idf = feature_index(rows, least=3 if len(rows) > _MANY_EXAMPLES else 2)
    pairs = [(row, act, 1.0 / len(labels)) for row, labels in zip(rows, acts, strict=True) for act in sorted(labels)]
    matrix = _matrix([row for row, _, _ in pairs], index, idf)
    targets = np.array([act for _, act, _ in pairs])
    shares = np.array([share for _, _, share in pairs])
    # An order of magnitude faster than a solver that goes to the end, and no worse on examples held out.
    model = SGDClassifier(loss="log_loss", alpha=_ACT_PENALTY, max_iter=_ACT_ROUNDS, tol=None, random_state=_SEED).fit(
        matrix, targets, sample_weight=shares
    )
    return _linear(model, index, idf)


def train_boundaries(clauses: Sequence[Words], cues: frozenset[str]) -> LinearModel:
    """A model with the labels ``inside`` and ``boundary`` for the gaps between words."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    rows: list[list[tuple[str, ...]]] = []
    targets: list[str] = []
    for turn, starts in _made_up_turns(clauses):
        for at in range(1, len(turn)):
            rows.append([(feature,) for feature in gap_features(turn, at, cues)])
            targets.append("boundary" if at in starts else "inside")
    index, idf = feature_index(rows, least=6 if len(rows) > _MANY_GAPS else 3)
    idf = np.ones_like(idf)
    matrix = _matrix(rows, index, idf)
    return _linear(LogisticRegression(C=10.0, max_iter=200, tol=1e-3).fit(matrix, np.array(targets)), index, idf)


def _made_up_turns(clauses: Sequence[Words]) -> list[tuple[Words, frozenset[int]]]:
    """Turns of two to four corpus clauses, with the places where a clause begins."""
    chance = random.Random(_SEED)
    pool = [words for words in clauses if words]
    turns: list[tuple[Words, frozenset[int]]] = []
    for _ in range(min(len(pool) * 2 // 3, _MOST_TURNS)):
        turn: list[NormalWord] = []
        starts: set[int] = set()
        for words in chance.choices(pool, k=chance.randint(2, 4)):
            starts.add(len(turn))
            turn.extend(replace(word, mark="") for word in words)
        turns.append((tuple(turn), frozenset(starts)))
    return turns


def _matrix(rows: Sequence[Sequence[tuple[str, ...]]], index: dict[str, int], idf: Floats) -> csr_matrix:
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    pointers, columns, values = [0], [], []
    for row in rows:
        known = [at for part in row for feature in part if (at := index.get(feature)) is not None]
        weights = idf[known]
        norm = float(np.sqrt(np.square(weights).sum())) or 1.0
        columns.extend(known)
        values.append(weights / norm)
        pointers.append(len(columns))
    data = np.concatenate(values) if values else np.zeros(0, np.float32)
    matrix = csr_matrix((data, np.array(columns), np.array(pointers)), shape=(len(rows), len(index)))
    matrix.sum_duplicates()
    return matrix


def _linear(model: LogisticRegression | SGDClassifier, index: dict[str, int], idf: Floats) -> LinearModel:
    coefficients, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients, bias = np.vstack([-coefficients / 2, coefficients / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return LinearModel(
        labels=tuple(str(label) for label in model.classes_),
        index=index,
        idf=idf,
        weights=np.ascontiguousarray((coefficients * idf).T, dtype=np.float32),
        bias=np.asarray(bias, dtype=np.float32),
    )


Normaliser = Callable[[str], Words]


def prepare(examples: Sequence[Example], normaliser: Normaliser) -> tuple[list[Words], list[frozenset[str]]]:
    """The normal view and the act ids of every example that holds words."""
    pairs = [(normaliser(example.text), frozenset(act.value for act in example.acts)) for example in examples]
    kept = [(words, acts - RULE_ONLY) for words, acts in pairs if words and acts - RULE_ONLY]
    return [words for words, _ in kept], [acts for _, acts in kept]
