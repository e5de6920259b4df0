"""Events stay in order while the times of a turn's words are still to come."""

import asyncio

import pytest

from bot.events import AgentTurn, PhoneRinging, Word
from bot.ordered_log import OrderedLog
from bot.speech.transcriber import Transcription

WORDS = (Word(text="ja", start_ms=0, end_ms=200, probability=0.8),)


def turn(number: int) -> AgentTurn:
    return AgentTurn(at_ms=500, turn=number, text="ja", start_ms=0, end_ms=200, confidence=0.7, recogniser="fake")


def after(number: int) -> PhoneRinging:
    return PhoneRinging(at_ms=500 + number)


async def test_what_follows_waits_for_the_words_of_the_turn():
    kept: list = []
    log, timed = OrderedLog(kept.append), asyncio.get_running_loop().create_future()
    log.append(after(0))
    log.append_late(turn(0), timed)
    log.append(after(1))
    assert kept == [after(0)]
    timed.set_result(Transcription("ja", WORDS, 0.8, "fake", 5))
    await log.settled()
    assert kept == [after(0), turn(0).model_copy(update={"words": WORDS, "confidence": 0.8}), after(1)]


async def test_two_turns_keep_their_order_though_the_second_has_its_words_first():
    kept: list = []
    log, loop = OrderedLog(kept.append), asyncio.get_running_loop()
    first, second = loop.create_future(), loop.create_future()
    log.append_late(turn(0), first)
    log.append(after(1))
    log.append_late(turn(1), second)
    second.set_result(Transcription("ja", WORDS, 0.8, "fake", 5))
    await asyncio.sleep(0)
    assert kept == []
    first.set_result(Transcription("ja", WORDS, 0.8, "fake", 5))
    await log.settled()
    assert [getattr(event, "turn", None) for event in kept] == [0, None, 1]


@pytest.mark.parametrize("fails", [lambda one: one.cancel(), lambda one: one.set_exception(ValueError("broken"))])
async def test_a_turn_whose_words_have_no_times_is_kept_without_them(fails):
    kept: list = []
    log, timed = OrderedLog(kept.append), asyncio.get_running_loop().create_future()
    log.append_late(turn(0), timed)
    log.append(after(1))
    fails(timed)
    await log.settled()
    assert kept == [turn(0), after(1)]


async def test_nothing_comes_after_it_was_forgotten():
    kept: list = []
    log, timed = OrderedLog(kept.append), asyncio.get_running_loop().create_future()
    log.append_late(turn(0), timed)
    log.forget()
    timed.set_result(Transcription("ja", WORDS, 0.8, "fake", 5))
    await asyncio.sleep(0)
    assert kept == []
