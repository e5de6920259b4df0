"""Spelled words: single letters, letters with a word that begins with them ("P van Papa"), the NATO/NAVO alphabet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.nlu.pack import ValueWords

_HYPHENED = re.compile(r"(?:[a-z]-){2,}[a-z]")
_LEAST_LETTERS = 3
_NATO_WORDS = """
alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa
quebec romeo sierra tango uniform victor whisky whiskey xray x-ray yankee zulu
"""
NATO = {word: word[0] for word in _NATO_WORDS.split()}


def spelled(words: Sequence[str], values: ValueWords) -> Iterator[tuple[str, int, int]]:
    """Each spelled word in capitals, with its first word and the one after its last.

    Two letters suffice where one of them is explained by a word; bare letters count from three on.
    """
    at = 0
    while at < len(words):
        letters, explained, last = _letters(words, at, values)
        if len(letters) >= _LEAST_LETTERS or (len(letters) >= 2 and explained) or (explained and len(letters) == 1):
            yield letters, at, last
            at = last
        else:
            at += 1


def _letters(words: Sequence[str], at: int, values: ValueWords) -> tuple[str, bool, int]:
    letters, explained = "", False
    while at < len(words):
        step = _step(words, at, values)
        if step is None:
            break
        more, told, at = step
        letters += more
        explained = explained or told
    return letters, explained, at


def _step(words: Sequence[str], at: int, values: ValueWords) -> tuple[str, bool, int] | None:
    """The letters at one place, whether a word explains them, and where to go on."""
    word = words[at]
    if _HYPHENED.fullmatch(word):
        return word.replace("-", "").upper(), False, at + 1
    times = 2 if word in values.double_letter else 1
    place = at + 1 if times == 2 else at
    letter = words[place] if place < len(words) else ""
    if len(letter) == 1 and letter.isalpha():
        example = words[place + 2] if place + 2 < len(words) else ""
        if words[place + 1 : place + 2] and words[place + 1] in values.spelled_as and example.startswith(letter):
            return letter.upper() * times, len(example) > 1, place + 3
        return letter.upper() * times, False, place + 1
    if (
        times == 1
        and word in NATO
        and (at + 1 == len(words) or words[at + 1] in NATO or (at and words[at - 1] in NATO))
    ):
        return NATO[word].upper(), at > 0 and words[at - 1] in NATO, at + 1
    return None
