"""Rubrics: the teacher's form, with items, the criteria under each, weights and a pass mark."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import KiestoonError
from bot.events import Kind
from evaluators.judge import GROUPS
from evaluators.verdicts import Verdict

Mark = Literal["good", "not_good", "not_applicable", "not_scored"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RubricItem(_Strict):
    """One line of the form. `weight` counts against the other items; within an item `criteria` weigh the same.
    `kinds`, where given, names the only kinds of call that the item is for; `must` fails the call when not good.
    """

    id: str
    title: dict[str, str] = Field(min_length=1, description="by interface language")
    definition: dict[str, str] = Field(min_length=1)
    criteria: tuple[str, ...] = Field(min_length=1)
    weight: float = Field(default=1, gt=0, le=100)
    kinds: tuple[Kind, ...] | None = None
    must: bool = False

    def applies_to(self, kind: str) -> bool:
        """Whether the item is on the form for this kind of call."""
        return self.kinds is None or kind in self.kinds


class Rubric(_Strict):
    """A form. `values` gives what a verdict is worth (0 to 1); an item is good from `good_from`; the call is passed
    from `pass_points` (0 to 100).
    """

    version: Literal[1]
    id: str
    title: dict[str, str] = Field(min_length=1)
    values: dict[Literal["met", "partly", "missed"], float] = {"met": 1, "partly": 0.5, "missed": 0}
    good_from: float = Field(default=0.75, gt=0, le=1)
    pass_points: int = Field(default=60, ge=0, le=100)
    items: tuple[RubricItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        ids = [item.id for item in self.items]
        criteria = [criterion for item in self.items for criterion in item.criteria]
        for what, names in (("item", ids), ("criterion", criteria)):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} {twice[0]} is on the form twice")
        unknown = sorted(set(criteria) - set(GROUPS))
        if unknown:
            raise ValueError(f"there is no criterion {unknown[0]}")
        values = [self.values.get(name, -1.0) for name in ("missed", "partly", "met")]
        if sorted(values) != values or values[0] < 0 or values[2] > 1 or values[0] == values[2]:
            raise ValueError("values must rise from missed over partly to met, between 0 and 1")
        return self

    def worth(self, verdict: Verdict) -> float | None:
        """What a verdict is worth, None for one that does not count."""
        return self.values[verdict] if verdict in ("met", "partly", "missed") else None

    def criteria_for(self, kind: str) -> tuple[str, ...]:
        """The criteria on the form for this kind of call, in its order."""
        return tuple(name for item in self.items if item.applies_to(kind) for name in item.criteria)


def load_rubric(path: Path) -> Rubric:
    """Read a rubric. Raises KiestoonError ``rubric.missing`` or ``rubric.invalid`` (with the place)."""
    try:
        raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return Rubric.model_validate(raw)
    except OSError as error:
        raise KiestoonError("rubric.missing", f"there is no rubric {path.name}") from error
    except YAMLError as error:
        raise KiestoonError("rubric.invalid", f"{path.name} is no YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or path.name
        raise KiestoonError("rubric.invalid", f"{place}: {first['msg']}", {"place": place}) from error
