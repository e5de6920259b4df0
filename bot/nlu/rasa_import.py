"""Reads an existing Rasa project: its NLU data as training examples, its end-to-end stories as calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu.corpus import Example, Problem, read_foreign
from bot.nlu.rasa_stories import Story, read_stories

_LEAVE_OUT = ("", "-", "ignore")
_HIDDEN = (".rasa", ".git", "models", "node_modules")
_OLD_FORMATS = (".md", ".json")

Intents = Mapping[str, frozenset[Act]]


@dataclass(frozen=True)
class Imported:
    """What a project gave. `repeated` counts examples that were known already, `problems` is everything wrong."""

    examples: tuple[Example, ...]
    stories: tuple[Story, ...]
    repeated: int
    problems: tuple[Problem, ...]


def read_mapping(path: Path) -> Intents:
    """A mapping file: ``intent: act``, ``intent: act+act`` or ``intent: ignore``.

    Raises KiestoonError ``rasa.mapping_invalid`` with every problem as ``file:line:column: message``.
    """
    problems: list[Problem] = []
    document = _load(path, problems)
    if not problems and not isinstance(document, CommentedMap):
        problems.append(Problem(path, 1, 1, "lines such as 'intent: act' are expected"))
    intents: dict[str, frozenset[Act]] = {}
    for intent in document if isinstance(document, CommentedMap) else ():
        named = str(document[intent] if document[intent] is not None else "").strip()
        line, column = document.lc.value(intent)
        parts = [] if named in _LEAVE_OUT else [part.strip() for part in named.split("+")]
        known = {act.value for act in Act}
        problems += [Problem(path, line + 1, column + 1, f"unknown act {p!r}") for p in parts if p not in known]
        intents[str(intent)] = frozenset(Act(part) for part in parts if part in known)
    _raise(problems, "rasa.mapping_invalid")
    return intents


def read_project(place: Path, intents: Intents, known: Iterable[Example] = ()) -> Imported:
    """All examples and end-to-end stories of a project folder or a single file, without examples that are in `known`.

    An example that stands for other acts elsewhere is a problem. Raises KiestoonError ``rasa.project_empty`` where
    there is nothing of Rasa at `place`.
    """
    problems: list[Problem] = []
    nlu, stories = [], []
    for path in _files(place):
        if path.suffix in _OLD_FORMATS:
            problems += [Problem(path, 1, 1, "a format of Rasa 1; run 'rasa data convert' first")] * _is_old(path)
            continue
        document = _load(path, problems)
        keys = document if isinstance(document, CommentedMap) else {}
        nlu += [path] * ("nlu" in keys)
        stories += [path] * ("stories" in keys)
    if not nlu and not stories and not problems:
        raise KiestoonError(
            "rasa.project_empty", f"no NLU data and no stories of Rasa in {place}", {"place": str(place)}
        )
    examples, wrong = read_foreign(nlu, intents)
    told, more = read_stories(stories, intents)
    fresh, repeated, clashes = _fresh(examples, known)
    found = dict.fromkeys((*problems, *wrong, *more, *clashes))
    return Imported(tuple(fresh), told, repeated, tuple(sorted(found, key=lambda problem: str(problem.path))))


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for path in sorted(place.rglob("*")):
        inside = path.relative_to(place).parts
        if path.is_file() and path.suffix in (".yml", ".yaml", *_OLD_FORMATS) and not set(inside) & set(_HIDDEN):
            yield path


def _is_old(path: Path) -> bool:
    """Whether a file holds NLU data as Rasa 1 kept them."""
    head = path.read_bytes()[:4000]
    return b"## intent:" in head or b'"rasa_nlu_data"' in head


def _load(path: Path, problems: list[Problem]) -> Any:
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.append(Problem(path, line, column, error.problem or "not valid YAML"))
    except (OSError, YAMLError, ValueError) as error:
        problems.append(Problem(path, 1, 1, f"cannot be read: {type(error).__name__}"))
    return None


def _fresh(examples: Iterable[Example], known: Iterable[Example]) -> tuple[list[Example], int, list[Problem]]:
    """Examples that say something new, how many did not, and those that contradict an earlier one."""
    first = {_key(example.text): example for example in known}
    fresh: list[Example] = []
    clashes: list[Problem] = []
    repeated = 0
    for example in examples:
        earlier = first.setdefault(_key(example.text), example)
        if earlier is example:
            fresh.append(example)
        elif earlier.acts == example.acts:
            repeated += 1
        else:
            path, line, column = example.where.rsplit(":", 2)
            says = f"stands for {'+'.join(sorted(earlier.acts))} at {earlier.where}"
            clashes.append(Problem(Path(path), int(line), int(column), says))
    return fresh, repeated, clashes


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .?!,")


def _raise(problems: list[Problem], code: str) -> None:
    if problems:
        raise KiestoonError(code, "\n".join(str(problem) for problem in problems), {"count": len(problems)})
