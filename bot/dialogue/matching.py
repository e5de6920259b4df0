"""Whether words that an author gave occur in what the agent said, allowing for endings and for recogniser slips."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
FUZZY_FROM = 6
FUZZY_RATIO = 0.84
WIDEST_GAP = 9


def plain(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, plain."""
    return tuple(WORD.findall(plain(text)))


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether the text holds any of the words or phrases."""
    said = tokens(text)
    return any(_holds(said, word) for word in words)


def count_mentions(text: str, words: Iterable[str]) -> int:
    """How many of the words or phrases the text holds."""
    said = tokens(text)
    return sum(_holds(said, word) for word in words)


def _holds(said: tuple[str, ...], phrase: str) -> bool:
    """Whether the words of the phrase follow one another; around `…` a few others may stand between."""
    begin, gap, end = phrase.partition("…")
    if not gap:
        return bool(_places(said, tokens(phrase)))
    ends = _places(said, tokens(end))
    return any(0 < there - here <= WIDEST_GAP for here in _places(said, tokens(begin)) for there in ends)


def _places(said: tuple[str, ...], phrase: tuple[str, ...]) -> list[int]:
    length = len(phrase)
    return [
        at
        for at in range(len(said) - length + 1)
        if length and all(_alike(word, part) for word, part in zip(said[at : at + length], phrase, strict=True))
    ]


@lru_cache(maxsize=65536)
def _alike(word: str, part: str) -> bool:
    if word == part or (len(part) >= 4 and word.startswith(part)):
        return True
    if len(part) < FUZZY_FROM or abs(len(word) - len(part)) > 2 or word[0] != part[0]:
        return False
    return SequenceMatcher(None, word, part, autojunk=False).ratio() >= FUZZY_RATIO
