"""Golden calls: what was kept of earlier calls replays to the same customer, word for word.

A line holds the scenario, the seed, the inputs and what came of them. `python -m tests.dialogue.test_golden_calls`
writes them anew; a change of content or engine that changes them is then seen in the review.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.acts import Act
from bot.content.models import Scenario
from bot.dialogue.closing import outcome
from bot.dialogue.customer import replay
from bot.dialogue.state import Heard, Input, PickedUp, Quiet, Step
from bot.events import AgentActs, AgentTurn, CallEvent, Silence
from bot.simulate import play
from bot.trainees import load_trainees
from tests import ROOT
from tests.dialogue.calls import COMPLAINT, HOTEL, LIBRARY, SALE, SURVEY, heard

FOLDER = ROOT / "tests" / "golden"
KEPT = [
    (scenario, trainee)
    for scenario in (COMPLAINT, SALE, SURVEY, HOTEL)
    for trainee in ("excellent", "average", "poor", "rude", "silent", "non_native")
]


def inputs_of(scenario: Scenario, events: tuple[CallEvent, ...]) -> list[dict[str, Any]]:
    """What the customer heard in a call, as it is kept."""
    texts = {event.turn: event.text for event in events if isinstance(event, AgentTurn)}
    kept: list[dict[str, Any]] = [{"picked_up": True}] if scenario.script.direction == "outbound" else []
    for event in events:
        if isinstance(event, AgentActs):
            kept.append({"text": texts[event.turn], "acts": sorted({span.act.value for span in event.acts})})
        elif isinstance(event, Silence):
            kept.append({"quiet": True})
    return kept


def as_input(kept: dict[str, Any]) -> Input:
    if "picked_up" in kept:
        return PickedUp()
    return Quiet() if "quiet" in kept else heard(kept["text"], *(Act(act) for act in kept["acts"]))


def as_kept(made: Step) -> dict[str, Any]:
    mood = made.state.mood
    return {
        "says": [line.line for line in made.says],
        "text": made.text,
        "mood": [mood.patience, mood.trust, mood.interest],
        "reasons": list(made.reasons),
        "decision": made.decision,
        "hang_up": made.hang_up,
    }


def golden(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_golden_call_replays_to_the_same_steps(path: Path) -> None:
    head, *turns = golden(path)
    scenario = LIBRARY.scenario(head["scenario"])
    steps = replay(scenario, head["seed"], [as_input(turn["input"]) for turn in turns])
    assert [as_kept(made) for made in steps] == [turn["step"] for turn in turns]
    ended_by = "customer" if steps[-1].state.gone else "agent"
    assert outcome(scenario, steps[-1].state, ended_by) == head["outcome"]


def test_there_are_golden_calls_of_every_first_pair() -> None:
    assert {golden(path)[0]["scenario"] for path in FOLDER.glob("*.jsonl")} == {scenario for scenario, _ in KEPT}


def test_the_words_and_not_only_the_acts_are_kept() -> None:
    heard_turns = [turn["input"] for path in FOLDER.glob("*.jsonl") for turn in golden(path)[1:]]
    assert any(isinstance(as_input(kept), Heard) and kept["text"] for kept in heard_turns)


def write() -> None:
    """Write the golden calls anew."""
    for scenario_id, trainee in KEPT:
        scenario = LIBRARY.scenario(scenario_id)
        seed = 7
        events = play(scenario, load_trainees(ROOT, scenario.script.lang)[trainee], seed)
        kept = inputs_of(scenario, events)
        steps = replay(scenario, seed, [as_input(turn) for turn in kept])
        head = {"scenario": scenario_id, "seed": seed, "trainee": trainee, "outcome": events[-1].outcome}  # type: ignore[union-attr]
        turns = [{"input": turn, "step": as_kept(made)} for turn, made in zip(kept, steps, strict=True)]
        lines = [json.dumps(line, ensure_ascii=False) for line in (head, *turns)]
        path = FOLDER / f"{scenario.script.id}-{trainee}.jsonl"
        path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    write()
