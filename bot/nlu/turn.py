"""What the components of the pipeline hand on to one another about one turn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bot.acts import ActSpan, Entity
from bot.nlu.clauses import Clause
from bot.nlu.linear import Floats
from bot.nlu.normalise import NormalWord
from bot.nlu.rules import RuleHit


@dataclass
class Turn:
    """One turn on its way through the pipeline; offsets of words are those of the original text.

    `tags` has a row per word and a column per label of the tagger, and no rows where none is at work.
    """

    previous_customer_line: str | None = None
    phase: str | None = None
    words: tuple[NormalWord, ...] = ()
    hits: list[RuleHit] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    tags: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    entities: tuple[Entity, ...] = ()
    acts: tuple[ActSpan, ...] = ()

    def clause_text(self, clause: Clause) -> str:
        """The normal view of a clause, one space between words."""
        return " ".join(word.text for word in self.words[clause.first : clause.last])

    def clause_hits(self, clause: Clause, effect: str) -> list[RuleHit]:
        """The rule hits of this effect that begin in a clause."""
        return [hit for hit in self.hits if hit.rule.effect == effect and clause.first <= hit.first < clause.last]
