"""Work on many things over several processes."""

from __future__ import annotations

import os

import pytest

from bot.errors import KiestoonError
from server.batch import Done, Progress, run_batch


def make(factor: int) -> int:
    return factor


def times(factor: int, item: int, progress: Progress) -> int:
    progress(item)
    if item == 3:
        raise KiestoonError("test.three", "three is refused", {"item": item})
    return factor * item


def dies(factor: int, item: int, progress: Progress) -> int:
    os._exit(1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_item_is_done_and_one_that_fails_leaves_the_others_alone(jobs: int) -> None:
    seen: list[float] = []
    done: list[Done[int, int]] = list(run_batch(make, (10,), times, [1, 2, 3, 4], jobs, seen.append))
    assert {outcome.item: outcome.value for outcome in done} == {1: 10, 2: 20, 3: None, 4: 40}
    (error,) = (outcome.error for outcome in done if outcome.error)
    assert (error.code, str(error), error.details) == ("test.three", "three is refused", {"item": 3})
    assert seen == sorted(seen)
    assert seen[-1] == 10


def test_a_process_that_dies_is_said() -> None:
    with pytest.raises(KiestoonError) as raised:
        list(run_batch(make, (1,), dies, [1, 2], 1, lambda _: None, apart=True))
    assert raised.value.code == "batch.died"


def test_libraries_start_no_thread_per_core_in_each_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    (outcome,) = run_batch(make, (1,), threads, [0], 1, lambda _: None, apart=True)
    assert outcome.value == "1"
    assert "OMP_NUM_THREADS" not in os.environ


def threads(factor: int, item: int, progress: Progress) -> str:
    return os.environ["OMP_NUM_THREADS"]
