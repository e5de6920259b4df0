"""The trainee's side of the line: audio in, turns with their text out.

Recognition starts while the silence is still short and is thrown away when the speech goes on. When somebody speaks on
after their turn was taken as ended but before anyone answered, the two parts become one turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.audio import SAMPLES_PER_MS, Samples, from_bytes, to_float
from bot.errors import KiestoonError
from bot.events import Lang
from bot.speech.completeness import unfinished
from bot.speech.endpointing import (
    Endpointer,
    EndpointEvent,
    SpeculateNow,
    SpeculationVoid,
    TurnEnded,
    VoiceStarted,
)
from bot.speech.transcriber import LEAD_IN_MS, Transcriber, Transcription
from bot.speech.vad import VoiceActivity
from bot.speech.windows import WINDOW_MS, Windower

KEEP_MS = 1500
"""Audio kept while nobody speaks, so that the onset of the next turn is there."""
UNFINISHED_EXTRA_MS = 700


@dataclass(frozen=True)
class HeardTurn:
    """A turn with its text; times are ms on the call's clock. `error` is set where recognition failed."""

    start_ms: int
    end_ms: int
    decided_ms: int
    transcription: Transcription | None
    error: KiestoonError | None = None


@dataclass(frozen=True)
class Window:
    """What one window of 32 ms brought: the probability of voice, and what became known with it."""

    start_ms: int
    probability: float
    events: list[EndpointEvent]


class Ear:
    """Listens to one trainee. `on_turn` is called on the event loop for each turn."""

    def __init__(
        self,
        activity: VoiceActivity,
        transcriber: Transcriber,
        lang: Lang,
        prompt: str,
        on_turn: Callable[[HeardTurn], None],
    ) -> None:
        self._activity, self._transcriber = activity, transcriber
        self._lang, self._prompt, self._on_turn = lang, prompt, on_turn
        self._windower, self._endpointer = Windower(), Endpointer()
        self._window_ms = 0
        self._audio = bytearray()
        self._audio_from_ms = 0
        self._speculation: tuple[int, asyncio.Task[Transcription]] | None = None
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
        if self._pending:
            self._pending[1].cancel()
            self._pending = None
        self._carried_start = None

    def _take(self, event: EndpointEvent) -> None:
        match event:
            case VoiceStarted():
                self._perhaps_resume()
            case SpeculateNow():
                self._cancel_speculation()
                task = asyncio.create_task(self._recognise(self._start_of(event.start_ms), event.decided_ms))
                self._speculation = (event.end_ms, task)
                task.add_done_callback(self._perhaps_hold)
            case SpeculationVoid():
                self._cancel_speculation()
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

    def _perhaps_hold(self, task: asyncio.Task[Transcription]) -> None:
        if task.cancelled() or task.exception() is not None or not self.in_turn:
            return
        if unfinished(task.result().text, self._lang):
            self._endpointer.hold(UNFINISHED_EXTRA_MS)

    async def _finish(self, event: TurnEnded, start: int) -> None:
        speculation, self._speculation = self._speculation, None
        try:
            if speculation is not None and speculation[0] == event.end_ms:
                text = await speculation[1]
            else:
                text = await self._recognise(start, event.decided_ms)
            heard = HeardTurn(start, event.end_ms, event.decided_ms, text.at(max(0, start - LEAD_IN_MS)))
        except KiestoonError as error:
            heard = HeardTurn(start, event.end_ms, event.decided_ms, None, error)
        self._pending = None
        self._carried_start = None
        self._on_turn(heard)

    async def _recognise(self, start_ms: int, end_ms: int) -> Transcription:
        first = max(0, start_ms - LEAD_IN_MS - self._audio_from_ms) * SAMPLES_PER_MS * 2
        last = (end_ms - self._audio_from_ms) * SAMPLES_PER_MS * 2
        piece = to_float(from_bytes(bytes(self._audio[first:last])))
        return await self._transcriber.transcribe(piece, self._lang, self._prompt)

    def _cancel_speculation(self) -> None:
        if self._speculation is not None:
            self._speculation[1].cancel()
            self._speculation = None

    def _trim(self) -> None:
        surplus = len(self._audio) // (2 * SAMPLES_PER_MS) - KEEP_MS
        if surplus > KEEP_MS:
            del self._audio[: surplus * 2 * SAMPLES_PER_MS]
            self._audio_from_ms += surplus
