"""Speech to text with faster-whisper on the CPU, in a worker thread of its own.

The library's `transcribe()` always encodes 30 s, most of which is padding in a conversation. Here a turn is encoded in
the shortest window that fits it, which makes up most of the speed; everything else is the library's. Turns longer than
one window are cut where they are quietest. All calls share one worker fairly; the text is told
before the times of its words are known, with what the decoder thought would follow.
"""

from __future__ import annotations

import asyncio
import math
import os
import threading
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_ctranslate2_storage, get_suppressed_tokens, merge_punctuations

from bot.audio import SAMPLE_RATE, SAMPLES_PER_MS, FloatSamples
from bot.errors import KiestoonError
from bot.events import Lang, Word
from bot.instructions import widest_instructions
from bot.speech.ending_sound import EndingSound
from bot.speech.plausibility import doubt
from bot.speech.transcriber import Closing, Doubt, Hearing, HearingTicket, Transcription
from bot.speech.worker import FairWorker, Work

REQUIRED_FILES = ("model.bin", "config.json", "tokenizer.json")

_WINDOWS_S = (8, 10, 15, 20, 30)
_WINDOW_SLACK_S = 1.0
_LONGEST_PIECE_S = 28
_SHORTEST_S = 0.1
# Peak of audio in which nothing can be heard (-80 dBFS). Out of silence whisper-base makes words that it is surer of
# on some processors than on others.
_INAUDIBLE = 1e-4
_MS_PER_FEATURE_FRAME = 10
_TOKENS_BASE, _TOKENS_PER_SECOND, _TOKENS_MAX = 24, 9, 200
# Long enough that a customer number may be read twice; at 3 the second reading comes out wrong.
_NO_REPEAT_NGRAM = 8
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"
_DOUBTED_CONFIDENCE = 0.1
# A text that greedy decoding is less sure of than this (geometric mean of its tokens' probabilities) is sought again
# along as many beams as the library's own default. Clear speech stays above it and pays nothing.
_SURE, _BEAMS = 0.6, 5
# On two cores a second thread for a piece makes its decoding no faster, but a second piece beside it waits for nobody.
# Both stand back for the event loop, which sends the customer's voice on time.
_AT_ONCE, _STANDS_BACK = 2, 5
_FINAL_MARKS = (".", "?", "!", '."', '?"', '!"', "。")
_GOING_ON_MARKS = (",", "...", "…", "-", "--", ":", ";", "Ġ-", "Ġ--", "Ġ...", '-"')


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one window gave; `encoded` and `tokens` are kept until its words have their times."""

    text: str
    words: tuple[Word, ...]
    avg_logprob: float
    no_speech_probability: float
    seconds: float
    offset_ms: int = 0
    lang: Lang = "nl"
    encoded: Any = None
    tokens: tuple[int, ...] = ()

    @property
    def doubt(self) -> Doubt:
        """Why it was probably invented."""
        return doubt(
            self.text, seconds=self.seconds, avg_logprob=self.avg_logprob,
            no_speech_probability=self.no_speech_probability,
        )  # fmt: skip


@dataclass(frozen=True)
class _Job:
    """Audio to recognise."""

    audio: FloatSamples
    lang: Lang
    prompt: str
    ticket: HearingTicket


class WhisperTranscriber:
    """A faster-whisper model in a folder; loads at the first use. Any number of calls may await it at once: they are
    served fairly, two at a time where there are two cores, each with `threads` (half of the cores, four at most). A
    piece that is alone is encoded by a copy of the model that uses the threads of both. `ends` hears from the encoder's
    states whether a turn sounds finished.
    """

    def __init__(self, folder: Path, name: str, *, threads: int | None = None, ends: EndingSound | None = None) -> None:
        self._folder = folder
        self._name = name
        self._ends = ends
        self._threads = threads or max(1, min(4, (os.cpu_count() or 1) // 2))
        self._at_once = min(_AT_ONCE, os.cpu_count() or 1)
        self._worker = FairWorker("whisper", width=self._at_once, niceness=_STANDS_BACK)
        self._loading = threading.Lock()
        self._model: WhisperModel | None = None
        self._alone: ctranslate2.models.Whisper | None = None
        self._tokenizers: dict[str, Tokenizer] = {}

    @property
    def name(self) -> str:
        """See `Transcriber.name`."""
        return self._name

    async def warm(self) -> int:
        """See `Transcriber.warm`."""
        start = time.monotonic()
        hum = (0.01 * np.sin(np.arange(SAMPLE_RATE) / 25)).astype(np.float32)
        await self.transcribe(hum, "en")
        await asyncio.gather(*(self.transcribe(hum, "en") for _ in range(self._at_once)))
        return round((time.monotonic() - start) * 1000)

    async def transcribe(
        self,
        audio: FloatSamples,
        lang: Lang,
        prompt: str = "",
        *,
        words: bool = True,
        ticket: HearingTicket | None = None,
    ) -> Transcription:
        """See `Transcriber.transcribe`."""
        job = _Job(audio, lang, prompt, ticket or HearingTicket())
        try:
            pieces, read_ms = await self._worker.do(job.ticket, lambda work: self._read(job, work))
            if not words or not any(piece.text for piece in pieces):
                return _join(pieces, self._name, read_ms)
            if job.ticket.wanted is not None:
                await job.ticket.wanted.wait()
            pieces, timed_ms = await self._worker.do(job.ticket, lambda work: self._timed(pieces, work), later=True)
            return _join(pieces, self._name, read_ms + timed_ms)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise KiestoonError("recogniser.failed", "the recogniser failed", {"model": self._name}) from error

    async def close(self) -> None:
        """See `Transcriber.close`."""
        await self._worker.close()
        self._model = self._alone = None

    def _read(self, job: _Job, work: Work) -> tuple[list[_Piece], int]:
        """The texts of all pieces, and the ms that it took."""
        start = time.monotonic()
        parts = split(job.audio)
        pieces: list[_Piece] = []
        offset_ms = 0
        for part in parts:
            pieces.append(self._piece(part, job, work, offset_ms, whole=len(parts) == 1))
            offset_ms += len(part) // SAMPLES_PER_MS
        return pieces, round((time.monotonic() - start) * 1000)

    def _piece(self, audio: FloatSamples, job: _Job, work: Work, offset_ms: int, *, whole: bool) -> _Piece:
        seconds = len(audio) / SAMPLE_RATE
        if seconds < _SHORTEST_S or float(np.abs(audio).max()) < _INAUDIBLE:
            return _Piece("", (), 0.0, 1.0, seconds)
        model, tokenizer = self._loaded(job.lang)
        features = model.feature_extractor(audio)
        work.check()
        encoded = self._encoded(model, _fit(features, seconds))
        work.check()
        result, avg_logprob = _generate(model, tokenizer, encoded, job.prompt, seconds)
        greedy = tokens = _spoken(result, tokenizer)
        if tokens and math.exp(avg_logprob) < _SURE:
            work.check()
            sought, avg_logprob = _generate(model, tokenizer, encoded, job.prompt, seconds, beams=_BEAMS)
            tokens = _spoken(sought, tokenizer)
        text = tokenizer.decode(tokens).strip()
        piece = _Piece(
            text, (), avg_logprob, result.no_speech_prob, seconds, offset_ms, job.lang, encoded, tuple(tokens)
        )
        if whole and job.ticket.heard is not None and text and not piece.doubt:
            closing = self._closing(result, greedy, tokenizer, encoded, job.ticket.voice_end_ms)
            work.post(job.ticket.heard, Hearing(text, closing, _sureness(result, greedy)))
        return piece

    def _encoded(self, model: WhisperModel, features: FloatSamples) -> Any:
        """The encoder's states. Unlike the decoder, which waits for memory, the encoder is faster with more threads."""
        if self._alone is None or self._worker.busy > 1:
            return model.encode(features)
        return self._alone.encode(get_ctranslate2_storage(features[None]))

    def _timed(self, pieces: list[_Piece], work: Work) -> tuple[list[_Piece], int]:
        """The same pieces, with the times of their words, and the ms that it took."""
        start = time.monotonic()
        timed = [self._with_words(piece, work) if piece.text else piece for piece in pieces]
        return timed, round((time.monotonic() - start) * 1000)

    def _with_words(self, piece: _Piece, work: Work) -> _Piece:
        work.check()
        model, tokenizer = self._loaded(piece.lang)
        return replace(piece, words=_align(model, tokenizer, piece), encoded=None)

    def _closing(
        self, result: Any, tokens: list[int], tokenizer: Tokenizer, encoded: Any, voice_end_ms: int | None
    ) -> Closing | None:
        """What the decoder thought would follow the last word, and what the encoder heard; None where the decoder was
        stopped before it came to an end.
        """
        steps = result.logits[0]
        if not tokens or len(steps) != len(tokens) + 1:
            return None
        final, going_on = _marks(tokenizer.tokenizer)
        last = np.array(steps[-2 if tokens[-1] in final | going_on else -1], dtype=np.float64).reshape(-1)
        weights = np.exp(last - last.max())
        weights /= weights.sum()
        sound = self._ends.log_odds(np.array(encoded)[0], voice_end_ms) if self._ends and voice_end_ms else None
        return Closing(
            float(weights[list(final)].sum()), float(weights[list(going_on)].sum()), float(weights[tokenizer.eot]),
            math.exp(min(0.0, result.scores[0])), sound,
        )  # fmt: skip

    def _loaded(self, lang: Lang) -> tuple[WhisperModel, Tokenizer]:
        with self._loading:
            if self._model is None:
                self._model = load(self._folder, self._threads, at_once=self._at_once)
                together = min(self._threads * self._at_once, os.cpu_count() or 1)
                if together > self._threads:
                    self._alone = ctranslate2.models.Whisper(
                        str(self._folder), compute_type="int8", intra_threads=together
                    )
            if lang not in self._tokenizers:
                self._tokenizers[lang] = Tokenizer(
                    self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=lang
                )
            return self._model, self._tokenizers[lang]


