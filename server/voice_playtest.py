"""Playtests by voice: a simulated trainee with a synthetic voice plays a scenario through the whole voice path."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from bot import call_events
from bot.call import Call
from bot.call_parts import Parts
from bot.content.models import Scenario
from bot.customer_voice import PersonaSpeaker
from bot.events import CallEnded, Lang, Outcome
from bot.simulate import EPOCH, play
from bot.simulate_voice import Exchange, Losses, Recording, Speakers, losses, play_by_voice
from bot.speech.synthesizer import VoiceSettings
from bot.trainees import AGENT_NAME, Trainee
from server.engine import Engine

VOICES = {"en": ("en_US-joe-medium",), "nl": ("nl_NL-alex-medium", "nl_BE-rdh-medium")}
"""The trainee's neural voices where they are installed; espeak speaks where they are not."""


@dataclass(frozen=True)
class VoiceReport:
    """What the voice path did to one scenario: how each call ended by voice and in text, seed by seed, and what the
    recogniser lost. `given_up` names the seeds whose call got nowhere, `robotic` says that no neural voice spoke for
    the trainee, `took_s` is how long all of it took on this machine, in seconds.
    """

    scenario: str
    trainee: str
    voice: str
    recogniser: str
    outcomes: tuple[tuple[Outcome, Outcome], ...]
    losses: Losses
    given_up: tuple[int, ...]
    robotic: bool
    took_s: float


def trainee_voice(lang: Lang) -> VoiceSettings:
    """The voice that plays the trainee in a language."""
    return VoiceSettings(lang=lang, gender="male", piper=VOICES.get(lang, ()), espeak="m3")


def robotic(engine: Engine, lang: Lang) -> bool:
    """Whether only espeak can speak for the trainee, which recognisers hardly understand: no measure of a script."""
    return engine.synthesizer.spoken_by(trainee_voice(lang)).engine == "espeak"


async def playtest_by_voice(
    engine: Engine,
    scenario: Scenario,
    trainee: Trainee,
    seeds: Iterable[int],
    heard: Callable[[Exchange], None] = lambda exchange: None,
) -> VoiceReport:
    """Play with each seed; `heard` is told each turn. Raises KiestoonError `model.missing` where a language has no
    recogniser.
    """
    lang, began = scenario.script.lang, time.monotonic()
    voice = trainee_voice(lang)
    render = partial(engine.synthesizer.render, voice=voice)
    tried = list(seeds)
    played = [
        await play_by_voice(scenario, trainee, seed, render, partial(_wired, engine, scenario, seed), heard)
        for seed in tried
    ]
    in_text = [play(scenario, trainee, seed)[-1] for seed in tried]
    return VoiceReport(
        scenario=scenario.id,
        trainee=trainee.name,
        voice=str(engine.synthesizer.spoken_by(voice)),
        recogniser=engine.recogniser(lang).id,
        outcomes=tuple(
            (spoken.outcome, text.outcome)
            for spoken, text in zip(played, in_text, strict=True)
            if isinstance(text, CallEnded)
        ),
        losses=losses(tuple(exchange for spoken in played for exchange in spoken.exchanges)),
        given_up=tuple(seed for seed, spoken in zip(tried, played, strict=True) if spoken.given_up),
        robotic=robotic(engine, lang),
        took_s=round(time.monotonic() - began, 1),
    )


def _wired(engine: Engine, scenario: Scenario, seed: int, recording: Recording, speakers: Speakers) -> Call:
    lang = scenario.script.lang
    start = call_events.started(
        scenario, call_id=f"simulated-voice-{seed}", at=EPOCH, channel="simulated", mode="practice", seed=seed,
        agent_name=AGENT_NAME, versions=engine.versions(scenario),
    )  # fmt: skip
    parts = Parts(
        activity=engine.voice_activity(), transcriber=engine.transcriber(lang),
        understand=engine.understanding(scenario),
        speaker=PersonaSpeaker(engine.synthesizer, scenario.persona, AGENT_NAME), journal=recording, outlet=speakers,
        turn_ends=engine.turn_ends(lang),
    )  # fmt: skip
    return Call(scenario, start, parts)
