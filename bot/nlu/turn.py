"""What the components of the pipeline hand on to one another about one turn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bot.acts import Act, ActSpan, Entity
from bot.nlu.clauses import Clause
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import Rule


@dataclass(frozen=True)
class RuleHit:
    """A rule that matched words `first` up to but not including `last` of the turn."""

    rule: Rule
    first: int
    last: int


@dataclass
class Turn:
    """One turn on its way through the pipeline; offsets of words are those of the original text."""

    previous_customer_line: str | None = None
    phase: str | None = None
    words: tuple[NormalWord, ...] = ()
    clauses: list[Clause] = field(default_factory=list)
    hits: list[list[RuleHit]] = field(default_factory=list)
    entities: tuple[Entity, ...] = ()
    acts: tuple[ActSpan, ...] = ()

    def clause_words(self, clause: Clause) -> tuple[NormalWord, ...]:
        """The words of a clause."""
        return self.words[clause.first : clause.last]

    def clause_text(self, clause: Clause) -> str:
        """The normal view of a clause, one space between words."""
        return " ".join(word.text for word in self.clause_words(clause))


def strongest(clause: Clause, labels: tuple[str, ...]) -> tuple[Act, float]:
    """The most probable act of a clause and its probability."""
    at = int(np.argmax(clause.probabilities))
    return Act(labels[at]), float(clause.probabilities[at])
