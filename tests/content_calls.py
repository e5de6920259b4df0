"""Content tests in YAML: calls written out turn by turn, one file per script, and how they are played."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from bot.acts import Act, ActSpan, Understanding
from bot.content.library import Library
from bot.dialogue.closing import outcome
from bot.dialogue.customer import begin, step
from bot.dialogue.state import (
    CustomerState,
    Heard,
    HoldSwitched,
    Input,
    Interrupted,
    Monologue,
    PickedUp,
    Quiet,
    Unclear,
)
from bot.events import Outcome
from tests import ROOT

FOLDER = ROOT / "tests" / "dialogue_scripts"
HAPPENINGS: dict[str, Input] = {
    "picks_up": PickedUp(),
    "silence": Quiet(),
    "unclear": Unclear(),
    "interrupts": Interrupted(),
    "talks_on": Monologue(),
    "hold": HoldSwitched(on=True),
    "back": HoldSwitched(on=False, waited_ms=15_000),
    "back_late": HoldSwitched(on=False, waited_ms=70_000),
}


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnOfCall(Strict):
    """What the agent says with the acts it shows, or something else that happens, and the pools that answer it.
    `says` is part of the text that the customer must say.
    """

    user: str = ""
    acts: tuple[Act, ...] = ()
    happens: str | None = None
    customer: tuple[str, ...] = ()
    says: str = ""


class Expected(Strict):
    """How the call ends. Facts are the ones that must have come out; mood values are the lowest allowed."""

    outcome: Outcome
    hangs_up: Literal["customer", "agent"]
    facts: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    patience_at_least: float = 0.0
    patience_at_most: float = 1.0


class CallOfScript(Strict):
    name: str
    persona: str
    seed: int = 1
    turns: tuple[TurnOfCall, ...] = Field(min_length=1)
    expect: Expected


class TestFile(Strict):
    __test__ = False

    script: str
    calls: tuple[CallOfScript, ...] = Field(min_length=2)


@dataclass(frozen=True)
class PlayedTurn:
    intents: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class PlayedCall:
    turns: tuple[PlayedTurn, ...]
    state: CustomerState
    outcome: Outcome


def read_calls(path: Path) -> TestFile:
    return TestFile.model_validate(YAML(typ="safe").load(path.read_text("utf-8")))


def understood(turn: TurnOfCall) -> Understanding:
    spans = tuple(ActSpan(act=act, confidence=1.0, start=0, end=len(turn.user)) for act in turn.acts)
    return Understanding(text=turn.user, acts=spans)


def play_call(library: Library, script: str, call: CallOfScript) -> PlayedCall:
    """Play a call through the customer; an outbound customer picks up before the first turn."""
    scenario = library.scenario(f"{script}~{call.persona}")
    state = begin(scenario, call.seed)
    if scenario.script.direction == "outbound":
        state = step(scenario, state, PickedUp()).state
    played = []
    for turn in call.turns:
        happened = HAPPENINGS[turn.happens] if turn.happens else Heard(understood(turn))
        made = step(scenario, state, happened)
        state = made.state
        played.append(PlayedTurn(tuple(said.intent for said in made.says), made.text))
    return PlayedCall(tuple(played), state, outcome(scenario, state, "customer" if state.gone else "agent"))
