"""What the fields of the content mean, for people: read from `fields.yaml` and `pools.nl.yaml` beside this file.

Both languages stand in one file, away from the models, since a text and its translation change together, and since the
same text serves the editor (JSON Schema), the comments in a new file and the reference of fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.content.pools import GENERIC_POOLS
from bot.content.problems import UiLang
from bot.content.yaml_source import read_source

_HERE = Path(__file__).parent


def about_model(model: str, ui: UiLang) -> str:
    """What a group of fields is, by the name of its model."""
    return about_field(model, "", ui)


def about_field(model: str, field: str, ui: UiLang) -> str:
    """What a field means; `field` as it is written in YAML. Empty for one without a text (a test finds those)."""
    return str(_texts("fields.yaml").get(model, {}).get(field, {}).get(ui, ""))


def about_pool(pool: str, ui: UiLang) -> str:
    """When a customer says something from a pool of lines."""
    return str(_texts("pools.nl.yaml").get(pool, "")) if ui == "nl" else GENERIC_POOLS[pool]


def described() -> Mapping[str, frozenset[str]]:
    """The fields that have a text, by model."""
    return {model: frozenset(fields) - {""} for model, fields in _texts("fields.yaml").items()}


@lru_cache(maxsize=2)
def _texts(name: str) -> Mapping[str, Any]:
    source = read_source(_HERE / name, name)
    assert source.data is not None, [problem.render("en") for problem in source.problems]
    return source.data
