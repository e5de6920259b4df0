"""`kiestoon chat`: the customer in the terminal, in text."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated

import typer

from bot import call_events
from bot.acts import Understanding
from bot.content.models import Scenario
from bot.dialogue.state import Step
from bot.event_log import EventLog
from bot.events import CALL_EVENT, CallEvent
from bot.text_call import TextCall
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.engine import Engine
from server.settings import load_settings
from server.storage import CallStore
from server.texts import text

HINTS = {
    "nl": "Typ wat je zegt. Lege regel: niets zeggen. /stop: ophangen.",
    "en": "Type what you say. Empty line: say nothing. /stop: hang up.",
}


app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def chat(
    script: Annotated[str, typer.Argument(help="Script to play, e.g. dubbele-factuur (or script~persona).")],
    persona: Annotated[str | None, typer.Option(help="Who plays it (default: the script's first persona).")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same customer (default: a new one).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every event of the call as a JSON line.")] = False,
    keep: Annotated[bool, typer.Option(help="Keep the call among the stored calls, to score or replay.")] = False,
) -> None:
    """Play a call with a customer in the terminal, in text.

    Reads your turns from stdin, so a file with one turn a line plays a whole call.
    """
    with failing_clearly():
        settings = load_settings()
        engine, store = Engine(settings), CallStore(settings.calls_dir)
        scenario = _scenario(engine, script, persona)
        now = datetime.now().astimezone()
        call_id = store.new_id(now)
        start = call_events.started(
            scenario, call_id=call_id, at=now, channel="text", mode="practice",
            seed=secrets.randbelow(2**31) if seed is None else seed,
            versions={"engine": engine.version, "nlu": engine.acts(scenario.script.lang).name},
        )  # fmt: skip
        kept = _open_log(store, call_id) if keep else None

        def log(event: CallEvent) -> None:
            if kept is not None:
                kept.append(event)
            if as_json:
                print_json(CALL_EVENT.dump_python(event, mode="json"))

        _play(TextCall(scenario, start, log), engine.understanding(scenario), quiet=as_json)
        if kept is not None:
            kept.close()
            ERR.print(f"{call_id}", markup=False)


def _scenario(engine: Engine, script: str, persona: str | None) -> Scenario:
    ident, _, named = script.partition("~")
    found = engine.library.scripts.get(ident)
    chosen = persona or named or (found.personas[0] if found else "")
    return engine.library.scenario(f"{ident}~{chosen}")


def _open_log(store: CallStore, call_id: str) -> EventLog:
    folder = store.folder(call_id)
    folder.mkdir(parents=True)
    return EventLog(folder / "events.jsonl")


def _play(call: TextCall, understand: Callable[[str, str | None], Understanding], *, quiet: bool) -> None:
    if not quiet:
        ERR.print(HINTS.get(ui_lang(), HINTS["en"]), style="dim", markup=False)
    _show(None, call.pick_up(), quiet)
    for line in _turns(quiet):
        if line == "/stop":
            break
        said = understand(line, call.last_line) if line else None
        _show(said, call.say(said) if said else call.wait(), quiet)
        if call.over:
            break
    call.hang_up()
    if not quiet:
        OUT.print(text("outcomes", call.outcome(), ui_lang()), style="bold", markup=False)


def _turns(quiet: bool) -> Iterator[str]:
    prompt = "> " if sys.stdin.isatty() and not quiet else ""
    while True:
        try:
            yield input(prompt).strip()
        except EOFError:
            return


def _show(said: Understanding | None, made: Step | None, quiet: bool) -> None:
    if quiet or made is None:
        return
    if said is not None:
        OUT.print("  " + ", ".join(text("acts", span.act, ui_lang()) for span in said.acts), style="dim", markup=False)
    if made.text:
        OUT.print(made.text, style="cyan", markup=False)
    mood = made.state.mood
    OUT.print(
        f"  geduld {mood.patience:.2f}  vertrouwen {mood.trust:.2f}  interesse {mood.interest:.2f}"
        if ui_lang() == "nl"
        else f"  patience {mood.patience:.2f}  trust {mood.trust:.2f}  interest {mood.interest:.2f}",
        style="dim",
    )
