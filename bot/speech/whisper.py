"""Speech to text with faster-whisper on the CPU, in a worker thread of its own.

The library's `transcribe()` always encodes 30 s, most of which is padding in a conversation. Here a turn is encoded in
the shortest window that fits it, which makes up most of the speed; everything else is the library's. Turns longer than
one window are cut where they are quietest.
"""

from __future__ import annotations

import asyncio
import math
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from bot.audio import SAMPLE_RATE, SAMPLES_PER_MS, FloatSamples
from bot.errors import KiestoonError
from bot.events import Lang, Word
from bot.speech.plausibility import doubt
from bot.speech.transcriber import Transcription

REQUIRED_FILES = ("model.bin", "config.json", "tokenizer.json")

_WINDOWS_S = (8, 10, 15, 20, 30)
_WINDOW_SLACK_S = 1.0
_LONGEST_PIECE_S = 28
_SHORTEST_S = 0.1
_MS_PER_FEATURE_FRAME = 10
_TOKENS_BASE, _TOKENS_PER_SECOND, _TOKENS_MAX = 24, 9, 200
# Long enough that a customer number may be read twice; at 3 the second reading comes out wrong.
_NO_REPEAT_NGRAM = 8
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"
_DOUBTED_CONFIDENCE = 0.1


class _DroppedError(Exception):
    """Nobody waits for this piece of work any more."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one window gave."""

    text: str
    words: tuple[Word, ...]
    avg_logprob: float
    no_speech_probability: float
    seconds: float


class WhisperTranscriber:
    """A faster-whisper model in a folder; loads at the first use. Any number of calls may await it at once: they are
    served in order, each with all `threads`.
    """

    def __init__(self, folder: Path, name: str, *, threads: int | None = None) -> None:
        self._folder = folder
        self._name = name
        self._threads = threads or min(4, os.cpu_count() or 1)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="whisper")
        self._model: WhisperModel | None = None
        self._tokenizers: dict[str, Tokenizer] = {}

    @property
    def name(self) -> str:
        """See `Transcriber.name`."""
        return self._name

    async def warm(self) -> int:
        """See `Transcriber.warm`."""
        start = time.monotonic()
        await self.transcribe(np.zeros(SAMPLE_RATE, dtype=np.float32), "en")
        return round((time.monotonic() - start) * 1000)

    async def transcribe(
        self, audio: FloatSamples, lang: Lang, prompt: str = "", *, words: bool = True
    ) -> Transcription:
        """See `Transcriber.transcribe`."""
        dropped = threading.Event()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._worker, self._transcribe, audio, lang, prompt, words, dropped)
        except asyncio.CancelledError:
            dropped.set()
            raise
        except (RuntimeError, ValueError, MemoryError) as error:
            raise KiestoonError("recogniser.failed", "the recogniser failed", {"model": self._name}) from error

    async def close(self) -> None:
        """See `Transcriber.close`."""
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)
        self._model = None

    def _transcribe(
        self, audio: FloatSamples, lang: Lang, prompt: str, words: bool, dropped: threading.Event
    ) -> Transcription:
        start = time.monotonic()
        pieces: list[_Piece] = []
        offset_ms = 0
        for part in split(audio):
            piece = self._piece(part, lang, prompt, words, offset_ms, dropped)
            pieces.append(piece)
            offset_ms += len(part) // SAMPLES_PER_MS
        return _join(pieces, self._name, round((time.monotonic() - start) * 1000))

    def _piece(
        self, audio: FloatSamples, lang: Lang, prompt: str, words: bool, offset_ms: int, dropped: threading.Event
    ) -> _Piece:
        seconds = len(audio) / SAMPLE_RATE
        if seconds < _SHORTEST_S:
            return _Piece("", (), 0.0, 1.0, seconds)
        model, tokenizer = self._loaded(lang)
        _check(dropped)
        features = model.feature_extractor(audio)
        content = features.shape[-1] - 1
        encoded = model.encode(_fit(features, seconds))
        _check(dropped)
        result, avg_logprob = _generate(model, tokenizer, encoded, prompt, seconds)
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        text = tokenizer.decode(tokens).strip()
        aligned: tuple[Word, ...] = ()
        if words and text:
            _check(dropped)
            aligned = _align(model, tokenizer, encoded, tokens, content, offset_ms)
        return _Piece(text, aligned, avg_logprob, result.no_speech_prob, seconds)

    def _loaded(self, lang: Lang) -> tuple[WhisperModel, Tokenizer]:
        if self._model is None:
            self._model = load(self._folder, self._threads)
        if lang not in self._tokenizers:
            self._tokenizers[lang] = Tokenizer(
                self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=lang
            )
        return self._model, self._tokenizers[lang]