def load(folder: Path, threads: int, *, at_once: int = 1) -> WhisperModel:
    """Load int8 on the CPU, to serve so many pieces `at_once`, each with so many `threads`. Raises KiestoonError
    `model.missing` where a file lacks (the library would go and look for it on the internet) and `model.corrupt` where
    the files cannot be read.
    """
    for name in REQUIRED_FILES:
        if not (folder / name).is_file():
            raise KiestoonError("model.missing", f"the recogniser lacks {name}", {"file": name})
    widest_instructions()
    try:
        return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=at_once)
    except (RuntimeError, ValueError, OSError) as error:
        raise KiestoonError("model.corrupt", "the recogniser cannot be loaded", {"file": folder.name}) from error


def states_of(model: WhisperModel, audio: FloatSamples) -> FloatSamples:
    """The encoder's states (time, width), one for 20 ms of at most 30 s of audio."""
    encoded = model.encode(_fit(model.feature_extractor(audio), len(audio) / SAMPLE_RATE))
    states: FloatSamples = np.array(encoded)[0]
    return states


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
    """Pad the features with their own silence to the shortest window that leaves some of it behind the speech. The
    library pads with zeros, which stand for a hiss: on 126 recordings of people that costs three words in a hundred
    along five beams, and none along one.
    """
    window_s = next((size for size in _WINDOWS_S if size >= seconds + _WINDOW_SLACK_S), _WINDOWS_S[-1])
    frames = window_s * 1000 // _MS_PER_FEATURE_FRAME
    cut = features[..., : min(frames, features.shape[-1] - 1)]
    return np.pad(cut, ((0, 0), (0, frames - cut.shape[-1])), constant_values=float(features.min()))


