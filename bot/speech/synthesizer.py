"""What a voice is asked for, and the protocols that voices follow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from bot.audio import Samples
from bot.events import Lang

EngineName = Literal["piper", "espeak"]


class VoiceSettings(BaseModel):
    """How a customer sounds, whatever engine speaks. `rate` is relative to the voice's own speed, `pitch` in semitones,
    `volume_db` relative to the house level. `piper` lists neural voices in order of preference, with `speaker` the
    number of a speaker in a voice that has several; `espeak` is the variant (f1–f5, m1–m8) of the fallback voice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Lang = "nl"
    gender: Literal["male", "female"] = "female"
    piper: tuple[str, ...] = ()
    speaker: int | None = Field(default=None, ge=0)
    espeak: str = Field(default="f2", pattern=r"^[A-Za-z0-9]{1,20}$")
    rate: float = Field(default=1.0, ge=0.5, le=2.0)
    pitch: float = Field(default=0.0, ge=-12, le=12)
    volume_db: float = Field(default=0.0, ge=-20, le=12)


@dataclass(frozen=True, slots=True)
class SpokenBy:
    """Which engine and voice speak for certain settings. `fallback`: a better voice exists but is not installed."""

    engine: EngineName
    name: str
    fallback: bool

    def __str__(self) -> str:
        return f"{self.engine}:{self.name}"


class Engine(Protocol):
    """A blocking voice. Two threads may use it at once: for what is needed now, and for what may be needed."""

    @property
    def version(self) -> str:
        """Names everything that the sound depends on besides text and settings; part of the cache's key."""
        ...

    def speak(self, sentence: str, voice: VoiceSettings) -> Samples:
        """The whole sentence, without the volume of the settings. Raises KiestoonError `voice.failed`."""
        ...


class Synthesizer(Protocol):
    """Text to speech. One object serves all calls."""

    def spoken_by(self, voice: VoiceSettings) -> SpokenBy:
        """Who would speak for these settings; no model is loaded."""
        ...

    async def warm(self, voice: VoiceSettings) -> int:
        """Load what these settings need; ms that it took."""
        ...

    def stream(self, text: str, voice: VoiceSettings, *, keep: bool = True) -> AsyncIterator[Samples]:
        """The text sentence by sentence, 16 kHz; leaving the loop early drops the rest.

        `keep` stores the sound on disk for next time: leave it off for lines that hold a trainee's name.
        """
        ...

    async def prepare(
        self, text: str, voice: VoiceSettings, *, keep: bool = True, owner: Hashable = None, urgent: bool = True
    ) -> None:
        """Render what is not there yet, so that it sounds at once when it is asked for. What does not hurry makes room
        for what does, sentence by sentence.
        """
        ...

    async def render(self, text: str, voice: VoiceSettings, *, keep: bool = True) -> Samples:
        """The whole text at once."""
        ...

    async def close(self) -> None:
        """Free the voices."""
        ...
