"""A persona's voice: its own settings, moved by the mood of the moment, spoken by whichever engine is there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.audio import Samples
from bot.content.models import Persona
from bot.events import Mood
from bot.speech.synthesizer import Synthesizer, VoiceSettings

AGITATION_FROM = 0.5
"""Patience under which somebody begins to talk faster, higher and louder."""


def voice_of(persona: Persona, mood: Mood) -> VoiceSettings:
    """The settings for a mood. Steps are coarse (calm, tense, angry), so that rendered lines can be used again."""
    spec = persona.voice
    agitation = 0 if mood.patience >= AGITATION_FROM else 1 if mood.patience >= AGITATION_FROM / 2 else 2
    return VoiceSettings(
        lang=persona.lang, gender=spec.gender, piper=spec.piper, espeak=spec.espeak,
        rate=min(2.0, round(spec.rate * (1 + 0.05 * agitation), 3)), pitch=min(12.0, spec.pitch + 0.5 * agitation),
        volume_db=min(12.0, spec.volume_db + 1.5 * agitation),
    )  # fmt: skip


class PersonaSpeaker:
    """The voice of one customer in one call (see `bot.call.Speaker`). Lines with the trainee's name are not kept."""

    def __init__(self, synthesizer: Synthesizer, persona: Persona, agent_name: str = "") -> None:
        self._synthesizer, self._persona, self._agent_name = synthesizer, persona, agent_name.casefold()

    def speak(self, text: str, mood: Mood) -> AsyncIterator[Samples]:
        """Audio of a turn, sentence by sentence."""
        return self._synthesizer.stream(text, voice_of(self._persona, mood), keep=self._may_keep(text))

    async def prepare(self, text: str, mood: Mood) -> None:
        """Make the audio of a turn that may be needed soon."""
        await self._synthesizer.prepare(text, voice_of(self._persona, mood), keep=self._may_keep(text))

    async def ahead(self, text: str, mood: Mood) -> None:
        """Make the audio of a line when there is time for it."""
        voice = voice_of(self._persona, mood)
        await self._synthesizer.prepare(text, voice, keep=self._may_keep(text), owner=id(self), urgent=False)

    def voice_in(self, mood: Mood) -> str:
        """Names the voice of a mood: moods with one name sound alike."""
        return voice_of(self._persona, mood).model_dump_json()

    def _may_keep(self, text: str) -> bool:
        return not self._agent_name or self._agent_name not in text.casefold()
