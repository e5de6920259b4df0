"""A file with mistakes read as its author most likely meant it, so that everything else in it can be checked as well.

Such a model is never played: it only serves to find all problems at once.
"""

from __future__ import annotations

import copy
import typing
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.content.problems import closest
from bot.content.validation import model_at
from bot.content.yaml_source import Path_

Model = TypeVar("Model", bound=BaseModel)
ROUNDS = 4
YES = frozenset({"ja", "yes", "oui", "waar", "vrai", "wahr", "on", "1"})
STAND_IN = "-"
STAND_INS: tuple[Any, ...] = (STAND_IN, 1, [STAND_IN], ["BC 002"], {})


def mended(model: type[Model], data: dict[str, Any]) -> Model | None:
    """The likely intention behind data that does not validate; None where that cannot be told."""
    tried = copy.deepcopy(data)
    for _ in range(ROUNDS):
        try:
            return model.model_validate(tried)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                _mend(model, tried, details)
    return None


def _mend(model: type[BaseModel], data: dict[str, Any], error: ErrorDetails) -> None:
    path: Path_ = tuple(part for part in error["loc"] if part != "[key]")
    holder = _at(data, path[:-1]) if path else None
    if holder is None:
        return
    last, owner = path[-1], model_at(model, path)
    if isinstance(holder, list):
        _mend_item(holder, int(last), error)
        if len(holder) == 1 and _choice(error) is None:
            _mend(model, data, {**error, "loc": error["loc"][:-1]})
    elif error["type"] == "extra_forbidden":
        _rename(holder, str(last), list(owner.model_fields) if owner else [])
    elif "[key]" in error["loc"]:
        holder.pop(last, None)
    elif owner is not None and str(last) in owner.model_fields:
        written = holder.pop(last, None)
        if error["type"] in ("bool_parsing", "bool_type"):
            holder[last] = str(written).casefold() in YES
        else:
            _stand_in(holder, str(last), owner, error)


def _at(node: Any, path: Path_) -> Any:
    for part in path:
        inside = part in node if isinstance(node, dict) else isinstance(part, int) and part < len(node)
        node = node[part] if inside else None
        if not isinstance(node, dict | list):
            break
    return node if isinstance(node, dict | list) else None


def _mend_item(items: list[Any], at: int, error: ErrorDetails) -> None:
    """Take what was probably meant, else the item beside it, so that the others keep their places."""
    meant = _choice(error)
    if at < len(items):
        items[at] = meant if meant is not None else items[at - 1 if at else min(1, len(items) - 1)]


def _rename(holder: dict[str, Any], key: str, fields: list[str]) -> None:
    value, near = holder.pop(key, None), closest(key, fields)
    if near is not None and near not in holder:
        holder[near] = value


def _stand_in(holder: dict[str, Any], field: str, owner: type[BaseModel], error: ErrorDetails) -> None:
    """Something valid for a field that must be there; ids are not invented."""
    info = owner.model_fields[field]
    if not info.is_required():
        return
    annotation: Any = info.annotation
    shape: TypeAdapter[Any] = TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)
    for value in (_choice(error), *typing.get_args(info.annotation), *STAND_INS):
        try:
            shape.validate_python(value)
        except ValidationError:
            continue
        holder[field] = value
        return


def _choice(error: ErrorDetails) -> str | None:
    """The choice that looks most like what was written, of a closed list."""
    if error["type"] not in ("literal_error", "enum"):
        return None
    expected = str(error.get("ctx", {}).get("expected", ""))
    choices = [choice.strip("'") for choice in expected.replace(" or ", ", ").split(", ")]
    return closest(str(error["input"]), choices) or choices[0]
