"""Simulated trainees: their logs are real logs, their calls end, and better trainees do not end worse."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.acts import Act
from bot.errors import KiestoonError
from bot.events import (
    CALL_EVENT,
    AgentActs,
    AgentTurn,
    CallAnswered,
    CallEnded,
    CallStarted,
    CustomerDecided,
    CustomerSpoke,
    Silence,
)
from bot.playtest import playtest
from bot.simulate import play
from bot.trainees import PROFILES, load_trainees
from bot.transcript import turns_of
from tests import ROOT
from tests.dialogue.calls import COMPLAINT, HOTEL, LIBRARY, SALE, SURVEY

TRAINEES = {lang: load_trainees(ROOT, lang) for lang in LIBRARY.packs}


@pytest.mark.parametrize("scenario_id", [COMPLAINT, SALE, SURVEY, HOTEL])
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_simulated_call_is_a_whole_log(scenario_id: str, name: str) -> None:
    scenario = LIBRARY.scenario(scenario_id)
    events = play(scenario, TRAINEES[scenario.script.lang][name], 3)
    assert isinstance(events[0], CallStarted)
    assert events[0].channel == "simulated"
    assert isinstance(events[-1], CallEnded)
    assert sum(isinstance(event, CallAnswered) for event in events) == 1
    assert [event.turn for event in events if isinstance(event, AgentTurn)] == [
        event.turn for event in events if isinstance(event, AgentActs)
    ]
    transcript = turns_of(events)
    assert [turn.i for turn in transcript] == list(range(len(transcript)))
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(transcript))
    assert all(CALL_EVENT.validate_json(CALL_EVENT.dump_json(event)) == event for event in events)


def test_spans_show_the_words_of_their_act() -> None:
    scenario = LIBRARY.scenario(COMPLAINT)
    events = play(scenario, TRAINEES["nl"]["excellent"], 1)
    texts = {event.turn: event.text for event in events if isinstance(event, AgentTurn)}
    acts = [event for event in events if isinstance(event, AgentActs)]
    assert all(texts[event.turn][span.start : span.end].strip() for event in acts for span in event.acts)
    (greeting,) = (span for span in acts[0].acts if span.act == Act.GREET)
    assert texts[acts[0].turn][greeting.start : greeting.end] in TRAINEES["nl"]["excellent"].phrases["greet"]


def test_the_same_seed_plays_the_same_call_and_another_seed_another() -> None:
    scenario, trainee = LIBRARY.scenario(SALE), TRAINEES["nl"]["excellent"]
    assert play(scenario, trainee, 5) == play(scenario, trainee, 5)
    assert play(scenario, trainee, 5) != play(scenario, trainee, 6)


def test_the_clock_runs_and_a_silent_trainee_is_hung_up_on() -> None:
    scenario = LIBRARY.scenario(COMPLAINT)
    events = play(scenario, TRAINEES["nl"]["silent"], 1)
    silences = [event for event in events if isinstance(event, Silence)]
    assert len(silences) == 3
    assert silences[0].duration_ms == scenario.persona.traits.silence_ms
    assert events[-1] == CallEnded(at_ms=events[-1].at_ms, by="customer", outcome="hung_up_silence")
    assert all(a.at_ms <= b.at_ms for a, b in pairwise(e for e in events if isinstance(e, CustomerSpoke | Silence)))


def test_a_noisy_recogniser_garbles_words_but_not_their_number() -> None:
    scenario = LIBRARY.scenario(SALE)
    noisy = [e.text for e in play(scenario, TRAINEES["nl"]["non_native"], 2) if isinstance(e, AgentTurn)]
    clear = TRAINEES["nl"]["non_native"].phrases
    assert any(not any(part in text for part in clear["ask_open"]) for text in noisy)


def test_a_report_names_what_never_happened() -> None:
    scenario = LIBRARY.scenario(COMPLAINT)
    report = playtest(scenario, {"silent": TRAINEES["nl"]["silent"]}, range(2))
    assert report.calls == 2
    assert report.outcomes == {"silent": {"hung_up_silence": 2}}
    assert set(report.facts_never_told) == set(scenario.script.facts)
    assert {"decision.yes", "extra.yes", "solution.wrong"} <= set(report.lines_never_said)
    assert report.turns == {"silent": (1, 1)}


def test_moods_are_logged_with_every_step() -> None:
    events = play(LIBRARY.scenario(HOTEL), TRAINEES["en"]["excellent"], 1)
    steps = [event for event in events if isinstance(event, CustomerDecided)]
    assert len(steps) == sum(isinstance(event, AgentTurn) for event in events)
    assert steps[-1].mood.trust > steps[0].mood.trust


def test_trainees_of_an_unknown_language() -> None:
    with pytest.raises(KiestoonError):
        load_trainees(ROOT, "xx")
