"""Reads a whole call: the marks of each turn, and whether a turn tells a fact or a term of the script.

Where the recogniser of acts hears a turn by itself, right after it was spoken, this reads turns in the light of those
around them, when the call is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.events import Speaker
from bot.nlu.adapter import TagModel
from bot.nlu.call_windows import Frame, Said, beside, together, windows
from bot.nlu.embedder import Encoder
from bot.nlu.linear import Floats
from bot.nlu.normalise import NormalWord
from bot.nlu.tagger import spoken

SPEAKERS: Mapping[str, str] = {"agent": "agent", "customer": "klant"}
"""The word that stands before each turn, as when the reader was fitted."""

TOLD: Mapping[str, tuple[str, ...]] = {"agent": ("agent:told", "agent:wrong"), "customer": ("customer:told",)}
"""What is told of a turn beside something that it may tell."""

Turns = Sequence[tuple[Speaker, str]]


@dataclass(frozen=True)
class CallReader:
    """The encoder, what tells marks from its hidden states, and the normal view of a language."""

    encoder: Encoder
    model: TagModel
    view: Callable[[str], Sequence[NormalWord]]

    def marks(self, turns: Turns) -> tuple[Mapping[str, float], ...]:
        """Per turn the chance of each mark, 0 to 1, each for itself; nothing for a turn without words."""
        said = [self._said(speaker, text) for speaker, text in turns]
        cut = windows([turn.length for turn in said])
        read = self._likeliest([together(said[window.start : window.stop]) for window in cut])
        found: list[Mapping[str, float]] = []
        for window, of_turns in zip(cut, read, strict=True):
            taken = range(window.first, window.last)
            found.extend(self._named(turns[at][0], of_turns[at - window.start]) for at in taken)
        return tuple(found)

    def told(self, turns: Turns, asked: Sequence[tuple[int, str]]) -> list[Mapping[str, float]]:
        """For each turn (by position) and thing that it may tell: the chances of ``told`` and of ``wrong``."""
        said = {at: self._said(*turns[at]) for at in {near for at, _ in asked for near in (at - 1, at) if near >= 0}}
        items = {item: self._pieces(item) for _, item in asked}
        frames = [beside(items[item], said.get(at - 1), said[at]) for at, item in asked]
        read = self._likeliest(frames)
        return [self._named(turns[at][0], of_turns[0]) for (at, _), of_turns in zip(asked, read, strict=True)]

    def _said(self, speaker: Speaker, text: str) -> Said:
        words = tuple(tuple(self.encoder.pieces(word)) for word in spoken(self.view(text)))
        return Said(tuple(self.encoder.pieces(SPEAKERS[speaker])), words)

    def _pieces(self, item: str) -> list[int]:
        return [piece for word in spoken(self.view(item)) for piece in self.encoder.pieces(word)]

    def _likeliest(self, frames: Sequence[Frame]) -> list[list[Floats | None]]:
        """Per frame and turn the highest chance of each label at any word; None for a turn without words."""
        hidden = self.encoder.hidden([frame.ids for frame in frames])
        return [
            [self.model.probabilities(states[firsts]).max(axis=0) if firsts else None for firsts in frame.firsts]
            for frame, states in zip(frames, hidden, strict=True)
        ]

    def _named(self, speaker: Speaker, chances: Floats | None) -> Mapping[str, float]:
        if chances is None:
            return {}
        own = f"{speaker}:"
        return {
            label.removeprefix(own): float(chance)
            for label, chance in zip(self.model.labels, chances, strict=True)
            if label.startswith(own)
        }
