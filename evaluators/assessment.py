"""What is said about a call after it: scorecards, overrides, corrections, disputes and forms, as a log and its fold.

Every entry is appended and none is ever changed: undoing is an entry too. An entry's number is its place in the log,
from 0. There are no accounts: `author` is the name that somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.acts import ActSpan, Entity
from evaluators.rubric import Rubric
from evaluators.scorecard import regraded
from evaluators.verdicts import Frozen, Scorecard, Verdict

Role = Literal["self", "peer", "assessor"]
FormMark = Literal["good", "not_good", "not_applicable"]


class Entry(Frozen):
    """Base of all entries. `at` is the wall clock, ISO 8601 with offset; `author` is empty where the machine acts."""

    at: str
    author: str = Field(default="", max_length=60)


class Judged(Entry):
    """The evaluators' scorecard, with the form it was made with, so that it can be read when both have changed.
    `corrected` is the text of the turns that people had corrected by then.
    """

    type: Literal["judged"] = "judged"
    card: Scorecard
    rubric: Rubric
    corrected: dict[int, str] = Field(default_factory=dict)
    report: str = Field(default="", description="state of the trainee's report by then: open, filed or skipped")


class Overridden(Entry):
    """A person's verdict in the place of the automatic one."""

    type: Literal["override"] = "override"
    criterion: str
    verdict: Verdict
    reason: str


class Corrected(Entry):
    """What was really said in a turn, with what it was understood to be, and by which recogniser of acts."""

    type: Literal["correction"] = "correction"
    turn: int = Field(ge=0)
    text: str
    reason: str
    acts: tuple[ActSpan, ...] = ()
    entities: tuple[Entity, ...] = ()
    nlu: str = ""


class Disputed(Entry):
    """The trainee does not agree with a verdict."""

    type: Literal["dispute"] = "dispute"
    criterion: str
    reason: str


class Settled(Entry):
    """The assessor's answer to a dispute: another verdict, or None where the verdict stands."""

    type: Literal["settlement"] = "settlement"
    dispute: int = Field(ge=0, description="number of the entry")
    verdict: Verdict | None
    reason: str


class FormFilled(Entry):
    """The form as somebody filled it in: a mark, and where wanted a remark, per item. `edition` names the form."""

    type: Literal["form"] = "form"
    role: Role
    edition: str
    marks: dict[str, FormMark]
    remarks: dict[str, str] = Field(default_factory=dict)


class SelfSkipped(Entry):
    """The trainee went on to the score without judging himself first."""

    type: Literal["self_skipped"] = "self_skipped"


class Undone(Entry):
    """An earlier entry does not count any more."""

    type: Literal["undo"] = "undo"
    entry: int = Field(ge=0)


AnyEntry = Annotated[
    Judged | Overridden | Corrected | Disputed | Settled | FormFilled | SelfSkipped | Undone,
    Field(discriminator="type"),
]
ENTRY: TypeAdapter[AnyEntry] = TypeAdapter(AnyEntry)


@dataclass(frozen=True)
class Ruling:
    """The human verdict that stands on a criterion, and the entry that gave it."""

    number: int
    verdict: Verdict
    entry: Overridden | Settled


@dataclass(frozen=True)
class Dispute:
    """A dispute and its answer; `answer` is the number of the settlement and the settlement, None while it is open."""

    number: int
    entry: Disputed
    answer: tuple[int, Settled] | None


@dataclass(frozen=True)
class Assessment:
    """All that was said about a call, as it stands after the last of its entries."""

    entries: tuple[AnyEntry, ...] = ()

    @cached_property
    def undone(self) -> frozenset[int]:
        """Numbers of entries that do not count any more."""
        return frozenset(entry.entry for entry in self.entries if isinstance(entry, Undone))

    @cached_property
    def standing(self) -> tuple[tuple[int, AnyEntry], ...]:
        """The entries that count, with their numbers."""
        return tuple((number, entry) for number, entry in enumerate(self.entries) if number not in self.undone)

    @cached_property
    def judged(self) -> Judged | None:
        """What the evaluators last said."""
        return next((entry for entry in reversed(self.entries) if isinstance(entry, Judged)), None)

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """All disputes that were not withdrawn."""
        answers = {entry.dispute: (number, entry) for number, entry in self.standing if isinstance(entry, Settled)}
        return tuple(
            Dispute(number, entry, answers.get(number))
            for number, entry in self.standing
            if isinstance(entry, Disputed)
        )

    @cached_property
    def rulings(self) -> Mapping[str, Ruling]:
        """The human verdict per criterion: the last one given that was not undone."""
        disputed = {dispute.number: dispute.entry.criterion for dispute in self.disputes}
        rulings: dict[str, Ruling] = {}
        for number, entry in self.standing:
            if isinstance(entry, Overridden):
                rulings[entry.criterion] = Ruling(number, entry.verdict, entry)
            elif isinstance(entry, Settled) and entry.verdict is not None and entry.dispute in disputed:
                rulings[disputed[entry.dispute]] = Ruling(number, entry.verdict, entry)
        return rulings

    @cached_property
    def corrections(self) -> Mapping[int, tuple[int, Corrected]]:
        """Per turn the last correction, with its number."""
        return {entry.turn: (number, entry) for number, entry in self.standing if isinstance(entry, Corrected)}

    @cached_property
    def forms(self) -> tuple[tuple[int, FormFilled], ...]:
        """Of everybody, in each role, the form that was filled in last."""
        last: dict[tuple[str, str], tuple[int, FormFilled]] = {}
        for number, entry in self.standing:
            if isinstance(entry, FormFilled):
                last[("" if entry.role == "self" else entry.author, entry.role)] = (number, entry)
        return tuple(last.values())

    @property
    def self_state(self) -> Literal["open", "skipped", "done"]:
        """Whether the trainee has judged himself."""
        if any(form.role == "self" for _, form in self.forms):
            return "done"
        return "skipped" if any(isinstance(entry, SelfSkipped) for _, entry in self.standing) else "open"

    @cached_property
    def card(self) -> Scorecard | None:
        """The scorecard that stands: the evaluators' last one with the human verdicts in it."""
        if self.judged is None:
            return None
        verdicts = {criterion: ruling.verdict for criterion, ruling in self.rulings.items()}
        return regraded(self.judged.card, self.judged.rubric, verdicts)

    def until(self, number: int) -> Assessment:
        """How things stood right after an entry."""
        return Assessment(self.entries[: number + 1])


def form_points(marks: Mapping[str, str], rubric: Rubric) -> int | None:
    """Points (0 to 100) of a form filled in by hand: the share of the weights that is good; None where all is not
    applicable.
    """
    weighed = [(item.weight, marks[item.id] == "good") for item in rubric.items
               if marks.get(item.id) in ("good", "not_good")]  # fmt: skip
    total = sum(weight for weight, _ in weighed)
    return round(100 * sum(weight for weight, good in weighed if good) / total) if weighed else None


def assessment_of(entries: Iterable[AnyEntry]) -> Assessment:
    """The fold of a log."""
    return Assessment(tuple(entries))
