"""Clause segmentation that needs no punctuation: split where the words say so, keep together what reads as one act.

Each gap between two words gets log-odds that a clause ends there (learned from corpus clauses put one after another, so
it knows greetings, question starters, verbs in second place and conjunctions by how clauses begin and end); punctuation
shifts them. Dynamic programming then finds the division whose clauses are the most recognisable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.acts import Act
from bot.nlu.linear import Doubles, Floats, Ints, LinearModel, softmax
from bot.nlu.normalise import NormalWord
from bot.nlu.rules import RuleHit
from bot.nlu.stretches import stretch_logits

_MARK_LOG_ODDS = {"": 0.0, ",": 1.0, ".": 12.0, "?": 14.0}
_LEAST_LOG_ODDS = -4.0
_LONGEST_CLAUSE = 14
_EDGE = "|"
_RULE_BEGINS, _RULE_ENDS, _CLOSED_RULE_ENDS, _INSIDE_RULE = 3.0, 1.5, 12.0, -6.0
_FRAGMENT = np.array([0.0, -4.0, -1.5, 0.0])
"""The price of a clause by its length in words, three standing for any more."""
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


def boundary_log_odds(words: Sequence[NormalWord], model: LinearModel, cues: frozenset[str]) -> Doubles:
    """Log-odds that a clause begins at each word; the first is infinite. Shape (number of words,)."""
    begins, inside = (model.labels.index(label) for label in ("boundary", "inside"))
    gaps = model.running([model.rows(gap_features(words, at, cues)) for at in range(1, len(words))])
    scored = model.logits(np.diff(gaps.scores, axis=0), np.diff(gaps.squares))
    marks = [_MARK_LOG_ODDS[word.mark] for word in words[:-1]]
    return np.concatenate([[np.inf], scored[:, begins] - scored[:, inside] + marks])


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
    odds = _pulled(boundary_log_odds(words, boundaries, cues) + weights.boundary_bias, deciding)
    stops = [at for at in range(len(words)) if odds[at] > _LEAST_LOG_ODDS] + [len(words)]
    options = [(back, to) for to in range(1, len(stops)) for back in range(max(0, to - _LONGEST_CLAUSE), to)]
    firsts, lasts = np.array(stops)[np.array(options).T]
    probabilities = softmax(stretch_logits(words, acts, firsts, lasts))
    ruling = [[hit for hit in deciding if first <= hit.first < last] for first, last in zip(firsts, lasts, strict=True)]
    worth = (
        weights.recognisable * np.log(_sureness(probabilities, acts.labels, ruling, firsts, lasts))
        + np.where(firsts > 0, np.minimum(odds[firsts], _CERTAIN), 0.0)
        + _fragment(words, ruling, firsts, lasts)
    )
    seen = [f"w:{word.shape}" in acts.index for word in words]
    chosen = [(int(firsts[at]), int(lasts[at]), probabilities[at]) for at in _best(options, worth)]
    return [Clause(first, last, likely, known=sum(seen[first:last]) / (last - first)) for first, last, likely in chosen]


def _pulled(odds: Doubles, deciding: Sequence[RuleHit]) -> Doubles:
    """The log-odds that a clause begins at each word, drawn to the ends of what rules decide."""
    pulled = odds.copy()
    for hit in deciding:
        pulled[hit.first] += _RULE_BEGINS
        pulled[hit.first + 1 : hit.last] += _INSIDE_RULE
        if hit.last < len(odds):
            pulled[hit.last] += _CLOSED_RULE_ENDS if hit.rule.closed else _RULE_ENDS
    return pulled


def _fragment(words: Sequence[NormalWord], ruling: Sequence[list[RuleHit]], firsts: Ints, lasts: Ints) -> Doubles:
    """The price of each stretch of one or two words that neither punctuation nor a rule vouches for."""
    marked = np.array([True, *(bool(word.mark) for word in words[:-1]), True])
    vouched = np.array([bool(hits) for hits in ruling]) | (marked[firsts] & marked[lasts])
    prices: Doubles = _FRAGMENT[np.minimum(lasts - firsts, len(_FRAGMENT) - 1)]
    prices[vouched] = 0.0
    return prices


def _sureness(
    probabilities: Floats, labels: Sequence[str], ruling: Sequence[list[RuleHit]], firsts: Ints, lasts: Ints
) -> Doubles:
    """How recognisable each stretch is: as far as rules cover it by their confidence, else by the classifier's.

    What a rule leaves over should be the same act; otherwise the stretch is better cut.
    """
    sure: Doubles = probabilities.max(axis=1).astype(np.float64)
    for at, hits in enumerate(ruling):
        if hits:
            covered = sum(min(hit.last, lasts[at]) - hit.first for hit in hits) / (lasts[at] - firsts[at])
            share = min(1.0, max(_LEAST_COVER, covered))
            rule = hits[0].rule
            agrees = probabilities[at, labels.index(rule.act)] if rule.act in labels else sure[at]
            sure[at] = share * rule.confidence + (1 - share) * max(agrees, _LEAST_AGREEMENT)
    return sure


def _best(options: Sequence[tuple[int, int]], worth: Doubles) -> list[int]:
    """The options that lead from the first stop to the last at the highest total worth, in order.

    Each option leads from one stop to a later one; they are sorted by where they lead to.
    """
    totals, arrived = [0.0], [0]
    for at, ((back, to), gain) in enumerate(zip(options, worth.tolist(), strict=True)):
        total = totals[back] + gain
        if to == len(totals):
            totals.append(total)
            arrived.append(at)
        elif total > totals[to]:
            totals[to], arrived[to] = total, at
    path: list[int] = []
    stop = len(totals) - 1
    while stop > 0:
        path.append(arrived[stop])
        stop = options[arrived[stop]][0]
    return path[::-1]
