"""Word errors: how much of what was said the recogniser got wrong, here and with the library's own settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class WordErrors:
    """Words put in, left out or replaced, and how many were said."""

    edits: int
    words: int

    @property
    def rate(self) -> float:
        """The word error rate; it may be above 1."""
        return self.edits / self.words if self.words else 0.0

    def __add__(self, other: WordErrors) -> WordErrors:
        """Of both texts together."""
        return WordErrors(self.edits + other.edits, self.words + other.words)


def word_errors(said: str, heard: str) -> WordErrors:
    """Compare two texts word by word, without regard to case and marks."""
    wanted, got = _WORD.findall(said.lower()), _WORD.findall(heard.lower())
    return WordErrors(_distance(wanted, got), len(wanted))


def _distance(wanted: Sequence[str], got: Sequence[str]) -> int:
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]
