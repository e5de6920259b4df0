"""The training corpus: examples per dialogue act in Rasa's NLU YAML, one file per act under ``data/nlu/<lang>/``.

Read as Rasa reads it: ``nlu:`` is a list of ``intent`` with ``examples`` (a block of ``- example`` lines, or a list of
strings or of ``text:`` entries); entity annotations ``[25 euro](amount)`` count as their text; ``synonym``, ``regex``
and ``lookup`` blocks are left to Rasa. ``greet+state_name`` is an example of both acts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.acts import Act
from bot.errors import KiestoonError

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_FOREIGN_BLOCKS = ("synonym", "regex", "lookup")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Example:
    """One training clause and its acts. `where` is ``file:line:column``, empty for examples that a script brought."""

    text: str
    acts: frozenset[Act]
    where: str = ""


@dataclass(frozen=True)
class Problem:
    """Something wrong in a corpus file; lines and columns count from 1."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def corpus_files(root: Path, lang: str) -> tuple[Path, ...]:
    """The corpus files of a language under `root` (the content root that holds ``data/``), in a stable order."""
    folder = root / "data" / "nlu" / lang
    return tuple(sorted(path for path in folder.glob("*.y*ml") if path.suffix in (".yml", ".yaml")))


def corpus_hash(paths: Iterable[Path]) -> str:
    """SHA-256 over names and bytes of the files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_corpus(paths: Iterable[Path]) -> tuple[Example, ...]:
    """All examples of the files.

    Raises KiestoonError ``nlu.corpus_invalid`` naming every problem at once, one ``file:line:column: message`` a line.
    """
    examples: list[Example] = []
    problems: list[Problem] = []
    for path in paths:
        examples.extend(_read_file(path, problems))
    examples = _without_duplicates(examples, problems)
    if problems:
        lines = "\n".join(str(problem) for problem in problems)
        raise KiestoonError("nlu.corpus_invalid", lines, {"count": len(problems)})
    return tuple(examples)


def read_foreign(
    paths: Iterable[Path], intents: Mapping[str, frozenset[Act]]
) -> tuple[tuple[Example, ...], tuple[Problem, ...]]:
    """The examples of files whose intents are not all acts, repeated ones included, and all that is wrong with them.

    `intents` tells which acts an intent stands for; an intent that stands for none is left out. Others are acts by
    their own name, or a problem.
    """
    problems: list[Problem] = []
    examples = [example for path in paths for example in _read_file(path, problems, intents)]
    return tuple(examples), tuple(problems)


def script_examples(extra: Mapping[Act, Sequence[str]]) -> tuple[Example, ...]:
    """The examples that a script brings, without those that hold no words."""
    return tuple(
        Example(text=text, acts=frozenset({act})) for act, texts in extra.items() for text in texts if text.strip()
    )


def _read_file(
    path: Path, problems: list[Problem], intents: Mapping[str, frozenset[Act]] | None = None
) -> Iterator[Example]:
    blocks = read_blocks(path, "nlu", problems)
    if blocks is None:
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    for index, block in enumerate(blocks):
        line, column = blocks.lc.item(index)
        yield from _read_block(_Place(path, lines, problems, intents or {}), block, line + 1, column + 1)


def read_blocks(path: Path, key: str, problems: list[Problem]) -> CommentedSeq | None:
    """The list under the one key of a Rasa file, each item with its place; None, and a problem more, without one."""
    try:
        document = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        problems.append(Problem(path, 1, 1, f"not UTF-8: {error.reason}"))
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.append(Problem(path, line, column, error.problem or "not valid YAML"))
        return None
    except (YAMLError, ValueError) as error:
        problems.append(Problem(path, 1, 1, f"not valid YAML: {error}"))
        return None
    blocks = document.get(key) if isinstance(document, CommentedMap) else None
    if not isinstance(blocks, CommentedSeq):
        problems.append(Problem(path, 1, 1, f"a list under the key {key} is expected"))
        return None
    return blocks


@dataclass(frozen=True)
class _Place:
    path: Path
    lines: list[str]
    problems: list[Problem]
    intents: Mapping[str, frozenset[Act]]

    def complain(self, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, column, message))

    def column(self, line: int) -> int:
        raw = self.lines[line - 1] if line <= len(self.lines) else ""
        return len(raw) - len(raw.lstrip(" -")) + 1


def _read_block(place: _Place, block: Any, line: int, column: int) -> Iterator[Example]:
    if not isinstance(block, CommentedMap):
        place.complain(line, column, "an intent with examples is expected")
        return
    if "intent" not in block:
        if not any(key in block for key in _FOREIGN_BLOCKS):
            place.complain(line, column, "the key intent is missing")
        return
    at = block.lc.value("intent")
    acts = _acts(place, str(block["intent"]), at[0] + 1, at[1] + 1)
    if "examples" not in block:
        place.complain(line, column, "the key examples is missing")
        return
    texts = list(_texts(place, block))
    if not texts:
        place.complain(line, column, f"intent {block['intent']} has no examples")
    for text, text_line in texts:
        where = f"{place.path}:{text_line}:{place.column(text_line)}"
        if acts:
            yield Example(text=text, acts=acts, where=where)


def _acts(place: _Place, intent: str, line: int, column: int) -> frozenset[Act]:
    if intent in place.intents:
        return place.intents[intent]
    acts, unknown = acts_of(intent)
    for part in unknown:
        place.complain(line, column, f"unknown act {part!r}")
    return acts


def acts_of(intent: str) -> tuple[frozenset[Act], tuple[str, ...]]:
    """The acts that an intent such as ``greet+state_name`` names, and the parts of it that are no acts."""
    known = {act.value for act in Act}
    parts = [part.strip() for part in intent.split("+")]
    acts = frozenset(Act(part) for part in parts if part in known)
    return acts, tuple(part for part in parts if part not in known)


def _texts(place: _Place, block: CommentedMap) -> Iterator[tuple[str, int]]:
    """Each example with the line it stands on."""
    examples = block["examples"]
    key_line = block.lc.key("examples")[0] + 1
    if isinstance(examples, str):
        for offset, raw in enumerate(examples.splitlines()):
            if not raw.strip():
                continue
            if not raw.lstrip().startswith("- "):
                place.complain(key_line + 1 + offset, 1, "an example begins with '- '")
                continue
            yield plain_text(raw.lstrip()[2:]), key_line + 1 + offset
    elif isinstance(examples, CommentedSeq):
        for index, item in enumerate(examples):
            line = examples.lc.item(index)[0] + 1
            text = item.get("text") if isinstance(item, CommentedMap) else item
            if isinstance(text, str) and text.strip():
                yield plain_text(text), line
            else:
                place.complain(line, place.column(line), "an example is a text")
    else:
        place.complain(key_line, 1, "examples is a block of '- example' lines")


def plain_text(text: str) -> str:
    """An example without its entity annotations."""
    return _ANNOTATION.sub(r"\1", text).strip().removeprefix("- ").strip()


def _without_duplicates(examples: Iterable[Example], problems: list[Problem]) -> list[Example]:
    first: dict[str, Example] = {}
    for example in examples:
        key = _SPACES.sub(" ", example.text.casefold()).strip(" .?!,")
        known = first.setdefault(key, example)
        if known is not example:
            path, line, column = example.where.rsplit(":", 2)
            acts = "+".join(sorted(known.acts))
            problems.append(Problem(Path(path), int(line), int(column), f"the same example as {known.where} ({acts})"))
    return list(first.values())
