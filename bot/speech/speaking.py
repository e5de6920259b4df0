"""The customers' voices: picks an engine for the settings, renders sentence by sentence in a worker thread, and keeps
what was rendered.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from pathlib import Path

import numpy as np

from bot.audio import SAMPLES_PER_MS, Samples, gain, rms_dbfs, silence
from bot.errors import KiestoonError
from bot.speech.espeak import EspeakEngine
from bot.speech.heard import sentences
from bot.speech.piper import PiperEngine, piper_version
from bot.speech.synthesizer import Engine, SpokenBy, VoiceSettings
from bot.speech.voice_cache import VoiceCache, cache_key
from bot.speech.worker import FairWorker, Ticket

_LOG = logging.getLogger(__name__)
HOUSE_LEVEL_DBFS = -23.0
"""RMS of every voice's sentences before `volume_db`, so that personas differ only by their settings."""

_PEAK_DBFS = -1.0
_SENTENCE_PAUSE_MS = 180
_AUDIBLE = 250
_LEAD_MS = 20
TAIL_MS = 60
"""Silence that stays behind a sentence."""
_LOADED_VOICES = 3
_STANDS_BACK = 15
"""Niceness of the thread that renders what is not needed yet."""


class VoiceSynthesizer:
    """`Synthesizer` over Piper and espeak.

    `resolve` tells who speaks for certain settings and, for Piper, from which model file; at most three Piper voices
    are held in memory. A Piper voice that fails is replaced by espeak until the process ends, so that the call goes on.
    """

    def __init__(
        self, resolve: Callable[[VoiceSettings], tuple[SpokenBy, Path | None]], cache: VoiceCache | None = None
    ) -> None:
        self._resolve = resolve
        self._cache = cache or VoiceCache()
        self._worker = FairWorker("voice")
        self._ahead = FairWorker("voice ahead", niceness=_STANDS_BACK)
        self._loading = threading.Lock()
        self._espeak = EspeakEngine()
        self._piper: OrderedDict[Path, PiperEngine] = OrderedDict()
        self._broken: set[Path] = set()

    def spoken_by(self, voice: VoiceSettings) -> SpokenBy:
        """See `Synthesizer.spoken_by`."""
        return self._who(voice)[0]

    def _who(self, voice: VoiceSettings) -> tuple[SpokenBy, Path | None]:
        spoken_by, path = self._resolve(voice)
        if path is not None and path in self._broken:
            return SpokenBy("espeak", f"{voice.lang}+{voice.espeak}", fallback=True), None
        return spoken_by, path

    async def warm(self, voice: VoiceSettings) -> int:
        """See `Synthesizer.warm`."""
        start = time.monotonic()
        await self._worker.do(Ticket(), lambda work: self._engine(voice))
        return round((time.monotonic() - start) * 1000)

    async def stream(self, text: str, voice: VoiceSettings, *, keep: bool = True) -> AsyncIterator[Samples]:
        """See `Synthesizer.stream`. All sentences are queued at once: the second is rendered while the first sounds."""
        pieces = sentences(text)
        waiting = [asyncio.ensure_future(self._made(piece, voice, keep, Ticket())) for piece in pieces[1:]]
        try:
            for index, piece in enumerate(pieces):
                samples = await (waiting[index - 1] if index else self._made(piece, voice, keep, Ticket()))
                last = index == len(pieces) - 1
                yield samples if last else np.concatenate([samples, silence(_SENTENCE_PAUSE_MS)])
        finally:
            for future in waiting:
                future.cancel()

    async def prepare(
        self, text: str, voice: VoiceSettings, *, keep: bool = True, owner: Hashable = None, urgent: bool = True
    ) -> None:
        """See `Synthesizer.prepare`."""
        for piece in sentences(text):
            if urgent or not self._cache.holds(cache_key(piece, voice, self._version(voice))):
                await self._made(piece, voice, keep, Ticket(owner, urgent))

    async def _made(self, sentence: str, voice: VoiceSettings, keep: bool, ticket: Ticket) -> Samples:
        """A sentence: at once where it has been rendered before, else from the worker."""
        samples = self._cache.get(cache_key(sentence, voice, self._version(voice)))
        if samples is not None:
            return louder(samples, voice.volume_db)
        worker = self._worker if ticket.urgent else self._ahead
        return await worker.do(ticket, lambda work: self._sentence(sentence, voice, keep))

    async def render(self, text: str, voice: VoiceSettings, *, keep: bool = True) -> Samples:
        """See `Synthesizer.render`."""
        chunks = [chunk async for chunk in self.stream(text, voice, keep=keep)]
        return np.concatenate(chunks) if chunks else silence(0)

    async def close(self) -> None:
        """See `Synthesizer.close`."""
        await asyncio.gather(self._worker.close(), self._ahead.close())
        self._piper.clear()

    def _version(self, voice: VoiceSettings) -> str:
        """What would speak, without loading it: see `Engine.version`."""
        path = self._who(voice)[1]
        return self._espeak.version if path is None else piper_version(path)

    def _sentence(self, sentence: str, voice: VoiceSettings, keep: bool) -> Samples:
        engine = self._engine(voice)
        key = cache_key(sentence, voice, engine.version)
        samples = self._cache.get(key)
        if samples is None:
            try:
                samples = level(trim(engine.speak(sentence, voice)))
            except KiestoonError as error:
                if engine is self._espeak:
                    raise
                self._give_up(voice, error)
                return self._sentence(sentence, voice, keep)
            self._cache.put(key, samples, on_disk=keep)
        return louder(samples, voice.volume_db)

    def _give_up(self, voice: VoiceSettings, error: KiestoonError) -> None:
        spoken_by, path = self._who(voice)
        if path is not None:
            self._broken.add(path)
            self._piper.pop(path, None)
            _LOG.warning("voice %s failed (%s), espeak speaks instead", spoken_by.name, error.code)

    def _engine(self, voice: VoiceSettings) -> Engine:
        with self._loading:
            _, path = self._who(voice)
            if path is None:
                return self._espeak
            if path not in self._piper:
                try:
                    self._piper[path] = PiperEngine(path, threads=1)
                except KiestoonError as error:
                    self._give_up(voice, error)
                    return self._espeak
            self._piper.move_to_end(path)
            while len(self._piper) > _LOADED_VOICES:
                self._piper.popitem(last=False)
            return self._piper[path]


def trim(samples: Samples) -> Samples:
    """Without the silence around the speech, save for 20 ms before and 60 ms behind it."""
    audible = np.flatnonzero(np.abs(samples.astype(np.int32)) > _AUDIBLE)
    if len(audible) == 0:
        return samples[:0]
    start = max(0, int(audible[0]) - _LEAD_MS * SAMPLES_PER_MS)
    return samples[start : int(audible[-1]) + 1 + TAIL_MS * SAMPLES_PER_MS]


def level(samples: Samples) -> Samples:
    """At the house level, but without clipping."""
    return louder(samples, HOUSE_LEVEL_DBFS - rms_dbfs(samples))


def louder(samples: Samples, db: float) -> Samples:
    """`gain`, held back so that the highest peak stays below full scale."""
    peak = float(np.max(np.abs(samples.astype(np.int32)), initial=1)) / 32768
    headroom = _PEAK_DBFS - 20 * float(np.log10(peak))
    return gain(samples, min(db, max(headroom, 0.0) if db > 0 else db))
