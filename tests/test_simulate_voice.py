"""A simulated trainee by voice: the whole path in virtual time, and the sums of what the recogniser loses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bot import call_events
from bot.acts import Act, ActSpan, Understanding
from bot.audio import FloatSamples, Samples
from bot.call import Call
from bot.call_parts import Parts
from bot.content.models import Scenario
from bot.customer_voice import PersonaSpeaker
from bot.events import AgentActs, AgentTurn, BargeIn, CallEnded, CallEvent, CustomerTurn
from bot.simulate import EPOCH, play
from bot.simulate_voice import (
    LOST_TURNS,
    Exchange,
    Recording,
    Speakers,
    SpokenCall,
    gets_nowhere,
    losses,
    play_by_voice,
)
from bot.speech.transcriber import Transcription
from bot.trainees import Trainee, load_trainees
from tests import ROOT
from tests.dialogue.calls import COMPLAINT, LIBRARY, SALE
from tests.speech.fakes import FakeSynthesizer, FakeTranscriber, spread, tone

MS_PER_WORD = 250
SEED = 1


class Loud:
    """Voice where there is sound."""

    def probability(self, window: FloatSamples) -> float:
        return 0.95 if np.abs(window).max() > 0.01 else 0.02

    def reset(self) -> None:
        """Nothing is kept."""


class Rehearsed(FakeTranscriber):
    """A recogniser that hears what the trainee was just given to say, but for its first words."""

    def __init__(self, deaf_to: int = 0) -> None:
        super().__init__([""])
        self.said: list[str] = []
        self.deaf_to = deaf_to

    async def render(self, text: str) -> Samples:
        self.said.append(text)
        return tone(MS_PER_WORD * len(text.split()))

    async def transcribe(self, audio, lang, prompt="", *, words=True, ticket=None):
        text = " ".join(self.said[-1].split()[self.deaf_to :])
        return Transcription(text, spread(text, 1000, 0.9), 0.9, self.name, 5)


def acts_of(trainee: Trainee, scenario: Scenario) -> dict[str, Understanding]:
    """What each turn means that the trainee takes in text."""
    made = play(scenario, trainee, SEED)
    texts = {event.turn: event.text for event in made if isinstance(event, AgentTurn)}
    return {
        texts[event.turn]: Understanding(text=texts[event.turn], acts=event.acts)
        for event in made
        if isinstance(event, AgentActs)
    }


async def spoken(
    scenario_id: str, deaf_to: int = 0, heard: Callable[[Exchange], None] = lambda exchange: None
) -> SpokenCall:
    scenario = LIBRARY.scenario(scenario_id)
    trainee = load_trainees(ROOT, scenario.script.lang)["excellent"]
    meanings, studio = acts_of(trainee, scenario), Rehearsed(deaf_to)

    def understand(text: str, previous: str | None) -> Understanding:
        other = ActSpan(act=Act.OTHER, confidence=1, start=0, end=len(text))
        return meanings.get(text, Understanding(text=text, acts=(other,)))

    def wire(recording: Recording, speakers: Speakers) -> Call:
        start = call_events.started(
            scenario, call_id="voice", at=EPOCH, channel="simulated", mode="practice", seed=SEED
        )  # fmt: skip
        parts = Parts(
            activity=Loud(), transcriber=studio, understand=understand,
            speaker=PersonaSpeaker(FakeSynthesizer(), scenario.persona), journal=recording, outlet=speakers,
        )  # fmt: skip
        return Call(scenario, start, parts)

    return await play_by_voice(scenario, trainee, SEED, studio.render, wire, heard)


def exchange(meant: str, heard: str, acts: set[Act], kept: set[Act]) -> Exchange:
    spans = tuple(ActSpan(act=act, confidence=1, start=0, end=len(meant)) for act in sorted(acts))
    return Exchange(Understanding(text=meant, acts=spans), heard, frozenset(kept))


def test_words_lost_changed_and_added_count_as_errors() -> None:
    said = {Act.GREET, Act.STATE_NAME}
    lost = losses(
        (
            exchange("Goedemorgen, met Sofie.", "goedemorgen met sofie", said, said),
            exchange("Waarmee kan ik u helpen?", "waar mee kan u helpen", {Act.OFFER_HELP}, {Act.OTHER}),
            exchange("Tot ziens.", "", {Act.SAY_GOODBYE}, set()),
        )
    )
    assert lost.turns == 3
    assert lost.unheard == 1
    assert lost.word_errors == pytest.approx((0 + 3 + 2) / 10)
    assert lost.acts_kept == pytest.approx(2 / 4)
    assert lost.acts_lost == {"offer_help": 1, "say_goodbye": 1}


async def test_a_call_by_voice_goes_as_in_text_where_nothing_is_lost() -> None:
    scenario = LIBRARY.scenario(SALE)
    in_text = play(scenario, load_trainees(ROOT, "nl")["excellent"], SEED)
    by_voice = await spoken(SALE)
    assert by_voice.outcome == next(event.outcome for event in in_text if isinstance(event, CallEnded))
    assert losses(by_voice.exchanges).word_errors == 0
    assert losses(by_voice.exchanges).acts_kept == 1
    assert _turns(by_voice.events) == _turns(in_text)


async def test_an_angry_customer_cuts_in_and_is_still_calmed() -> None:
    by_voice = await spoken(COMPLAINT)
    assert any(isinstance(event, BargeIn) and event.by == "customer" for event in by_voice.events)
    assert by_voice.outcome in LIBRARY.scenario(COMPLAINT).script.allowed


async def test_a_call_in_which_next_to_nothing_is_heard_is_given_up_soon() -> None:
    told: list[Exchange] = []
    by_voice = await spoken(COMPLAINT, deaf_to=40, heard=told.append)
    assert by_voice.given_up
    assert len(told) == LOST_TURNS
    assert told == list(by_voice.exchanges)
    assert [exchange.at_ms for exchange in told] == sorted({exchange.at_ms for exchange in told})


async def test_a_call_that_is_understood_is_not_given_up() -> None:
    assert not (await spoken(SALE)).given_up


def test_turns_lost_on_the_customer_get_nowhere_and_one_that_is_understood_does() -> None:
    lost = Exchange(Understanding(text="goedemorgen met Sofie", acts=()), "goedemorgen met Sofie", frozenset())
    puzzling = replace(lost, answered=frozenset({"puzzled"}))
    told = replace(lost, answered=frozenset({"fact.factuur"}))
    assert gets_nowhere([puzzling] * LOST_TURNS)
    assert not gets_nowhere([puzzling] * (LOST_TURNS - 1))
    assert not gets_nowhere([*[puzzling] * LOST_TURNS, told])


def test_garbled_words_get_nowhere_whatever_the_customer_answers() -> None:
    said = Exchange(Understanding(text="goedemorgen met Sofie", acts=()), "goed", frozenset(), frozenset({"opening"}))
    assert gets_nowhere([said] * LOST_TURNS)


async def test_what_is_not_heard_is_reported() -> None:
    lost = losses((await spoken(COMPLAINT, deaf_to=2)).exchanges)
    assert lost.word_errors > 0.1
    assert lost.acts_kept < 0.5


def _turns(events: tuple[CallEvent, ...]) -> list[str]:
    return [event.text for event in events if isinstance(event, AgentTurn | CustomerTurn)]
