"""`kiestoon import`: recordings of real calls, transcripts and stored calls, kept as calls of this practice line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import KiestoonError
from bot.events import Direction, Kind, Lang
from evaluators.transcript_file import TranscriptFile
from server.batch import Done, cores, run_batch
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.engine import Engine
from server.import_jobs import (
    Importer,
    ImportJob,
    Known,
    fingerprint,
    import_one,
    is_recording,
    known_sources,
    note_batch,
    read_header,
    undo_last,
)
from server.importing import clear_unfinished, megabytes
from server.recordings import Side, announced_ms
from server.settings import Settings, load_settings
from server.storage import CallStore
from server.texts import error_text

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})
CALLS_OUT: tuple[Kind, ...] = ("sale", "acquisition", "survey", "debt_collection")
"""Kinds in which the agent calls, unless told otherwise."""
TEXT_MS = 1000.0
"""What a transcript or a stored call counts for on the progress bar, beside recordings by their length."""


@app.command(name="import")
def import_calls(
    *,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Recordings, transcript files (JSON), or folders of stored calls.")
    ] = None,
    agent: Annotated[Side | None, typer.Option(help="Recordings: the channel in which the agent speaks.")] = None,
    lang: Annotated[Lang, typer.Option(help="Recordings: the language that is spoken.")] = "nl",
    kind: Annotated[Kind | None, typer.Option(help="Recordings: what kind of call it is.")] = None,
    direction: Annotated[Direction | None, typer.Option(help="Recordings: who called (default: by the kind).")] = None,
    scenario: Annotated[
        str, typer.Option(help="Recordings: the scenario that was played (SCRIPT~PERSONA), instead of the kind.")
    ] = "",
    company: Annotated[str, typer.Option(help="Recordings: the company's name.")] = "",
    agent_name: Annotated[str, typer.Option(help="Recordings: the agent's name.")] = "",
    customer_name: Annotated[str, typer.Option(help="Recordings: the customer's title and surname.")] = "",
    jobs: Annotated[int, typer.Option(min=0, max=256, help="Processes at once (0: one a core).")] = 0,
    again: Annotated[bool, typer.Option("--again", help="Import what was imported before once more.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last import.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was stored and refused, as JSON.")] = False,
) -> None:
    """Store calls from elsewhere, so that they play and are scored like all others.

    A recording has two channels, one for each speaker (WAV, FLAC, Opus, MP3 …). What is known of a recording may also
    stand in a JSON file of the same name beside it, in the form of a transcript file without turns.
    """
    with failing_clearly():
        settings = load_settings()
        store = CallStore(settings.calls_dir)
        if undo:
            _undo(settings, store, as_json)
            return
        if not files:
            raise KiestoonError("import.nothing", "name the recordings or transcripts to import")
        clear_unfinished(store)
        known = None if kind is None and not scenario else _known(
            settings, scenario, lang=lang, kind=kind, direction=direction, company=company, agent_name=agent_name,
            customer_name=customer_name,
        )  # fmt: skip
        plan, skipped, refused = _planned(files, store, agent, known, again)
        done = run_import(settings, store, plan, jobs or min(cores(), max(1, len(plan))))
    refused += [outcome for outcome in done if outcome.error is not None]
    _report(done, skipped, refused, as_json)
    if refused:
        raise typer.Exit(1)


def run_import(
    settings: Settings, store: CallStore, plan: Sequence[ImportJob], jobs: int
) -> list[Done[ImportJob, str]]:
    """Import all, with a progress bar on stderr, and note what was stored even when it is stopped halfway."""
    if not plan:
        return []
    lengths = {job.call_id: float(_length_ms(job.path)) for job in plan}
    store.check_space(settings.min_free_mb + megabytes(round(sum(lengths.values()))))
    done: list[Done[ImportJob, str]] = []
    for lang in {job.known.header.lang for job in plan if job.known}:
        # A recogniser of acts that is not there yet is trained once, here, and not by every process at the same time.
        Engine(settings).acts(lang)
    threads = max(1, cores() // jobs)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, transient=True) as bar:
        task = bar.add_task(f"{len(plan)} × import", total=sum(lengths.values()))
        try:
            for outcome in run_batch(
                Importer, (settings, threads), import_one, plan, jobs, lambda ms: bar.update(task, completed=ms)
            ):
                done.append(outcome)
                bar.update(task, description=f"{len(done)}/{len(plan)}")
        finally:
            stored = [outcome.value for outcome in done if outcome.value]
            if stored:
                note_batch(settings.data_dir / "imports", stored, datetime.now().astimezone())
    return done


def _known(settings: Settings, scenario: str, *, kind: Kind | None, direction: Direction | None, **names: str) -> Known:
    if scenario:
        script = Engine(settings).library.scenario(scenario).script
        names["lang"], kind, direction = script.lang, script.kind, script.direction
    way = direction or ("outbound" if kind in CALLS_OUT else "inbound")
    header = TranscriptFile.model_validate({"kind": kind, "direction": way, "turns": [], **names})
    return Known(header, scenario)


def _planned(
    files: Sequence[Path], store: CallStore, agent: Side | None, known: Known | None, again: bool
) -> tuple[list[ImportJob], list[tuple[Path, str]], list[Done[ImportJob, str]]]:
    """What is to be imported, what was before (with its call), and what is refused at once."""
    sources = {} if again else known_sources(store)
    plan: list[ImportJob] = []
    skipped: list[tuple[Path, str]] = []
    refused: list[Done[ImportJob, str]] = []
    for path in files:
        now = datetime.now().astimezone()
        job = ImportJob(path, store.new_id(now), now.isoformat(timespec="seconds"), "", agent, known)
        try:
            job = _completed(job)
        except KiestoonError as error:
            refused.append(Done(job, None, error))
            continue
        if job.source in sources:
            skipped.append((path, sources[job.source]))
        else:
            sources[job.source] = job.call_id
            plan.append(job)
    return plan, skipped, refused


def _completed(job: ImportJob) -> ImportJob:
    source = fingerprint(job.path)
    if not is_recording(job.path):
        return ImportJob(job.path, job.call_id, job.at, source)
    if job.agent is None:
        raise KiestoonError("import.unnamed", "say in which channel the agent is: --agent left or --agent right")
    beside = job.path.with_suffix(".json")
    known = Known(read_header(beside)) if beside.is_file() else job.known
    if known is None:
        kinds = ", ".join(get_args(Kind))
        raise KiestoonError(
            "import.kind", f"say what kind of call it is: --kind {kinds}; or --scenario", {"kinds": kinds}
        )
    recorded = datetime.fromtimestamp(job.path.stat().st_mtime).astimezone().isoformat(timespec="seconds")
    return ImportJob(job.path, job.call_id, recorded, source, job.agent, known)


def _length_ms(path: Path) -> float:
    if not is_recording(path):
        return TEXT_MS
    try:
        return max(TEXT_MS, announced_ms(path))
    except KiestoonError:
        return TEXT_MS


def _undo(settings: Settings, store: CallStore, as_json: bool) -> None:
    calls = undo_last(settings.data_dir / "imports", store)
    if as_json:
        print_json({"undone": calls})
    else:
        OUT.print(f"taken back: {len(calls)} call(s)", markup=False)


def _report(
    done: Sequence[Done[ImportJob, str]],
    skipped: Sequence[tuple[Path, str]],
    refused: Sequence[Done[ImportJob, str]],
    as_json: bool,
) -> None:
    stored = [(outcome.item.path, outcome.value) for outcome in done if outcome.value]
    if as_json:
        print_json(_answer(stored, skipped, refused))
        return
    for path, call in stored:
        OUT.print(f"{path}: {call}", markup=False, soft_wrap=True)
    for path, call in skipped:
        OUT.print(f"{path}: {call} (imported before; --again imports it once more)", markup=False, soft_wrap=True)
    for outcome in refused:
        assert outcome.error is not None
        ERR.print(
            f"{outcome.item.path}: {error_text(outcome.error, ui_lang())}", style="red", markup=False, soft_wrap=True
        )
    if stored:
        OUT.print("kiestoon import --undo takes it back", style="dim", markup=False)


def _answer(
    stored: Sequence[tuple[Path, str | None]],
    skipped: Sequence[tuple[Path, str]],
    refused: Sequence[Done[ImportJob, str]],
) -> dict[str, Any]:
    return {
        "stored": [{"file": str(path), "call_id": call} for path, call in stored],
        "skipped": [{"file": str(path), "call_id": call} for path, call in skipped],
        "refused": [
            {"file": str(outcome.item.path), "code": outcome.error.code, "message": outcome.error.message}
            for outcome in refused
            if outcome.error is not None
        ],
    }