def _generate(
    model: WhisperModel, tokenizer: Tokenizer, encoded: Any, prompt: str, seconds: float, beams: int = 1
) -> tuple[Any, float]:
    """Decoding without timestamps; the library's result and the mean log probability of its tokens. Only greedy
    decoding, with one beam, tells the logits of each step.
    """
    names = tokenizer.encode(" " + prompt.strip()) if prompt.strip() else []
    tokens = model.get_prompt(tokenizer, names, without_timestamps=True)
    allowed = min(_TOKENS_MAX, _TOKENS_BASE + round(_TOKENS_PER_SECOND * seconds))
    result = model.model.generate(
        encoded,
        [tokens],
        beam_size=beams,
        max_length=min(model.max_length, len(tokens) + allowed),
        no_repeat_ngram_size=_NO_REPEAT_NGRAM,
        return_scores=True,
        return_logits_vocab=beams == 1,
        return_no_speech_prob=True,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
    )[0]
    count = len(result.sequences_ids[0])
    return result, result.scores[0] * count / (count + 1)


def _spoken(result: Any, tokenizer: Tokenizer) -> list[int]:
    """The tokens of the text, without those that mark its end."""
    return [token for token in result.sequences_ids[0] if token < tokenizer.eot]


def _sureness(result: Any, tokens: list[int]) -> float:
    """The mean probability of the tokens, as the words will have it once they have times."""
    shares = []
    for token, step in zip(tokens, result.logits[0], strict=False):
        logits = np.array(step).reshape(-1)
        shares.append(1.0 / float(np.exp(logits - logits[token]).sum()))
    return sum(shares) / len(shares) if shares else 0.0