def load(folder: Path, threads: int) -> WhisperModel:
    """Load int8 on the CPU. Raises KiestoonError `model.missing` where a file lacks (the library would go and look for
    it on the internet) and `model.corrupt` where the files cannot be read.
    """
    for name in REQUIRED_FILES:
        if not (folder / name).is_file():
            raise KiestoonError("model.missing", f"the recogniser lacks {name}", {"file": name})
    try:
        return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
    except (RuntimeError, ValueError, OSError) as error:
        raise KiestoonError("model.corrupt", "the recogniser cannot be loaded", {"file": folder.name}) from error


def split(audio: FloatSamples) -> list[FloatSamples]:
    """Cut long audio into pieces of at most 28 s, each where the last third of the piece is quietest."""
    longest = _LONGEST_PIECE_S * SAMPLE_RATE
    pieces = []
    while len(audio) > longest:
        cut = _quietest(audio, longest * 2 // 3, longest)
        pieces.append(audio[:cut])
        audio = audio[cut:]
    return [*pieces, audio]


def _quietest(audio: FloatSamples, start: int, end: int) -> int:
    """Middle of the quietest 200 ms between two samples."""
    width = SAMPLE_RATE // 5
    energy = np.cumsum(np.square(audio[start:end], dtype=np.float64))
    return start + int(np.argmin(energy[width:] - energy[:-width])) + width // 2


def _fit(features: FloatSamples, seconds: float) -> FloatSamples:
    """Pad the features with zeros to the shortest window that leaves some silence behind the speech."""
    window_s = next((size for size in _WINDOWS_S if size >= seconds + _WINDOW_SLACK_S), _WINDOWS_S[-1])
    frames = window_s * 1000 // _MS_PER_FEATURE_FRAME
    cut = features[..., : min(frames, features.shape[-1] - 1)]
    return np.pad(cut, ((0, 0), (0, frames - cut.shape[-1])))


def _generate(
    model: WhisperModel, tokenizer: Tokenizer, encoded: Any, prompt: str, seconds: float
) -> tuple[Any, float]:
    """Greedy decoding without timestamps; the library's result and the mean log probability of its tokens."""
    names = tokenizer.encode(" " + prompt.strip()) if prompt.strip() else []
    tokens = model.get_prompt(tokenizer, names, without_timestamps=True)
    allowed = min(_TOKENS_MAX, _TOKENS_BASE + round(_TOKENS_PER_SECOND * seconds))
    result = model.model.generate(
        encoded,
        [tokens],
        beam_size=1,
        max_length=min(model.max_length, len(tokens) + allowed),
        no_repeat_ngram_size=_NO_REPEAT_NGRAM,
        return_scores=True,
        return_no_speech_prob=True,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
    )[0]
    count = len(result.sequences_ids[0])
    return result, result.scores[0] * count / (count + 1)


def _align(
    model: WhisperModel, tokenizer: Tokenizer, encoded: Any, tokens: list[int], frames: int, offset_ms: int
) -> tuple[Word, ...]:
    """Times and probabilities of words, from the attention of the decoder."""
    found = model.find_alignment(tokenizer, [tokens], encoded, frames)[0]
    merge_punctuations(found, _PREPENDED, _APPENDED)
    return tuple(
        Word(
            text=word["word"].strip(),
            start_ms=offset_ms + round(word["start"] * 1000),
            end_ms=offset_ms + round(word["end"] * 1000),
            probability=min(1.0, max(0.0, float(word["probability"]))),
        )
        for word in found
        if word["word"].strip()
    )


def _join(pieces: list[_Piece], model: str, decode_ms: int) -> Transcription:
    """Pieces that look invented are dropped; if none is left, the first one's doubt is told."""
    judged = [
        (piece, doubt(piece.text, seconds=piece.seconds, avg_logprob=piece.avg_logprob,
                      no_speech_probability=piece.no_speech_probability))
        for piece in pieces
    ]  # fmt: skip
    kept = [piece for piece, why in judged if not why]
    if not kept:
        confidence = min(_DOUBTED_CONFIDENCE, math.exp(pieces[0].avg_logprob)) if pieces[0].text else 0.0
        return Transcription("", (), confidence, model, decode_ms, judged[0][1])
    words = tuple(word for piece in kept for word in piece.words)
    return Transcription(" ".join(piece.text for piece in kept), words, _confidence(kept, words), model, decode_ms)


def _confidence(pieces: list[_Piece], words: tuple[Word, ...]) -> float:
    """Mean word probability, or what comes closest where words were not asked for."""
    if words:
        return sum(word.probability for word in words) / len(words)
    return min(1.0, sum(math.exp(piece.avg_logprob) for piece in pieces) / len(pieces))


def _check(dropped: threading.Event) -> None:
    if dropped.is_set():
        raise _DroppedError
