"""`kiestoon check`: everything that is wrong with the content, with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.content.library import load_library
from bot.content.problems import Problem, UiLang
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.settings import load_settings

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders to report on (default: all content).")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Root of the content (default: that of the settings).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """Check personas, scripts, companies and language packs.

    Prints all problems at once as `file:line:column: message`; exit status 1 where there are any.
    """
    with failing_clearly():
        root = (content or load_settings().content).resolve()
        problems = [problem for problem in load_library(root).problems if _wanted(problem, root, paths or [])]
    ui: UiLang = "nl" if ui_lang() == "nl" else "en"
    if as_json:
        print_json([_as_json(problem, ui) for problem in problems])
    else:
        for problem in problems:
            OUT.print(problem.render(ui), markup=False, soft_wrap=True)
        ERR.print(_summary(len(problems), ui))
    if problems:
        raise typer.Exit(1)


def _wanted(problem: Problem, root: Path, paths: list[Path]) -> bool:
    place = root / problem.file
    return not paths or any(place.is_relative_to(path.resolve()) for path in paths)


def _as_json(problem: Problem, ui: UiLang) -> dict[str, object]:
    return {
        "file": problem.file, "line": problem.line, "column": problem.column, "code": problem.code,
        "message": problem.message(ui), "suggestion": problem.suggestion,
    }  # fmt: skip


def _summary(count: int, ui: UiLang) -> str:
    if ui == "nl":
        return "Geen fouten gevonden." if not count else f"{count} fout{'en' if count > 1 else ''} gevonden."
    return "No errors found." if not count else f"{count} error{'s' if count > 1 else ''} found."
