"""`kiestoon`: all commands."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from server.cli import acts, chat, check, models, replay, score, serve
from server.cli.console import OUT

app = typer.Typer(
    name="kiestoon",
    help="A practice line for people who learn to work in a contact centre.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(serve.serve)
app.command()(check.check)
app.command()(chat.chat)
app.command()(acts.acts)
app.command()(score.score)
app.command()(replay.replay)
app.add_typer(models.app, name="models")


def _show_version(wanted: bool) -> None:
    if wanted:
        OUT.print(f"kiestoon {version('kiestoon')}")
        raise typer.Exit


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
