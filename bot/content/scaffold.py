"""New files for authors: a complete example that can be played at once, with what every field means beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Literal

from pydantic import BaseModel

from bot.content.field_texts import about_field
from bot.content.models import Company, Persona, Script
from bot.content.problems import UiLang
from bot.content.validation import model_at
from bot.content.yaml_source import parse_source
from bot.events import Lang

Authored = Literal["persona", "script", "company"]
MODELS: Mapping[Authored, type[BaseModel]] = {"persona": Persona, "script": Script, "company": Company}
FOLDERS: Mapping[Authored, str] = {
    "persona": "personas", "script": "dialogue_scripts", "company": "data/companies",
}  # fmt: skip
SCHEMAS = "data/schemas"
_TEMPLATES = Path(__file__).parent / "scaffolds"
WORDS: Mapping[UiLang, Mapping[str, str]] = {
    "nl": {
        "more": "Dit kan er nog bij. Haal het hekje weg en vul in; docs/lesgevers/veldenlijst.md legt alles uit.",
        "based": "Zoals {base}, maar anders. Schrijf hier in één zin wat er verschilt.",
        "inherits": "Alles wat hier niet staat, komt van {base}. Zet hieronder alleen wat anders is.",
    },
    "en": {
        "more": "These are possible too. Remove the # and fill them in; see docs/lesgevers/veldenlijst.md for more.",
        "based": "Like {base}, but different. Say here in one sentence what differs.",
        "inherits": "Whatever is not written here comes from {base}. Write below only what differs.",
    },
}


def new_text(kind: Authored, lang: Lang, ui: UiLang, values: Mapping[str, str]) -> str:
    """A new file with lines in one language and explanations in another. `values` fill `$id`, and in a script
    `$company`, `$company_name`, `$customer` and `$personas`.
    """
    return _schema_line(kind) + explained(_template(kind, lang, values), kind, ui)


def calls_template(lang: Lang, values: Mapping[str, str]) -> str:
    """Two calls with a new script, still without what the customer answers."""
    return _template("calls", lang, values)


def based_text(kind: Literal["persona", "script"], ident: str, base: Persona | Script, ui: UiLang) -> str:
    """A new file that inherits from another and says what can differ."""
    words = WORDS[ui]
    own = {"version": "1", "id": ident, "based_on": base.id}
    if isinstance(base, Persona):
        own |= {"name": _quoted(f"{base.name} ({ident})"), "mood": f"{{patience: {base.mood.patience:g}}}"}
    else:
        own |= {"title": _quoted(f"{base.title} ({ident})"), "level": str(base.level)}
    lines = [f"{key}: {value}" for key, value in own.items()]
    lines.insert(3, f"# {words['inherits'].format(base=base.id)}")
    text = f"# {words['based'].format(base=base.id)}\n" + "\n".join(lines) + "\n"
    return _schema_line(kind) + explained(text, kind, ui)


def explained(text: str, kind: Authored, ui: UiLang) -> str:
    """The same YAML with a comment above the first use of every field, and the fields that it does not use at the
    end.
    """
    model = MODELS[kind]
    source = parse_source(text, kind)
    lines, told = text.splitlines(), set[tuple[str, str]]()
    comments: dict[int, str] = {}
    for path, (line, column) in source.keys.items():
        owner, field = model_at(model, path), str(path[-1])
        at_start = not lines[line - 1][: column - 1].strip()
        if owner is None or field not in owner.model_fields or (owner.__name__, field) in told or not at_start:
            continue
        told.add((owner.__name__, field))
        comments[line] = " " * (column - 1) + f"# {about_field(owner.__name__, field, ui)}"
    made = [made for number, line in enumerate(lines, 1) for made in (comments.get(number), line) if made is not None]
    unused = [field for field in model.model_fields if (model.__name__, field) not in told]
    rest = [f"# {field}:  # {about_field(model.__name__, field, ui)}" for field in unused]
    return "\n".join([*made, "", f"# {WORDS[ui]['more']}", *rest]) + "\n"


def _template(name: str, lang: Lang, values: Mapping[str, str]) -> str:
    return Template((_TEMPLATES / f"{name}.{lang}.yaml").read_text("utf-8")).substitute(values)


def _schema_line(kind: Authored) -> str:
    up = "../" * (FOLDERS[kind].count("/") + 1)
    return f"# yaml-language-server: $schema={up}{SCHEMAS}/{kind}.json\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "").replace('"', "'") + '"'
