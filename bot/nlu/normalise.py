"""The normal view of a text: lower-case words without fillers, recogniser slips put right.

Each word still knows which characters of the original it stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.nlu.pack import LanguagePack
from bot.nlu.spoken_numbers import word_value

_EDGES = re.compile(r"^[^\w€%@#+]+|[^\w€%@#]+$")
_NUMERIC = re.compile(r"[\d.,:/€%+-]*\d[\d.,:/€%+-]*")
_STOPS = ".?!;:…"
_PAUSES = ',()–—-"“”\n'
_LONGEST_SPELLING = 3
DIGITS = "#"


@dataclass(frozen=True)
class NormalWord:
    """A word of the normal view.

    `text` is its standard form, `shape` the form that the classifier sees (numbers as ``#``); `start` and `end`
    are character
    offsets into the original, end exclusive; `mark` is the punctuation that follows: empty, ``,``, ``.`` or ``?``.
    """

    text: str
    start: int
    end: int
    mark: str = ""
    shape: str = ""


def normalise(tokens: Sequence[tuple[str, int]], pack: LanguagePack) -> tuple[NormalWord, ...]:
    """The normal view of tokens given as (text, character offset)."""
    words = _words(tokens)
    kept = _without_fillers(_respelled(words, pack.spellings), frozenset(pack.fillers), pack.lang)
    return tuple(
        NormalWord(word.text, word.start, word.end, word.mark, _shape(word.text, pack.shapes)) for word in kept
    )


def _shape(text: str, shapes: dict[str, str]) -> str:
    return DIGITS if _NUMERIC.fullmatch(text) else shapes.get(text, text)


def _words(tokens: Sequence[tuple[str, int]]) -> list[NormalWord]:
    words: list[NormalWord] = []
    for raw, start in tokens:
        text = _EDGES.sub("", unicodedata.normalize("NFC", raw).casefold())
        if text:
            words.append(NormalWord(text.replace("’", "'"), start, start + len(raw), _mark(raw[-1:])))
        elif words:
            words[-1] = replace(words[-1], mark=_stronger(words[-1].mark, _mark(raw)))
    return words


def _mark(raw: str) -> str:
    if "?" in raw:
        return "?"
    if any(sign in _STOPS for sign in raw):
        return "."
    return "," if any(sign in _PAUSES for sign in raw) else ""


def _stronger(one: str, other: str) -> str:
    return max(one, other, key=("", ",", ".", "?").index)


def _respelled(words: list[NormalWord], spellings: dict[str, str]) -> list[NormalWord]:
    """Replace the longest known misspelling at each place; a replacement of several words shares the characters."""
    result: list[NormalWord] = []
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST_SPELLING, len(words) - at), 0, -1):
            group = words[at : at + size]
            known = spellings.get(" ".join(word.text for word in group))
            if known is not None and not any(word.mark for word in group[:-1]):
                parts = known.split()
                result.extend(NormalWord(part, group[0].start, group[-1].end) for part in parts)
                if parts:
                    result[-1] = replace(result[-1], mark=group[-1].mark)
                at += size
                break
        else:
            result.append(words[at])
            at += 1
    return result


def _without_fillers(words: list[NormalWord], fillers: frozenset[str], lang: str) -> tuple[NormalWord, ...]:
    """Drop fillers and stuttered words (never numbers); a text of only fillers stays.

    Their punctuation goes to the word before.
    """
    kept: list[NormalWord] = []
    for word in words:
        repeated = bool(kept) and kept[-1].text == word.text and not kept[-1].mark and len(word.text) > 1
        if word.text in fillers or (repeated and word_value(word.text, lang) is None):
            if kept:
                kept[-1] = replace(kept[-1], mark=_stronger(kept[-1].mark, word.mark))
            continue
        kept.append(word)
    return tuple(kept or words)
