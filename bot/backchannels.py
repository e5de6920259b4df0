"""The customer's small sounds of listening in a call by voice: when they come, and how they are played.

They come where the agent goes on after a pause, so that none of them answers a question, and softly; they are no turn,
cannot be interrupted and interrupt nobody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import numpy as np

from bot.audio import Samples, to_bytes
from bot.content.models import Scenario
from bot.dialogue.listening import sound_of_listening
from bot.dialogue.state import CustomerState, Said
from bot.errors import KiestoonError
from bot.events import Mood
from bot.speech.playback import Utterance

SOFTER = 0.5
"""6 dB under the customer's speaking voice."""


class Voice(Protocol):
    """See `bot.call.Speaker`."""

    def speak(self, text: str, mood: Mood) -> AsyncIterator[Samples]:
        """Audio of a text, piece by piece."""
        ...


class Line(Protocol):
    """See `bot.call.Outlet`."""

    def audio(self, turn: int, frame: bytes) -> None:
        """A frame of the customer's voice."""
        ...

    def turn_sent(self, turn: int) -> None:
        """All audio of a turn has been sent."""
        ...


class Listening:
    """The listening customer of one call. Times are ms on the call's clock."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._since: int | None = None
        self._made = self._occasions = 0
        self._utterance: Utterance | None = None

    def voice_goes_on(self, at_ms: int, customer: CustomerState) -> Said | None:
        """The agent's voice begins, for the first time in a turn or again after a pause: what the customer murmurs."""
        if self._since is None:
            self._since = at_ms
            return None
        self._occasions += 1
        said = sound_of_listening(
            self._scenario, customer, at_ms - self._since, made=self._made, occasion=self._occasions
        )
        if said is not None:
            self._made += 1
            self._since = at_ms
        return said

    def turn_over(self) -> None:
        """The agent has finished, or the customer speaks: what was about to sound is dropped."""
        self._since = self._utterance = None

    async def speak(self, said: Said, voice: Voice, mood: Mood, turn: int) -> None:
        """Make the sound. Its frames bear the number of the turn that the agent is in, which has no other audio; where
        the voice fails, nothing sounds.
        """
        utterance = self._utterance = Utterance(turn, said.text)
        try:
            async for samples in voice.speak(said.text, mood):
                utterance.add((samples * SOFTER).astype(np.int16))
        except KiestoonError:
            self._utterance = None
        utterance.finish()

    def sound(self, now_ms: int, line: Line) -> Samples | None:
        """The frame that sounds now, sent like any other of the customer; None for silence."""
        utterance = self._utterance
        if utterance is None:
            return None
        for frame in utterance.due():
            line.audio(utterance.turn, to_bytes(frame))
        sounding = utterance.tick(now_ms)
        if utterance.over:
            line.turn_sent(utterance.turn)
            self._utterance = None
        return sounding
