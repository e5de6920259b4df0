"""The acts that each word of a turn belongs to, told from the whole turn and from what the customer said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.nlu.adapter import TagModel
from bot.nlu.embedder import Embedder
from bot.nlu.linear import Floats
from bot.nlu.normalise import NormalWord


@dataclass(frozen=True)
class Tagger:
    """The encoder, and what tells acts from its hidden states."""

    embedder: Embedder
    model: TagModel

    def tag(self, words: Sequence[NormalWord], before: Sequence[NormalWord]) -> Floats:
        """Probability of each label at each word of a turn that follows the customer's words `before`.

        Shape (words, labels); words beyond what the encoder reads have 0 everywhere.
        """
        tags = np.zeros((len(words), len(self.model.labels)), np.float32)
        if words:
            read = self.model.probabilities(self.embedder.states(spoken(words), spoken(before)))
            tags[: len(read)] = read
        return tags


def spoken(words: Sequence[NormalWord]) -> list[str]:
    """The words as the encoder reads them: their standard forms, punctuation behind them."""
    return [word.text + word.mark for word in words]
