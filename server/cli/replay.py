"""`kiestoon replay`: a stored call as it went, turn by turn, and whether the customer would do the same again."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.event_log import StoredLog
from bot.events import AgentActs, CallEvent, CustomerDecided, CustomerTurn
from bot.transcript import turns_of
from server.cli.console import OUT, failing_clearly, print_json, ui_lang
from server.cli.score import find_log
from server.engine import Engine
from server.replaying import Difference, replay_log
from server.settings import load_settings
from server.texts import text

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def replay(
    call: Annotated[str, typer.Argument(help="Id of a stored call, or its event log.")],
    as_json: Annotated[bool, typer.Option("--json", help="Turns and differences as JSON.")] = False,
) -> None:
    """Show a call turn by turn, and play the same turns to the customer again.

    Exit status 1 where the customer of today answers otherwise than in the log (the content was changed since).
    """
    with failing_clearly():
        engine = Engine(load_settings())
        log = find_log(engine, call)
        scenario = engine.library.scenario(f"{log.start.script}~{log.start.persona}")
        differences = replay_log(scenario, log)
        if as_json:
            turns = [turn.model_dump(mode="json") for turn in turns_of(log.events)]
            print_json({"turns": turns, "differences": [difference.__dict__ for difference in differences]})
        else:
            _show(log, differences)
    if differences:
        raise typer.Exit(1)


def _show(log: StoredLog, differences: list[Difference]) -> None:
    details = {event.turn: event for event in log.events if isinstance(event, (AgentActs, CustomerTurn))}
    for turn in turns_of(log.events):
        clock = f"{turn.start_ms // 60000}:{turn.start_ms // 1000 % 60:02d}"
        style = "cyan" if turn.speaker == "customer" else None
        OUT.print(f"{clock:>6} {turn.i:>3} {turn.text}{' —' if turn.interrupted else ''}", style=style, markup=False)
        OUT.print(f"           {_detail(details.get(turn.i))}", style="dim", markup=False)
    for event in log.events:
        if isinstance(event, CustomerDecided) and event.decision:
            OUT.print(text("reasons", f"decided.{event.decision}", ui_lang()), style="bold", markup=False)
    for difference in differences:
        OUT.print(
            f"turn {difference.turn}: {difference.was!r} → {difference.now!r}",
            style="red",
            markup=False,
            soft_wrap=True,
        )


def _detail(event: CallEvent | None) -> str:
    match event:
        case AgentActs():
            return ", ".join(text("acts", span.act, ui_lang()) for span in event.acts)
        case CustomerTurn():
            return event.line
    return ""
