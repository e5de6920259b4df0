"""The customer murmurs while the agent explains at length: softly, without a turn, by persona, mood and seed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bot.acts import Act
from bot.content.library import load_library
from bot.content.models import Scenario
from bot.dialogue.customer import begin, step
from bot.dialogue.listening import FIRST_AFTER_MS, sound_of_listening
from bot.dialogue.state import CustomerState
from bot.events import AgentTurn, BargeIn, CustomerListened, CustomerSpoke, CustomerTurn, SpeechStarted
from tests import ROOT
from tests.call_driver import Driver
from tests.dialogue.calls import heard

LIBRARY = load_library(ROOT)
GREETING = "goedemorgen telenova met sofie waarmee kan ik u helpen"
STORY = "dan leg ik u even uit hoe dat werkt met die bundel en waarom de rekening hoger was want"
MEANS = {GREETING: [Act.GREET, Act.STATE_COMPANY, Act.OFFER_HELP], STORY: [Act.INFORM]}
PAUSED = [(18000 + n * 2500, 20260 + n * 2500) for n in range(6)]
"""Fifteen seconds of explaining with pauses of 240 ms: long enough to be heard as pauses, too short to end a turn."""


@pytest.fixture(scope="module")
def talkative() -> Scenario:
    return LIBRARY.scenario("bundel-op~praatgraag")


def opened(scenario: Scenario, seed: int = 1) -> CustomerState:
    return step(scenario, begin(scenario, seed), heard("Goedemorgen", Act.GREET)).state


def murmurs(scenario: Scenario, state: CustomerState, spoken_ms: int) -> int:
    return sum(
        sound_of_listening(scenario, state, spoken_ms, made=0, occasion=occasion) is not None for occasion in range(100)
    )


async def explained(scenario: Scenario) -> Driver:
    driver = Driver(scenario, [(500, 3000), *PAUSED], [GREETING, STORY], MEANS)
    driver.call.answer()
    await driver.run(40000)
    return driver


async def test_a_long_explanation_is_accompanied_and_stays_one_turn(talkative: Scenario) -> None:
    driver = await explained(talkative)
    sounds = driver.events(CustomerListened)
    told = [turn for turn in driver.events(AgentTurn) if STORY in turn.text]
    assert 1 <= len(sounds) <= 3
    assert len(told) == 1
    assert all(told[0].start_ms + FIRST_AFTER_MS <= sound.at_ms <= told[0].end_ms for sound in sounds)
    assert all(sound.text in talkative.lines["listening"] for sound in sounds)


async def test_it_is_neither_a_turn_nor_speech_nor_an_interruption(talkative: Scenario) -> None:
    driver = await explained(talkative)
    assert driver.events(CustomerListened)
    assert driver.events(BargeIn) == []
    spoken = [event for event in driver.events(SpeechStarted) if event.speaker == "customer"]
    assert len(driver.events(CustomerTurn)) == len(driver.events(CustomerSpoke)) == len(spoken)
    numbers = [event.turn for event in driver.tape.events if isinstance(event, AgentTurn | CustomerTurn)]
    assert numbers == list(range(len(numbers)))


async def test_it_sounds_softer_than_the_customers_turns(talkative: Scenario) -> None:
    driver = await explained(talkative)
    turns = {event.turn for event in driver.events(CustomerTurn)}

    def loudest(frames: list[bytes]) -> int:
        return max(int(np.abs(np.frombuffer(frame, dtype="<i2").astype(int)).max()) for frame in frames)

    murmured = [frame for turn, frame in driver.tape.sent if turn not in turns]
    assert 0 < loudest(murmured) <= loudest([frame for turn, frame in driver.tape.sent if turn in turns]) // 2 + 1


async def test_in_the_recording_it_lies_under_the_agents_voice(talkative: Scenario) -> None:
    driver = await explained(talkative)
    (first, *_) = driver.events(CustomerListened)
    loud = [n * 20 for n, (_, customer) in enumerate(driver.tape.frames) if any(customer)]
    assert any(first.at_ms <= at <= first.at_ms + 1000 for at in loud)


def test_nobody_murmurs_before_six_seconds_and_nobody_before_having_spoken(talkative: Scenario) -> None:
    assert murmurs(talkative, opened(talkative), FIRST_AFTER_MS - 1) == 0
    assert murmurs(talkative, begin(talkative, 1), 60_000) == 0
    assert murmurs(talkative, opened(talkative), 60_000) > 70


@pytest.mark.parametrize("persona", ["hardhorige-oudere", "intimiderende-beller"])
def test_some_people_never_do(persona: str) -> None:
    scenario = next(LIBRARY.scenario(ident) for ident in LIBRARY.scenario_ids() if ident.endswith(f"~{persona}"))
    assert murmurs(scenario, opened(scenario), 60_000) == 0


def test_the_angry_do_it_less_and_in_other_words(talkative: Scenario) -> None:
    calm = opened(talkative)
    angry = calm.changed(mood=calm.mood.model_copy(update={"patience": 0.1}))
    assert murmurs(talkative, angry, 60_000) < murmurs(talkative, calm, 60_000)
    sounds = [sound_of_listening(talkative, angry, 60_000, made=n, occasion=n) for n in range(20)]
    assert {said.line.partition("#")[0] for said in sounds if said} == {"listening@angry"}


def test_the_same_seed_murmurs_the_same_and_not_twice_the_same_in_a_row(talkative: Scenario) -> None:
    state = opened(talkative)
    sounds = [sound_of_listening(talkative, state, 60_000, made=n, occasion=7) for n in range(12)]
    again = [sound_of_listening(talkative, state, 60_000, made=n, occasion=7) for n in range(12)]
    assert sounds == again
    said = [sound.line for sound in sounds if sound]
    assert all(one != other for one, other in pairwise(said))
