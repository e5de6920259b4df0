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


@lru_cache(maxsize=4096)
def _by_initial(text: str) -> dict[str, tuple[int, ...]]:
    """Where words of a text stand, by their first letter: words that are alike always share it, which spares most of
    the comparing.
    """
    places: dict[str, list[int]] = {}
    for at, word in enumerate(tokens(text)):
        places.setdefault(word[0], []).append(at)
    return {initial: tuple(where) for initial, where in places.items()}


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether the text holds any of the words or phrases."""
    return any(_holds(text, word) for word in words)


def count_mentions(text: str, words: Iterable[str]) -> int:
    """How many of the words or phrases the text holds."""
    return sum(_holds(text, word) for word in words)


def places(text: str, phrase: str) -> list[int]:
    """Where in the words of the text a phrase without `…` begins."""
    said, parts = tokens(text), tokens(phrase)
    if not parts:
        return []
    return [at for at in _by_initial(text).get(parts[0][0], ()) if _follows(said, at, parts)]


def _holds(text: str, phrase: str) -> bool:
    """Whether the words of the phrase follow one another; around `…` a few others may stand between."""
    begin, gap, end = phrase.partition("…")
    if not gap:
        return bool(places(text, phrase))
    ends = places(text, end)
    return any(0 < there - here <= WIDEST_GAP for here in places(text, begin) for there in ends)


def _follows(said: tuple[str, ...], at: int, parts: tuple[str, ...]) -> bool:
    if at + len(parts) > len(said):
        return False
    return all(_alike(said[at + n], part) for n, part in enumerate(parts))


@lru_cache(maxsize=65536)
def _alike(word: str, part: str) -> bool:
    if word == part or (len(part) >= 4 and word.startswith(part)):
        return True
    if len(part) < FUZZY_FROM or abs(len(word) - len(part)) > 2 or word[0] != part[0]:
        return False
    return SequenceMatcher(None, word, part, autojunk=False).ratio() >= FUZZY_RATIO
