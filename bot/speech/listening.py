"""The trainee's side of the line: audio in, turns with their text out.

Recognition starts as soon as the voice falters and is thrown away when the speech goes on; a long turn is recognised in
pieces at its pauses, so that at the end only the last piece is left to do. How long a silence ends the turn follows
from the text. When somebody speaks on after their turn was taken as ended but before anyone answered, the two parts
become one turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.audio import SAMPLES_PER_MS, Samples, from_bytes, to_float
from bot.errors import KiestoonError
from bot.events import Lang
from bot.speech.endpointing import (
    Endpointer,
    EndpointEvent,
    SpeculateNow,
    SpeculationVoid,
    TurnEnded,
    VoiceStarted,
    VoiceStopped,
)
from bot.speech.transcriber import LEAD_IN_MS, Hearing, HearingTicket, Transcriber, Transcription, joined
from bot.speech.vad import VoiceActivity
from bot.speech.windows import WINDOW_MS, Windower

KEEP_MS = 1500
"""Audio kept while nobody speaks, so that the onset of the next turn is there."""
PIECE_MS = 6000
"""A stretch of speech at least this long is recognised for good at its pause, whatever comes after it."""
CONTEXT_CHARACTERS = 120
"""How much of a turn's text goes before the next piece of it as context."""

Judge = Callable[[Hearing], float]
"""Probability (0 to 1) that a turn is over with what was heard."""


@dataclass(frozen=True)
class HeardTurn:
    """A turn with its text; times are ms on the call's clock. `error` is set where recognition failed. `timed` brings
    the same transcription with the times of its words where they are still to come.
    """

    start_ms: int
    end_ms: int
    decided_ms: int
    transcription: Transcription | None
    error: KiestoonError | None = None
    timed: asyncio.Future[Transcription] | None = None


@dataclass(frozen=True)
class Window:
    """What one window of 32 ms brought: the probability of voice, and what became known with it."""

    start_ms: int
    probability: float
    events: list[EndpointEvent]


@dataclass(eq=False)
class _Stretch:
    """Audio from `from_ms` to the silence at `end_ms`, being recognised: first comes the `text`, then the `task` with
    the times of the words is done. `paused`: the silence proved to be one.
    """

    from_ms: int
    end_ms: int
    ticket: HearingTicket
    wanted: asyncio.Event
    text: asyncio.Future[Transcription]
    task: asyncio.Task[Transcription]
    paused: bool = False

    def want(self) -> None:
        """The turn is over: this is needed, with the times of its words."""
        self.ticket.urgent = True
        self.wanted.set()

    def tell(self, heard: Transcription) -> bool:
        """The text is known; False where it was before."""
        if self.text.done():
            return False
        self.text.set_result(heard)
        return True

    def fail(self, error: BaseException | None) -> None:
        """There will be no text."""
        if self.text.done():
            return
        if error is None:
            self.text.cancel()
        else:
            self.text.set_exception(error)
            self.text.exception()  # nobody may be waiting for it


