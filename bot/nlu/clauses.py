"""Clause segmentation that needs no punctuation: split where the words say so, keep together what reads as one act.

Each gap between two words gets log-odds that a clause ends there (learned from corpus clauses put one after another, so
it knows greetings, question starters, verbs in second place and conjunctions by how clauses begin and end); punctuation
shifts them. Dynamic programming then finds the division whose clauses are the most recognisable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from bot.acts import Act
from bot.nlu.features import (
    end_features,
    pair_features,
    skip_features,
    start_features,
    start_pair_features,
    word_features,
)
from bot.nlu.linear import Floats, LinearModel, Sums, softmax
from bot.nlu.normalise import NormalWord
from bot.nlu.rules import RuleHit

_MARK_LOG_ODDS = {"": 0.0, ",": 1.0, ".": 12.0, "?": 14.0}
_LEAST_LOG_ODDS = -4.0
_LONGEST_CLAUSE = 14
_EDGE = "|"
_RULE_BEGINS, _RULE_ENDS, _CLOSED_RULE_ENDS, _INSIDE_RULE = 3.0, 1.5, 12.0, -6.0
_FRAGMENT = {1: -4.0, 2: -1.5}
_LEAST_COVER = 0.3
_LEAST_AGREEMENT = 0.05
_CERTAIN = 30.0


@dataclass(frozen=True)
class Clause:
    """Words `first` up to but not including `last` of a turn, with the classifier's probability of each label.

    `fallback` is the act that the form of the clause suggests where none is probable; `known` the share of the words
    that training saw; `taught` the acts of the script's example that is most like it, `likeness` how much so.
    """

    first: int
    last: int
    probabilities: Floats
    fallback: Act | None = None
    known: float = 1.0
    taught: frozenset[Act] = frozenset()
    likeness: float = 0.0


@dataclass(frozen=True)
class SegmentWeights:
    """How much recognisability counts against the boundary log-odds, and a shift of those log-odds."""

    recognisable: float = 4.0
    boundary_bias: float = 1.2


def gap_features(words: Sequence[NormalWord], at: int, cues: frozenset[str]) -> tuple[str, ...]:
    """The features of the gap before word `at` (1 ≤ at < number of words): three words on either side."""
    shapes = [words[k].shape if 0 <= k < len(words) else _EDGE for k in range(at - 3, at + 3)]
    l3, l2, l1, r1, r2, r3 = shapes
    features = [
        f"l1:{l1}", f"l2:{l2}", f"r1:{r1}", f"r2:{r2}", f"r3:{r3}", f"l:{l2} {l1}", f"l3:{l3} {l2} {l1}",
        f"r:{r1} {r2}", f"m:{l1} {r1}", f"rr:{r1} {r2} {r3}", f"e1:{l1[-2:]}", f"b1:{r1[:3]}",
    ]  # fmt: skip
    if r1 in cues:
        features.append("cue")
    if l2 == _EDGE:
        features.append("near-start")
    if r2 == _EDGE:
        features.append("near-end")
    return tuple(features)


def boundary_log_odds(words: Sequence[NormalWord], model: LinearModel, cues: frozenset[str]) -> Floats:
    """Log-odds that a clause begins at each word; the first is infinite. Shape (number of words,)."""
    begins, inside = (model.labels.index(label) for label in ("boundary", "inside"))
    odds = np.full(len(words), np.inf, np.float32)
    for at in range(1, len(words)):
        scored = model.logits([model.part((feature,)) for feature in gap_features(words, at, cues)])
        odds[at] = scored[begins] - scored[inside] + _MARK_LOG_ODDS[words[at - 1].mark]
    return odds


class _Stretches:
    """Logits of any stretch of a turn, from running sums."""

    def __init__(self, words: Sequence[NormalWord], model: LinearModel) -> None:
        shapes = [word.shape for word in words]
        count, labels = len(words), len(model.labels)
        self._bias = model.bias
        part = model.part
        base = [part(word_features(shape)) for shape in shapes]
        pairs = [part(pair_features(*two)) for two in pairwise(shapes)]
        skips = [part(skip_features(*two)) for two in zip(shapes, shapes[2:], strict=False)]
        self._base = _running(base, count, labels)
        self._pairs = _running(pairs, count, labels)
        self._skips = _running(skips, count, labels)
        self._starts = [part(start_features(shape)) for shape in shapes]
        self._start_pairs = [part(start_pair_features(*two)) for two in pairwise(shapes)]
        self._ends = [part(end_features(shape, word.mark)) for shape, word in zip(shapes, words, strict=True)]

    def logits(self, first: int, last: int) -> Floats:
        """Logits of words `first` up to but not including `last`."""
        scores, square = _between(self._base, first, last)
        for running, shorter in ((self._pairs, 1), (self._skips, 2)):
            if last - first > shorter:
                more, more_square = _between(running, first, last - shorter)
                scores, square = scores + more, square + more_square
        edges = [self._starts[first], self._ends[last - 1]]
        if last - first > 1:
            edges.append(self._start_pairs[first])
        for edge in edges:
            scores, square = scores + edge.scores, square + edge.square
        return np.asarray(scores / np.sqrt(square) if square > 0 else scores, np.float32) + self._bias


_Running = tuple[Floats, Floats]


def _running(parts: Sequence[Sums], count: int, labels: int) -> _Running:
    scores = np.zeros((count + 1, labels), np.float32)
    squares = np.zeros(count + 1, np.float32)
    for at, part in enumerate(parts):
        scores[at + 1] = scores[at] + part.scores
        squares[at + 1] = squares[at] + part.square
    return scores, squares


def _between(running: _Running, first: int, last: int) -> tuple[Floats, float]:
    scores, squares = running
    return scores[last] - scores[first], float(squares[last] - squares[first])


def segment(
    words: Sequence[NormalWord],
    acts: LinearModel,
    boundaries: LinearModel,
    cues: frozenset[str],
    hits: Sequence[RuleHit] = (),
    weights: SegmentWeights | None = None,
) -> list[Clause]:
    """The most recognisable division of a turn into clauses, in order, covering every word.

    A rule that decides an act pulls boundaries to its ends, forbids them inside, and makes what it covers recognisable.
    """
    if not words:
        return []
    weights = weights or SegmentWeights()
    deciding = [hit for hit in hits if hit.rule.effect == "is"]
    odds = boundary_log_odds(words, boundaries, cues) + weights.boundary_bias
    for hit in deciding:
        odds[hit.first] += _RULE_BEGINS
        odds[hit.first + 1 : hit.last] += _INSIDE_RULE
        if hit.last < len(words):
            odds[hit.last] += _CLOSED_RULE_ENDS if hit.rule.closed else _RULE_ENDS
    stops = [at for at in range(len(words)) if odds[at] > _LEAST_LOG_ODDS] + [len(words)]
    stretches = _Stretches(words, acts)
    best: list[tuple[float, int, Floats | None]] = [(0.0, 0, None)]
    for index, last in enumerate(stops[1:], start=1):
        options: list[tuple[float, int, Floats | None]] = []
        for back in range(max(0, index - _LONGEST_CLAUSE), index):
            first = stops[back]
            probabilities = softmax(stretches.logits(first, last))
            sure = _sureness(probabilities, acts.labels, deciding, first, last)
            begins = float(min(odds[first], _CERTAIN)) if first else 0.0
            begins += _fragment(words, deciding, first, last)
            options.append((best[back][0] + weights.recognisable * float(np.log(sure)) + begins, back, probabilities))
        best.append(max(options, key=lambda option: option[0]))
    seen = [f"w:{word.shape}" in acts.index for word in words]
    return [
        replace(clause, known=sum(seen[clause.first : clause.last]) / (clause.last - clause.first))
        for clause in _trace(stops, best)
    ]


def _fragment(words: Sequence[NormalWord], deciding: Sequence[RuleHit], first: int, last: int) -> float:
    """The price of a clause of one or two words that neither punctuation nor a rule vouches for."""
    if last - first not in _FRAGMENT or any(first <= hit.first < last for hit in deciding):
        return 0.0
    marked_before = first == 0 or bool(words[first - 1].mark)
    return 0.0 if marked_before and (last == len(words) or words[last - 1].mark) else _FRAGMENT[last - first]


def _sureness(
    probabilities: Floats, labels: Sequence[str], deciding: Sequence[RuleHit], first: int, last: int
) -> float:
    """How recognisable a stretch is: as far as a rule covers it by its confidence, else by the classifier's.

    What the rule leaves over should be the same act; otherwise the stretch is better cut.
    """
    inside = [hit for hit in deciding if first <= hit.first < last]
    if not inside:
        return float(probabilities.max())
    covered = sum(min(hit.last, last) - hit.first for hit in inside) / (last - first)
    share = min(1.0, max(_LEAST_COVER, covered))
    rule = inside[0].rule
    agrees = probabilities[labels.index(rule.act)] if rule.act in labels else probabilities.max()
    return share * rule.confidence + (1 - share) * max(float(agrees), _LEAST_AGREEMENT)


def _trace(stops: list[int], best: list[tuple[float, int, Floats | None]]) -> list[Clause]:
    clauses: list[Clause] = []
    index = len(stops) - 1
    while index > 0:
        _, back, probabilities = best[index]
        assert probabilities is not None
        clauses.append(Clause(stops[back], stops[index], probabilities))
        index = back
    return clauses[::-1]
