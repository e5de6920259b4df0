"""The customer answers when the text of a turn is known; the times of its words may come later."""

from __future__ import annotations

import asyncio

from bot.acts import Act
from bot.audio import FRAME_BYTES
from bot.content.library import load_library
from bot.events import AgentActs, AgentTurn, CallEnded, CustomerTurn
from bot.speech.transcriber import Closing, Hearing
from tests import ROOT
from tests.call_driver import Driver
from tests.speech.fakes import FakeTranscriber

TEXT = "Goedemorgen, met Sofie, waarmee kan ik u helpen?"


class LateWords(FakeTranscriber):
    """Tells the text at once, and finds the times of the words only where they are wanted and `gate` is open."""

    def __init__(self) -> None:
        super().__init__([TEXT])
        self.gate = asyncio.Event()
        self.timed = 0

    async def transcribe(self, audio, lang, prompt="", *, words=True, ticket=None):
        heard = await super().transcribe(audio, lang, prompt, words=words)
        ticket.heard(Hearing(heard.text, Closing(0.9, 0.0, 0.1, 0.9, 4.0), 0.9))
        await ticket.wanted.wait()
        await self.gate.wait()
        self.timed += 1
        return heard


async def frames(driver: Driver, count: int) -> None:
    for _ in range(count):
        driver.call.frame(bytes(FRAME_BYTES))
        for _ in range(6):
            await asyncio.sleep(0)


def call(transcriber: LateWords, stretches: list[tuple[int, int]]) -> Driver:
    complaint = load_library(ROOT).scenario("dubbele-factuur~boze-klager")
    driver = Driver(complaint, stretches, acts={TEXT: [Act.GREET]}, transcriber=transcriber)
    driver.call.answer()
    return driver


async def heard(driver: Driver, transcriber: LateWords) -> None:
    while not driver.tape.sent:
        await frames(driver, 1)
        await asyncio.sleep(0.001)  # the acts are understood on a thread


async def test_the_customer_speaks_before_the_words_have_their_times() -> None:
    transcriber = LateWords()
    driver = call(transcriber, [(500, 3000)])
    await asyncio.wait_for(heard(driver, transcriber), 10)
    assert driver.call.now_ms < 3700
    assert driver.events(AgentTurn) == driver.events(AgentActs) == driver.events(CustomerTurn) == []
    transcriber.gate.set()
    await driver.call.settled()
    [turn] = driver.events(AgentTurn)
    assert [word.text for word in turn.words] == TEXT.split()
    order = [type(event) for event in driver.tape.events]
    assert order.index(AgentTurn) < order.index(AgentActs) < order.index(CustomerTurn)
    assert driver.tape.shown == driver.tape.events


async def test_words_of_guesses_that_come_to_nothing_get_no_times() -> None:
    transcriber = LateWords()
    transcriber.gate.set()
    driver = call(transcriber, [(500, 2000), (2200, 4000), (4200, 6000)])
    await asyncio.wait_for(heard(driver, transcriber), 10)
    await driver.call.settled()
    assert len(transcriber.asked) == 3
    assert transcriber.timed == len(driver.events(AgentTurn)) == 1


async def test_the_end_of_the_call_waits_in_the_log_for_the_words_before_it() -> None:
    transcriber = LateWords()
    driver = call(transcriber, [(500, 3000)])
    await asyncio.wait_for(heard(driver, transcriber), 10)
    driver.call.hang_up()
    assert driver.events(CallEnded) == []
    transcriber.gate.set()
    await driver.call.settled()
    assert isinstance(driver.tape.events[-1], CallEnded)
    assert driver.events(AgentTurn)[0].words
