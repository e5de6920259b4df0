"""The word lists and rules of one language: ``data/lang/<lang>/nlu.yaml``, checked when read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.acts import Act
from bot.errors import KiestoonError

_GROUP = re.compile(r"\{([a-z_]+)\}")


class Rule(BaseModel):
    """A pattern over the normalised words of a turn: lower case, one space between words, fillers gone.

    The end of a sentence stands as `` .`` or `` ?`` after its last word. ``{name}`` stands for a group of the pack.
    `effect`: ``is`` the clause that it finds is this act, and the classifier is not asked; ``also`` the act comes
    on top
    of whatever the clause is. A `closed` match is a clause by itself: nothing joins it. `unless` keeps the rule
    silent where it is found in the same sentence. A group named
    ``span`` narrows the words that show the act. Where two ``is`` rules overlap, the one higher in the file counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    act: Act
    pattern: str
    effect: Literal["is", "also"] = "is"
    closed: bool = False
    unless: str | None = None
    confidence: float = Field(default=0.95, gt=0, le=1)


class ContextRule(BaseModel):
    """A shift of the classifier's probabilities by the form of a clause or by what surrounds the turn.

    `weights` multiply the probabilities where every condition that is given holds: `clause` is found in the clause (as
    rules see it), `previous` in the customer's last line (lower case), the call is in one of the `phases`.
    `fallback` is what such a clause is when no act is probable enough.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    clause: str | None = None
    previous: str | None = None
    phases: tuple[str, ...] = ()
    weights: dict[Act, float] = {}
    fallback: Act | None = None


class ValueWords(BaseModel):
    """The words by which values are recognised.

    `units` maps words to ISO 8601 designators (``TM`` minutes, ``TH`` hours, ``D``, ``W``, ``M``, ``Y``),
    `clock_shifts` words before an hour to minutes ("half" is -30 in Dutch), `clock_before_after` words to -1 or 1,
    `clock_only` hour words that no duration has ("Uhr"), `clock_after` what follows an hour to minutes ("et demie"),
    `named_times` words to clock times, `ahead` what makes hours a duration ("op voorhand"), `month_first` that a day
    may follow its month, `relative_days` words to days from today, `number_cues` a kind of number to the words before
    it; `address` and `name` are patterns with a group ``value``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    euro: tuple[str, ...] = ("euro", "euros", "€")
    cent: tuple[str, ...] = ()
    percent: tuple[str, ...] = ("%",)
    units: dict[str, str] = {}
    fixed_durations: dict[str, str] = {}
    hours: tuple[str, ...] = ()
    clock_cues: tuple[str, ...] = ()
    afternoon: tuple[str, ...] = ()
    clock_shifts: dict[str, int] = {}
    clock_before_after: dict[str, int] = {}
    clock_only: tuple[str, ...] = ()
    clock_after: dict[str, int] = {}
    named_times: dict[str, str] = {}
    ahead: tuple[str, ...] = ()
    month_first: bool = False
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    relative_days: dict[str, int] = {}
    not_before_day: tuple[str, ...] = ()
    ordinals: dict[str, int] = {}
    number_cues: dict[str, tuple[str, ...]] = {}
    spelled_as: tuple[str, ...] = ()
    double_letter: tuple[str, ...] = ()
    address: str = ""
    name: str = ""


class LanguagePack(BaseModel):
    """Everything that the recogniser knows of a language beside the training examples.

    `spellings` maps what a recogniser or a hurried typist writes to the standard form (one to three words to any
    number); `fillers` carry no meaning; `shapes` are words that the classifier takes for another; `boundaries`
    are words before which a new clause often begins.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    lang: str
    fillers: tuple[str, ...] = ()
    spellings: dict[str, str] = {}
    shapes: dict[str, str] = {}
    boundaries: tuple[str, ...] = ()
    groups: dict[str, str] = {}
    values: ValueWords = ValueWords()
    rules: tuple[Rule, ...] = ()
    context: tuple[ContextRule, ...] = ()

    @model_validator(mode="after")
    def _patterns_compile(self) -> LanguagePack:
        patterns = [(rule.id, pattern) for rule in self.rules for pattern in (rule.pattern, rule.unless)]
        patterns += [(rule.id, pattern) for rule in self.context for pattern in (rule.clause, rule.previous)]
        for name, pattern in patterns:
            try:
                re.compile(self.expanded(pattern or ""))
            except (re.error, KeyError) as error:
                raise ValueError(f"rule {name}: {error}") from error
        return self

    def normal_view(self) -> str:
        """What of the pack a trained model depends on: how words look to the classifier, not the rules."""
        return self.model_dump_json(include={"lang", "fillers", "spellings", "shapes", "boundaries"})

    def expanded(self, pattern: str) -> str:
        """The pattern with every ``{group}`` put in."""
        return _GROUP.sub(lambda found: f"(?:{self.expanded(self.groups[found[1]])})", pattern)


def pack_path(root: Path, lang: str) -> Path:
    """Where the pack of a language stands under the content root."""
    return root / "data" / "lang" / lang / "nlu.yaml"


def read_pack(path: Path, lang: str) -> LanguagePack:
    """The language pack at `path`.

    Raises KiestoonError ``nlu.pack_invalid`` (with the place of each problem) or ``nlu.pack_missing``.
    """
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        return LanguagePack.model_validate(document)
    except FileNotFoundError as error:
        raise KiestoonError("nlu.pack_missing", f"{path}: no language pack for {lang}", {"lang": lang}) from error
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        raise KiestoonError("nlu.pack_invalid", "\n".join(lines), {"count": len(lines)}) from error
    except (YAMLError, UnicodeDecodeError, re.error) as error:
        raise KiestoonError("nlu.pack_invalid", f"{path}: {error}", {"count": 1}) from error
