"""The same work on many things, one process a core. Each worker makes what it needs once, and counts what it does."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Generic, TypeVar

from bot.errors import KiestoonError

Item = TypeVar("Item")
Value = TypeVar("Value")
Progress = Callable[[float], None]

TICK_S = 0.2
THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Libraries that would start a thread per core in every process read these when they load."""


@dataclass(frozen=True)
class Done(Generic[Item, Value]):
    """What became of one item: its value, or the error that it met."""

    item: Item
    value: Value | None
    error: KiestoonError | None = None


@dataclass
class _Worker:
    """What a worker process holds between items."""

    context: Any = None
    counter: Synchronized[float] | None = None

    def progress(self, amount: float) -> None:
        if self.counter is not None:
            with self.counter.get_lock():
                self.counter.value += amount


_WORKER = _Worker()


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_batch(
    make: Callable[..., Any],
    arguments: tuple[Any, ...],
    work: Callable[[Any, Item, Progress], Value],
    items: Sequence[Item],
    jobs: int,
    watch: Progress,
    *,
    apart: bool = False,
) -> Iterator[Done[Item, Value]]:
    """Do `work(context, item, progress)` for each item and yield what came of it, in the order in which it is done.

    `make(*arguments)` makes the context, once per process; with one job all happens in this process, unless it is to
    be `apart`. `make` and `work` are functions of a module, so that other processes find them. `watch` is told the
    sum of all progress so far.
    A KiestoonError of one item leaves the others alone; a worker that dies (out of memory) raises ``batch.died``.
    """
    if jobs == 1 and not apart:
        yield from _here(make(*arguments), work, items, watch)
        return
    spawn = multiprocessing.get_context("spawn")
    counter = spawn.Value("d", 0.0)
    with _one_thread_each():
        pool = ProcessPoolExecutor(jobs, spawn, _begin, (make, arguments, counter))
        try:
            pending = {pool.submit(_in_worker, work, item): item for item in items}
            yield from _finished(pending, lambda: watch(counter.value))
        except BrokenProcessPool as error:
            raise KiestoonError("batch.died", "a process stopped before its work was done (out of memory?)") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _here(
    context: Any, work: Callable[[Any, Item, Progress], Value], items: Sequence[Item], watch: Progress
) -> Iterator[Done[Item, Value]]:
    total = 0.0

    def progress(amount: float) -> None:
        nonlocal total
        total += amount
        watch(total)

    for item in items:
        yield _tried(context, work, item, progress)


def _finished(pending: dict[Future[Done[Item, Value]], Item], watch: Callable[[], None]) -> Iterator[Done[Item, Value]]:
    while pending:
        done, _ = wait(pending, timeout=TICK_S, return_when=FIRST_COMPLETED)
        watch()
        for future in done:
            del pending[future]
            yield future.result()


def _begin(make: Callable[..., Any], arguments: tuple[Any, ...], counter: Synchronized[float]) -> None:
    _WORKER.counter = counter
    _WORKER.context = make(*arguments)


def _in_worker(work: Callable[[Any, Item, Progress], Value], item: Item) -> Done[Item, Value]:
    return _tried(_WORKER.context, work, item, _WORKER.progress)


def _tried(
    context: Any, work: Callable[[Any, Item, Progress], Value], item: Item, progress: Progress
) -> Done[Item, Value]:
    try:
        return Done(item, work(context, item, progress))
    except KiestoonError as error:
        return Done(item, None, error)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in THREAD_LIMITS}
    os.environ.update(dict.fromkeys(THREAD_LIMITS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
