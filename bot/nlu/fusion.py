"""What rules and the clause classifier found, weighed with what the tagger heard in the whole turn.

One logistic regression over all acts and languages: its log-odds add up the tagger's, the confidence of a rule, and
what the clause classifier said. So the confidence of an act is the chance that it is right. Fitted to the Dutch
development set by ``python -m bot.nlu.fit_fusion CONTENT_ROOT``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.acts import FAULT_ACTS, Act, ActSpan
from bot.nlu.linear import Floats
from bot.nlu.turn import Turn

CLASSIFIED = frozenset({"classifier", "form", "carried by a fault"})
"""Sources of acts that no rule decided."""
HEARD = "tagger"
_LEAST = 1e-4


@dataclass(frozen=True)
class Evidence:
    """What speaks for one act in one turn: the tagger's highest log-odds, the confidence of a rule and of the
    classifier, 0 where there is none.
    """

    act: Act
    heard: float
    rule: float = 0.0
    classified: float = 0.0

    @property
    def values(self) -> tuple[float, ...]:
        """The inputs of the regression."""
        return (self.heard, self.rule, float(self.rule > 0), self.classified, float(self.classified > 0))


@dataclass(frozen=True)
class FusionWeights:
    """Weights of `Evidence.values`, the constant, and the chance from which an act counts (a fault: `fault`)."""

    weights: tuple[float, ...] = (1.007, 1.844, 1.907, 1.386, 1.545)
    constant: float = -0.949
    counts: float = 0.38
    fault: float = 0.55

    def chance(self, evidence: Evidence) -> float:
        """The chance that the act is right, 0 to 1."""
        odds = self.constant + float(np.dot(self.weights, evidence.values))
        return float(1 / (1 + np.exp(-odds)))

    def enough(self, act: Act, chance: float) -> bool:
        """Whether an act of this chance counts."""
        return chance >= (self.fault if act in FAULT_ACTS else self.counts)


def evidence(turn: Turn, spans: Sequence[ActSpan], labels: Sequence[str]) -> Iterator[Evidence]:
    """What speaks for each act that the tagger knows or that was found."""
    highest = turn.tags.max(axis=0, initial=0.0)
    heard = {Act(label): log_odds(float(chance)) for label, chance in zip(labels, highest, strict=True)}
    found = {span.act: span for span in spans}
    for act in {*heard, *found}:
        span = found.get(act)
        ruled = span.confidence if span and span.source not in CLASSIFIED else 0.0
        classified = span.confidence if span and span.source in CLASSIFIED else 0.0
        yield Evidence(act, heard.get(act, log_odds(0.0)), ruled, classified)


def log_odds(chance: float) -> float:
    """Of a chance, kept finite."""
    kept = min(max(chance, _LEAST), 1 - _LEAST)
    return float(np.log(kept / (1 - kept)))


def fused(turn: Turn, spans: Sequence[ActSpan], labels: Sequence[str], weights: FusionWeights) -> tuple[ActSpan, ...]:
    """The acts that count, in the order of the words; the likeliest one where none counts."""
    found = {span.act: span for span in spans}
    chances = {item.act: weights.chance(item) for item in evidence(turn, spans, labels)}
    kept = {act for act, chance in chances.items() if weights.enough(act, chance)}
    kept = kept or {max(chances, key=lambda act: (chances[act], act))}
    if len(kept) > 1:
        kept.discard(Act.OTHER)
    made = [_span(turn, act, chances[act], found.get(act), labels) for act in kept]
    return tuple(sorted(made, key=lambda span: (span.start, span.end, span.act)))


def _span(turn: Turn, act: Act, chance: float, known: ActSpan | None, labels: Sequence[str]) -> ActSpan:
    if known is not None:
        return known.model_copy(update={"confidence": round(chance, 4)})
    first, last = _stretch(turn.tags[:, labels.index(act.value)])
    words = turn.words[first:last]
    end = max(word.end for word in words)
    return ActSpan(act=act, confidence=round(chance, 4), start=words[0].start, end=end, source=HEARD)


def _stretch(chances: Floats) -> tuple[int, int]:
    """The words around the likeliest one that are at least half as likely."""
    peak = int(np.argmax(chances))
    enough = chances >= chances[peak] / 2
    first, last = peak, peak + 1
    while first > 0 and enough[first - 1]:
        first -= 1
    while last < len(chances) and enough[last]:
        last += 1
    return first, last
