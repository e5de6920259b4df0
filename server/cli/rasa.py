"""`kiestoon rasa`: Rasa as a second recogniser of dialogue acts: install, train, serve, exchange projects."""

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

from bot.errors import KiestoonError
from bot.events import Lang
from bot.nlu.corpus import corpus_files, read_corpus
from bot.nlu.rasa_import import read_mapping, read_project
from bot.nlu.rasa_project import make_project
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.engine import Engine
from server.rasa_exchange import call_of_story, calls_text, examples_text, export_files
from server.rasa_files import LANGS, RASA_VERSION, RasaFiles, rasa_files, url_for
from server.rasa_install import Progress, install
from server.rasa_process import Timings, answers
from server.rasa_serving import RasaServers, model_of_now, train_model, trained_model
from server.settings import Settings, load_settings

app = typer.Typer(
    help="Rasa as a second recogniser of dialogue acts: install, train, serve, exchange.", no_args_is_help=True,
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
        "imported": "{count} voorbeelden in {path} ({repeated} waren er al), {stories} verhalen met volledige zinnen.",
        "exported": "Geschreven in {path}: {files}",
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
        "imported": "{count} examples in {path} ({repeated} were there already), {stories} end-to-end stories.",
        "exported": "Written to {path}: {files}",
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


@app.command("import")
def import_project(
    project: Annotated[Path, typer.Argument(help="Folder of a Rasa project, or one of its files.")],
    lang: Annotated[Lang, typer.Option(help="Language of its texts.")] = "nl",
    mapping: Annotated[
        Path | None, typer.Option(help="YAML file with lines 'intent: act', 'intent: act+act' or 'intent: ignore'.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the examples go (default: data/nlu/LANG/NAME.yml of the content).")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="SCRIPT~PERSONA to play the end-to-end stories with, as calls of a content test.")
    ] = None,
    calls: Annotated[Path | None, typer.Option(help="Where those calls go (default: standard output).")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of those calls.")] = 1,
) -> None:
    """Take over examples and end-to-end stories of an existing Rasa project.

    Intents that are no acts need a mapping. All errors are listed as `file:line:column: message`, and nothing is
    written where there are any.
    """
    with failing_clearly():
        settings = load_settings()
        intents = read_mapping(mapping) if mapping else {}
        own = out or settings.content / "data" / "nlu" / lang / f"{project.resolve().stem}.yml"
        others = [path for path in corpus_files(settings.content, lang) if path.resolve() != own.resolve()]
        found = read_project(project, intents, read_corpus(others))
        for problem in found.problems:
            OUT.print(str(problem), markup=False, soft_wrap=True)
        if found.problems:
            raise typer.Exit(1)
        if found.examples:
            _write(own, examples_text(found.examples))
        ERR.print(
            says("imported", count=len(found.examples), path=own, repeated=found.repeated, stories=len(found.stories)),
            markup=False, soft_wrap=True,
        )  # fmt: skip
        if scenario and found.stories:
            played = Engine(settings).library.scenario(scenario)
            text = calls_text(played.script.id, [call_of_story(played, story, seed) for story in found.stories])
            _write(calls, text)


@app.command("export")
def export_scenario(
    scenario: Annotated[str, typer.Argument(help="SCRIPT~PERSONA to write as a Rasa project.")],
    folder: Annotated[Path, typer.Argument(help="Where the project goes.")],
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Stories per simulated trainee.")] = 1,
) -> None:
    """Write a scenario as a Rasa project: NLU data, domain, and simulated calls as end-to-end stories."""
    with failing_clearly():
        settings = load_settings()
        found = Engine(settings).library.scenario(scenario)
        files = export_files(found, settings.content, range(1, seeds + 1))
        for name, text in files.items():
            _write(folder / name, text)
        ERR.print(says("exported", path=folder, files=", ".join(files)), markup=False, soft_wrap=True)


def _write(path: Path | None, text: str) -> None:
    if path is None:
        typer.echo(text, nl=False)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KiestoonError("disk.unwritable", f"{path}: {error.strerror}") from error
