"""Rubrics: the teacher's form, with items, the criteria under each, weights and a pass mark."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.content.problems import Problem, closest
from bot.content.validation import validate
from bot.content.yaml_source import Source, read_source
from bot.errors import KiestoonError
from bot.events import Kind, Lang
from evaluators.judge import GROUPS
from evaluators.verdicts import Verdict

Mark = Literal["good", "not_good", "not_applicable", "not_scored"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RubricItem(_Strict):
    """One line of the form. `weight` counts against the other items; within an item `criteria` weigh the same.
    `kinds` and `levels`, where given, name the only calls that the item is for; `must` fails the call when not good.
    """

    id: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    title: dict[Lang, str] = Field(min_length=1, description="by interface language")
    definition: dict[Lang, str] = Field(min_length=1)
    criteria: tuple[str, ...] = Field(min_length=1)
    weight: float = Field(default=1, gt=0, le=100)
    kinds: tuple[Kind, ...] | None = Field(default=None, min_length=1)
    levels: tuple[int, ...] | None = Field(default=None, min_length=1)
    must: bool = False

    def applies_to(self, kind: str, level: int | None = None) -> bool:
        """Whether the item is on the form for this kind and level of call (`message` for what is written); a level that
        is not known leaves out nothing.
        """
        written = all(GROUPS.get(name) == "written" for name in self.criteria)
        if written != (kind == "message"):
            return False
        right_level = self.levels is None or level is None or level in self.levels
        return right_level and (self.kinds is None or kind in self.kinds)


class Rubric(_Strict):
    """A form. `values` gives what a verdict is worth (0 to 1); an item is good from `good_from`; the call is passed
    from `pass_points` (0 to 100). `version` is that of the file format, `revision` the author's own number.
    """

    version: Literal[1]
    id: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    revision: int = Field(default=1, ge=1)
    title: dict[Lang, str] = Field(min_length=1)
    values: dict[Literal["met", "partly", "missed"], float] = {"met": 1, "partly": 0.5, "missed": 0}
    good_from: float = Field(default=0.75, gt=0, le=1)
    pass_points: int = Field(default=60, ge=0, le=100)
    items: tuple[RubricItem, ...] = Field(min_length=1)

    @property
    def edition(self) -> str:
        """What a scorecard names: id, the author's revision, and a mark of the contents, which changes with them."""
        contents = hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]
        return f"{self.id} {self.revision} ({contents})"

    def worth(self, verdict: Verdict) -> float | None:
        """What a verdict is worth, None for one that does not count."""
        return self.values[verdict] if verdict in ("met", "partly", "missed") else None

    def items_for(self, kind: str, level: int | None = None) -> tuple[RubricItem, ...]:
        """The items on the form for this kind and level of call."""
        return tuple(item for item in self.items if item.applies_to(kind, level))

    def criteria_for(self, kind: str, level: int | None = None) -> tuple[str, ...]:
        """The criteria on the form for this kind and level of call, in its order."""
        return tuple(name for item in self.items_for(kind, level) for name in item.criteria)


def in_language(texts: Mapping[Lang, str], ui: str) -> str:
    """A text of a form in the language of the reader; else in English, in Dutch, or in whatever there is."""
    spoken = {str(lang): text for lang, text in texts.items()}
    return next((spoken[lang] for lang in (ui, "en", "nl") if lang in spoken), next(iter(spoken.values())))


def load_rubric(path: Path) -> Rubric:
    """Read a rubric. Raises KiestoonError ``rubric.missing``, or ``rubric.invalid`` with `file`, `line`, `column` and
    `what` of its first fault.
    """
    if not path.is_file():
        raise KiestoonError("rubric.missing", f"there is no form {path.name}", {"form": path.stem})
    rubric, problems = read_rubric(path, path.name)
    if rubric is None or problems:
        raise invalid(problems[0])
    return rubric


def invalid(problem: Problem) -> KiestoonError:
    """The error that a fault in a form is."""
    place: dict[str, str | int | float] = {
        "file": problem.file, "line": problem.line, "column": problem.column, "what": problem.message("en")
    }  # fmt: skip
    return KiestoonError("rubric.invalid", problem.render("en"), place)


def read_rubric(path: Path, name: str) -> tuple[Rubric | None, list[Problem]]:
    """Like `load_rubric`, with everything that is wrong instead of an error; `name` is how messages call the file."""
    source = read_source(path, name)
    if source.data is None:
        return None, list(source.problems)
    rubric, problems = validate(Rubric, source, source.data)
    if rubric is not None:
        problems = list(_faults(rubric, source, path.stem))
    return (None if problems else rubric), problems


def load_rubrics(root: Path) -> tuple[dict[str, Rubric], tuple[Problem, ...]]:
    """All forms under `<root>/data/rubrics`, by id, and what is wrong with those that are left out."""
    forms: dict[str, Rubric] = {}
    faults: list[Problem] = []
    for path in sorted((root / "data" / "rubrics").glob("*.yaml")):
        rubric, problems = read_rubric(path, path.relative_to(root).as_posix())
        faults += problems
        if rubric is not None:
            forms[rubric.id] = rubric
    return forms, tuple(faults)


def _faults(rubric: Rubric, source: Source, stem: str) -> Iterator[Problem]:
    """What the shape of a form does not show: names that are none or stand twice, values that do not rise."""
    if rubric.id != stem:
        yield source.problem(("id",), "id_file", value=rubric.id, file=stem)
    values = [rubric.values.get(name, -1.0) for name in ("missed", "partly", "met")]
    if sorted(values) != values or values[0] < 0 or values[2] > 1 or values[0] == values[2]:
        yield source.problem(("values",), "values_order")
    items: set[str] = set()
    criteria: set[str] = set()
    for number, item in enumerate(rubric.items):
        if item.id in items:
            yield source.problem(("items", number, "id"), "twice", value=item.id)
        items.add(item.id)
        for place, name in enumerate(item.criteria):
            where = ("items", number, "criteria", place)
            if name not in GROUPS:
                hint = closest(name, list(GROUPS))
                yield source.problem(where, "unknown_id", suggestion=hint, kind="criterion", value=name)
            elif name in criteria:
                yield source.problem(where, "twice", value=name)
            criteria.add(name)
