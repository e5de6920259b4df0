"""JSON Schemas of what authors write, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from bot.content.models import Company, LanguagePack, Persona, Script

Kind = Literal["persona", "script", "company", "customer"]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[Kind, type[BaseModel]] = {
    "persona": Persona,
    "script": Script,
    "company": Company,
    "customer": LanguagePack,
}


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of one kind of file (`customer` is a language pack). A file that is `based_on` another may leave out
    what it inherits, so only `version` and `id` are required of personas and scripts.
    """
    schema = MODELS[kind].model_json_schema(by_alias=True)
    if "based_on" in schema["properties"]:
        schema["required"] = ["version", "id"]
    return {"$schema": DIALECT, "title": kind, **{key: value for key, value in schema.items() if key != "title"}}
