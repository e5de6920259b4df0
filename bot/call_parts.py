"""What a call by voice is wired to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.acts import Understanding
from bot.audio import Samples
from bot.events import CallEvent, Mood
from bot.speech.transcriber import Transcriber
from bot.speech.turn_end import TurnEnds
from bot.speech.vad import VoiceActivity


class Journal(Protocol):
    """Where a call is kept as it happens."""

    def append(self, event: CallEvent) -> None:
        """Keep an event; raises KiestoonError `disk.full` or `disk.unwritable`."""
        ...

    def audio(self, trainee: bytes, customer: bytes) -> None:
        """Keep one frame of both sides; raises like `append`."""
        ...


class Outlet(Protocol):
    """Where a call is shown as it happens. Nothing here may block."""

    def happened(self, event: CallEvent) -> None:
        """An event was logged."""
        ...

    def audio(self, turn: int, frame: bytes) -> None:
        """A frame of the customer's voice."""
        ...

    def flush(self, turn: int) -> None:
        """Stop the customer's voice at once."""
        ...

    def turn_sent(self, turn: int) -> None:
        """All audio of a turn has been sent."""
        ...


class Speaker(Protocol):
    """The customer's voice, chosen for the persona and set to the mood."""

    def speak(self, text: str, mood: Mood) -> AsyncIterator[Samples]:
        """Audio of a turn, piece by piece."""
        ...

    async def prepare(self, text: str, mood: Mood) -> None:
        """Make the audio of a turn that may be needed soon. Raises KiestoonError as speaking does."""
        ...


@dataclass(frozen=True)
class Parts:
    """What a call is wired to."""

    activity: VoiceActivity
    transcriber: Transcriber
    understand: Callable[[str, str | None], Understanding]
    speaker: Speaker
    journal: Journal
    outlet: Outlet
    turn_ends: TurnEnds | None = None
