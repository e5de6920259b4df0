"""Events in their order, though the times of a turn's words are known later than what follows on it.

The customer answers as soon as the text of a turn is known. Until its words have their times, some 30 ms later, what
happens waits behind it; then all of it is kept at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from bot.events import AgentTurn, CallEvent
from bot.speech.transcriber import Transcription

Timed = asyncio.Future[Transcription]


class OrderedLog:
    """Hands events on to `keep`, in order."""

    def __init__(self, keep: Callable[[CallEvent], None]) -> None:
        self._keep = keep
        self._waiting: deque[tuple[CallEvent, Timed | None]] = deque()

    def append(self, event: CallEvent) -> None:
        """Keep an event as soon as all before it are kept."""
        self._waiting.append((event, None))
        self._release()

    def append_late(self, turn: AgentTurn, timed: Timed) -> None:
        """Keep a turn once the times of its words are known; without them where they cannot be had."""
        self._waiting.append((turn, timed))
        timed.add_done_callback(lambda _: self._release())

    def forget(self) -> None:
        """Drop what waits."""
        self._waiting.clear()

    async def settled(self) -> None:
        """Wait until nothing waits."""
        while self._waiting:
            await asyncio.wait([timed for _, timed in self._waiting if timed is not None])

    def _release(self) -> None:
        while self._waiting:
            event, timed = self._waiting[0]
            if timed is not None and not timed.done():
                return
            self._waiting.popleft()
            self._keep(_with_words(event, timed) if timed is not None and isinstance(event, AgentTurn) else event)


def _with_words(turn: AgentTurn, timed: Timed) -> AgentTurn:
    if timed.cancelled() or timed.exception() is not None:
        return turn
    found = timed.result()
    return turn.model_copy(update={"words": found.words, "confidence": found.confidence})