class Ear:
    """Listens to one trainee. `on_turn` is called on the event loop for each turn, `on_draft` with the text of what may
    be a turn, as early as it is known, so that an answer can be got ready.
    """

    def __init__(
        self,
        activity: VoiceActivity,
        transcriber: Transcriber,
        lang: Lang,
        prompt: str,
        on_turn: Callable[[HeardTurn], None],
        judge: Judge,
        on_draft: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._activity, self._transcriber = activity, transcriber
        self._lang, self._prompt, self._on_turn = lang, prompt, on_turn
        self._judge, self._on_draft = judge, on_draft
        self._windower, self._endpointer = Windower(), Endpointer()
        self._window_ms = 0
        self._audio = bytearray()
        self._audio_from_ms = 0
        self._pieces: list[_Stretch] = []
        self._speculation: _Stretch | None = None
        self._pending: tuple[int, asyncio.Task[None]] | None = None
        self._carried_start: int | None = None

    @property
    def in_turn(self) -> bool:
        """Whether the trainee is in the middle of a turn."""
        return self._endpointer.in_turn

    @property
    def recognising(self) -> bool:
        """Whether a turn has ended and its text is not known yet."""
        return self._pending is not None

    def feed(self, samples: Samples, *, deaf: bool = False) -> list[Window]:
        """Take the next frame; answers the windows that it completed. `deaf` lets the time pass without listening."""
        self._audio += samples.tobytes()
        windows = []
        for window in self._windower.push(samples):
            start = self._window_ms
            self._window_ms += WINDOW_MS
            probability = 0.0 if deaf else self._activity.probability(window)
            events = self._endpointer.feed(start, probability)
            for event in events:
                self._take(event)
            windows.append(Window(start, probability, events))
        if not self.in_turn and not self._pending:
            self._trim()
        return windows

    def drop(self) -> None:
        """Forget the present turn: the microphone was muted, or the call is over."""
        self._endpointer.drop_turn()
        self._cancel_speculation()
        self._forget_pieces()
        if self._pending:
            self._pending[1].cancel()
            self._pending = None
        self._carried_start = None

    def _take(self, event: EndpointEvent) -> None:
        match event:
            case VoiceStarted():
                self._perhaps_resume()
            case VoiceStopped():
                if self._speculation is not None:
                    self._speculation.paused = True
            case SpeculateNow():
                self._speculate(event)
            case SpeculationVoid():
                self._put_aside()
            case TurnEnded():
                start = self._start_of(event.start_ms)
                self._pending = (start, asyncio.create_task(self._finish(event, start)))

    def _start_of(self, start_ms: int) -> int:
        return start_ms if self._carried_start is None else self._carried_start

    def _perhaps_resume(self) -> None:
        if self._pending is not None:
            self._carried_start, task = self._pending
            task.cancel()
            self._pending = None

    def _speculate(self, event: SpeculateNow) -> None:
        self._cancel_speculation()
        start = self._start_of(event.start_ms)
        from_ms = self._pieces[-1].end_ms if self._pieces else max(0, start - LEAD_IN_MS)
        self._speculation = self._recognise(from_ms, event.end_ms, event.decided_ms, urgent=False)

    def _put_aside(self) -> None:
        """The speech goes on: what was begun is in vain, unless it is a long piece that ends in a pause."""
        stretch, self._speculation = self._speculation, None
        if stretch is None:
            return
        if stretch.paused and stretch.end_ms - stretch.from_ms >= PIECE_MS:
            self._pieces.append(stretch)
        else:
            stretch.task.cancel()

    def _recognise(self, from_ms: int, end_ms: int, upto_ms: int, *, urgent: bool) -> _Stretch:
        first = max(0, from_ms - self._audio_from_ms) * SAMPLES_PER_MS * 2
        last = (upto_ms - self._audio_from_ms) * SAMPLES_PER_MS * 2
        speech = to_float(from_bytes(bytes(self._audio[first:last])))
        wanted, text = asyncio.Event(), asyncio.get_running_loop().create_future()
        ticket = HearingTicket(owner=id(self), urgent=urgent, voice_end_ms=end_ms - from_ms, wanted=wanted)
        words = self._transcriber.transcribe(speech, self._lang, self._context(), ticket=ticket)
        stretch = _Stretch(from_ms, end_ms, ticket, wanted, text, asyncio.create_task(words))
        ticket.heard = lambda hearing: self._told(stretch, hearing)
        stretch.task.add_done_callback(lambda task: self._recognised(stretch, task))
        return stretch

    def _context(self) -> str:
        return f"{self._prompt} {self._text_before()[-CONTEXT_CHARACTERS:]}".strip()

    def _text_before(self) -> str:
        done = [piece.text for piece in self._pieces if piece.text.done() and not piece.text.cancelled()]
        return " ".join(text.result().text for text in done if text.exception() is None)

    def _told(self, stretch: _Stretch, hearing: Hearing) -> None:
        heard = Transcription(hearing.text, (), hearing.confidence, self._transcriber.name, 0)
        if stretch.tell(heard):
            self._consider(stretch, hearing)

    def _recognised(self, stretch: _Stretch, task: asyncio.Task[Transcription]) -> None:
        """For recognisers that tell nothing before, and where nothing was heard."""
        if task.cancelled() or task.exception() is not None:
            stretch.fail(None if task.cancelled() else task.exception())
        elif stretch.tell(task.result()):
            self._consider(stretch, Hearing(task.result().text))

    def _consider(self, stretch: _Stretch, hearing: Hearing) -> None:
        """The text up to the present silence is known: is that all?"""
        if stretch is not self._speculation or not self.in_turn:
            return
        whole = Hearing(f"{self._text_before()} {hearing.text}".strip(), hearing.closing)
        self._on_draft(whole.text)
        ended = self._endpointer.judge(self._judge(whole))
        if ended is not None:
            self._take(ended)

    async def _finish(self, event: TurnEnded, start: int) -> None:
        stretch, self._speculation = self._speculation, None
        try:
            if stretch is None or stretch.end_ms != event.end_ms:
                from_ms = self._pieces[-1].end_ms if self._pieces else max(0, start - LEAD_IN_MS)
                stretch = self._recognise(from_ms, event.end_ms, event.decided_ms, urgent=True)
            parts = [*self._pieces, stretch]
            for part in parts:
                part.want()
            text = joined([await asyncio.shield(part.text) for part in parts])
            heard = HeardTurn(start, event.end_ms, event.decided_ms, text, timed=asyncio.ensure_future(_timed(parts)))
        except KiestoonError as error:
            heard = HeardTurn(start, event.end_ms, event.decided_ms, None, error)
        except asyncio.CancelledError:
            if stretch is not None:
                stretch.task.cancel()
            raise
        self._pending = None
        self._carried_start = None
        self._pieces = []
        self._on_turn(heard)

    def _cancel_speculation(self) -> None:
        if self._speculation is not None:
            self._speculation.task.cancel()
            self._speculation = None

    def _forget_pieces(self) -> None:
        for piece in self._pieces:
            piece.task.cancel()
        self._pieces = []

    def _trim(self) -> None:
        surplus = len(self._audio) // (2 * SAMPLES_PER_MS) - KEEP_MS
        if surplus > KEEP_MS:
            del self._audio[: surplus * 2 * SAMPLES_PER_MS]
            self._audio_from_ms += surplus


async def _timed(parts: list[_Stretch]) -> Transcription:
    return joined([(await part.task).at(part.from_ms) for part in parts])
