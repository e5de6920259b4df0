"""The reference of all fields for authors, in Dutch, made from the models: `python -m server.field_reference`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from bot.acts import Act
from bot.content.field_texts import about_field, about_model, about_pool
from bot.content.pools import GENERIC_POOLS
from bot.content.schema import MODELS, schema_of
from bot.events import Kind, Outcome
from server.settings import ROOT
from server.texts import text

PLACE = ROOT / "docs" / "lesgevers" / "veldenlijst.md"
TITLES = {
    "script": "Een script", "persona": "Een persona", "company": "Een bedrijf", "customer": "Een taalpakket",
    "message": "Een bericht",
}  # fmt: skip
FOLDERS = {
    "script": "dialogue_scripts/", "persona": "personas/", "company": "data/companies/",
    "customer": "data/lang/nl/customer.yaml", "message": "data/messages/",
}  # fmt: skip
PARTS = {
    "Briefing": "Briefing", "Decision": "Beslissing", "Extra": "Extra aanbod", "Fact": "Feit", "Objection": "Bezwaar",
    "Solution": "Oplossing", "SurveyQuestion": "Enquêtevraag", "Term": "Voorwaarde", "Manner": "Aanpak",
    "Mood": "Stemming", "MoodChange": "Verandering van stemming", "Traits": "Karakter", "VoiceSpec": "Stem",
    "CustomerRecord": "Klant", "Figure": "Cijfer", "Product": "Product", "Workplace": "Werkplek",
    "RegisteredField": "Veld", "SummaryPoint": "Punt van de samenvatting", "FollowUpDay": "Vervolgdag",
    "FaultReport": "Verstopte fout", "MessageQuestion": "Vraag in een bericht",
}  # fmt: skip
LISTS = {get_args(Kind): "[soort gesprek](#soorten-gesprek)", get_args(Outcome): "[afloop](#aflopen)"}
WORDS = {"string": "tekst", "number": "getal", "integer": "geheel getal", "boolean": "true of false"}
INTRO = """\
# Alle velden

<!-- Gemaakt uit de modellen en uit bot/content/fields.yaml, met: python -m server.field_reference -->

Wat je in een bestand kunt schrijven, veld voor veld. Een veld met **ja** onder *moet* kun je niet weglaten, behalve als
je bestand met `based_on` op een ander gebaseerd is. Bij de andere staat wat geldt als je ze weglaat. Hoe je eraan
begint staat in [de handleiding](README.md).
"""


def reference() -> str:
    """The whole page."""
    parts = [INTRO]
    told: set[str] = set()
    for kind in ("script", "persona", "company", "customer", "message"):
        parts += _kind(kind, told)
    parts += ["## Soorten gesprek\n", *_listed((kind, about_field("Kind", kind, "nl")) for kind in get_args(Kind))]
    parts += [
        "## Handelingen\n",
        "Wat een cursist met woorden doet: voor `acts`, `after`, `on`, `fitting`, `unfitting` en `reactions`.\n",
        *_listed((act, text("acts", act, "nl")) for act in Act),
        "## Aflopen\n",
        *_listed((outcome, text("outcomes", outcome, "nl")) for outcome in get_args(Outcome)),
        "## Regelgroepen\n",
        "Wat elke klant kan zeggen, waarover het gesprek ook gaat. In `lines` van een script of persona vervang je een "
        "groep door eigen zinnen. Met `@calm`, `@tense` of `@angry` achter de naam gelden ze alleen in die stemming.\n",
        *_listed((pool, about_pool(pool, "nl")) for pool in GENERIC_POOLS),
    ]
    return "\n".join(parts)


def _kind(kind: str, told: set[str]) -> Iterator[str]:
    """A kind of file with its groups, but those that were `told` before."""
    schema = schema_of(kind, "nl")  # type: ignore[arg-type]
    model = MODELS[kind].__name__  # type: ignore[index]
    required = {name for name, field in MODELS[kind].model_fields.items() if field.is_required()}  # type: ignore[index]
    yield f"## {TITLES[kind]}\n\n`{FOLDERS[kind]}` — {about_model(model, 'nl')}\n"
    yield _table(schema["properties"], required)
    for name, part in schema["$defs"].items():
        if "properties" in part and name not in told:
            told.add(name)
            yield f"### {PARTS[name]}\n\n{part['description']}\n"
            yield _table(part["properties"], set(part.get("required", ())))


def _table(properties: dict[str, Any], required: set[str]) -> str:
    rows = ["| veld | wat | soort | moet |", "|---|---|---|---|"]
    for name, shape in properties.items():
        must = "**ja**" if name in required else _default(shape)
        rows.append(f"| `{name}` | {shape.get('description', '')} | {_shape(shape)} | {must} |")
    return "\n".join(rows) + "\n"


def _default(shape: dict[str, Any]) -> str:
    value = shape.get("default")
    if isinstance(value, bool):
        return f"nee ({str(value).lower()})"
    return f"nee ({value})" if isinstance(value, str | int | float) and value != "" else "nee"


def _shape(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " of ".join(_shape(option) for option in shape["anyOf"] if option.get("type") != "null")
    if "$ref" in shape:
        return _name(shape["$ref"])
    if "enum" in shape:
        if tuple(shape["enum"]) in LISTS:
            return LISTS[tuple(shape["enum"])]
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if "const" in shape:
        return f"`{shape['const']}`"
    if shape.get("type") == "array":
        return f"lijst: {_shape(shape['items'])}"
    if shape.get("type") == "object":
        inner = next((part for part in _inside(shape)), None)
        return f"groep, per naam: {_shape(inner)}" if inner else "groep"
    return WORDS.get(str(shape.get("type")), "") + _range(shape)


def _inside(shape: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from shape.get("patternProperties", {}).values()
    if isinstance(shape.get("additionalProperties"), dict):
        yield shape["additionalProperties"]


def _name(ref: str) -> str:
    name = ref.rpartition("/")[2]
    if name not in PARTS:
        return {"Act": "[handeling](#handelingen)", "Lines": "lijst: tekst"}[name]
    return f"[{PARTS[name]}](#{PARTS[name].lower().replace(' ', '-')})"


def _range(shape: dict[str, Any]) -> str:
    least, most = shape.get("minimum"), shape.get("maximum")
    if least is None and most is None:
        return ""
    return f" van {least:g} tot {most:g}" if most is not None and least is not None else f" vanaf {least:g}"


def _listed(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "\n".join(["| naam | |", "|---|---|", *(f"| `{name}` | {told} |" for name, told in pairs)]) + "\n"


def main(place: Path = PLACE) -> None:
    """Write the page."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(reference(), "utf-8")
    sys.stdout.write(f"{place}\n")


if __name__ == "__main__":
    main()
