"""Reading YAML safely, with the place of every value kept.

No tags, no anchors or aliases, bounded size and depth: a file is data, and a bad one costs a message, nothing else.
Plain words are read as YAML 1.2 reads them, so that `no` and `on` stay words. Only the parser of PyYAML is used (its C
version where there is one, which is two hundred times faster), none of its constructors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from bot.content.problems import Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
DECIMAL = re.compile(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,3})?")
SYNTAX_HINTS = (
    ("could not find expected ':'", "syntax_colon"),
    ("mapping values are not allowed", "syntax_colon_in_text"),
    ("unexpected end of stream", "syntax_quote"),
    ("did not find expected", "syntax_indent"),
    ("expected <block end>", "syntax_indent"),
    ("unknown escape character", "syntax_backslash"),
)
AGAIN = "\0again"
"""Stands in a path for a key that was there before; no author can write it."""
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)

Path_ = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass(frozen=True)
class Source:
    """A file as read: plain data, and where each part of it stands. `data` is None where there is any problem; then
    `likely` holds what could be read nevertheless (of a key that occurs twice the first), to find further problems.
    """

    file: str
    data: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()
    likely: dict[str, Any] | None = None
    values: dict[Path_, Place] = field(default_factory=dict, repr=False)
    keys: dict[Path_, Place] = field(default_factory=dict, repr=False)

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Line and column (from 1) of the value at a path, or of its key; of the nearest parent where the path is not
        in this file (missing, or inherited).
        """
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1)) if path else (1, 1)

    def problem(
        self, path: Path_, code: str, *, key: bool = False, suggestion: str | None = None, **details: object
    ) -> Problem:
        """A problem at a path."""
        line, column = self.place(path, key=key)
        return Problem(self.file, line, column, code, tuple((k, str(v)) for k, v in details.items()), suggestion)


def read_source(path: Path, name: str) -> Source:
    """Read one file; `name` is how messages call it. Never raises for bad content."""
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        return _failed(name, (1, 1), "too_large", limit=str(MAX_BYTES // 1024))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _failed(name, (raw[: error.start].count(b"\n") + 1, 1), "encoding")
    return parse_source(text, name)


def parse_source(text: str, name: str) -> Source:
    """Like `read_source`, from text."""
    try:
        return _Reading(name, yaml.parse(text, Loader=_LOADER)).source()
    except _RefusedError as refused:
        return Source(name, None, (refused.problem,))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _failed(name, at, _hint(error, text, at[0]), what=str(error.problem or "?"))
    except (yaml.YAMLError, RecursionError) as error:
        return _failed(name, (1, 1), "syntax", what=type(error).__name__)


def _hint(error: Any, text: str, line: int) -> str:
    before = text.splitlines()[line - 1 : line]
    if before and "\t" in before[0][: len(before[0]) - len(before[0].lstrip())]:
        return "syntax_tab"
    return next((code for part, code in SYNTAX_HINTS if part in str(error.problem)), "syntax")


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Reading:
    """One pass over a file's events, which makes the data and notes the places."""

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self._name = name
        self._events = events
        self._values: dict[Path_, Place] = {}
        self._keys: dict[Path_, Place] = {}
        self._twice: list[Problem] = []

    def source(self) -> Source:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                data = self._node(self._next(), ())
                if not isinstance(data, dict):
                    return _failed(self._name, (1, 1), "not_mapping")
                for rest in self._events:
                    if isinstance(rest, yaml.DocumentStartEvent):
                        raise self._refused(rest, "two_documents")
                good = None if self._twice else data
                return Source(self._name, good, tuple(self._twice), data, self._values, self._keys)
        return _failed(self._name, (1, 1), "not_mapping")

    def _next(self) -> Any:
        event = next(self._events)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refused(event, "alias")
        tag = getattr(event, "tag", None)
        if tag:
            raise self._refused(event, "tag", tag=tag)
        return event

    def _node(self, event: Any, path: Path_) -> Any:
        self._values[path] = _place(event)
        if len(path) > MAX_DEPTH:
            raise self._refused(event, "too_deep", limit=str(MAX_DEPTH))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event)

    def _mapping(self, path: Path_) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, "syntax", what="key")
            key = str(event.value)
            if key in made:
                self._twice.append(Problem(self._name, *_place(event), "duplicate_key", (("name", key),)))
                self._node(self._next(), (*path, AGAIN))
                continue
            self._keys[(*path, key)] = _place(event)
            made[key] = self._node(self._next(), (*path, key))
        return made

    def _sequence(self, path: Path_) -> list[Any]:
        made: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            made.append(self._node(event, (*path, len(made))))
        return made

    def _refused(self, event: Any, code: str, **details: str) -> _RefusedError:
        return _RefusedError(Problem(self._name, *_place(event), code, tuple(details.items())))


def _scalar(event: Any) -> Any:
    text = event.value
    if event.style:
        return text
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _failed(file: str, at: Place, code: str, **details: str) -> Source:
    return Source(file, None, (Problem(file, *at, code, tuple(details.items())),))
