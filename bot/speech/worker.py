"""Threads of their own for a model, shared fairly by all calls: the event loop never waits for them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.speech.fair_queue import FairQueue


class DroppedError(Exception):
    """Nobody waits for this piece of work any more."""


@dataclass(eq=False, slots=True)
class Ticket:
    """Whose work it is and how much it hurries; `urgent` may be set while it waits."""

    owner: Hashable = None
    urgent: bool = True


@dataclass(eq=False)
class Work:
    """A piece of work and who waits for it."""

    ticket: Ticket
    function: Callable[[Work], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    later: bool = False
    dropped: threading.Event = field(default_factory=threading.Event)

    @property
    def owner(self) -> Hashable:
        """See `Queued.owner`."""
        return self.ticket.owner

    @property
    def urgent(self) -> bool:
        """See `Queued.urgent`."""
        return self.ticket.urgent

    def check(self) -> None:
        """Stop here, with DroppedError, if nobody waits any more. For the function to call between its steps."""
        if self.dropped.is_set():
            raise DroppedError

    def post(self, call: Callable[[Any], None], argument: Any) -> None:
        """Have something called on the event loop of who waits."""
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            self.loop.call_soon_threadsafe(call, argument)

    def run(self) -> None:
        """Do the work and tell; what goes wrong is told to who waits, and the next one is served."""
        try:
            self.check()
            self.post(self._answer, self.function(self))
        except DroppedError:
            return
        except Exception as error:
            self.post(self.fail, error)

    def fail(self, error: Exception) -> None:
        """It will not be done."""
        if not self.future.done():
            self.future.set_exception(error)

    def _answer(self, result: Any) -> None:
        if not self.future.done():
            self.future.set_result(result)


T = TypeVar("T")


class FairWorker:
    """One thread, or as many as the model can serve at once (`width`), that start with the first piece of work.
    `niceness` (0 to 19) is how far they stand back for others, where the system knows that of threads.
    """

    def __init__(self, name: str, *, width: int = 1, niceness: int = 0) -> None:
        self._name, self._width, self._niceness = name, width, niceness
        self._queue: FairQueue[Work] = FairQueue()
        self._threads: list[threading.Thread] = []
        self._counting = threading.Lock()
        self._busy = 0

    @property
    def busy(self) -> int:
        """How many pieces of work are being done now."""
        return self._busy

    async def do(self, ticket: Ticket, function: Callable[[Work], T], *, later: bool = False) -> T:
        """Have `function` called on a thread, behind all others where it can wait (`later`). Cancelling drops the
        work. Raises what it raises, and RuntimeError once closed.
        """
        loop = asyncio.get_running_loop()
        work = Work(ticket, self._counted(function), loop, loop.create_future(), later)
        self._queue.put(work)
        while len(self._threads) < self._width:
            self._threads.append(threading.Thread(target=self._serve, name=self._name, daemon=True))
            self._threads[-1].start()
        try:
            result: T = await work.future
            return result
        except asyncio.CancelledError:
            work.dropped.set()
            self._queue.remove(work)
            raise

    async def close(self) -> None:
        """End the threads once the present work is done; what waits fails."""
        for work in self._queue.close():
            work.fail(RuntimeError("the worker is closed"))
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _serve(self) -> None:
        if self._niceness and sys.platform == "linux":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)
        while (work := self._queue.take()) is not None:
            work.run()

    def _counted(self, function: Callable[[Work], T]) -> Callable[[Work], T]:
        """Counts before anyone is told that it is done: who hears that and asks for more is alone again."""

        def counted(work: Work) -> T:
            with self._counting:
                self._busy += 1
            try:
                return function(work)
            finally:
                with self._counting:
                    self._busy -= 1

        return counted
