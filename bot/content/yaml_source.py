"""Reading YAML safely, with the place of every value kept.

No tags, no anchors or aliases, bounded size and depth: a file is data, and a bad one costs a message, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from bot.content.problems import Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Source:
    """A file as read: plain data, and where each part of it stands. `data` is None where reading failed."""

    file: str
    data: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()
    _tree: CommentedMap | None = field(default=None, repr=False)

    def place(self, path: Path_, *, key: bool = False) -> tuple[int, int]:
        """Line and column (from 1) of the value at a path, or of its key; of the nearest parent where the path is not
        in this file (missing, or inherited).
        """
        node: Any = self._tree
        at = (1, 1)
        for depth, part in enumerate(path):
            last = depth == len(path) - 1
            if isinstance(node, CommentedMap) and part in node:
                line, column = node.lc.key(part) if (key and last) else node.lc.value(part)
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line, column = node.lc.item(part)
            else:
                break
            at = (line + 1, column + 1)
            node = node[part]
        return at

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
        return _failed(name, 1, 1, "too_large", limit=str(MAX_BYTES // 1024))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _failed(name, raw[: error.start].count(b"\n") + 1, 1, "encoding")
    return parse_source(text, name)


def parse_source(text: str, name: str) -> Source:
    """Like `read_source`, from text."""
    try:
        refused = _refused(text, name)
        if refused:
            return Source(name, None, (refused,))
        tree = YAML(typ="rt").load(StringIO(text))
    except DuplicateKeyError as error:
        return _duplicate(name, error)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or "?"
        return _failed(name, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, "syntax", what=what)
    except (YAMLError, ValueError, RecursionError) as error:
        return _failed(name, 1, 1, "syntax", what=type(error).__name__)
    if not isinstance(tree, CommentedMap):
        return _failed(name, 1, 1, "not_mapping")
    return Source(name, _plain(tree), (), tree)


def _refused(text: str, name: str) -> Problem | None:
    depth = 0
    for event in YAML(typ="rt").parse(StringIO(text)):
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            return Problem(name, line, column, "alias")
        if isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)) and event.tag:
            return Problem(name, line, column, "tag", (("tag", str(event.tag)),))
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                return Problem(name, line, column, "too_deep", (("limit", str(MAX_DEPTH)),))
        elif type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            depth -= 1
    return None


def _duplicate(name: str, error: DuplicateKeyError) -> Source:
    mark = error.problem_mark
    key = str(error.problem).split('"')[1] if '"' in str(error.problem) else "?"
    return _failed(name, mark.line + 1, mark.column + 1, "duplicate_key", name=key)


def _failed(file: str, line: int, column: int, code: str, **details: str) -> Source:
    return Source(file, None, (Problem(file, line, column, code, tuple(details.items())),))


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, str):
        return str(node)
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else str(node)
