"""Gold exercises: what trainees left on screen after a call or wrote in reply to a message, and what people read in it.

data/gold/README.md describes the files. What an exercise should come to stands in its script or message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from bot.errors import KiestoonError
from bot.events import Disposition, FaultPlace, Outcome
from evaluators.gold import SplitFile, read_gold_file
from evaluators.verdicts import Verdict

DESK_CRITERIA = ("lookup", "registration", "call_report", "signal_report")
MESSAGE_CRITERIA = ("message_analysis", "message_reply")
WORK_CRITERIA = (*DESK_CRITERIA, *MESSAGE_CRITERIA)
"""The criteria that the work on screen and in writing decides."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signal(_Strict):
    """What the trainee reported as wrong, and where."""

    where: FaultPlace
    text: str


class DeskWorkDone(_Strict):
    """A call's work on screen: how it ended, which facts came out, the longest silence over a page (s), and all that
    the trainee did. `follow_up` is an ISO 8601 date, `none`, or empty; all calls were held on Monday 2026-01-05.
    """

    scenario: str
    outcome: Outcome
    told: tuple[str, ...] = ()
    silence_s: Annotated[int, Field(ge=0, le=600)] = 0
    pages: tuple[str, ...] = ()
    fields: dict[str, str] = {}
    disposition: Disposition | None = None
    follow_up: str = ""
    summary: str = ""
    worked_s: Annotated[int, Field(ge=0, le=7200)] = 60
    state: Literal["filed", "skipped"] = "filed"
    signal: Signal | None = None


class MessageDone(_Strict):
    """A message worked on: the questions marked, in the words of the exercise, and the reply."""

    message: str
    marked: tuple[str, ...] = ()
    reply: str = ""


Done = DeskWorkDone | MessageDone


class _DoneFile(RootModel[Done]):
    pass


class ItemReading(_Strict):
    """What one reader saw in one exercise."""

    criteria: dict[str, Verdict]
    notes: dict[str, str] = {}


class WorkReading(_Strict):
    """One reader's work."""

    reader: str
    note: str = ""
    items: dict[str, ItemReading]


@dataclass(frozen=True)
class GoldWork:
    """An exercise with its two readings. `reference` is what counts: where both agree, or what was decided."""

    id: str
    done: Done
    split: Literal["tuned", "heldout"]
    readings: tuple[Mapping[str, Verdict], Mapping[str, Verdict]]
    reference: Mapping[str, Verdict]

    @property
    def criteria(self) -> tuple[str, ...]:
        """Those that an exercise of this sort is read on."""
        return MESSAGE_CRITERIA if isinstance(self.done, MessageDone) else DESK_CRITERIA


def load_gold_work(folder: Path) -> tuple[GoldWork, ...]:
    """All exercises under `folder`, by id; none where there is no such folder.

    Raises KiestoonError ``gold.invalid``, naming file and place, where one is read incompletely or cannot be read.
    """
    if not folder.is_dir():
        return ()
    first, second = (read_gold_file(folder / f"{letter}.json", WorkReading).items for letter in "ab")
    decided = read_gold_file(folder / "reconciled.json", WorkReading).items
    tuned = read_gold_file(folder / "split.json", SplitFile, SplitFile()).tuned
    found = tuple(_work(path, first, second, decided) for path in sorted(folder.glob("items/*.json")))
    return tuple(replace(one, split="tuned") if one.id in tuned else one for one in found)


def _work(
    path: Path, first: Mapping[str, ItemReading], second: Mapping[str, ItemReading], decided: Mapping[str, ItemReading]
) -> GoldWork:
    name, done = path.stem, read_gold_file(path, _DoneFile).root
    if name not in first or name not in second:
        raise KiestoonError("gold.invalid", f"{name} was not read twice", {"file": path.name})
    one, other = first[name].criteria, second[name].criteria
    agreed = {criterion: verdict for criterion, verdict in one.items() if other.get(criterion) == verdict}
    agreed |= decided[name].criteria if name in decided else {}
    found = GoldWork(name, done, "heldout", (one, other), agreed)
    for seen in (*found.readings, agreed):
        if sorted(seen) != sorted(found.criteria):
            raise KiestoonError("gold.invalid", f"{name}: wanted are {', '.join(found.criteria)}", {"file": path.name})
    return found
