"""The Rasa models and servers of this program: one per language, trained here, started where none answers yet."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import KiestoonError
from bot.events import Lang
from bot.nlu.rasa_project import Project, make_project
from server.rasa_files import RasaFiles, is_local, rasa_files, url_for
from server.rasa_process import RasaServer, Timings, answers, rasa_server, run_logged
from server.settings import Settings


@dataclass
class RasaServers:
    """The servers of the languages in the settings. `problems` says of each language that could not be started why."""

    settings: Settings
    servers: dict[Lang, RasaServer] = field(default_factory=dict)
    problems: dict[Lang, KiestoonError] = field(default_factory=dict)

    async def start(self) -> None:
        """Start what does not answer yet; returns before it does. Never raises for a server that cannot be started."""
        files = rasa_files(self.settings)
        for lang in self.settings.rasa_langs:
            url = url_for(self.settings.rasa_url, lang)
            if not await answers(url) and is_local(url):
                await self._start_one(files, lang, url)

    async def _start_one(self, files: RasaFiles, lang: Lang, url: str) -> None:
        try:
            server = rasa_server(files, lang, trained_model(files, lang), url)
        except KiestoonError as error:
            self.problems[lang] = error
            return
        self.servers[lang] = server
        await server.start()

    async def ready(self, limit: float) -> None:
        """Wait for all that were started; raises KiestoonError ``rasa.no_start``."""
        for server in self.servers.values():
            await server.ready(limit)

    async def stop(self) -> None:
        """End all that were started here."""
        for server in self.servers.values():
            await server.stop()


@contextmanager
def rasa_while(settings: Settings, say: Callable[[KiestoonError], None]) -> Iterator[None]:
    """Have Rasa running, for a program without an event loop of its own; `say` hears why one could not be started."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="rasa", daemon=True)
    thread.start()
    servers = RasaServers(settings)

    def done(work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result()

    try:
        done(servers.start())
        for problem in servers.problems.values():
            say(problem)
        try:
            done(servers.ready(Timings().start_limit))
        except KiestoonError as error:
            say(error)
        yield
    finally:
        done(servers.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def trained_model(files: RasaFiles, lang: Lang) -> Path:
    """The model of a language, there or not: that of the present examples, else the newest of earlier ones.

    Raises KiestoonError as `make_project` does.
    """
    wanted = model_of_now(files, lang)
    earlier = sorted(files.models.glob(f"{lang}-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return earlier[-1] if earlier and not wanted.exists() else wanted


def model_of_now(files: RasaFiles, lang: Lang) -> Path:
    """Where the model trained on the present examples is or would be."""
    return files.models / f"{make_project(files.content, lang).model_name}.tar.gz"


def train_model(files: RasaFiles, project: Project) -> Path:
    """Train on a project and return the model, which replaces earlier ones of its language.

    Raises KiestoonError ``rasa.not_installed`` or ``rasa.training_failed``.
    """
    folder, log = files.project(project.lang), files.log(f"train-{project.lang}")
    model = files.models / f"{project.model_name}.tar.gz"
    log.unlink(missing_ok=True)
    command = files.command(
        "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml", "--out", str(files.models),
        "--fixed-model-name", project.model_name,
    )  # fmt: skip
    project.write(folder)
    run_logged(command, log, "rasa.training_failed", folder=folder)
    if not model.exists():
        raise KiestoonError("rasa.training_failed", f"Rasa made no model (see {log})", {"log": str(log)})
    for path in set(files.models.glob(f"{project.lang}-*.tar.gz")) - {model}:
        path.unlink(missing_ok=True)
    return model
