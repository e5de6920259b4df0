"""Which part of a spoken text has been heard after so many ms. Pure.

Voices tell no word times, so a sentence's time is shared out over its characters, with something extra for the pauses
that punctuation makes. Good to about a word, which is what the log of an interrupted customer needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[^\s])")
_ABBREVIATION = re.compile(
    r"\b(dhr|mevr|mw|mr|mrs|ms|dr|drs|ing|ir|prof|nr|bv|bijv|o\.a|d\.w\.z|m\.a\.w|t\.a\.v|incl|excl|ca|st|tel|art|blz"
    r"|no|e\.g|i\.e|etc|z\.b|bzw|usw|str|hr|fr|m|mme|mlle|p\.ex|av|bd)\.$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_PAUSE_CHARACTERS = {",": 3.0, ";": 4.0, ":": 4.0, ".": 7.0, "!": 7.0, "?": 7.0, "…": 8.0}
_END_TOLERANCE_MS = 60


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word of a text, punctuation included: its place (characters) and its time (ms since the text began)."""

    text: str
    start: int
    end: int
    start_ms: int
    end_ms: int


def sentences(text: str) -> list[str]:
    """The sentences of a text, trimmed, none empty; the pieces in which a voice renders it. An abbreviation's full stop
    ends no sentence.
    """
    pieces: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if pieces and _ABBREVIATION.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece:
            pieces.append(piece)
    return pieces


def word_times(text: str, total_ms: int) -> list[TimedWord]:
    """Approximate times of all words of a text that takes `total_ms`; they do not overlap and never decrease."""
    found = list(_WORD.finditer(text))
    spoken = [float(len(match.group().strip(".,;:!?…\"'")) or 1) for match in found]
    pauses = [_PAUSE_CHARACTERS.get(match.group()[-1], 1.0) for match in found]
    if pauses:
        pauses[-1] = 0.0
    whole = sum(spoken) + sum(pauses)
    words, at = [], 0.0
    for match, length, pause in zip(found, spoken, pauses, strict=True):
        start_ms, end_ms = round(at / whole * total_ms), round((at + length) / whole * total_ms)
        words.append(TimedWord(match.group(), match.start(), match.end(), start_ms, end_ms))
        at += length + pause
    return words


def heard_text(text: str, total_ms: int, played_ms: int) -> str:
    """The beginning of `text` that has sounded after `played_ms` of its `total_ms`: whole words only, so an unfinished
    word does not count. All of it where less than 60 ms lacks; empty where nothing was played.
    """
    if played_ms >= total_ms - _END_TOLERANCE_MS and played_ms > 0:
        return text
    end = 0
    for word in word_times(text, total_ms):
        if word.end_ms > played_ms:
            break
        end = word.end
    return text[:end]
