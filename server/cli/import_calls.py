"""`kiestoon import`: recordings of real calls, transcripts and stored calls, kept as calls of this practice line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import KiestoonError
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
from server.import_jobs import (
    Importer,
    ImportJob,
    Known,
    import_one,
    is_recording,
    known_sources,
    note_batch,
    undo_last,
)
from server.importing import clear_unfinished, megabytes
from server.recordings import Side, announced_ms
from server.settings import Settings, load_settings
from server.storage import CallStore
from server.texts import error_text

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})
TEXT_MS = 1000.0
"""What a transcript or a stored call counts for on the progress bar, beside recordings by their length."""


@app.command(name="import")
def import_calls(
    *,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Recordings, transcript files (JSON), or folders of stored calls.")
    ] = None,
    agent: AgentSide = None,
    lang: Spoken = "nl",
    kind: CallKind = None,
    direction: WhoCalled = None,
    scenario: Played = "",
    company: CompanyName = "",
    agent_name: AgentName = "",
    customer_name: CustomerName = "",
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
        known = known_of(
            settings, scenario, kind, direction, lang=lang, company=company, agent_name=agent_name,
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
                Importer,
                (settings, settings.calls_dir, threads),
                import_one,
                plan,
                jobs,
                lambda ms: bar.update(task, completed=ms),
            ):
                done.append(outcome)
                bar.update(task, description=f"{len(done)}/{len(plan)}")
        finally:
            stored = [outcome.value for outcome in done if outcome.value]
            if stored:
                note_batch(settings.data_dir / "imports", stored, datetime.now().astimezone())
    return done


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
            job = completed(job)
        except KiestoonError as error:
            refused.append(Done(job, None, error))
            continue
        if job.source in sources:
            skipped.append((path, sources[job.source]))
        else:
            sources[job.source] = job.call_id
            plan.append(job)
    return plan, skipped, refused


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
