import asyncio
import threading

import pytest

from bot.speech.worker import DroppedError, FairWorker, Ticket, Work


async def test_work_is_done_on_a_thread_of_its_own():
    worker = FairWorker("test", niceness=5)
    assert await worker.do(Ticket(), lambda work: threading.current_thread().name) == "test"
    await worker.close()


async def test_what_goes_wrong_is_told_and_the_next_one_served():
    worker = FairWorker("test")
    with pytest.raises(ZeroDivisionError):
        await worker.do(Ticket(), lambda work: 1 / 0)
    assert await worker.do(Ticket(), lambda work: 7) == 7
    await worker.close()


async def test_cancelled_work_is_dropped_while_it_waits_and_told_while_it_runs():
    worker = FairWorker("test")
    begun, go_on = threading.Event(), threading.Event()
    ran: list[str] = []

    def long(work: Work) -> None:
        begun.set()
        go_on.wait(10)
        try:
            work.check()
        except DroppedError:
            ran.append("dropped")
            raise

    running = asyncio.create_task(worker.do(Ticket(), long))
    await asyncio.to_thread(begun.wait, 10)
    waiting = asyncio.create_task(worker.do(Ticket(), lambda work: ran.append("waited")))
    await asyncio.sleep(0)
    waiting.cancel()
    running.cancel()
    await asyncio.wait([waiting, running])
    go_on.set()
    assert await worker.do(Ticket(), lambda work: "next") == "next"
    assert ran == ["dropped"]
    await worker.close()


async def test_it_tells_how_many_are_being_done():
    worker = FairWorker("test", width=2)
    begun, go_on = threading.Semaphore(0), threading.Event()

    def long(work: Work) -> int:
        begun.release()
        go_on.wait(10)
        return worker.busy

    both = [asyncio.create_task(worker.do(Ticket(), long)) for _ in range(2)]
    for _ in both:
        assert await asyncio.to_thread(begun.acquire, timeout=10)
    assert worker.busy == 2
    go_on.set()
    assert 1 <= min(await asyncio.gather(*both)) <= 2
    assert await worker.do(Ticket(), lambda work: worker.busy) == 1
    await worker.close()
    assert worker.busy == 0


async def test_what_hurries_is_done_first():
    worker = FairWorker("test")
    begun, go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def first(work: Work) -> None:
        begun.set()
        go_on.wait(10)

    blocking = asyncio.create_task(worker.do(Ticket(), first))
    await asyncio.to_thread(begun.wait, 10)
    tasks = [
        asyncio.create_task(worker.do(Ticket("a", urgent=False), lambda work: order.append("later"))),
        asyncio.create_task(worker.do(Ticket("b"), lambda work: order.append("now"))),
    ]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(blocking, *tasks)
    assert order == ["now", "later"]
    await worker.close()


async def test_as_many_are_served_at_once_as_it_is_wide():
    worker = FairWorker("test", width=2)
    both = threading.Barrier(3)
    tasks = [asyncio.create_task(worker.do(Ticket(owner), lambda work: both.wait(10))) for owner in "ab"]
    await asyncio.to_thread(both.wait, 10)
    await asyncio.gather(*tasks)
    await worker.close()


async def test_a_closed_worker_refuses():
    worker = FairWorker("test")
    await worker.close()
    with pytest.raises(RuntimeError):
        await worker.do(Ticket(), lambda work: 1)
