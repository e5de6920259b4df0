"""Playing a logged call to the customer again: same scenario, seed and inputs must give the same steps. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.acts import Understanding
from bot.content.models import Scenario
from bot.dialogue.customer import begin, step
from bot.dialogue.state import Heard, HoldSwitched, Input, Interrupted, Monologue, PickedUp, Quiet, Unclear
from bot.event_log import StoredLog
from bot.events import AgentActs, AgentTurn, CallEvent, CustomerDecided, CustomerTurn, HoldChanged


@dataclass(frozen=True)
class Difference:
    """A place where the customer of today does otherwise: the turn, what was said then and what would be said now."""

    turn: int
    was: str
    now: str


def replay_log(scenario: Scenario, log: StoredLog) -> list[Difference]:
    """All differences between the log and what the customer would do with the same inputs now."""
    state = begin(scenario, log.start.seed)
    differences = []
    for happened, decided, said in _steps(log):
        made = step(scenario, state, happened)
        state = made.state
        was = said.text if said else ""
        if made.text != was or made.state.mood != decided.mood:
            differences.append(Difference(said.turn if said else decided.reply_to or 0, was, made.text))
    return differences


def _steps(log: StoredLog) -> Iterator[tuple[Input, CustomerDecided, CustomerTurn | None]]:
    heard: dict[int, Understanding] = {}
    texts: dict[int, str] = {}
    events = log.events
    for position, event in enumerate(events):
        match event:
            case AgentTurn():
                texts[event.turn] = event.text
            case AgentActs():
                heard[event.turn] = Understanding(
                    text=texts.get(event.turn, ""), acts=event.acts, entities=event.entities
                )
            case CustomerDecided():
                said = _turn_after(events[position + 1 :])
                yield _input(event, heard, events[:position]), event, said


def _turn_after(events: tuple[CallEvent, ...]) -> CustomerTurn | None:
    for event in events:
        if isinstance(event, CustomerTurn):
            return event
        if isinstance(event, CustomerDecided):
            return None
    return None


def _input(decided: CustomerDecided, heard: dict[int, Understanding], before: tuple[CallEvent, ...]) -> Input:
    reasons = set(decided.reasons)
    if decided.reply_to is not None:
        known = heard.get(decided.reply_to)
        return Heard(known) if known is not None else Unclear()
    marks: dict[str, Input] = {
        "picked_up": PickedUp(), "silence": Quiet(), "interrupted": Interrupted(), "monologue": Monologue()
    }  # fmt: skip
    return next((happened for mark, happened in marks.items() if mark in reasons), None) or _hold_input(before)


def _hold_input(before: tuple[CallEvent, ...]) -> HoldSwitched:
    changes = [event for event in before if isinstance(event, HoldChanged)]
    last = changes[-1]
    waited = last.at_ms - changes[-2].at_ms if not last.on_hold and len(changes) > 1 else 0
    return HoldSwitched(last.on_hold, waited)
