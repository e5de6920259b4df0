"""`kiestoon schema`: JSON Schemas of the content, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.content.problems import UiLang
from bot.content.schema import MODELS, Kind, schema_of
from server.cli.console import OUT, print_json, ui_lang

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def schema(
    kind: Annotated[
        Kind | None, typer.Argument(help="Which kind of file (customer: a language pack); all where --out is given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write KIND.json in (default: print on stdout).")] = None,
) -> None:
    """Print or write the JSON Schema of what authors write, with what every field means.

    Editors that know the schema complete fields and underline mistakes while one types. The descriptions are in Dutch
    or English, by KIESTOON_UI_LANG.
    """
    ui: UiLang = "nl" if ui_lang() == "nl" else "en"
    if out is None:
        if kind is None:
            raise typer.BadParameter("name a kind, or give --out to write them all", param_hint="KIND")
        print_json(schema_of(kind, ui))
        return
    for name in (kind,) if kind else MODELS:
        OUT.print(write_schema(name, out, ui), markup=False, soft_wrap=True)


def write_schema(kind: Kind, folder: Path, ui: UiLang) -> Path:
    """Write a schema as `KIND.json` in a folder, which is made where it is not there; gives its place."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}.json"
    path.write_text(json.dumps(schema_of(kind, ui), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path
