"""Content tests: calls written out in YAML, turn by turn, one file per script, that must play as they are written.

They lie in `tests/dialogue_scripts/` of the content's root, named after their scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from bot.acts import Act, ActSpan, Understanding
from bot.content.library import Library
from bot.content.models import Content, Id
from bot.content.problems import Problem, closest
from bot.content.validation import validate
from bot.content.yaml_source import Path_, Source, read_source
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
from bot.dialogue.telling import TEXTURE
from bot.errors import KiestoonError
from bot.events import Outcome

FOLDER = "tests/dialogue_scripts"
Happening = Literal["picks_up", "silence", "unclear", "interrupts", "talks_on", "hold", "back", "back_late"]
HAPPENINGS: dict[Happening, Input] = {
    "picks_up": PickedUp(),
    "silence": Quiet(),
    "unclear": Unclear(),
    "interrupts": Interrupted(),
    "talks_on": Monologue(),
    "hold": HoldSwitched(on=True),
    "back": HoldSwitched(on=False, waited_ms=15_000),
    "back_late": HoldSwitched(on=False, waited_ms=70_000),
}


class TurnOfCall(Content):
    """What the agent says with the acts it shows, or something else that happens, and the pools that answer it.
    `says` is part of the text that the customer must say.
    """

    user: str = ""
    acts: tuple[Act, ...] = ()
    happens: Happening | None = None
    customer: tuple[str, ...] = ()
    says: str = ""


class Expected(Content):
    """How the call ends. Facts are the ones that must have come out; mood values are the lowest allowed."""

    outcome: Outcome
    hangs_up: Literal["customer", "agent"]
    facts: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    patience_at_least: float = 0.0
    patience_at_most: float = 1.0


class CallOfScript(Content):
    """One call with one persona and one seed."""

    name: str
    persona: str
    seed: int = 1
    turns: tuple[TurnOfCall, ...] = Field(min_length=1)
    expect: Expected


class CallsOfScript(Content):
    """A file of content tests."""

    script: Id
    calls: tuple[CallOfScript, ...] = Field(min_length=2)


@dataclass(frozen=True)
class PlayedTurn:
    """What the customer answered: the pools that were used, and the text."""

    intents: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class PlayedCall:
    """A call as it went now."""

    turns: tuple[PlayedTurn, ...]
    state: CustomerState
    outcome: Outcome


def understood(turn: TurnOfCall) -> Understanding:
    """The turn as if it had been recognised without a doubt."""
    spans = tuple(ActSpan(act=act, confidence=1.0, start=0, end=len(turn.user)) for act in turn.acts)
    return Understanding(text=turn.user, acts=spans)


def play_call(library: Library, script: str, persona: str, seed: int, turns: tuple[TurnOfCall, ...]) -> PlayedCall:
    """Play a call through the customer; an outbound customer picks up before the first turn. Raises KiestoonError for
    a pair that cannot be played.
    """
    scenario = library.scenario(f"{script}~{persona}")
    state = begin(scenario, seed)
    if scenario.script.direction == "outbound":
        state = step(scenario, state, PickedUp()).state
    played = []
    for turn in turns:
        happened = HAPPENINGS[turn.happens] if turn.happens else Heard(understood(turn))
        made = step(scenario, state, happened)
        state = made.state
        intents = tuple(said.intent for said in made.says if said.intent not in TEXTURE)
        played.append(PlayedTurn(intents, made.text))
    return PlayedCall(tuple(played), state, outcome(scenario, state, "customer" if state.gone else "agent"))


def check_calls(library: Library, root: Path) -> Iterator[Problem]:
    """Everything in the content tests of a root that is wrong or plays differently, and the scripts without any.
    Nothing where the root has no such folder: an installed program comes without tests.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        return
    files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    for path in files.values():
        yield from check_file(library, read_source(path, path.relative_to(root).as_posix()))
    for script in sorted(
        set(library.scripts) - set(files) - {ident for kind, ident in library.broken if kind == "script"}
    ):
        yield Problem(f"dialogue_scripts/{script}.yaml", 1, 1, "no_calls", (("value", f"{FOLDER}/{script}.yaml"),))


def check_file(library: Library, source: Source) -> Iterator[Problem]:
    """The same of one file."""
    yield from source.problems
    if source.likely is None:
        return
    file, found = validate(CallsOfScript, source, source.likely)
    yield from found
    if file is None:
        return
    if file.script != Path(source.file).stem:
        yield source.problem(("script",), "id_file", value=file.script, file=Path(source.file).stem)
    script = library.scripts.get(file.script)
    if script is None:
        near = closest(file.script, list(library.scripts))
        yield source.problem(("script",), "unknown_id", kind="script", value=file.script, suggestion=near)
        return
    for number, call in enumerate(file.calls):
        yield from _check_call(library, file.script, call, ("calls", number), source)
    ends = {call.expect.outcome for call in file.calls}
    if not ends & set(script.allowed):
        yield source.problem(("calls",), "no_good_end", key=True, value=", ".join(script.allowed))
    if not ends - set(script.allowed):
        yield source.problem(("calls",), "no_bad_end", key=True)


def _check_call(library: Library, script: str, call: CallOfScript, at: Path_, source: Source) -> Iterator[Problem]:
    if {("script", script), ("persona", call.persona)} & library.broken:
        return
    try:
        played = play_call(library, script, call.persona, call.seed, call.turns)
    except KiestoonError:
        near = closest(call.persona, list(library.scripts[script].personas))
        yield source.problem((*at, "persona"), "no_pair", value=call.persona, suggestion=near)
        return
    for number, (turn, made) in enumerate(zip(call.turns, played.turns, strict=True)):
        place = (*at, "turns", number)
        if made.intents != turn.customer:
            yield source.problem((*place, "customer"), "call_answer", value=_list(turn.customer),
                                 found=_list(made.intents))  # fmt: skip
        if turn.says not in made.text:
            yield source.problem((*place, "says"), "call_words", value=turn.says, found=made.text)
    yield from _check_end(call.expect, played, (*at, "expect"), source)


def _check_end(expect: Expected, played: PlayedCall, at: Path_, source: Source) -> Iterator[Problem]:
    gone = "customer" if played.state.gone else "agent"
    if played.outcome != expect.outcome:
        yield source.problem((*at, "outcome"), "call_outcome", value=expect.outcome, found=played.outcome)
    if gone != expect.hangs_up:
        yield source.problem((*at, "hangs_up"), "call_outcome", value=expect.hangs_up, found=gone)
    for number, fact in enumerate(expect.facts):
        if fact not in played.state.revealed:
            yield source.problem((*at, "facts", number), "call_fact", value=fact)
    for number, name in enumerate(expect.resolved):
        if name not in played.state.objections or not played.state.objections[name].resolved:
            yield source.problem((*at, "resolved", number), "call_unresolved", value=name)
    if not expect.patience_at_least <= played.state.mood.patience <= expect.patience_at_most:
        wanted = f"{expect.patience_at_least:g}–{expect.patience_at_most:g}"
        yield source.problem(at, "call_patience", key=True, value=wanted, found=f"{played.state.mood.patience:.2f}")


def _list(names: tuple[str, ...]) -> str:
    return f"[{', '.join(names)}]"
