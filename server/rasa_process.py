"""A Rasa server as a child process: started, waited for, started again when it dies, stopped with this program."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

import aiohttp

from bot.errors import KiestoonError
from server.rasa_files import RasaFiles, child_environment

LOG = logging.getLogger("kiestoon.rasa")

State = Literal["stopped", "starting", "ready", "waiting"]


@dataclass(frozen=True)
class Timings:
    """Seconds. The first restart waits `first_delay`, each further one twice as long up to `longest_delay`; after
    `steady` of good running the delay begins anew. Every `check` seconds a running server is asked for a sign of life;
    after `misses` times without an answer it is started again.
    """

    start_limit: float = 180.0
    poll: float = 0.5
    first_delay: float = 1.0
    longest_delay: float = 60.0
    steady: float = 120.0
    stop_limit: float = 8.0
    check: float = 10.0
    misses: int = 6


class Child(Protocol):
    """What is needed of a running process."""

    async def wait(self) -> int:
        """Its exit status, once it has ended."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def kill(self) -> None:
        """End it."""
        ...


Spawn = Callable[[], Awaitable[Child]]
Probe = Callable[[], Awaitable[bool]]
Sleep = Callable[[float], Awaitable[None]]


class RasaServer:
    """Keeps one Rasa server running.

    `spawn` starts the process, `probe` tells whether it answers with a model loaded. The state is ``starting`` until it
    answers, ``ready`` while it does, ``waiting`` between a death and the next start.
    """

    def __init__(
        self, spawn: Spawn, probe: Probe, timings: Timings | None = None, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._spawn, self._probe, self._sleep = spawn, probe, sleep
        self._timings = timings or Timings()
        self._ready = asyncio.Event()
        self._minder: asyncio.Task[None] | None = None
        self.state: State = "stopped"
        self.restarts = 0

    async def start(self) -> None:
        """Begin; returns at once. Calling it again does nothing."""
        if self._minder is None:
            self._minder = asyncio.create_task(self._mind())

    async def ready(self, limit: float | None = None) -> None:
        """Wait until it answers; raises KiestoonError ``rasa.no_start`` after `limit` seconds."""
        try:
            await asyncio.wait_for(self._ready.wait(), limit)
        except TimeoutError as error:
            raise KiestoonError("rasa.no_start", f"Rasa did not answer within {limit:.0f} seconds") from error

    async def stop(self) -> None:
        """End the process and stop minding it."""
        if self._minder is not None:
            self._minder.cancel()
            with suppress(asyncio.CancelledError):
                await self._minder
            self._minder = None
        self.state = "stopped"

    async def _mind(self) -> None:
        delay = self._timings.first_delay
        while True:
            steady = await self._run_once()
            self._ready.clear()
            self.state = "waiting"
            delay = self._timings.first_delay if steady else delay
            LOG.warning("Rasa ended; starting it again in %.0f s", delay)
            await self._sleep(delay)
            delay = min(2 * delay, self._timings.longest_delay)
            self.restarts += 1

    async def _run_once(self) -> bool:
        """Start the process and stay with it to its end; whether it had been answering for long."""
        self.state = "starting"
        try:
            child = await self._spawn()
        except OSError as error:
            LOG.error("Rasa cannot be started: %s", error.strerror)
            return False
        ended = asyncio.ensure_future(child.wait())
        try:
            if not await self._answers(ended):
                return False
            self.state = "ready"
            self._ready.set()
            began = asyncio.get_running_loop().time()
            await self._stay(ended)
            return asyncio.get_running_loop().time() - began >= self._timings.steady
        finally:
            await self._end(child, ended)

    async def _answers(self, ended: asyncio.Future[int]) -> bool:
        """Whether it comes to answer before it ends or the time is up."""
        tries = max(1, int(self._timings.start_limit / self._timings.poll))
        for _ in range(tries):
            if ended.done():
                return False
            if await self._probe():
                return True
            await self._sleep(self._timings.poll)
        LOG.error("Rasa did not answer within %.0f s", self._timings.start_limit)
        return False

    async def _stay(self, ended: asyncio.Future[int]) -> None:
        """Return when the process has ended, or has not answered for so long that it has to be ended."""
        misses = 0
        while misses < self._timings.misses:
            done, _ = await asyncio.wait({ended}, timeout=self._timings.check)
            if done:
                return
            misses = 0 if await self._probe() else misses + 1
        LOG.error("Rasa has stopped answering")

    async def _end(self, child: Child, ended: asyncio.Future[int]) -> None:
        if ended.done():
            return
        with suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(asyncio.shield(ended), self._timings.stop_limit)
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()
            await ended


def rasa_server(files: RasaFiles, lang: str, model: Path, url: str, timings: Timings | None = None) -> RasaServer:
    """The server of a language with its trained model, at `url` on this machine.

    Raises KiestoonError ``rasa.not_installed`` or ``rasa.not_trained``.
    """
    if not model.exists():
        raise KiestoonError("rasa.not_trained", f"no Rasa model for {lang}: run 'kiestoon rasa train'", {"lang": lang})
    parts = urlsplit(url)
    command = files.command(
        "run", "--enable-api", "-i", str(parts.hostname), "-p", str(parts.port), "-m", str(model.absolute())
    )
    return RasaServer(
        lambda: spawn(command, files.project(lang), files.log(f"serve-{lang}")),
        lambda: answers(url, model.name),
        timings,
    )


async def spawn(command: Sequence[str], folder: Path, log: Path) -> Child:
    """Start a process that ends with this program (see data/rasa/run_rasa.py), its output in a fresh log."""
    folder.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=child_environment(), stdin=asyncio.subprocess.PIPE, stdout=output, stderr=output
        )


async def answers(url: str, model: str | None = None, limit: float = 2.0) -> bool:
    """Whether a Rasa server answers at `url` with a model loaded: this one, where `model` names it."""
    timeout = aiohttp.ClientTimeout(total=limit)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{url}/status") as response:
            loaded = (await response.json()).get("model_file") if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError, AttributeError):
        return False
    return bool(loaded) and model in (None, loaded)


def run_logged(
    command: Sequence[str],
    log: Path,
    code: str,
    follow: Callable[[str], None] | None = None,
    folder: Path | None = None,
) -> None:
    """Run a command to its end, its output added to `log` and given to `follow` line by line.

    Raises KiestoonError `code` with its last line where it fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    last = ""
    with log.open("a", encoding="utf-8") as kept, subprocess.Popen(  # noqa: S603 — commands made here, no shell
        command, cwd=folder, env=child_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    ) as running:  # fmt: skip
        for line in running.stdout or ():
            kept.write(line)
            last = line.strip() or last
            if follow:
                follow(line.strip())
    if running.returncode:
        raise KiestoonError(code, f"{last} (all of it: {log})", {"log": str(log)})
