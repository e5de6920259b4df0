from dataclasses import dataclass

import pytest

from bot.speech.fair_queue import FairQueue


@dataclass(eq=False)
class Job:
    owner: str | None
    urgent: bool = True
    later: bool = False


def taken(queue: FairQueue[Job]) -> list[Job]:
    jobs = []
    while len(queue):
        job = queue.take()
        assert job is not None
        jobs.append(job)
    return jobs


def test_first_come_first_served():
    queue: FairQueue[Job] = FairQueue()
    jobs = [Job("a"), Job("b"), Job("c")]
    for job in jobs:
        queue.put(job)
    assert taken(queue) == jobs


def test_guesses_yield_to_what_somebody_waits_for():
    queue: FairQueue[Job] = FairQueue()
    guess, turn = Job("a", urgent=False), Job("b")
    queue.put(guess)
    queue.put(turn)
    assert taken(queue) == [turn, guess]


def test_what_can_wait_comes_behind_the_guesses():
    queue: FairQueue[Job] = FairQueue()
    times, guess, turn = Job("a", later=True), Job("b", urgent=False), Job("c")
    for job in (times, guess, turn):
        queue.put(job)
    assert taken(queue) == [turn, guess, times]


def test_a_guess_that_came_true_hurries():
    queue: FairQueue[Job] = FairQueue()
    first, second = Job("a", urgent=False), Job("b", urgent=False)
    queue.put(first)
    queue.put(second)
    second.urgent = True
    assert taken(queue) == [second, first]


def test_one_call_cannot_starve_the_others():
    queue: FairQueue[Job] = FairQueue()
    for _ in range(5):
        queue.put(Job("talker"))
    queue.put(Job("quiet"))
    assert [job.owner for job in taken(queue)][:2] == ["talker", "quiet"]


def test_who_was_served_a_moment_ago_keeps_their_place():
    queue: FairQueue[Job] = FairQueue()
    queue.put(Job("a"))
    taken(queue)
    jobs = [Job("a", urgent=False), Job("b", urgent=False), Job("c", urgent=False)]
    for job in jobs:
        queue.put(job)
    assert taken(queue) == jobs


def test_what_has_no_owner_is_served_as_it_comes():
    queue: FairQueue[Job] = FairQueue()
    jobs = [Job(None), Job(None), Job("a")]
    for job in jobs:
        queue.put(job)
    assert taken(queue) == jobs


def test_what_is_taken_back_is_not_served():
    queue: FairQueue[Job] = FairQueue()
    job = Job("a")
    queue.put(job)
    assert queue.remove(job)
    assert not queue.remove(job)
    assert len(queue) == 0


def test_a_closed_queue_gives_back_what_was_left_and_takes_nothing():
    queue: FairQueue[Job] = FairQueue()
    job = Job("a")
    queue.put(job)
    assert queue.close() == [job]
    assert queue.take() is None
    with pytest.raises(RuntimeError):
        queue.put(Job("b"))
