"""Stored calls: one folder each, with the event log and the recording, both appended as the call goes on.

`events.jsonl` is the call; `audio.pcm` its recording (s16le, 16 kHz, stereo interleaved: left the trainee, right the
customer); `assessments.jsonl` what was judged and said about it (`server.assessment_log`); `scorecard.json` the
scorecard that stands, for the lists. Whatever else is shown of a call is computed from these.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from bot.audio import from_bytes, interleave, to_bytes
from bot.errors import KiestoonError
from bot.event_log import EventLog, StoredLog, disk_error, read_log
from bot.events import CallEvent
from evaluators.assessment import Assessment
from evaluators.verdicts import Scorecard
from server.assessment_log import NAME, read_assessment

CALL_ID = re.compile(r"^[0-9]{8}-[0-9]{6}-[0-9a-f]{8}$")
BYTES_PER_MS = 16 * 2 * 2


class CallJournal:
    """Writes one call as it happens (see `bot.call.Journal`)."""

    def __init__(self, folder: Path) -> None:
        self._log = EventLog(folder / "events.jsonl")
        try:
            self._audio = (folder / "audio.pcm").open("ab", buffering=0)
        except OSError as error:
            raise disk_error(error) from error

    def append(self, event: CallEvent) -> None:
        """Keep an event."""
        self._log.append(event)

    def audio(self, trainee: bytes, customer: bytes) -> None:
        """Keep one frame of both sides."""
        try:
            self._audio.write(to_bytes(interleave(from_bytes(trainee), from_bytes(customer))))
        except OSError as error:
            raise disk_error(error) from error

    def sync(self) -> None:
        """Put everything on the disk itself, so that it outlasts a power cut; blocks for some ms."""
        self._log.sync()
        os.fsync(self._audio.fileno())

    def close(self) -> None:
        """Close both files."""
        self._log.close()
        self._audio.close()


@dataclass(frozen=True)
class StoredCall:
    """A call as found on disk."""

    id: str
    log: StoredLog
    audio_bytes: int
    points: int | None
    assessment: Assessment

    @property
    def duration_ms(self) -> int:
        """Length of the call: the later of its last event, after-call work apart, and the end of its recording."""
        last = self.log.end or self.log.events[-1]
        return max(last.at_ms, self.audio_bytes // BYTES_PER_MS)


class CallStore:
    """All calls under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[str, tuple[tuple[int, int, int], StoredCall]] = {}
        self.assessing: dict[str, threading.RLock] = defaultdict(threading.RLock)
        try:
            (root / "trash").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error(error) from error

    def new_id(self, now: datetime) -> str:
        """A fresh call id that sorts by time."""
        return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"

    def check_space(self, min_free_mb: int) -> None:
        """Raises KiestoonError ``disk.low`` where a call may not fit on the disk."""
        free_mb = shutil.disk_usage(self.root).free // 2**20
        if free_mb < min_free_mb:
            raise KiestoonError(
                "disk.low", "not enough free disk space for a call", {"free": free_mb, "need": min_free_mb}
            )

    def create(self, call_id: str, min_free_mb: int) -> CallJournal:
        """Make room for a call; raises KiestoonError ``disk.low`` or ``disk.unwritable``."""
        self.check_space(min_free_mb)
        folder = self.folder(call_id)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise disk_error(error) from error
        return CallJournal(folder)

    def folder(self, call_id: str) -> Path:
        """The call's folder; raises KiestoonError ``call.unknown`` for an id that is none."""
        if not CALL_ID.match(call_id):
            raise KiestoonError("call.unknown", "there is no such call")
        return self.root / call_id

    def ids(self) -> list[str]:
        """All calls, newest first."""
        return sorted((path.name for path in self.root.iterdir() if CALL_ID.match(path.name)), reverse=True)

    def read(self, call_id: str) -> StoredCall:
        """One call; raises KiestoonError ``call.unknown`` or what `read_log` raises."""
        folder = self.folder(call_id)
        if not folder.is_dir():
            raise KiestoonError("call.unknown", "there is no such call")
        log_stat = _stat(folder / "events.jsonl")
        card_stat = _stat(folder / "scorecard.json")
        key = (log_stat, card_stat, _stat(folder / NAME))
        known = self._read.get(call_id)
        if known is None or known[0] != key:
            card = self.scorecard(call_id)
            log = read_log(folder / "events.jsonl")
            points = card.points if card else None
            stored = StoredCall(call_id, log, _size(folder / "audio.pcm"), points, _said_about(folder))
            self._read[call_id] = known = (key, stored)
        return known[1]

    def audio(self, call_id: str) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
        """The recording, shape (frames, 2): column 0 the trainee, 1 the customer; empty where there is none."""
        path = self.folder(call_id) / "audio.pcm"
        whole = _size(path) // 4
        if whole == 0:
            return np.zeros((0, 2), dtype=np.int16)
        return np.memmap(path, dtype="<i2", mode="r", shape=(whole, 2))

    def scorecard(self, call_id: str) -> Scorecard | None:
        """What was last judged, if anything that this version understands."""
        try:
            return Scorecard.model_validate_json((self.folder(call_id) / "scorecard.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def keep_scorecard(self, card: Scorecard) -> None:
        """Store a scorecard; a half-written one never replaces a whole one."""
        path = self.folder(card.call_id) / "scorecard.json"
        half = path.with_suffix(".part")
        try:
            half.write_text(card.model_dump_json(), encoding="utf-8")
            half.replace(path)
        except OSError as error:
            raise disk_error(error) from error

    def delete(self, call_id: str) -> None:
        """Move a call to the trash; `restore` undoes it until `empty_trash`."""
        folder = self.folder(call_id)
        if not folder.is_dir():
            raise KiestoonError("call.unknown", "there is no such call")
        folder.rename(self.root / "trash" / call_id)

    def restore(self, call_id: str) -> None:
        """Bring a deleted call back."""
        folder = self.folder(call_id)
        trashed = self.root / "trash" / call_id
        if not trashed.is_dir():
            raise KiestoonError("call.unknown", "there is no such call in the trash")
        trashed.rename(folder)

    def empty_trash(self) -> None:
        """Remove for good what was deleted in an earlier session."""
        for path in (self.root / "trash").iterdir():
            shutil.rmtree(path, ignore_errors=True)


def _said_about(folder: Path) -> Assessment:
    """What was said about a call; nothing where that is damaged: the call itself can still be shown."""
    try:
        return read_assessment(folder)
    except KiestoonError:
        return Assessment()


def _stat(path: Path) -> int:
    try:
        found = path.stat()
    except FileNotFoundError:
        return -1
    return found.st_mtime_ns ^ (found.st_size << 1)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
