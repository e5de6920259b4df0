"""Whole labelled turns, ``data/nlu/<lang>/turns.jsonl``: how acts follow one another, which single clauses do not show.

One turn a line: ``{"context": "what the customer said before", "parts": [["goeiemorgen", "greet"], …]}``. The parts,
with one space between them, are the turn; the second of each names its acts as an intent does (``greet+state_name``),
and is empty where there is none. Their clauses stand in the act files too, for both backends.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu.corpus import acts_of


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parts: list[tuple[str, str]]
    context: str = ""


@dataclass(frozen=True)
class LabelledTurn:
    """Stretches of a turn with their acts, and the customer's line before it."""

    parts: tuple[tuple[str, frozenset[Act]], ...]
    context: str

    @property
    def text(self) -> str:
        """The whole turn."""
        return " ".join(text for text, _ in self.parts)

    def acts_at(self, offset: int) -> frozenset[Act]:
        """The acts of the stretch that holds the character `offset`."""
        for text, acts in self.parts:
            if offset <= len(text):
                return acts
            offset -= len(text) + 1
        return frozenset()


def turns_path(content_root: Path, lang: str) -> Path:
    """Where the labelled turns of a language lie."""
    return content_root / "data" / "nlu" / lang / "turns.jsonl"


def read_turns(path: Path) -> tuple[LabelledTurn, ...]:
    """The turns of a file, none where there is no file.

    Raises KiestoonError ``nlu.corpus_invalid`` naming every problem at once, one ``file:line:column: message`` a line.
    """
    if not path.exists():
        return ()
    turns: list[LabelledTurn] = []
    problems: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found = _Line.model_validate_json(line)
        except ValidationError as error:
            problems.append(f"{path}:{number}:1: {error.errors()[0]['msg']}")
            continue
        known = [(text, *(acts_of(intent) if intent else (frozenset[Act](), ()))) for text, intent in found.parts]
        problems += [f"{path}:{number}:1: unknown act {part!r}" for _, _, unknown in known for part in unknown]
        turns.append(LabelledTurn(tuple((text, acts) for text, acts, _ in known), found.context))
    if problems:
        raise KiestoonError("nlu.corpus_invalid", "\n".join(problems), {"count": len(problems)})
    return tuple(turns)
