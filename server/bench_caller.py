"""One trainee of a benchmark: a browser's end of the line, in real time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.audio import FRAME_BYTES, FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS, Samples, frames, silence, to_bytes
from bot.speech.speaking import TAIL_MS
from server.bench_voices import Spoken

PATIENCE_S = 12.0
SETTLE_MS = 600
OVER_AFTER_MS = 400
"""So long has the customer spoken when the trainee speaks too."""
PREBUFFER_MS = 60
"""What the browser's player holds before it starts (see docs/protocol.md)."""


@dataclass(frozen=True)
class Said:
    """A turn that was said: `pause` in ms on the call's clock, the rest in seconds on this process's monotonic clock.
    `ended` is the true end of the speech.
    """

    began: float
    ended: float
    pause: tuple[int, int] | None


@dataclass(frozen=True)
class Overlap:
    """What was said while the customer spoke: `began` is the true first sound and `silenced` when the server stopped
    the customer's voice after it (seconds, monotonic; None where it never did), `at_ms` first and last ms on the
    call's clock.
    """

    began: float
    silenced: float | None
    at_ms: tuple[int, int]
    listening: bool


@dataclass
class Playback:
    """The browser's player of one turn, on the clock of this process: how often it ran dry."""

    arrived: list[float] = field(default_factory=list)

    def underruns(self) -> int:
        """Frames that came after the moment at which they should have sounded, each gap counted once."""
        start = PREBUFFER_MS // FRAME_MS - 1
        if len(self.arrived) <= start:
            return 0
        due, dry = self.arrived[start], 0
        for at in self.arrived:
            if at > due + 0.001:
                dry, due = dry + 1, at + PREBUFFER_MS / 1000
            due += FRAME_MS / 1000
        return dry


class Caller:
    """Speaks on an open socket and listens to what comes back."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._start = time.monotonic()
        self._frames = 0
        self._customer_speaks = False
        self._turns: dict[int, Playback] = {}
        self._flushed: list[float] = []
        self.said: list[Said] = []
        self.overlaps: list[Overlap] = []
        self.sounded: dict[int, float] = {}
        """When the first sample of each turn came (seconds, monotonic)."""
        self.over = False

    async def listen(self) -> None:
        """Take in what the server sends until the call is over."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                now = time.monotonic()
                turn = int.from_bytes(message.data[:4], "little")
                self.sounded.setdefault(turn, now)
                self._turns.setdefault(turn, Playback()).arrived.append(now)
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(message.data))
        self.over = True

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "speaking" and message["speaker"] == "customer":
            self._customer_speaks = bool(message["on"])
        elif message["type"] == "flush":
            self._turns.pop(message["turn"], None)
            self._flushed.append(time.monotonic())
        self.over = self.over or message["type"] in ("ended", "error")

    def underruns(self) -> int:
        """How often the player would have run dry in this call."""
        return sum(turn.underruns() for turn in self._turns.values())

    async def hold(self, turns: Sequence[Spoken], settle_ms: int = SETTLE_MS) -> None:
        """Answer, say the turns one after the other, each when the customer has finished, and hang up."""
        await self._socket.send_str(json.dumps({"type": "answer"}))
        for turn in turns:
            if self.over:
                return
            await self._keep_quiet(settle_ms)
            await self._say(turn)
        if not self.over:
            await self._socket.send_str(json.dumps({"type": "hang_up"}))

    async def _say(self, turn: Spoken) -> None:
        began, start_ms = time.monotonic(), self._frames * FRAME_MS
        await self._speak(turn.samples)
        filled_ms = -len(turn.samples) % FRAME_SAMPLES // SAMPLES_PER_MS
        ended = time.monotonic() - (TAIL_MS + filled_ms) / 1000
        pause = turn.pause and (start_ms + turn.pause[0], start_ms + turn.pause[1])
        self.said.append(Said(began, ended, pause))
        await self._await_answer(ended)
        if turn.over is not None and self._customer_speaks:
            await self._say_over(turn, turn.over)
        await self._keep_quiet(300)
        while self._customer_speaks and not self.over:
            await self._send(bytes(FRAME_BYTES))

    async def _await_answer(self, ended: float) -> None:
        while not self._customer_speaks and not self.over and time.monotonic() - ended < PATIENCE_S:
            await self._send(bytes(FRAME_BYTES))

    async def _say_over(self, turn: Spoken, over: Samples) -> None:
        await self._keep_quiet(OVER_AFTER_MS)
        if not self._customer_speaks:
            return
        began, start_ms = time.monotonic() + turn.onset_ms / 1000, self._frames * FRAME_MS
        await self._speak(over)
        ended = time.monotonic()
        silenced = next((at for at in self._flushed if at >= began), None)
        self.overlaps.append(Overlap(began, silenced, (start_ms, self._frames * FRAME_MS), turn.listening))
        if not turn.listening:
            await self._await_answer(ended)

    async def _keep_quiet(self, duration_ms: int) -> None:
        await self._speak(silence(duration_ms))

    async def _speak(self, samples: Samples) -> None:
        for frame in frames(samples):
            await self._send(to_bytes(frame))

    async def _send(self, frame: bytes) -> None:
        self._frames += 1
        await asyncio.sleep(max(0.0, self._start + self._frames * FRAME_MS / 1000 - time.monotonic()))
        if not self._socket.closed:
            await self._socket.send_bytes(frame.ljust(FRAME_BYTES, b"\0"))
