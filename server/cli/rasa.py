"""`kiestoon rasa`: Rasa as a second recogniser of dialogue acts: install, train, serve."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from bot.events import Lang
from bot.nlu.rasa_project import make_project
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.rasa_files import LANGS, RASA_VERSION, RasaFiles, rasa_files, url_for
from server.rasa_install import Progress, install
from server.rasa_process import Timings, answers
from server.rasa_serving import RasaServers, model_of_now, train_model, trained_model
from server.settings import Settings, load_settings

app = typer.Typer(
    help="Rasa as a second recogniser of dialogue acts: install, train, serve.", no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip

SAYS = {
    "nl": {
        "python": "Python 3.10 zoeken", "environment": "Omgeving maken met {item}", "packages": "Ophalen: {item}",
        "unpacking": "Uitpakken (2,2 GB)", "installed": "Rasa {version} is geïnstalleerd.",
        "already": "Rasa {version} was al geïnstalleerd.", "training": "{lang}: Rasa leert van {count} voorbeelden",
        "trained": "{lang}: getraind in {seconds:.0f} s", "fresh": "{lang}: het model past bij de voorbeelden.",
        "starting": "Rasa start …", "serving": "Rasa antwoordt op {url} ({lang}). Stoppen: Ctrl+C",
        "elsewhere": "Er antwoordt al een Rasa op {url} ({lang}).", "yes": "ja", "no": "nee",
        "status": "geïnstalleerd: {installed}", "language": "{lang}: model {model}, server op {url}: {server}",
        "stale": "van vroegere voorbeelden", "untrained": "geen", "current": "actueel", "up": "antwoordt",
        "down": "antwoordt niet",
    },
    "en": {
        "python": "Looking for Python 3.10", "environment": "Making an environment with {item}",
        "packages": "Fetching: {item}", "unpacking": "Unpacking (2.2 GB)", "installed": "Rasa {version} is installed.",
        "already": "Rasa {version} was installed already.", "training": "{lang}: Rasa learns from {count} examples",
        "trained": "{lang}: trained in {seconds:.0f} s", "fresh": "{lang}: the model fits the examples.",
        "starting": "Rasa is starting …", "serving": "Rasa answers on {url} ({lang}). Stop: Ctrl+C",
        "elsewhere": "A Rasa answers on {url} already ({lang}).", "yes": "yes", "no": "no",
        "status": "installed: {installed}", "language": "{lang}: model {model}, server on {url}: {server}",
        "stale": "of earlier examples", "untrained": "none", "current": "current", "up": "answers",
        "down": "does not answer",
    },
}  # fmt: skip
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Langs = Annotated[str | None, typer.Option("--lang", help="Languages, separated by spaces (default: the setting).")]


def says(key: str, **values: object) -> str:
    """A text in the language of the terminal."""
    return SAYS.get(ui_lang(), SAYS["en"])[key].format(**values)


@app.command("install")
def install_rasa(
    python: Annotated[Path | None, typer.Option(help="The Python 3.10 to use (default: the first found).")] = None,
) -> None:
    """Install Rasa into an environment of its own, from packages pinned by hash (2.2 GB, some minutes)."""
    with failing_clearly():
        settings = load_settings()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Bars(*columns, console=ERR) as bars:
            task = bars.add_task("", total=None)
            shown = ""

            def report(progress: Progress) -> None:
                nonlocal shown
                text = says(progress.step, item=progress.item)
                bars.update(task, description=text, completed=progress.done, total=progress.total or None)
                if not ERR.is_terminal and progress.step != shown:
                    shown = progress.step
                    ERR.print(text, markup=False)

            done = install(rasa_files(settings), report, python, settings.offline)
        OUT.print(says("installed" if done else "already", version=RASA_VERSION), markup=False)


@app.command()
def train(
    lang: Langs = None,
    force: Annotated[bool, typer.Option("--force", help="Train where nothing changed too.")] = False,
) -> None:
    """Train a Rasa model per language on data/nlu; nothing is done where the model fits the examples."""
    with failing_clearly():
        settings = load_settings(rasa_langs=lang)
        files = rasa_files(settings)
        for code in settings.rasa_langs:
            _train(files, code, force)


def _train(files: RasaFiles, lang: Lang, force: bool) -> None:
    project = make_project(files.content, lang)
    if (files.models / f"{project.model_name}.tar.gz").exists() and not force:
        OUT.print(says("fresh", lang=lang), markup=False)
        return
    began = time.monotonic()
    with ERR.status(says("training", lang=lang, count=project.examples)):
        train_model(files, project)
    OUT.print(says("trained", lang=lang, seconds=time.monotonic() - began), markup=False)


@app.command()
def serve(lang: Langs = None) -> None:
    """Serve the trained models on this machine only; a server that dies is started again."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with failing_clearly():
        settings = load_settings(rasa_langs=lang)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    asked_to_stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_stop.set)
    servers = RasaServers(settings)
    try:
        await servers.start()
        for error in servers.problems.values():
            raise error
        ERR.print(says("starting"), markup=False)
        await servers.ready(Timings().start_limit)
        for code in settings.rasa_langs:
            key = "serving" if code in servers.servers else "elsewhere"
            OUT.print(says(key, url=url_for(settings.rasa_url, code), lang=code), markup=False, soft_wrap=True)
        if servers.servers:
            await asked_to_stop.wait()
    finally:
        await servers.stop()


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show what is installed, which models there are, and which servers answer."""
    with failing_clearly():
        settings = load_settings()
        files = rasa_files(settings)
        rows = [asyncio.run(_row(settings, files, code)) for code in LANGS if code in settings.rasa_langs]
    if as_json:
        print_json({"version": RASA_VERSION, "installed": files.installed(), "languages": rows})
        return
    OUT.print(f"Rasa {RASA_VERSION}", style="bold")
    OUT.print(says("status", installed=says("yes" if files.installed() else "no")), markup=False)
    for row in rows:
        shown = {"model": says(str(row["model"])), "server": says("up" if row["answers"] else "down")}
        OUT.print(says("language", **{**row, **shown}), markup=False, soft_wrap=True)


async def _row(settings: Settings, files: RasaFiles, lang: Lang) -> dict[str, object]:
    url = url_for(settings.rasa_url, lang)
    wanted, there = model_of_now(files, lang), trained_model(files, lang)
    model = "current" if wanted.exists() else "stale" if there.exists() else "untrained"
    return {
        "lang": lang, "model": model, "file": there.name if there.exists() else None, "url": url,
        "answers": await answers(url),
    }  # fmt: skip
