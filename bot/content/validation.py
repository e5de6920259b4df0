"""Turning what pydantic finds wrong into problems that an author understands, each at its place in the file."""

from __future__ import annotations

import types
import typing
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.problems import Problem, closest
from bot.content.yaml_source import Path_, Source

Model = TypeVar("Model", bound=BaseModel)

RANGES = {
    "greater_than_equal": ("ge", "≥ {}"),
    "less_than_equal": ("le", "≤ {}"),
    "greater_than": ("gt", "> {}"),
    "less_than": ("lt", "< {}"),
}

EXAMPLES = {
    r"^BC \d{3}$": "BC 034",
    r"^[a-z0-9][a-z0-9-]*$": "boze-klager",
    r"^[a-z0-9][a-z0-9_-]*$": "boze-klager",
}
"""What a reader understands better than the pattern itself."""
SHAPES: dict[str, tuple[str, dict[str, str]]] = {
    "string_pattern_mismatch": ("pattern", {"shape": "pattern"}),
    "string_too_short": ("empty_text", {}),
    "string_too_long": ("long_text", {"limit": "max_length"}),
    "too_short": ("too_few", {"limit": "min_length"}),
    "too_long": ("too_many", {"limit": "max_length"}),
    "string_type": ("not_text", {}),
    "float_type": ("not_number", {}),
    "float_parsing": ("not_number", {}),
    "int_type": ("not_number", {}),
    "int_parsing": ("not_number", {}),
    "int_from_float": ("not_number", {}),
    "bool_type": ("not_truth", {}),
    "bool_parsing": ("not_truth", {}),
    "tuple_type": ("not_list", {}),
    "dict_type": ("not_group", {}),
    "model_type": ("not_group", {}),
    "accepted_not_allowed": ("accepted_not_allowed", {"value": "value"}),
}


def validate(model: type[Model], source: Source, data: dict[str, Any]) -> tuple[Model | None, list[Problem]]:
    """The model made of the data, or everything that is wrong with it."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [_problem(model, source, details) for details in found if not _follows(model, details, found)]


def _follows(model: type[BaseModel], error: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether an error is only the consequence of another: a list too short because of its wrong items, a missing
    field that stands there under a misspelt name.
    """
    at = error["loc"]
    if error["type"] == "too_short":
        return any(other["loc"][: len(at)] == at and len(other["loc"]) > len(at) for other in found)
    beside = [other["loc"] for other in found if other["type"] == "extra_forbidden" and other["loc"][:-1] == at[:-1]]
    return error["type"] == "missing" and any(closest(str(loc[-1]), _fields_at(model, loc)) == at[-1] for loc in beside)


def _problem(model: type[BaseModel], source: Source, error: ErrorDetails) -> Problem:
    path: Path_ = tuple(part for part in error["loc"] if part != "[key]")
    key = next((part for part in reversed(path) if isinstance(part, str)), "?")
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return source.problem(path, "unknown_key", key=True, suggestion=closest(key, _fields_at(model, path)), name=key)
    if kind == "missing":
        return source.problem(path, "missing_key", name=key)
    if kind in ("literal_error", "enum"):
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        value = str(error["input"])
        shown = ", ".join(choices[:12]) + (" …" if len(choices) > 12 else "")
        at_key = "[key]" in error["loc"]
        return source.problem(
            path, "choice", key=at_key, suggestion=closest(value, choices), value=value, choices=shown
        )
    if kind in RANGES:
        name, shape = RANGES[kind]
        return source.problem(
            path, "number_range", name=key, what=shape.format(f"{context[name]:g}"), value=error["input"]
        )
    if kind in SHAPES:
        code, details = SHAPES[kind]
        context = {**context, "pattern": EXAMPLES.get(str(context.get("pattern")), context.get("pattern"))}
        told = {"name": key, "value": str(error["input"])[:60]} | {to: str(context[of]) for to, of in details.items()}
        return source.problem(path, code, **cast("dict[str, Any]", told))
    return source.problem(path, "invalid", name=key, what=error["msg"])


def model_at(model: type[BaseModel], path: Path_) -> type[BaseModel] | None:
    """The model whose field the last part of a path names; None where the path leads to no model."""
    node: Any = model
    for part in path[:-1]:
        if _is_model(node) and part in node.model_fields:
            node = _inner(node.model_fields[part].annotation)
    return node if _is_model(node) else None


def _fields_at(model: type[BaseModel], path: Path_) -> list[str]:
    owner = model_at(model, path)
    return list(owner.model_fields) if owner else []


def _is_model(node: Any) -> bool:
    return isinstance(node, type) and issubclass(node, BaseModel)


def _inner(annotation: Any) -> Any:
    if _is_model(annotation):
        return annotation
    if typing.get_origin(annotation) in (dict, tuple, list, typing.Union, types.UnionType, typing.Annotated):
        return next((found for arg in typing.get_args(annotation) if _is_model(found := _inner(arg))), annotation)
    return annotation
