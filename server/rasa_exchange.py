"""Content to and from Rasa projects: examples and calls read from one, a scenario written as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot import call_events
from bot.acts import ActSpan, Understanding
from bot.content.models import Scenario
from bot.dialogue.state import Step
from bot.events import CallEnded, CallEvent
from bot.nlu.corpus import Example, corpus_files, plain_text, read_corpus, script_examples
from bot.nlu.rasa_project import nlu_text
from bot.nlu.rasa_stories import Story, StoryTurn, domain_text, stories_text, story_of_call
from bot.simulate import play
from bot.text_call import TextCall
from bot.trainees import load_trainees

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def examples_text(examples: Iterable[Example]) -> str:
    """Imported examples as a corpus file: what a file of ``data/nlu/<lang>/`` looks like."""
    return nlu_text(("+".join(sorted(example.acts)), plain_text(example.text)) for example in examples)


def call_of_story(scenario: Scenario, story: Story, seed: int) -> dict[str, Any]:
    """A story played to a customer, as one call of a content test: the answers and the end are what happened now.

    Whoever takes it over reads it through once: it holds what the customer does, not what they should do.
    """
    events: list[CallEvent] = []
    start = call_events.started(
        scenario, call_id="imported", at=EPOCH, channel="imported", mode="practice", seed=seed
    )  # fmt: skip
    call = TextCall(scenario, start, events.append)
    call.pick_up()
    turns = []
    for turn in story.turns:
        if call.over:
            break
        turns.append(_turn(turn, call.say(_understood(turn))))
    by = "customer" if call.over else "agent"
    call.hang_up()
    end = next(event for event in reversed(events) if isinstance(event, CallEnded))
    return {
        "name": story.name, "persona": scenario.persona.id, "seed": seed, "turns": turns,
        "expect": {"outcome": end.outcome, "hangs_up": by},
    }  # fmt: skip


def _turn(turn: StoryTurn, made: Step) -> dict[str, Any]:
    return {
        "user": turn.text,
        "acts": [act.value for act in turn.acts],
        "customer": [said.intent for said in made.says],
    }


def _understood(turn: StoryTurn) -> Understanding:
    spans = tuple(ActSpan(act=act, confidence=1.0, start=0, end=len(turn.text), source="story") for act in turn.acts)
    return Understanding(text=turn.text, acts=spans)


def calls_text(script: str, calls: Sequence[Mapping[str, Any]]) -> str:
    """Calls as a content test file."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    written = StringIO()
    yaml.dump({"script": script, "calls": list(calls)}, written)
    return written.getvalue()


def export_files(scenario: Scenario, content: Path, seeds: Sequence[int]) -> dict[str, str]:
    """A scenario as a Rasa project, by file name: NLU data with the script's own examples, domain, end-to-end stories.

    The stories are calls of the simulated trainees with these seeds. Raises KiestoonError as `read_corpus` and
    `load_trainees` do.
    """
    lang = scenario.script.lang
    corpus = (*read_corpus(corpus_files(content, lang)), *script_examples(scenario.script.examples))
    stories = [
        story_of_call(f"{scenario.script.id} {scenario.persona.id} {name} {seed}", play(scenario, trainee, seed))
        for name, trainee in load_trainees(content, lang).items()
        for seed in seeds
    ]
    told = [story for story in stories if story.turns]
    return {
        "config.yml": (content / "data" / "rasa" / "config.yml").read_text(encoding="utf-8").replace(
            "language: nl", f"language: {lang}"
        ),
        "domain.yml": domain_text(told, scenario.lines),
        "data/nlu.yml": examples_text(corpus),
        "tests/test_stories.yml": stories_text(told),
    }  # fmt: skip
