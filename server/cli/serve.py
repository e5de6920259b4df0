"""`kiestoon serve`: the practice line itself."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from typing import Annotated, Literal

import typer
from aiohttp import web

from bot.errors import KiestoonError
from server.app import WEB, create_app
from server.cli.console import ERR, OUT, failing_clearly, ui_lang
from server.engine import Engine
from server.rasa_serving import RasaServers
from server.settings import Settings, load_settings
from server.texts import error_text, texts

LOG = logging.getLogger("kiestoon.serve")
SAYS = {
    "nl": {
        "ready": "Kiestoon luistert op {url} (stoppen: Ctrl+C)",
        "stt": "Spraakherkenning: {name}{note}",
        "tts": "Stem van de klant ({lang}): {name}{note}",
        "fallback": " (reservemodel)",
        "rasa": "Rasa herkent de gespreksdaden ({langs}); zolang het niet antwoordt, doet spaCy dat.",
        "no_web": "De webpagina's zijn niet gebouwd: voer 'make setup' uit.",
        "port": "Poort {port} is al in gebruik. Kies een andere met --port, of stop het andere programma.",
        "problems": "{count} fouten in de inhoud; 'kiestoon check' toont ze.",
    },
    "en": {
        "ready": "Kiestoon listens on {url} (stop: Ctrl+C)",
        "stt": "Speech recognition: {name}{note}",
        "tts": "Customer's voice ({lang}): {name}{note}",
        "fallback": " (fallback)",
        "rasa": "Rasa recognises the dialogue acts ({langs}); spaCy does while it does not answer.",
        "no_web": "The web pages have not been built: run 'make setup'.",
        "port": "Port {port} is in use. Choose another with --port, or stop the other program.",
        "problems": "{count} errors in the content; 'kiestoon check' shows them.",
    },
}


app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: 8742).")] = None,
    nlu: Annotated[
        Literal["spacy", "rasa"] | None, typer.Option(help="What recognises dialogue acts (default: spacy).")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request.")] = False,
) -> None:
    """Start the practice line and print its address.

    Everything is a setting too: KIESTOON_HOST, KIESTOON_PORT, KIESTOON_DATA_DIR … (docs/settings.md).
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    with failing_clearly():
        settings = load_settings(host=host, port=port, nlu=nlu)
        try:
            asyncio.run(_serve(settings))
        except KeyboardInterrupt:
            OUT.print()


async def _serve(settings: Settings) -> None:
    engine = Engine(settings)
    rasa = RasaServers(settings)
    await asyncio.to_thread(engine.models.install_packaged)
    app = create_app(settings, engine)
    runner = web.AppRunner(app, access_log=logging.getLogger("kiestoon.access"), shutdown_timeout=5.0)
    await runner.setup()
    try:
        listening = _bind(settings)
        if settings.nlu == "rasa":
            await rasa.start()
        await web.SockSite(runner, listening).start()
        _announce(engine, settings, listening.getsockname()[1])
        _announce_rasa(settings, rasa)
        await _warm(engine)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
        await rasa.stop()


def _bind(settings: Settings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        code = "port.taken" if error.errno == errno.EADDRINUSE else "port.unusable"
        message = _says()["port"].format(port=settings.port) if code == "port.taken" else str(error)
        raise KiestoonError(code, message, {"port": settings.port}) from error


def _says() -> dict[str, str]:
    return SAYS.get(ui_lang(), SAYS["en"])


def _announce(engine: Engine, settings: Settings, port: int) -> None:
    says = _says()
    try:
        found = engine.recogniser("nl")
        OUT.print(says["stt"].format(name=found.title, note=says["fallback"] if found.fallback else ""), markup=False)
    except KiestoonError:
        ERR.print(texts(ui_lang())["warnings"]["recogniser.missing"], markup=False)
    for persona in {persona.lang: persona for persona in engine.library.personas.values()}.values():
        spoken = engine.spoken_by(persona)
        note = says["fallback"] if spoken.fallback else ""
        OUT.print(says["tts"].format(lang=persona.lang, name=f"{spoken.engine} {spoken.name}", note=note), markup=False)
    if engine.library.problems:
        ERR.print(says["problems"].format(count=len(engine.library.problems)), markup=False)
    if not WEB.is_dir():
        ERR.print(says["no_web"], markup=False)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    OUT.print(says["ready"].format(url=f"http://{host}:{port}/"), markup=False, soft_wrap=True)


def _announce_rasa(settings: Settings, rasa: RasaServers) -> None:
    if settings.nlu == "spacy":
        return
    for error in rasa.problems.values():
        ERR.print(error_text(error, ui_lang()), markup=False, soft_wrap=True)
    OUT.print(_says()["rasa"].format(langs=" ".join(settings.rasa_langs)), markup=False, soft_wrap=True)


async def _warm(engine: Engine) -> None:
    """Load what the first call would otherwise wait for; a failure shows again, and clearly, when a call needs it."""
    for lang in engine.languages():
        try:
            await engine.warm(lang)
        except KiestoonError as error:
            LOG.warning("%s is not ready: %s", lang, error.code)
