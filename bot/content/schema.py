"""JSON Schemas of what authors write, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from bot.content.field_texts import about_field, about_model, about_pool, described
from bot.content.models import Company, LanguagePack, Persona, Script
from bot.content.pools import GENERIC_POOLS, MOOD_BANDS
from bot.content.problems import UiLang
from bot.content.written import WrittenMessage

Kind = Literal["persona", "script", "company", "customer", "message"]
LINES = "#/$defs/Lines"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[Kind, type[BaseModel]] = {
    "persona": Persona,
    "script": Script,
    "company": Company,
    "customer": LanguagePack,
    "message": WrittenMessage,
}


def schema_of(kind: Kind, ui: UiLang = "nl") -> dict[str, Any]:
    """The schema of one kind of file (`customer` is a language pack), with what each field means in the language of
    the author. A file that is `based_on` another may leave out what it inherits, so only `version` and `id` are
    required of personas and scripts.
    """
    schema = MODELS[kind].model_json_schema(by_alias=True)
    if "based_on" in schema["properties"]:
        schema["required"] = ["version", "id"]
    schema["$defs"] = {name: _explained(name, part, ui) for name, part in schema.get("$defs", {}).items()}
    schema = _explained(MODELS[kind].__name__, schema, ui)
    if "lines" in schema["properties"]:
        lines = schema["properties"]["lines"]
        schema["$defs"]["Lines"] = lines["additionalProperties"]
        lines |= {"additionalProperties": {"$ref": LINES}, "properties": _pools(ui)}
    return {"$schema": DIALECT, "title": kind, **schema}


def _explained(name: str, part: dict[str, Any], ui: UiLang) -> dict[str, Any]:
    part = {key: value for key, value in part.items() if key not in ("title", "description")}
    if name not in described():
        return part
    fields = {field: _meaning(shape, about_field(name, field, ui)) for field, shape in part["properties"].items()}
    return {**part, "description": about_model(name, ui), "properties": fields}


def _meaning(shape: dict[str, Any], text: str) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key != "title"} | {"description": text}


def _pools(ui: UiLang) -> dict[str, Any]:
    """Every pool by name, so that an editor proposes them. Others are refused by checking the content, which also
    knows what was probably meant.
    """
    banded = {f"{pool}@{band}": pool for pool in GENERIC_POOLS for band in MOOD_BANDS}
    names = {pool: pool for pool in GENERIC_POOLS} | banded
    return {name: {"$ref": LINES, "description": about_pool(of, ui)} for name, of in names.items()}
