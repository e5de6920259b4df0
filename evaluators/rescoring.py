"""How two scorecards of one call differ, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evaluators.assessment import Judged
from evaluators.verdicts import Scorecard, Verdict


@dataclass(frozen=True)
class Change:
    """A criterion that is judged otherwise; None where it is not on one of the two cards."""

    criterion: str
    was: Verdict | None
    now: Verdict | None


@dataclass(frozen=True)
class Cause:
    """Why a call was judged otherwise: `part` is `rubric`, `evaluators`, another named version, `report` for
    the trainee's report handed in since, or `corrected` for the words of a turn (`turn` is its number).
    """

    part: str
    was: str
    now: str
    turn: int | None = None


def changes(old: Scorecard, new: Scorecard) -> tuple[Change, ...]:
    """What is judged otherwise, in the order of the new card."""
    was = {result.criterion: result.verdict for result in old.criteria}
    now = {result.criterion: result.verdict for result in new.criteria}
    names = [*now, *(name for name in was if name not in now)]
    return tuple(
        Change(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name)
    )  # fmt: skip


def causes(old: Judged, new: Judged) -> tuple[Cause, ...]:
    """What differs in what made the two cards."""
    return tuple(_causes(old, new))


def _causes(old: Judged, new: Judged) -> Iterator[Cause]:
    before, after = old.card.versions, new.card.versions
    for part in sorted(before.keys() | after.keys()):
        if before.get(part) != after.get(part):
            yield Cause(part, before.get(part, ""), after.get(part, ""))
    if old.report and old.report != new.report:
        yield Cause("report", old.report, new.report)
    for turn in sorted(old.corrected.keys() | new.corrected.keys()):
        if old.corrected.get(turn) != new.corrected.get(turn):
            yield Cause("corrected", old.corrected.get(turn, ""), new.corrected.get(turn, ""), turn)


def same_judgement(one: Scorecard, other: Scorecard) -> bool:
    """Whether two cards say the same, in whatever language they explain it."""
    return _judgement(one) == _judgement(other)


def _judgement(card: Scorecard) -> tuple[object, ...]:
    verdicts = tuple((result.criterion, result.verdict, result.reason_code) for result in card.criteria)
    return verdicts, card.items, card.points, card.passed, card.phases, card.missing
