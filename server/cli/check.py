"""`kiestoon check`: everything that is wrong with the content, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.content.library import load_library
from bot.content.problems import Problem, UiLang
from bot.errors import KiestoonError
from bot.script_calls import check_calls
from evaluators.rubric import load_rubrics
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.settings import load_settings

SAYS: Mapping[UiLang, Mapping[str, str]] = {
    "nl": {
        "none": "Geen fouten gevonden.", "error": "{0} fout gevonden.", "errors": "{0} fouten gevonden.",
        "remark": "{0} opmerking (let op).", "remarks": "{0} opmerkingen (let op).",
    },
    "en": {
        "none": "No errors found.", "error": "{0} error found.", "errors": "{0} errors found.",
        "remark": "{0} remark (note).", "remarks": "{0} remarks (note).",
    },
}  # fmt: skip

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders to report on (default: all content).")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Root of the content (default: that of the settings).")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit status 1 where there are only remarks, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """Check personas, scripts, companies, language packs, forms and content tests.

    Prints all problems at once as `file:line:column: message`; exit status 1 where there are any. What plays but could
    be better (too few variants, lines that are never said or sound wrong) is marked as a remark.
    """
    with failing_clearly():
        root = (content or load_settings().content).resolve()
        wanted = [_there(path) for path in paths or []]
        library = load_library(root)
        found = sorted({*library.problems, *library.remarks, *check_calls(library, root), *load_rubrics(root)[1]})
        problems = [problem for problem in found if _wanted(root / problem.file, wanted)]
    ui: UiLang = "nl" if ui_lang() == "nl" else "en"
    errors = sum(not problem.is_advice for problem in problems)
    if as_json:
        print_json([_as_json(problem, ui) for problem in problems])
    else:
        for problem in problems:
            OUT.print(problem.render(ui), markup=False, soft_wrap=True)
        ERR.print(_summary(errors, len(problems) - errors, ui))
    if errors or (strict and problems):
        raise typer.Exit(1)


def _there(path: Path) -> Path:
    if not path.exists():
        raise KiestoonError("check.path", f"there is no {path}", {"path": str(path)})
    return path.resolve()


def _wanted(place: Path, paths: list[Path]) -> bool:
    return not paths or any(place.is_relative_to(path) for path in paths)


def _as_json(problem: Problem, ui: UiLang) -> dict[str, object]:
    return {
        "file": problem.file, "line": problem.line, "column": problem.column, "code": problem.code,
        "severity": "remark" if problem.is_advice else "error",
        "message": problem.message(ui), "suggestion": problem.suggestion,
    }  # fmt: skip


def _summary(errors: int, remarks: int, ui: UiLang) -> str:
    says = SAYS[ui]
    found = says["none"] if not errors else says["error" if errors == 1 else "errors"].format(errors)
    return found + (" " + says["remark" if remarks == 1 else "remarks"].format(remarks) if remarks else "")
