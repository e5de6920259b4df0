"""What each turn does in the call, told by a reader of turns that the server hands over: a chance per mark.

The marks are those of the practice calls (data/judging/README.md): an objection, a step in answering one, a gain in
the customer's own words, a slip of tone. Rules and weighing look at them beside the dialogue acts, which say less of
the customer and nothing of how well a thing is done.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluators.record import CallRecord, remembered

Marks = Mapping[str, float]
"""Chance per mark, 0 to 1, each for itself."""


@remembered
def marks(call: CallRecord) -> tuple[Marks, ...]:
    """The marks of each turn, by position; empty ones where there is no reader of turns."""
    if call.marker is None:
        return ({},) * len(call.turns)
    before = ("", *(turn.text for turn in call.turns))
    return tuple(call.marker(turn.text, said, turn.speaker) for turn, said in zip(call.turns, before, strict=False))


def marked(call: CallRecord, position: int, *names: str) -> float:
    """The highest chance that a turn has one of these marks."""
    found = marks(call)[position]
    return max((found.get(name, 0.0) for name in names), default=0.0)
