"""How a call is laid before the encoder: some ten turns at a time, or one turn beside something that it may tell.

Pure: turns come as the pieces of their words, and leave as ids with the places at which each turn's words begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.embedder import BEGIN, END

WINDOW = 320
"""Pieces in a window at most."""

TURN = 96
"""Pieces of a turn that are read, from its beginning."""

BESIDE = 1
"""So many turns on either side of a turn are in its window where the call has them and they fit: one does as well as
two, and spares the reading of every other window.
"""

ITEM, BEFORE = 40, 24
"""Pieces of what a turn may tell, and of the end of the turn before it."""

Pieces = tuple[int, ...]


@dataclass(frozen=True)
class Said:
    """A turn as pieces: who speaks, and each word."""

    speaker: Pieces
    words: tuple[Pieces, ...]

    @property
    def read(self) -> tuple[Pieces, ...]:
        """The words that are read."""
        kept, room = [], TURN
        for word in self.words:
            room -= len(word)
            if room < 0:
                break
            kept.append(word)
        return tuple(kept)

    @property
    def length(self) -> int:
        """Pieces that the turn takes in a window."""
        return len(self.speaker) + sum(map(len, self.read)) + 1


@dataclass(frozen=True)
class Frame:
    """Ids for the encoder, and per turn the places where its words begin."""

    ids: list[int]
    firsts: list[list[int]]


@dataclass(frozen=True)
class Window:
    """The turns from `start` to before `stop` are read together; what is told of those from `first` to before `last`
    is taken from here.
    """

    start: int
    stop: int
    first: int
    last: int


def windows(lengths: Sequence[int], longest: int = WINDOW) -> list[Window]:
    """Cut turns of these lengths into windows, each turn taken from one of them with turns beside it."""
    found: list[Window] = []
    start = first = 0
    while first < len(lengths):
        stop, room = start, longest - 1
        while stop < len(lengths) and (lengths[stop] <= room or stop <= first):
            room -= lengths[stop]
            stop += 1
        last = stop if stop == len(lengths) else max(first + 1, stop - BESIDE)
        found.append(Window(start, stop, first, last))
        start, first = max(start + 1, last - BESIDE), last
    return found


def together(turns: Sequence[Said]) -> Frame:
    """These turns one after the other."""
    frame = Frame([BEGIN], [])
    for turn in turns:
        _add(frame, turn)
    return frame


def beside(item: Sequence[int], before: Said | None, turn: Said) -> Frame:
    """A turn after the thing that it may tell and the turn before it; `firsts` holds the turn alone."""
    frame = Frame([BEGIN, *item[:ITEM], END], [])
    if before is not None:
        frame.ids.extend([*before.speaker, *[piece for word in before.words for piece in word][-BEFORE:], END])
    _add(frame, turn)
    return frame


def _add(frame: Frame, turn: Said) -> None:
    frame.ids.extend(turn.speaker)
    firsts = []
    for word in turn.read:
        firsts.append(len(frame.ids))
        frame.ids.extend(word)
    frame.ids.append(END)
    frame.firsts.append(firsts)
