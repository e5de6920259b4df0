"""What a recogniser answers, and the protocol that every recogniser follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bot.audio import FloatSamples
from bot.events import Lang, Word
from bot.speech.worker import Ticket

LEAD_IN_MS = 250
"""How much audio from before the onset to hand over with a turn: voice activity misses soft first consonants."""

Doubt = Literal["", "no_speech", "unsure", "loop", "too_fast", "subtitle"]
"""Why a recognised text was thrown away; empty where it was kept."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What the recogniser itself takes for the end, beside the text. Probabilities (0 to 1) of what it expected behind
    the last word: `final`, a mark that ends a sentence; `going_on`, one after which it goes on (comma, dash, dots);
    `nothing`, the end without any mark. `sureness` (0 to 1) of the text; `sound`, the log-odds that the sound of the
    last moments is that of an end, None where no model tells.
    """

    final: float
    going_on: float
    nothing: float
    sureness: float = 1.0
    sound: float | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is known of a text before its words have times. `closing` is None where the recogniser does not tell;
    `confidence` is the mean probability of what the text is made of, 0 to 1.
    """

    text: str
    closing: Closing | None = None
    confidence: float = 1.0


@dataclass(eq=False, slots=True)
class HearingTicket(Ticket):
    """`heard` is called on the event loop as soon as the text is known; `voice_end_ms` tells where in the audio the
    voice stopped, where that is of interest. Where `wanted` is given, the times of the words are found only once it is
    set: most guesses are thrown away before.
    """

    heard: Callable[[Hearing], None] | None = None
    voice_end_ms: int | None = None
    wanted: asyncio.Event | None = None


@dataclass(frozen=True, slots=True)
class Transcription:
    """The text of one piece of audio. `words` have their times in ms from the start of that audio; they are empty where
    the recogniser was asked for text only. `confidence` is the mean probability of the words, 0 to 1. A text that is
    probably invented is emptied, with `doubt` saying why and a confidence below 0.2: nothing is guessed around.
    """

    text: str
    words: tuple[Word, ...]
    confidence: float
    model: str
    decode_ms: int
    doubt: Doubt = ""

    def at(self, offset_ms: int) -> Transcription:
        """The same with the words' times moved by `offset_ms`, as to the clock of the call."""
        moved = tuple(
            word.model_copy(update={"start_ms": word.start_ms + offset_ms, "end_ms": word.end_ms + offset_ms})
            for word in self.words
        )
        return replace(self, words=moved)


def joined(parts: Sequence[Transcription]) -> Transcription:
    """One turn that was recognised in pieces, whose times are on one clock; at least one. A doubted piece adds nothing;
    the doubt is told only where no piece is left.
    """
    kept = [part for part in parts if part.text]
    if len(parts) == 1 or not kept:
        return parts[0]
    letters = sum(len(part.text) for part in kept)
    return Transcription(
        " ".join(part.text for part in kept),
        tuple(word for part in kept for word in part.words),
        sum(part.confidence * len(part.text) for part in kept) / letters,
        kept[0].model,
        sum(part.decode_ms for part in parts),
    )


class Transcriber(Protocol):
    """Speech to text. One object serves all calls; cancelling the awaiting task drops the work."""

    @property
    def name(self) -> str:
        """Name of the model, as shown beside every transcript."""
        ...

    async def warm(self) -> int:
        """Load the model if need be and decode once; ms that it took. Raises KiestoonError `model.missing` or
        `model.corrupt`.
        """
        ...

    async def transcribe(
        self,
        audio: FloatSamples,
        lang: Lang,
        prompt: str = "",
        *,
        words: bool = True,
        ticket: HearingTicket | None = None,
    ) -> Transcription:
        """Recognise float32 mono audio at 16 kHz, of any length. `prompt` holds names to expect, as a plain text in the
        language; `words` asks for the times and probabilities of words, which costs 20 ms more. Without a `ticket` the
        work hurries and has no owner.

        Raises KiestoonError `model.missing`, `model.corrupt` or `recogniser.failed`.
        """
        ...

    async def close(self) -> None:
        """Free the model."""
        ...
