"""`kiestoon score`: judge a stored call, or a transcript file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.acts import Understanding
from bot.event_log import StoredLog, read_log
from evaluators.scorecard import score as judge
from evaluators.transcript_file import read_transcript, transcript_events
from evaluators.verdicts import CriterionResult, Scorecard
from server.cli.console import OUT, failing_clearly, print_json, ui_lang
from server.engine import Engine
from server.settings import load_settings
from server.storage import CALL_ID, CallStore

MARKS = {"met": "✔", "partly": "~", "missed": "✘", "not_applicable": "–", "not_scored": "?"}
STYLES = {"met": "green", "partly": "yellow", "missed": "red", "not_applicable": "dim", "not_scored": "magenta"}


app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def score(
    call: Annotated[str, typer.Argument(help="Id of a stored call, its event log, or a transcript file (JSON).")],
    as_json: Annotated[bool, typer.Option("--json", help="The scorecard as JSON.")] = False,
) -> None:
    """Judge a call and show the scorecard with its evidence."""
    with failing_clearly():
        engine = Engine(load_settings())
        log = find_log(engine, call)
        record = engine.record(log, ui_lang())
        card = judge(record, engine.rubric())
        if as_json:
            print_json(_answer(card))
        else:
            titles = engine.messages(ui_lang()).criteria
            _show(card, {name: texts.title for name, texts in titles.items()})


def find_log(engine: Engine, call: str) -> StoredLog:
    """The log of a stored call by its id, of an event log file, or made from a transcript file.

    Raises KiestoonError as the readers do.
    """
    if CALL_ID.match(call):
        return CallStore(engine.settings.calls_dir).read(call).log
    path = Path(call)
    if path.is_dir():
        path = path / "events.jsonl"
    if path.suffix == ".jsonl":
        return read_log(path)
    transcript = read_transcript(path)
    recogniser = engine.acts(transcript.lang)

    def understand(text: str, previous: str | None) -> Understanding:
        return recogniser.understand(text, transcript.lang, previous_customer_line=previous)

    return StoredLog(transcript_events(transcript, understand, path.stem))


def _answer(card: Scorecard) -> dict[str, Any]:
    return {
        "call_id": card.call_id,
        "points": card.points,
        "phases": list(_merged(card)),
        "criteria": {result.criterion: _row(result) for result in card.criteria},
        "rubric": card.rubric,
        "versions": card.versions,
        "missing": list(card.missing),
    }


def _merged(card: Scorecard) -> Iterator[dict[str, Any]]:
    for span in card.phases:
        yield {"phase": span.phase, "from_turn": span.from_turn, "to_turn": span.to_turn}


def _row(result: CriterionResult) -> dict[str, Any]:
    return {
        "verdict": result.verdict,
        "turns": list(result.turns),
        "explanation": result.explanation,
        "confidence": round(result.confidence, 3),
        "reason_code": result.reason_code,
        "tip": result.tip,
    }


def _show(card: Scorecard, titles: dict[str, str]) -> None:
    points = "–" if card.points is None else f"{card.points}/100"
    OUT.print(f"{card.call_id}  {points}", style="bold", markup=False)
    for group, results in groupby(card.criteria, key=lambda result: result.group):
        table = Table(title=group, title_justify="left", show_header=False, box=None, padding=(0, 1))
        for result in results:
            table.add_row(
                f"[{STYLES[result.verdict]}]{MARKS[result.verdict]}[/]",
                titles.get(result.criterion, result.criterion),
                _escaped(result.explanation),
            )
            for item in result.evidence:
                table.add_row("", "", f"[dim]{item.turn}: “{_escaped(item.quote)}”[/]")
        OUT.print(table)


def _escaped(shown: str) -> str:
    return shown.replace("[", r"\[")