def _align(model: WhisperModel, tokenizer: Tokenizer, piece: _Piece) -> tuple[Word, ...]:
    """Times and probabilities of words, from the attention of the decoder."""
    frames = round(piece.seconds * 1000) // _MS_PER_FEATURE_FRAME
    found = model.find_alignment(tokenizer, [list(piece.tokens)], piece.encoded, frames)[0]
    merge_punctuations(found, _PREPENDED, _APPENDED)
    return tuple(
        Word(
            text=word["word"].strip(),
            start_ms=piece.offset_ms + round(word["start"] * 1000),
            end_ms=piece.offset_ms + round(word["end"] * 1000),
            probability=min(1.0, max(0.0, float(word["probability"]))),
        )
        for word in found
        if word["word"].strip()
    )


@lru_cache(maxsize=4)
def _marks(tokenizer: Any) -> tuple[frozenset[int], frozenset[int]]:
    """The tokens that end a sentence and those behind which it goes on."""
    ids = tokenizer.get_vocab()
    return tuple(frozenset(ids[mark] for mark in marks if mark in ids) for marks in (_FINAL_MARKS, _GOING_ON_MARKS))  # type: ignore[return-value]


def _join(pieces: list[_Piece], model: str, decode_ms: int) -> Transcription:
    """Pieces that look invented are dropped; if none is left, the first one's doubt is told."""
    kept = [piece for piece in pieces if not piece.doubt]
    if not kept:
        confidence = min(_DOUBTED_CONFIDENCE, math.exp(pieces[0].avg_logprob)) if pieces[0].text else 0.0
        return Transcription("", (), confidence, model, decode_ms, pieces[0].doubt)
    words = tuple(word for piece in kept for word in piece.words)
    return Transcription(" ".join(piece.text for piece in kept), words, _confidence(kept, words), model, decode_ms)


def _confidence(pieces: list[_Piece], words: tuple[Word, ...]) -> float:
    """Mean word probability, or what comes closest where words were not asked for."""
    if words:
        return sum(word.probability for word in words) / len(words)
    return min(1.0, sum(math.exp(piece.avg_logprob) for piece in pieces) / len(pieces))
