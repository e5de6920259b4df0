"""Rules and classifier brought together into the acts of a turn, by the labelling rules of the taxonomy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.acts import Act, ActSpan
from bot.nlu.clauses import Clause
from bot.nlu.normalise import NormalWord
from bot.nlu.turn import Turn


@dataclass(frozen=True)
class Thresholds:
    """Below `abstain` the classifier keeps silent about a clause; a second act counts from `second` on."""

    abstain: float = 0.22
    second: float = 0.35


def combine(turn: Turn, labels: tuple[str, ...], thresholds: Thresholds) -> tuple[ActSpan, ...]:
    """The acts of a turn in the order of its words, each once; `other` alone where nothing else was recognised."""
    spans = [
        _span(turn.words, hit.first, hit.last, hit.rule.act, hit.rule.confidence, hit.rule.id)
        for hit in turn.hits
        if hit.rule.effect == "also"
    ]
    for clause in turn.clauses:
        deciding = turn.clause_hits(clause, "is")
        spans += [
            _span(turn.words, clause.first, clause.last, hit.rule.act, hit.rule.confidence, hit.rule.id)
            for hit in deciding
        ]
        if not deciding:
            spans += _classified(turn.words, clause, labels, thresholds)
    return _settled(spans)


def _classified(
    words: Sequence[NormalWord], clause: Clause, labels: tuple[str, ...], limits: Thresholds
) -> Iterator[ActSpan]:
    for rank, at in enumerate(np.argsort(-clause.probabilities)[:2]):
        confidence = float(clause.probabilities[at])
        if confidence >= (limits.second if rank else limits.abstain):
            yield _span(words, clause.first, clause.last, Act(labels[at]), confidence, "classifier")


def _span(words: Sequence[NormalWord], first: int, last: int, act: Act, confidence: float, source: str) -> ActSpan:
    return ActSpan(
        act=act,
        confidence=round(min(1.0, confidence), 4),
        start=words[first].start,
        end=max(word.end for word in words[first:last]),
        source=source,
    )


def _settled(spans: Iterable[ActSpan]) -> tuple[ActSpan, ...]:
    """Each act once, at its surest; `other` only alone (labelling rule 13)."""
    surest: dict[Act, ActSpan] = {}
    for span in spans:
        known = surest.get(span.act)
        if known is None or span.confidence > known.confidence:
            surest[span.act] = span
    if len(surest) > 1:
        surest.pop(Act.OTHER, None)
    return tuple(sorted(surest.values(), key=lambda span: (span.start, span.end, span.act)))


def nothing_recognised(text: str) -> tuple[ActSpan, ...]:
    """`other` over the whole text."""
    return (ActSpan(act=Act.OTHER, confidence=0.0, start=0, end=len(text), source="nothing recognised"),)
