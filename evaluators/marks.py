"""What each turn does in the call, told by a reader of calls that the server hands over: a chance per mark.

The marks are those of the practice calls (data/judging/README.md): an objection, a step in answering one, a gain in
the customer's own words, a slip of tone. Rules and weighing look at them beside the dialogue acts, which say less of
the customer and nothing of how well a thing is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluators.facts import coverage
from evaluators.record import CallRecord, Turns, remembered

Marks = Mapping[str, float]
"""Chance per mark, 0 to 1, each for itself."""

MAYBE = 0.12
"""Chance from which a turn that tells some fact or term is asked which."""

COVERED = 0.3
"""Coverage by words from which a turn is asked for a fact or term."""

ASKED = 5
"""So many turns at most are asked for one fact or term: those that likely tell any, and tell it by their words."""


@remembered
def marks(call: CallRecord) -> tuple[Marks, ...]:
    """The marks of each turn, by position; empty ones where there is no reader of calls."""
    if call.reader is None:
        return ({},) * len(call.turns)
    return tuple(call.reader.marks(_spoken(call)))


def marked(call: CallRecord, position: int, *names: str) -> float:
    """The highest chance that a turn has one of these marks."""
    found = marks(call)[position]
    return max((found.get(name, 0.0) for name in names), default=0.0)


Telling = Mapping[int, Marks]
"""By position of a turn the chances that it tells something, and tells it wrong."""


@remembered
def facts_told(call: CallRecord) -> tuple[Telling, ...]:
    """For each key fact of the script the customer's turns that may tell it."""
    return _telling(call, call.context.key_facts, call.customer, "fact")


@remembered
def terms_told(call: CallRecord) -> tuple[Telling, ...]:
    """For each term of the script the agent's turns that may tell it."""
    return _telling(call, call.context.terms, call.agent, "term")


def _telling(call: CallRecord, items: Sequence[str], positions: Sequence[int], mark: str) -> tuple[Telling, ...]:
    if call.reader is None:
        return ({},) * len(items)
    asked = []
    for number, item in enumerate(items):
        likely = []
        for position in positions:
            any_such, by_words = marked(call, position, mark), coverage(call, item, call.text(position))
            if any_such >= MAYBE or by_words >= COVERED:
                likely.append((any_such + by_words, position))
        asked += [(number, position) for _, position in sorted(likely, reverse=True)[:ASKED]]
    told = call.reader.told(_spoken(call), [(position, items[number]) for number, position in asked])
    found: list[dict[int, Marks]] = [{} for _ in items]
    for (number, position), chances in zip(asked, told, strict=True):
        found[number][position] = chances
    return tuple(found)


def _spoken(call: CallRecord) -> Turns:
    return [(turn.speaker, turn.text) for turn in call.turns]
