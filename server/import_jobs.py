"""One import after the other, in any process: what is known beforehand, what was stored, how to undo it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from bot import call_events
from bot.acts import Understanding
from bot.errors import KiestoonError
from bot.event_log import StoredLog, disk_error, read_log
from bot.events import CALL_EVENT, CallStarted, Lang
from bot.speech.transcriber import Transcriber
from bot.speech.whisper import WhisperTranscriber
from evaluators.transcript_file import TranscriptFile, read_transcript, transcript_events
from server.batch import Progress
from server.engine import Engine
from server.importing import ImportParts, import_events, import_recording
from server.recordings import SUFFIXES, Side
from server.settings import Settings
from server.storage import CALL_ID, CallStore

SOURCE = "recording"
"""The key under which a log's versions name the file that it was made from (SHA-256, 16 digits)."""


@dataclass(frozen=True)
class Known:
    """What is known of a recorded call: the header of a transcript file, or the scenario that was played."""

    header: TranscriptFile
    scenario: str = ""


@dataclass(frozen=True)
class ImportJob:
    """One thing to import. `agent` and `known` are needed for recordings only."""

    path: Path
    call_id: str
    at: str
    source: str
    agent: Side | None = None
    known: Known | None = None


class Importer:
    """What a process needs to import: models are loaded when the first recording asks for them. Calls are stored
    under `calls`.
    """

    def __init__(self, settings: Settings, calls: Path, threads: int) -> None:
        self.engine = Engine(settings)
        self.store = CallStore(calls)
        self._threads = threads
        self._transcribers: dict[str, Transcriber] = {}

    def transcriber(self, lang: Lang) -> Transcriber:
        """The recogniser of a language, as wide as the share of the cores that this process has."""
        found = self.engine.recogniser(lang)
        if found.id not in self._transcribers:
            self._transcribers[found.id] = WhisperTranscriber(found.folder, found.id, threads=self._threads)
        return self._transcribers[found.id]

    def understand(self, lang: Lang, text: str, previous: str | None) -> Understanding:
        """The acts of an agent's turn."""
        return self.engine.acts(lang).understand(text, lang, previous_customer_line=previous)


def import_one(importer: Importer, job: ImportJob, progress: Progress) -> str:
    """Store one call; answers its id. Raises KiestoonError as the readers do, with nothing stored."""
    if is_recording(job.path):
        return _recording(importer, job, progress)
    if is_log(job.path):
        return _stored(importer, job)
    return _transcript(importer, job)


def is_recording(path: Path) -> bool:
    """Whether a file is taken for a recording."""
    return path.suffix.lower() in SUFFIXES


def is_log(path: Path) -> bool:
    """Whether a path is an event log or a folder with one: a call from another Kiestoon."""
    return path.suffix == ".jsonl" or (path / "events.jsonl").is_file()


def fingerprint(path: Path) -> str:
    """What tells a file from others: the first 16 digits of its SHA-256. Raises KiestoonError ``import.missing``."""
    file = path / "events.jsonl" if path.is_dir() else path
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()[:16]
    except OSError as error:
        raise KiestoonError("import.missing", "there is no file at this place", {"file": path.name}) from error


def known_sources(store: CallStore) -> dict[str, str]:
    """The call that each file was imported as, by fingerprint."""
    found = {}
    for call_id in store.ids():
        try:
            with (store.folder(call_id) / "events.jsonl").open("rb") as log:
                start = CALL_EVENT.validate_json(log.readline())
        except (OSError, ValidationError):
            continue
        if isinstance(start, CallStarted) and SOURCE in start.versions:
            found[start.versions[SOURCE]] = call_id
    return found


def read_header(path: Path) -> TranscriptFile:
    """What a JSON file tells about a recording: a transcript file in which the turns may lack.

    Raises KiestoonError ``transcript.invalid``.
    """
    try:
        raw = json.loads(path.read_bytes())
        return TranscriptFile.model_validate({"turns": [], **raw} if isinstance(raw, dict) else raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise KiestoonError("transcript.invalid", f"{path.name}: {place}: {first['msg']}", {"place": place}) from error
    except ValueError as error:
        raise KiestoonError("transcript.invalid", f"{path.name} is no JSON", {"place": path.name}) from error


def _recording(importer: Importer, job: ImportJob, progress: Progress) -> str:
    if job.agent is None or job.known is None:
        raise KiestoonError("import.unnamed", "say in which channel the agent is: --agent left or --agent right")
    lang = job.known.header.lang
    parts = ImportParts(
        activity=importer.engine.voice_activity,
        transcriber=importer.transcriber(lang),
        understand=lambda text, previous: importer.understand(lang, text, previous),
        progress=progress,
    )
    minutes = importer.engine.settings.import_minutes
    return import_recording(job.path, _start(importer, job, job.known), job.agent, minutes, importer.store, parts)


def _transcript(importer: Importer, job: ImportJob) -> str:
    file = read_transcript(job.path)
    if not file.turns:
        raise KiestoonError("transcript.invalid", "the transcript has no turns", {"place": "turns"})
    events = transcript_events(file, lambda text, previous: importer.understand(file.lang, text, previous), job.call_id)
    start = _dated(events[0], importer, job, heard=False)
    return import_events((start, *events[1:]), job.call_id, importer.store)


def _stored(importer: Importer, job: ImportJob) -> str:
    folder = job.path if job.path.is_dir() else job.path.parent
    log: StoredLog = read_log(folder / "events.jsonl" if job.path.is_dir() else job.path)
    start = log.start.model_copy(update={"versions": {**log.start.versions, SOURCE: job.source}})
    return import_events((start, *log.events[1:]), job.call_id, importer.store, folder / "audio.pcm")


def _start(importer: Importer, job: ImportJob, known: Known) -> CallStarted:
    if not known.scenario:
        events = transcript_events(known.header, lambda text, _: Understanding(text=text, acts=()), job.call_id)
        return _dated(events[0], importer, job, heard=True)
    scenario = importer.engine.library.scenario(known.scenario)
    start = call_events.started(
        scenario, call_id=job.call_id, at=datetime.fromisoformat(job.at), channel="imported", mode="assessment",
        seed=0, agent_name=known.header.agent_name,
    )  # fmt: skip
    return _dated(start, importer, job, heard=True)


def _dated(start: object, importer: Importer, job: ImportJob, *, heard: bool) -> CallStarted:
    assert isinstance(start, CallStarted)
    versions = {"engine": importer.engine.version, "nlu": importer.engine.acts(start.lang).name, SOURCE: job.source}
    if heard:
        versions["recogniser"] = importer.transcriber(start.lang).name
    return start.model_copy(update={"started_at": job.at, "versions": versions})


def note_batch(folder: Path, calls: Iterable[str], at: datetime) -> Path:
    """Remember what one command imported, so that it can be undone; raises KiestoonError ``disk.full`` …"""
    path = folder / f"{at:%Y%m%d-%H%M%S-%f}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(sorted(calls)), encoding="utf-8")
    except OSError as error:
        raise disk_error(error) from error
    return path


def undo_last(folder: Path, store: CallStore) -> list[str]:
    """Move what the last import stored to the trash; answers the ids of those calls that were still there.

    Raises KiestoonError ``import.nothing`` where there is nothing to undo.
    """
    last = max(folder.glob("*.json"), default=None)
    if last is None:
        raise KiestoonError("import.nothing", "there is no import to undo")
    calls = [call for call in json.loads(last.read_bytes()) if CALL_ID.match(call)]
    there = [call for call in calls if store.folder(call).is_dir()]
    for call in there:
        store.delete(call)
    last.unlink()
    return there
