"""`kiestoon`: all commands. Each is loaded when it is called, so that help and completion answer at once."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as command_of

PROGRAM = "kiestoon"


class Entry(NamedTuple):
    """Where a command is: its module in this package, and the line that the list of commands shows."""

    module: str
    summary: str


COMMANDS: dict[str, Entry] = {
    "serve": Entry("serve", "Start the practice line and print its address."),
    "check": Entry("check", "Check personas, scripts, companies and language packs."),
    "new": Entry("new", "Make a new persona, script or company that plays at once."),
    "schema": Entry("schema", "JSON Schemas of the content, for editors that check while you type."),
    "chat": Entry("chat", "Play a call with a customer in the terminal, in text."),
    "acts": Entry("acts", "Recognise dialogue acts: one utterance a line in, one JSON object a line out."),
    "score": Entry("score", "Judge a call and show the scorecard with its evidence."),
    "import": Entry("import_calls", "Store recordings of real calls, transcripts or calls from elsewhere."),
    "replay": Entry("replay", "Show a call turn by turn, and play the same turns to the customer again."),
    "playtest": Entry("playtest", "Let simulated trainees try out the scripts."),
    "bench": Entry("bench", "Measure this machine: answer latency, load, understanding."),
    "models": Entry("models", "Speech models: list, fetch, verify."),
    "rasa": Entry("rasa", "Rasa as a second recogniser of dialogue acts: install, train, serve."),
}


class CommandTable(TyperGroup):
    """The commands of `COMMANDS`; naming one loads it, listing them does not."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        """What the list shows of a command."""
        entry = COMMANDS.get(cmd_name)
        return TyperCommand(cmd_name, help=entry.summary) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command itself, loaded now."""
        name, listed, rest = super().resolve_command(ctx, args)
        if listed is None or listed.name is None:
            return name, listed, rest
        module = importlib.import_module(f"server.cli.{COMMANDS[listed.name].module}")
        loaded = command_of(module.app)
        loaded.name = listed.name
        return name, loaded, rest


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {version('kiestoon')}")
        raise typer.Exit


app = typer.Typer(
    name=PROGRAM,
    cls=CommandTable,
    help="A practice line for people who learn to work in a contact centre.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _common(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of all commands."""


def main() -> None:
    """Entry point of the `kiestoon` command."""
    app()
