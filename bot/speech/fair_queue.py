"""Who is served next, where many calls share one model. Thread-safe.

What somebody waits for in silence comes before what may be needed later, and what can wait comes last. Within each, who
has waited longest comes first, save that each job steps back once for every other one of its owner that was served
meanwhile: one who asks for much at once keeps nobody else waiting, and a new wish counts as new.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Queued(Protocol):
    """What may wait in the queue. `urgent` may change while it waits."""

    @property
    def owner(self) -> Hashable:
        """Whose it is."""
        ...

    @property
    def urgent(self) -> bool:
        """Whether somebody is waiting for it in silence."""
        ...

    @property
    def later(self) -> bool:
        """Whether it can wait until there is nothing else to do."""
        ...


Job = TypeVar("Job", bound=Queued)


@dataclass(eq=False)
class _Waiting(Generic[Job]):
    """A job, and how many others of its owner were served since it came."""

    job: Job
    passed: int = 0

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The lowest is served first."""
        return self.job.later, not self.job.urgent, self.passed


class FairQueue(Generic[Job]):
    """Jobs of several owners; as short as there are calls, so it is simply searched."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Waiting[Job]] = []
        self._closed = False

    def __len__(self) -> int:
        """How many jobs wait."""
        return len(self._waiting)

    def put(self, job: Job) -> None:
        """Add a job; raises RuntimeError once closed."""
        with self._changed:
            if self._closed:
                raise RuntimeError("the queue is closed")
            self._waiting.append(_Waiting(job))
            self._changed.notify()

    def remove(self, job: Job) -> bool:
        """Take a job back; False where it is not waiting any more."""
        with self._changed:
            left = [one for one in self._waiting if one.job is not job]
            found = len(left) < len(self._waiting)
            self._waiting = left
            return found

    def take(self) -> Job | None:
        """The next job; waits for one. None once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            first = min(self._waiting, key=lambda one: one.rank)
            self._waiting.remove(first)
            for one in self._waiting:
                one.passed += one.job.owner is not None and one.job.owner == first.job.owner
            return first.job

    def close(self) -> list[Job]:
        """Nothing more is taken; the jobs that were left."""
        with self._changed:
            self._closed = True
            left, self._waiting = [one.job for one in self._waiting], []
            self._changed.notify_all()
            return left
