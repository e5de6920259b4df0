"""What rules and the clause classifier found, weighed with what the tagger heard in the whole turn.

One logistic regression over all acts and languages, so that the confidence of an act is the chance that it is right.
Its weights lie in ``data/nlu/fusion.json``, made by `fit_fusion.py` from the Dutch development set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.acts import FAULT_ACTS, Act, ActSpan
from bot.nlu.clauses import Clause
from bot.nlu.linear import Doubles, Floats
from bot.nlu.turn import Turn

CLASSIFIED = frozenset({"classifier", "form", "carried by a fault"})
"""Sources of acts that no rule decided."""
HEARD = "tagger"
REPROACHED = FAULT_ACTS - {Act.INFORMAL_ADDRESS}
"""Faults that must be surer than other acts; a "je" to the customer stands in the words."""
_LEAST = 1e-4


@dataclass(frozen=True)
class Evidence:
    """What speaks for one act in one turn.

    `heard` and `likely` are the highest log-odds that the tagger gives a word and the clause classifier a clause;
    `rule` and `classified` the confidence of the act as a rule or the classifier decided it, 0 where none did.
    """

    act: Act
    heard: float
    likely: float
    rule: float = 0.0
    classified: float = 0.0

    @property
    def values(self) -> tuple[float, ...]:
        """The inputs of the regression."""
        return (
            self.heard, self.likely, self.rule, float(self.rule > 0), self.classified, float(self.classified > 0),
        )  # fmt: skip


class FusionWeights(BaseModel):
    """Weights of `Evidence.values`, the constant, and the chance from which an act counts; `fault`: from which one of
    `REPROACHED` does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: tuple[float, float, float, float, float, float]
    constant: float
    counts: float
    fault: float

    def chance(self, evidence: Evidence) -> float:
        """The chance that the act is right, 0 to 1."""
        return float(self.chances(np.array([evidence.values]))[0])

    def chances(self, values: Doubles) -> Doubles:
        """The chance that each act is right, 0 to 1; a row of `Evidence.values` for each."""
        chances: Doubles = 1 / (1 + np.exp(-(self.constant + values @ np.array(self.weights))))
        return chances

    def counted(self, chances: dict[Act, float]) -> frozenset[Act]:
        """The acts whose chance is enough; the likeliest that is no fault where none is; `other` only alone."""
        kept = {act for act, chance in chances.items() if chance >= (self.fault if act in REPROACHED else self.counts)}
        if not kept:
            harmless = [act for act in chances if act not in FAULT_ACTS]
            return frozenset({max(harmless, key=lambda act: (chances[act], act))})
        return frozenset(kept - {Act.OTHER} if len(kept) > 1 else kept)


def fusion_path(content_root: Path) -> Path:
    """Where the weights lie beside the corpus."""
    return content_root / "data" / "nlu" / "fusion.json"


def read_fusion(path: Path) -> FusionWeights:
    """The weights at `path`. Raises OSError or ValueError where there are none."""
    return FusionWeights.model_validate_json(path.read_bytes())


def evidence(turn: Turn, spans: Sequence[ActSpan], labels: Sequence[str], tagged: Sequence[str]) -> Iterator[Evidence]:
    """What speaks for each act that the tagger knows; `labels` are the classifier's, `tagged` the tagger's."""
    for label, (heard, likely, rule, _, classified, _) in zip(
        tagged, evidence_values(turn, spans, labels, tagged).tolist(), strict=True
    ):
        yield Evidence(Act(label), heard, likely, rule, classified)


def evidence_values(turn: Turn, spans: Sequence[ActSpan], labels: Sequence[str], tagged: Sequence[str]) -> Doubles:
    """`Evidence.values` of every act that the tagger knows, shape (tagged, 6)."""
    by_classifier: dict[str, float] = {}
    if turn.clauses:
        likeliest = np.max([clause.probabilities for clause in turn.clauses], axis=0)
        by_classifier = dict(zip(labels, likeliest.tolist(), strict=True))
    values = np.zeros((len(tagged), 6))
    values[:, 0] = _log_odds(turn.tags.max(axis=0, initial=0.0))
    values[:, 1] = _log_odds(np.array([by_classifier.get(label, 0.0) for label in tagged]))
    for span in spans:
        if span.act in tagged:
            column = 4 if span.source in CLASSIFIED else 2
            values[tagged.index(span.act), column : column + 2] = span.confidence, span.confidence > 0
    return values


def _log_odds(chances: Floats | Doubles) -> Doubles:
    kept = np.clip(chances.astype(np.float64), _LEAST, 1 - _LEAST)
    odds: Doubles = np.log(kept / (1 - kept))
    return odds


@dataclass(frozen=True)
class Fusion:
    """The regression, with the labels of the classifier and of the tagger."""

    weights: FusionWeights
    labels: tuple[str, ...]
    tagged: tuple[str, ...]

    def acts(self, turn: Turn, spans: Sequence[ActSpan]) -> tuple[ActSpan, ...]:
        """The acts of a turn that was tagged, in the order of the words; `spans` are those that were found before.

        An act that a script's own example teaches is at least as likely as the example is like the clause.
        """
        found = {span.act: span for span in spans}
        values = evidence_values(turn, spans, self.labels, self.tagged)
        chances = dict(zip(map(Act, self.tagged), self.weights.chances(values).tolist(), strict=True))
        for act, clause in _taught(turn).items():
            chances[act] = max(chances.get(act, 0.0), clause.likeness)
        made = [self._span(turn, act, chances[act], found.get(act)) for act in self.weights.counted(chances)]
        return tuple(sorted(made, key=lambda span: (span.start, span.end, span.act)))

    def _span(self, turn: Turn, act: Act, chance: float, known: ActSpan | None) -> ActSpan:
        if known is not None:
            return known.model_copy(update={"confidence": round(chance, 4)})
        taught = _taught(turn).get(act)
        first, last = (taught.first, taught.last) if taught else _stretch(turn.tags[:, self.tagged.index(act.value)])
        words = turn.words[first:last]
        end = max(word.end for word in words)
        return ActSpan(act=act, confidence=round(chance, 4), start=words[0].start, end=end, source=HEARD)


def _taught(turn: Turn) -> dict[Act, Clause]:
    """The acts that a script's own examples teach, each with the clause most like its example."""
    likest = sorted((clause for clause in turn.clauses if clause.taught), key=lambda clause: clause.likeness)
    return {act: clause for clause in likest for act in clause.taught}


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
