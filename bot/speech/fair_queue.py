"""Who is served next, where many calls share one model. Thread-safe.

What somebody waits for in silence comes before what may be needed later, and what can wait comes last; within each,
the caller who was served longest ago comes first, so that one who talks a lot, or in long turns, keeps nobody else
waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
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


class FairQueue(Generic[Job]):
    """Jobs of several owners; as short as there are calls, so it is simply searched."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: list[Job] = []
        self._served: dict[Hashable, int] = {}
        self._turn = 0
        self._closed = False

    def __len__(self) -> int:
        """How many jobs wait."""
        return len(self._jobs)

    def put(self, job: Job) -> None:
        """Add a job; raises RuntimeError once closed."""
        with self._changed:
            if self._closed:
                raise RuntimeError("the queue is closed")
            self._jobs.append(job)
            self._changed.notify()

    def remove(self, job: Job) -> bool:
        """Take a job back; False where it is not waiting any more."""
        with self._changed:
            if job not in self._jobs:
                return False
            self._jobs.remove(job)
            return True

    def take(self) -> Job | None:
        """The next job; waits for one. None once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                return None
            job = min(self._jobs, key=lambda job: (job.later, not job.urgent, self._served.get(job.owner, 0)))
            self._jobs.remove(job)
            self._turn += 1
            self._served.pop(job.owner, None)
            self._served[job.owner] = self._turn
            while len(self._served) > 1000:
                self._served.pop(next(iter(self._served)))
            return job

    def close(self) -> list[Job]:
        """Nothing more is taken; the jobs that were left."""
        with self._changed:
            self._closed = True
            left, self._jobs = self._jobs, []
            self._changed.notify_all()
            return left
