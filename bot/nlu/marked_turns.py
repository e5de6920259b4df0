"""Turns of the practice calls under ``data/judging/<lang>/calls`` with the marks that their author gave them.

A mark says what a turn does for whoever judges the call (an objection, a gain in the customer's own words, a slip of
tone …); data/judging/README.md lists them. Calls whose turns carry no ``marks`` are left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

AGENT, CUSTOMER = "agent:", "customer:"
"""How the names of marks begin, by who speaks."""

RARE = 15
"""Marks that fewer turns carry are not learned."""


@dataclass(frozen=True)
class MarkedTurn:
    """What was said, what the other said right before it, who speaks (`AGENT` or `CUSTOMER`), and the marks."""

    text: str
    before: str
    speaker: str
    marks: frozenset[str]


def read_marked(content_root: Path, lang: str) -> tuple[MarkedTurn, ...]:
    """The marked turns of a language, call by call; none where there are none."""
    found: list[MarkedTurn] = []
    for path in sorted((content_root / "data" / "judging" / lang / "calls").glob("*.json")):
        before = ""
        for turn in json.loads(path.read_text(encoding="utf-8"))["turns"]:
            speaker = f"{turn['speaker']}:"
            if "marks" in turn:
                marks = frozenset(f"{speaker}{mark.rstrip('0123456789!')}" for mark in turn["marks"])
                found.append(MarkedTurn(turn["text"], before, speaker, marks))
            before = turn["text"]
    return tuple(found)


def learned_marks(turns: tuple[MarkedTurn, ...]) -> list[str]:
    """The marks that occur often enough to be learned, in order."""
    names = {mark for turn in turns for mark in turn.marks}
    return sorted(name for name in names if sum(name in turn.marks for turn in turns) >= RARE)
