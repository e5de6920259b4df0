"""Stand-ins with scripted answers and times, so that no test waits for a model or for the clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable

import numpy as np

from bot.audio import SAMPLE_RATE, SAMPLES_PER_MS, FloatSamples, Samples
from bot.events import Lang, Word
from bot.speech.heard import sentences
from bot.speech.synthesizer import SpokenBy, VoiceSettings
from bot.speech.transcriber import Transcription
from bot.speech.windows import WINDOW_MS


class FakeVoiceActivity:
    """Speech in the given stretches (start and end in ms since the first window), silence elsewhere."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self._stretches = list(stretches)
        self._at_ms = 0

    def probability(self, window: FloatSamples) -> float:
        middle = self._at_ms + WINDOW_MS // 2
        self._at_ms += WINDOW_MS
        return 0.95 if any(start <= middle < end for start, end in self._stretches) else 0.02

    def reset(self) -> None:
        self._at_ms = 0


class FakeTranscriber:
    """Answers the scripted texts in order, the last one for ever; a tuple carries a confidence.

    `decode` is awaited before every answer: a test that wants a slow recogniser hands over an `asyncio.Event().wait`.
    """

    name = "fake"

    def __init__(self, texts: Iterable[str | tuple[str, float]], decode=None) -> None:
        self._texts = deque(texts)
        self._decode = decode
        self.asked: list[tuple[int, str, str]] = []
        """(length of the audio in ms, language, prompt) of every call."""
        self.cancelled = 0

    async def warm(self) -> int:
        return 0

    async def transcribe(self, audio: FloatSamples, lang: Lang, prompt: str = "", *, words: bool = True, ticket=None):
        length_ms = len(audio) // SAMPLES_PER_MS
        self.asked.append((length_ms, lang, prompt))
        try:
            await (self._decode() if self._decode else asyncio.sleep(0))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        answer = self._texts[0] if len(self._texts) == 1 else self._texts.popleft()
        text, confidence = answer if isinstance(answer, tuple) else (answer, 0.93)
        return Transcription(text, spread(text, length_ms, confidence) if words else (), confidence, self.name, 5)

    async def close(self) -> None:
        return None


def spread(text: str, length_ms: int, probability: float) -> tuple[Word, ...]:
    """Words of equal length over the audio."""
    found = text.split()
    each = length_ms // max(1, len(found))
    return tuple(
        Word(text=word, start_ms=i * each, end_ms=(i + 1) * each, probability=probability)
        for i, word in enumerate(found)
    )


class FakeSynthesizer:
    """A tone of 300 ms per word, one piece per sentence."""

    WORD_MS = 300

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.prepared: list[str] = []

    def spoken_by(self, voice: VoiceSettings) -> SpokenBy:
        return SpokenBy("espeak", "fake", fallback=True)

    async def warm(self, voice: VoiceSettings) -> int:
        return 0

    async def stream(self, text: str, voice: VoiceSettings, *, keep: bool = True) -> AsyncIterator[Samples]:
        for sentence in sentences(text):
            self.spoken.append(sentence)
            yield tone(self.WORD_MS * len(sentence.split()))

    async def prepare(self, text: str, voice: VoiceSettings, *, keep: bool = True, owner=None, urgent=True) -> None:
        self.prepared.append(text)

    async def render(self, text: str, voice: VoiceSettings, *, keep: bool = True) -> Samples:
        pieces = [piece async for piece in self.stream(text, voice, keep=keep)]
        return np.concatenate(pieces) if pieces else tone(0)

    async def close(self) -> None:
        return None


def tone(duration_ms: int, hertz: float = 220.0, amplitude: float = 0.2) -> Samples:
    """A sine."""
    time_s = np.arange(duration_ms * SAMPLES_PER_MS) / SAMPLE_RATE
    return (amplitude * 32767 * np.sin(2 * np.pi * hertz * time_s)).astype(np.int16)
