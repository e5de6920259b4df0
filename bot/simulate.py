"""Calls played by a simulated trainee in text, on a virtual clock: the same log as any other call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from bot import call_events
from bot.acts import Understanding
from bot.content.models import Scenario
from bot.dialogue.closing import outcome
from bot.dialogue.customer import begin, step
from bot.dialogue.state import CustomerState, Heard, Input, PickedUp, Quiet, Step
from bot.events import (
    AgentTurn,
    CallAnswered,
    CallEnded,
    CallEvent,
    CustomerSpoke,
    PhoneRinging,
    Silence,
    SpeechEnded,
    SpeechStarted,
)
from bot.trainees import AGENT_NAME, Trainee, View

MS_PER_CHARACTER = 65
PAUSE_MS = 700
RINGS_MS = 3000
MOST_TURNS = 60
EPOCH = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


@dataclass
class _Played:
    scenario: Scenario
    state: CustomerState
    now_ms: int = RINGS_MS
    turn: int = 0
    log: list[CallEvent] = field(default_factory=list)

    def say(self, said: Understanding) -> Step:
        start, self.now_ms = self.now_ms, self.now_ms + MS_PER_CHARACTER * len(said.text)
        end, turn = self.now_ms, self._next_turn()
        self.log += [
            SpeechStarted(at_ms=start, speaker="agent"),
            SpeechEnded(at_ms=end, speaker="agent"),
            AgentTurn(
                at_ms=end, turn=turn, text=said.text, start_ms=start, end_ms=end, confidence=1.0, recogniser="simulated"
            ),
            call_events.acts_of(turn, end, said),
        ]
        return self.react(Heard(said), turn)

    def stay_silent(self) -> Step:
        waited = self.scenario.persona.traits.silence_ms
        self.now_ms += waited
        self.log.append(Silence(at_ms=self.now_ms, duration_ms=waited))
        return self.react(Quiet(), None)

    def react(self, happened: Input, reply_to: int | None) -> Step:
        made = step(self.scenario, self.state, happened)
        self.state = made.state
        self.log.append(call_events.decided(made, self.now_ms, reply_to))
        if made.says:
            self._customer_speaks(made)
        return made

    def _customer_speaks(self, made: Step) -> None:
        turn, start = self._next_turn(), self.now_ms + PAUSE_MS
        end = start + MS_PER_CHARACTER * len(made.text)
        self.log += [
            call_events.customer_turn(made, self.now_ms, turn),
            SpeechStarted(at_ms=start, speaker="customer"),
            CustomerSpoke(at_ms=end, turn=turn, start_ms=start, end_ms=end, heard_text=made.text),
            SpeechEnded(at_ms=end, speaker="customer"),
        ]
        self.now_ms = end + PAUSE_MS

    def _next_turn(self) -> int:
        self.turn += 1
        return self.turn - 1


def play(scenario: Scenario, trainee: Trainee, seed: int) -> tuple[CallEvent, ...]:
    """A whole call between a simulated trainee and the customer of a scenario, as its event log. Pure: the same
    arguments give the same log. A call that does not come to an end by itself is hung up after 60 turns.
    """
    played = _Played(scenario, begin(scenario, seed))
    start = call_events.started(
        scenario, call_id=f"simulated-{trainee.name}-{seed}", at=EPOCH, channel="simulated", mode="practice",
        seed=seed, agent_name=AGENT_NAME, versions={"trainee": trainee.name},
    )  # fmt: skip
    by: Literal["agent", "customer"] = "agent" if start.direction == "inbound" else "customer"
    played.log += [start, PhoneRinging(at_ms=0), CallAnswered(at_ms=played.now_ms, by=by)]
    ended_by = _talk(played, trainee, seed)
    result = outcome(scenario, played.state, ended_by)
    played.log.append(CallEnded(at_ms=played.now_ms, by=ended_by, outcome=result))
    return tuple(played.log)


def _talk(played: _Played, trainee: Trainee, seed: int) -> Literal["agent", "customer"]:
    view = View(scenario=played.scenario, seed=seed, turn=0)
    if played.scenario.script.direction == "outbound":
        view = _informed(view, played.react(PickedUp(), None))
    for turn in range(MOST_TURNS):
        planned = trainee.take_turn(replace(view, turn=turn))
        made = played.stay_silent() if planned.said is None else played.say(planned.said)
        if made.hang_up:
            return "customer"
        if "goodbye" in view.done and planned.moves == ("goodbye",):
            return "agent"
        view = _informed(replace(view, done=(*view.done, *planned.moves)), made)
    return "agent"


def _informed(view: View, made: Step) -> View:
    heard = tuple(said.intent for said in made.says)
    facts = {intent.partition(".")[2] for intent in heard if intent.startswith("fact.")}
    return replace(view, heard=heard, told=view.told | facts, accepted=view.accepted or "decision.yes" in heard)
