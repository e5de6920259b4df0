"""Measuring how fast the customer answers, and whether people are let finish: real audio in real time through the real
server, in a process of its own, over its own socket.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.event_log import read_log
from bot.events import AgentActs, AgentTurn, BargeIn, CallEvent, CustomerTurn, Lang
from server.bench_caller import Caller
from server.bench_voices import Spoken

_CHECK_MS = 150
"""How much after the end of a pause the trainee's voice is certainly there again."""
_DECIDED_MS = 1000
"""So long after a sign of listening it is settled whether it stopped the customer."""


@dataclass
class Measured:
    """What a run brought.

    `answers`: ms from the true end of speech to the first sample leaving the server. `stages`: ms, from the logs.
    `paused` turns had a pause inside, of which `cut` were taken as over in it or answered before their end; `early`
    turns without a pause were answered before their end. `unanswered` in 12 s.
    """

    answers: list[float] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=lambda: {"turn taken": [], "understood": [], "answered": []})
    turns: int = 0
    paused: int = 0
    cut: int = 0
    early: int = 0
    unanswered: int = 0
    underruns: int = 0
    lag_ms: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    wall_s: float = 0.0
    ready_s: float = 0.0
    ringing_s: float = 0.0
    silenced_ms: list[float] = field(default_factory=list)
    """From the first sound of a trainee who takes the floor to the message by which the customer falls silent."""
    took_floor: int = 0
    listened: int = 0
    stopped: int = 0
    """Times that the trainee took the floor, and showed that he listens; how often the latter stopped the customer."""
    rss_mb: dict[int, float] = field(default_factory=dict)
    """The most memory of a server by the number of calls that it holds; 0 before any."""

    def add(self, other: Measured) -> None:
        """Take in another run; of memory and of starts the worst counts."""
        for name in ("answers", "lag_ms", "silenced_ms"):
            getattr(self, name).extend(getattr(other, name))
        counts = ("turns", "paused", "cut", "early", "unanswered", "underruns", "took_floor", "listened", "stopped")
        for name in (*counts, "cpu_s", "wall_s"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for stage, values in other.stages.items():
            self.stages[stage] += values
        self.rss_mb |= {calls: max(held, self.rss_mb.get(calls, 0.0)) for calls, held in other.rss_mb.items()}
        self.ready_s, self.ringing_s = max(self.ready_s, other.ready_s), max(self.ringing_s, other.ringing_s)


@dataclass(frozen=True)
class Plan:
    """The calls to hold at once: the scenario of each, and what its trainee says."""

    scenario: str
    lang: Lang
    turns: Sequence[Spoken]

    @property
    def overlapping(self) -> bool:
        """Whether its trainee speaks while the customer does: such a call tells nothing about answers."""
        return any(turn.over is not None for turn in self.turns)


async def measure(data_dir: Path, plans: Sequence[Plan]) -> Measured:
    """Hold all calls at once with a server of their own, on loopback."""
    measured = Measured()
    started = time.time()
    async with _server(data_dir, plans, started, measured) as (session, child):
        measured.rss_mb[0], cpu_s = await child.used()
        start = time.monotonic()
        calls = [
            asyncio.create_task(_hold_call(session, plan, measured, number, started))
            for number, plan in enumerate(plans)
        ]
        held = await _gathered(calls, child, measured)
        measured.wall_s = time.monotonic() - start
        measured.cpu_s = (await child.used())[1] - cpu_s
    for plan, (call_id, caller) in zip(plans, held, strict=True):
        events = read_log(data_dir / "calls" / call_id / "events.jsonl").events
        if plan.overlapping:
            judge_overlaps(measured, caller, events)
        else:
            judge(measured, caller, events)
    return measured


class _Child:
    """The server's process, which answers on its standard output."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    async def read(self) -> dict[str, Any]:
        """The next thing that it tells."""
        told: dict[str, Any] = json.loads(await self._out.readline())
        return told

    async def used(self) -> tuple[float, float]:
        """Memory held now (MB) and processor time so far (s)."""
        self._in.write(b"\n")
        told = await self.read()
        return told["rss_mb"], told["cpu_s"]

    async def stop(self) -> list[float]:
        """The lags of its event loop (ms)."""
        self._in.close()
        lags: list[float] = (await self.read())["lag_ms"]
        return lags


async def ringing_after(data_dir: Path, scenario: str, lang: Lang) -> float:
    """Seconds from starting a server to its phone ringing in the browser of a first trainee."""
    started = time.time()
    async with _server(data_dir, [Plan(scenario, lang, ())], started, Measured()) as (session, _):
        async with session.post("/api/calls", json={"scenario": scenario, "agent_name": "Bench"}) as answer:
            call = await answer.json()
        async with session.ws_connect(call["socket"]) as socket:
            while (await socket.receive_json()).get("state") not in ("ringing", "dialling"):
                pass
            rings = time.time() - started
            await socket.send_json({"type": "bye"})
    return rings


@asynccontextmanager
async def _server(
    data_dir: Path, plans: Sequence[Plan], started: float, measured: Measured
) -> AsyncIterator[tuple[aiohttp.ClientSession, _Child]]:
    langs = sorted({plan.lang for plan in plans})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.bench_server", str(started), str(data_dir), str(len(plans) + 1), *langs,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 26,
    )  # fmt: skip
    try:
        child = _Child(process)
        ready = await child.read()
        measured.ready_s = ready["ready_s"]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{ready['port']}") as session:
            yield session, child
        measured.lag_ms = await child.stop()
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _gathered(
    calls: Sequence[asyncio.Task[tuple[str, Caller]]], child: _Child, measured: Measured
) -> list[tuple[str, Caller]]:
    """Wait for all calls, and note the most that the server has held meanwhile."""
    waiting = asyncio.gather(*calls)
    while not waiting.done():
        await asyncio.wait([waiting], timeout=1.0)
        measured.rss_mb[len(calls)] = max(measured.rss_mb.get(len(calls), 0.0), (await child.used())[0])
    return waiting.result()


async def _hold_call(
    session: aiohttp.ClientSession, plan: Plan, measured: Measured, number: int, started: float
) -> tuple[str, Caller]:
    order = {"scenario": plan.scenario, "seed": number, "agent_name": "Bench"}
    async with session.post("/api/calls", json=order) as answer:
        call = await answer.json()
    async with session.ws_connect(call["socket"], max_msg_size=0) as socket:
        measured.ringing_s = measured.ringing_s or time.time() - started
        caller = Caller(socket)
        listening = asyncio.create_task(caller.listen())
        await caller.hold(plan.turns, 600 + 170 * number)
        await asyncio.wait([listening], timeout=3)
        listening.cancel()
        measured.underruns += caller.underruns()
    return str(call["id"]), caller


def judge_overlaps(measured: Measured, caller: Caller, events: Sequence[CallEvent]) -> None:
    """Count what became of what was said while the customer spoke."""
    stops = [event.at_ms for event in events if isinstance(event, BargeIn) and event.by == "agent"]
    for overlap in caller.overlaps:
        if overlap.listening:
            first, last = overlap.at_ms
            measured.listened += 1
            measured.stopped += any(first <= at <= last + _DECIDED_MS for at in stops)
        else:
            measured.took_floor += 1
            if overlap.silenced is not None:
                measured.silenced_ms.append((overlap.silenced - overlap.began) * 1000)


def judge(measured: Measured, caller: Caller, events: Sequence[CallEvent]) -> None:
    """Count what became of the turns of one call, by its log. A murmur of the listening customer is no answer."""
    ends = [event.end_ms for event in events if isinstance(event, AgentTurn)]
    answers = {event.turn for event in events if isinstance(event, CustomerTurn)}
    sounded = sorted(at for turn, at in caller.sounded.items() if turn in answers)
    limits = [*(said.began for said in caller.said[1:]), float("inf")]
    for said, limit in zip(caller.said, limits, strict=True):
        early = any(said.began <= at < said.ended for at in sounded)
        first = next((at for at in sounded if said.ended <= at < limit), None)
        measured.turns += 1
        measured.paused += said.pause is not None
        if said.pause is not None:
            halved = any(said.pause[0] - _CHECK_MS <= end <= said.pause[1] + _CHECK_MS for end in ends)
            measured.cut += halved or early
        else:
            measured.early += early
        if first is not None and not early:
            measured.answers.append((first - said.ended) * 1000)
        measured.unanswered += first is None and not early
    _take_stages(measured, events)


def _take_stages(measured: Measured, events: Sequence[CallEvent]) -> None:
    ended: int | None = None
    for event in events:
        if isinstance(event, AgentTurn):
            ended = event.end_ms
            measured.stages["turn taken"].append(event.at_ms - ended)
        elif isinstance(event, AgentActs) and ended is not None:
            measured.stages["understood"].append(event.at_ms - ended)
        elif isinstance(event, CustomerTurn) and ended is not None:
            measured.stages["answered"].append(event.at_ms - ended)
            ended = None


def machine() -> str:
    """The hardware in words."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = "unknown processor"
    return f"{os.cpu_count()} × {name}"
