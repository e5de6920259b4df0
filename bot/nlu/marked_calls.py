"""Practice calls under ``data/judging/<lang>`` whose turns carry the marks that their author gave them.

A mark says what a turn does for whoever judges the call (an objection, a gain in the customer's own words, a slip of
tone …); data/judging/README.md lists them. The phase that each turn belongs to, and starts, is taken from the reading.
Calls without marks are left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RARE = 15
"""Marks that fewer turns carry are not learned."""

_OF_ITEM = re.compile(r"(fact|term)(\d+)(!?)")
_NUMBERED = re.compile(r"\d.*")


@dataclass(frozen=True)
class MarkedTurn:
    """What was said, by ``agent`` or ``customer``, and the marks; those of a fact or a term keep its number."""

    speaker: str
    text: str
    marks: frozenset[str]

    @property
    def learned(self) -> frozenset[str]:
        """The marks by name alone, after the speaker: ``agent:open``, ``agent:term``, ``customer:fact``. That an agent
        uses a fact is not among them, as it is marked in some calls only.
        """
        named = {f"{self.speaker}:{mark.rstrip('0123456789!')}" for mark in self.marks}
        return frozenset(named - {"agent:fact"})

    def tells(self, kind: str, number: int) -> str | None:
        """Whether the turn tells the fact or term of this number: ``told``, ``wrong``, or None where it does not."""
        for mark in self.marks:
            found = _OF_ITEM.fullmatch(mark)
            if found and found[1] == kind and int(found[2]) == number:
                return "wrong" if found[3] else "told"
        return None


@dataclass(frozen=True)
class MarkedCall:
    """The turns of a call, and the key facts and terms of its script, in the order of their numbers (from 1). The name
    of its `batch` are the letters that its own begins with.
    """

    batch: str
    turns: tuple[MarkedTurn, ...]
    facts: tuple[str, ...]
    terms: tuple[str, ...]


def read_marked(content_root: Path, lang: str) -> tuple[MarkedCall, ...]:
    """The marked calls of a language; none where there are none."""
    folder = content_root / "data" / "judging" / lang
    readings = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "readings").glob("*.json"))]
    starts = {name: call["phases"] for reading in readings for name, call in reading["calls"].items()}
    calls = (
        (path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in sorted((folder / "calls").glob("*.json"))
    )
    return tuple(
        _marked(_NUMBERED.sub("", name), call, starts.get(name, {}))
        for name, call in calls
        if any("marks" in turn for turn in call["turns"])
    )


def _marked(batch: str, call: dict[str, Any], starts: dict[str, int]) -> MarkedCall:
    turns = tuple(
        MarkedTurn(turn["speaker"], turn["text"], frozenset(turn.get("marks", ())) | _phase(at, starts))
        for at, turn in enumerate(call["turns"])
    )
    context = call["context"]
    return MarkedCall(batch, turns, tuple(context.get("key_facts") or ()), tuple(context.get("terms") or ()))


def _phase(at: int, starts: dict[str, int]) -> frozenset[str]:
    """The phase that started last at this turn or before it, and the one that starts here."""
    begun = [(start, phase) for phase, start in starts.items() if start <= at]
    found = {f"phase-{max(begun)[1]}"} if begun else set[str]()
    return frozenset(found | {f"start-{phase}" for start, phase in begun if start == at})


def learned_marks(calls: Iterable[MarkedCall]) -> list[str]:
    """The marks that occur often enough to be learned, in order."""
    count = Counter(mark for call in calls for turn in call.turns for mark in turn.learned)
    return sorted(name for name, times in count.items() if times >= RARE)
