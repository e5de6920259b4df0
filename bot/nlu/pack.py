"""The word lists and rules of one language: ``data/lang/<lang>/nlu.yaml``, checked when read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.acts import Act
from bot.errors import KiestoonError


def _compilable(pattern: str) -> str:
    re.compile(pattern)
    return pattern


Pattern = Annotated[str, AfterValidator(_compilable)]


class Rule(BaseModel):
    """A pattern over the normalised words of one clause (lower case, one space between words, fillers gone).

    `effect`: ``is`` the clause is this act and the classifier is not asked; ``also`` the act comes on top of whatever
    the clause is; ``not`` the clause cannot be this act. `unless` keeps the rule silent, `full` wants the whole clause.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    act: Act
    pattern: Pattern
    effect: Literal["is", "also", "not"] = "is"
    unless: Pattern | None = None
    full: bool = False
    confidence: float = Field(default=0.95, gt=0, le=1)


class ContextRule(BaseModel):
    """What the customer just said shifts what the agent's words mean.

    `weights` multiplies the probabilities of the classifier where `previous` is found in the customer's line or the call
    is in one of the `phases`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    previous: Pattern | None = None
    phases: tuple[str, ...] = ()
    weights: dict[Act, float]


class LanguagePack(BaseModel):
    """Everything that the recogniser knows of a language beside the training examples.

    `spellings` maps what a recogniser or a hurried typist writes to the standard form (one to three words to any
    number); `fillers` carry no meaning; `boundaries` are words before which a new clause often begins.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    lang: str
    fillers: tuple[str, ...] = ()
    spellings: dict[str, str] = {}
    boundaries: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    first_names: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    context: tuple[ContextRule, ...] = ()


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
