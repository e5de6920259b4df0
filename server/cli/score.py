"""`kiestoon score`: judge a stored call, a transcript file or a recording, or all stored calls."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.errors import KiestoonError
from bot.event_log import StoredLog, read_log
from evaluators.assessment import Judged
from evaluators.scorecard import score as judge
from evaluators.transcript_file import read_transcript
from evaluators.verdicts import CriterionResult, Scorecard
from server.batch import Done, cores, run_batch
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.cli.recording_options import (
    AgentName,
    AgentSide,
    CallKind,
    CompanyName,
    CustomerName,
    Played,
    Spoken,
    WhoCalled,
    completed,
    known_of,
)
from server.engine import Engine
from server.import_jobs import Importer, ImportJob, Known, import_one, is_recording
from server.recordings import Side, announced_ms
from server.score_jobs import Became, Judges, Scored, ScoreJob, score_one
from server.scoring import rescore, standing
from server.settings import Settings, load_settings
from server.storage import CALL_ID, CallStore
from server.texts import error_text

BATCH_COLUMNS = (
    TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
)  # fmt: skip
BECAME: dict[Became, str] = {
    "judged": "judged",
    "rejudged": "judged again, the older scorecard kept beside",
    "current": "judged before by the present edition",
    "older": "judged before by an older edition (--again judges them anew)",
}
MARKS = {"met": "✔", "partly": "~", "missed": "✘", "not_applicable": "–", "not_scored": "?"}
STYLES = {"met": "green", "partly": "yellow", "missed": "red", "not_applicable": "dim", "not_scored": "magenta"}


app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def score(
    *,
    call: Annotated[
        str, typer.Argument(help="Id of a stored call, its event log, a transcript file (JSON), or a recording.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Judge all stored calls that were not judged yet.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Judge stored calls anew, and keep the older scorecard beside.")
    ] = False,
    form: Annotated[str, typer.Option(help="Judge by this form of data/rubrics (a stored call: anew).")] = "",
    jobs: Annotated[int, typer.Option(min=0, max=256, help="With --all: processes at once (0: one a core).")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The scorecard as JSON.")] = False,
    agent: AgentSide = None,
    lang: Spoken = "nl",
    kind: CallKind = None,
    direction: WhoCalled = None,
    scenario: Played = "",
    company: CompanyName = "",
    agent_name: AgentName = "",
    customer_name: CustomerName = "",
) -> None:
    """Judge a call and show the scorecard with its evidence.

    A recording is judged without being stored; `kiestoon import` stores it.
    """
    with failing_clearly():
        settings = load_settings()
        if every:
            score_all(settings, again, jobs or cores(), as_json)
            return
        if not call:
            raise KiestoonError("score.nothing", "name a call to judge, or --all")
        engine = Engine(settings)
        if is_recording(Path(call)) and not CALL_ID.match(call):
            known = known_of(
                settings, scenario, kind, direction, lang=lang, company=company, agent_name=agent_name,
                customer_name=customer_name,
            )  # fmt: skip
            card = _recording(engine, Path(call), agent, known)
        else:
            card = _judged(engine, call, again, form)
        if as_json:
            print_json(_answer(card) | _said_about(engine, call))
        else:
            titles = engine.messages(ui_lang()).criteria
            _show(card, {name: texts.title for name, texts in titles.items()})


def _judged(engine: Engine, call: str, again: bool, form: str) -> Scorecard:
    """The scorecard of a stored call, human verdicts included, or of a file, which keeps none."""
    if not CALL_ID.match(call):
        return judge(engine.record(find_log(engine, call), ui_lang()), engine.rubric(form))
    store = CallStore(engine.settings.calls_dir)
    stands = standing(engine, store, call, ui_lang())
    assessment = rescore(engine, store, call, ui_lang(), form or None) if again or form else stands.assessment
    if stands.newer is not None and assessment is stands.assessment:
        ERR.print(f"would be judged otherwise now ({stands.newer.card.points}/100): --again", style="yellow")
    assert assessment.card is not None
    return assessment.card


def _said_about(engine: Engine, call: str) -> dict[str, Any]:
    """Of a stored call: the human verdicts, each with the automatic one, and the points after every scorecard."""
    if not CALL_ID.match(call):
        return {}
    assessment = CallStore(engine.settings.calls_dir).read(call).assessment
    automatic = {row.criterion: row.verdict for row in assessment.judged.card.criteria} if assessment.judged else {}
    return {
        "overrides": {
            criterion: {
                "verdict": ruling.verdict, "automatic": automatic.get(criterion), "author": ruling.entry.author,
                "reason": ruling.entry.reason, "at": ruling.entry.at,
            }
            for criterion, ruling in assessment.rulings.items()
        },
        "corrected_turns": sorted(assessment.corrections),
        "history": [
            {"at": entry.at, "points": entry.card.points, "versions": entry.card.versions}
            for entry in assessment.entries if isinstance(entry, Judged)
        ],
    }  # fmt: skip


def _recording(engine: Engine, path: Path, agent: Side | None, known: Known | None) -> Scorecard:
    """The scorecard of a recording, which leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        importer = Importer(engine.settings, Path(folder), cores())
        call_id = importer.store.new_id(datetime.now().astimezone())
        job = completed(ImportJob(path, call_id, "", "", agent, known))
        length = max(1.0, float(announced_ms(path)))
        with Progress(console=ERR, transient=True) as bar:
            task = bar.add_task(path.name, total=length)
            import_one(importer, job, lambda ms: bar.advance(task, ms))
        card = standing(engine, importer.store, call_id, ui_lang()).assessment.card
        assert card is not None
        return card


def score_all(settings: Settings, again: bool, jobs: int, as_json: bool) -> None:
    """Judge all stored calls, with a progress bar; what is judged is kept, so that a stopped run goes on next time."""
    store = CallStore(settings.calls_dir)
    work = [ScoreJob(call_id, ui_lang(), again) for call_id in store.ids()]
    done: list[Done[ScoreJob, Scored]] = []
    with Progress(*BATCH_COLUMNS, console=ERR, transient=True) as bar:
        task = bar.add_task(f"0/{len(work)}", total=len(work))
        for outcome in run_batch(Judges, (settings,), score_one, work, min(jobs, max(1, len(work))), lambda _: None):
            done.append(outcome)
            bar.update(task, advance=1, description=f"{len(done)}/{len(work)}")
    failed = [outcome for outcome in done if outcome.error is not None]
    _report(done, failed, as_json)
    if failed:
        raise typer.Exit(1)


def _report(done: Sequence[Done[ScoreJob, Scored]], failed: Sequence[Done[ScoreJob, Scored]], as_json: bool) -> None:
    became = Counter(outcome.value.became for outcome in done if outcome.value)
    if as_json:
        print_json({
            "became": dict(became),
            "points": {outcome.item.call_id: outcome.value.points for outcome in done if outcome.value},
            "failed": {outcome.item.call_id: outcome.error.code for outcome in failed if outcome.error},
        })  # fmt: skip
        return
    for name, told in BECAME.items():
        if became[name]:
            OUT.print(f"{became[name]} {told}", markup=False)
    for outcome in failed:
        assert outcome.error is not None
        ERR.print(f"{outcome.item.call_id}: {error_text(outcome.error, ui_lang())}", style="red", markup=False)


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
    return engine.log_of(read_transcript(path), path.stem)


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
        "measured": [item.model_dump() for item in result.measured],
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
