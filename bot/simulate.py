"""Calls played by a simulated trainee in text, on a virtual clock: the same log as any other call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot import call_events
from bot.content.models import Scenario
from bot.dialogue.state import Step
from bot.events import CallEvent
from bot.text_call import TextCall
from bot.trainees import AGENT_NAME, Trainee, View

MOST_TURNS = 60
EPOCH = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def play(scenario: Scenario, trainee: Trainee, seed: int) -> tuple[CallEvent, ...]:
    """A whole call between a simulated trainee and the customer of a scenario, as its event log. Pure: the same
    arguments give the same log. A call that does not come to an end by itself is hung up after 60 turns.
    """
    events: list[CallEvent] = []
    start = call_events.started(
        scenario, call_id=f"simulated-{trainee.name}-{seed}", at=EPOCH, channel="simulated", mode="practice",
        seed=seed, agent_name=AGENT_NAME, versions={"trainee": trainee.name},
    )  # fmt: skip
    call = TextCall(scenario, start, events.append)
    _talk(call, trainee, seed)
    call.hang_up()
    return tuple(events)


def _talk(call: TextCall, trainee: Trainee, seed: int) -> None:
    view = View(scenario=call.scenario, seed=seed, turn=0)
    greeted = call.pick_up()
    if greeted is not None:
        view = _informed(view, greeted)
    for turn in range(MOST_TURNS):
        planned = trainee.take_turn(replace(view, turn=turn))
        made = call.wait() if planned.said is None else call.say(planned.said, "simulated")
        if call.over or ("goodbye" in view.done and planned.moves == ("goodbye",)):
            return
        view = _informed(replace(view, done=(*view.done, *planned.moves), last=planned.pieces), made)


def _informed(view: View, made: Step) -> View:
    heard = tuple(said.intent for said in made.says)
    facts = {intent.partition(".")[2] for intent in heard if intent.startswith("fact.")}
    return replace(view, heard=heard, told=view.told | facts, accepted=view.accepted or "decision.yes" in heard)
