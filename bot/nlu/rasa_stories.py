"""End-to-end stories of Rasa: the turns of a trainee (`user:`) with their acts (`intent:`), and the answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.acts import Act
from bot.events import AgentActs, AgentTurn, CallEvent, CustomerTurn
from bot.nlu.corpus import Problem, acts_of, plain_text, read_blocks

_PREFIX = "utter_"


@dataclass(frozen=True)
class StoryTurn:
    """One turn of the trainee, and the kinds of lines with which the customer answers."""

    text: str
    acts: tuple[Act, ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """A call as a story. `opening` is what the customer says before the first turn."""

    name: str
    turns: tuple[StoryTurn, ...]
    opening: tuple[str, ...] = ()


def read_stories(
    paths: Iterable[Path], intents: Mapping[str, frozenset[Act]]
) -> tuple[tuple[Story, ...], tuple[Problem, ...]]:
    """The end-to-end stories of files, and everything that is wrong with them.

    A story counts where each turn of the user has a text; turns given by intent only make it a story for training
    Rasa's dialogue, which nothing here needs. `intents` is used as in `bot.nlu.corpus.read_foreign`.
    """
    problems: list[Problem] = []
    stories: list[Story] = []
    for path in paths:
        stories += _read_file(path, intents, problems)
    return tuple(stories), tuple(problems)


def _read_file(path: Path, intents: Mapping[str, frozenset[Act]], problems: list[Problem]) -> Iterator[Story]:
    stories = read_blocks(path, "stories", problems)
    if stories is None:
        return
    for index, story in enumerate(stories):
        steps = story.get("steps") if isinstance(story, CommentedMap) else None
        if not isinstance(steps, CommentedSeq):
            line, column = stories.lc.item(index)
            problems.append(Problem(path, line + 1, column + 1, "a story with steps is expected"))
        elif _is_end_to_end(steps):
            yield _story(path, str(story.get("story", "?")), steps, intents, problems)


def _is_end_to_end(steps: CommentedSeq) -> bool:
    turns = [step for step in steps if isinstance(step, CommentedMap) and ("user" in step or "intent" in step)]
    return bool(turns) and all(isinstance(step.get("user"), str) for step in turns)


def _story(
    path: Path, name: str, steps: CommentedSeq, intents: Mapping[str, frozenset[Act]], problems: list[Problem]
) -> Story:
    opening: list[str] = []
    turns: list[StoryTurn] = []
    for step in steps:
        if not isinstance(step, CommentedMap):
            continue
        if "user" in step:
            text = " ".join(plain_text(str(step["user"])).split())
            turns.append(StoryTurn(text, _acts(path, step, intents, problems)))
        elif "action" in step:
            answer = str(step["action"]).removeprefix(_PREFIX)
            if turns:
                turns[-1] = StoryTurn(turns[-1].text, turns[-1].acts, (*turns[-1].answers, answer))
            else:
                opening.append(answer)
    return Story(name, tuple(turns), tuple(opening))


def _acts(
    path: Path, step: CommentedMap, intents: Mapping[str, frozenset[Act]], problems: list[Problem]
) -> tuple[Act, ...]:
    """The acts of a turn; none where it has no intent."""
    intent = step.get("intent")
    if intent is None:
        return ()
    if str(intent) in intents:
        return tuple(sorted(intents[str(intent)]))
    acts, unknown = acts_of(str(intent))
    line, column = step.lc.value("intent")
    problems += [Problem(path, line + 1, column + 1, f"unknown act {part!r}") for part in unknown]
    return tuple(sorted(acts))


def story_of_call(name: str, events: Sequence[CallEvent]) -> Story:
    """A call in text as a story."""
    acts = {event.turn: event.acts for event in events if isinstance(event, AgentActs)}
    opening: tuple[str, ...] = ()
    turns: list[StoryTurn] = []
    for event in events:
        if isinstance(event, AgentTurn):
            said = tuple(dict.fromkeys(span.act for span in acts.get(event.turn, ())))
            turns.append(StoryTurn(event.text, said))
        elif isinstance(event, CustomerTurn) and turns:
            turns[-1] = StoryTurn(turns[-1].text, turns[-1].acts, (*turns[-1].answers, *event.intents))
        elif isinstance(event, CustomerTurn):
            opening = (*opening, *event.intents)
    return Story(name, tuple(turns), opening)


def stories_text(stories: Iterable[Story]) -> str:
    """End-to-end stories as Rasa reads them."""
    return _yaml({"version": "3.1", "stories": [_as_story(story) for story in stories]})


def domain_text(stories: Sequence[Story], lines: Mapping[str, Sequence[str]]) -> str:
    """The domain that the stories need: their intents, and a response with the customer's lines for each answer."""
    intents = {_intent(turn.acts) for story in stories for turn in story.turns} | {act.value for act in Act}
    answers = {answer for story in stories for answer in story.opening}
    answers |= {answer for story in stories for turn in story.turns for answer in turn.answers}
    responses = {_PREFIX + answer: [{"text": line} for line in _lines(answer, lines)] for answer in sorted(answers)}
    return _yaml({"version": "3.1", "intents": sorted(intents), "responses": responses})


def _lines(answer: str, lines: Mapping[str, Sequence[str]]) -> list[str]:
    """The lines of a pool, those for a mood (``pool@mood``) included."""
    return [line for name, pool in lines.items() if name.partition("@")[0] == answer for line in pool] or [answer]


def _as_story(story: Story) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"action": _PREFIX + answer} for answer in story.opening]
    for turn in story.turns:
        steps.append({"user": LiteralScalarString(turn.text + "\n"), "intent": _intent(turn.acts)})
        steps += [{"action": _PREFIX + answer} for answer in turn.answers]
    return {"story": story.name, "steps": steps}


def _intent(acts: Sequence[Act]) -> str:
    return "+".join(act.value for act in acts) or Act.OTHER.value


def _yaml(value: object) -> str:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    written = StringIO()
    yaml.dump(value, written)
    return written.getvalue()
