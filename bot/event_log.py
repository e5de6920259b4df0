"""The event log on disk: JSON Lines, one event a line, appended and flushed as it happens."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from bot.errors import KiestoonError
from bot.events import CALL_EVENT, SCHEMA_VERSION, CallEnded, CallEvent, CallStarted


class EventLog:
    """Appends events to a file. Each event reaches the operating system before `append` returns, so a killed process
    loses nothing that was appended; `sync` makes it outlast a power cut.

    Raises KiestoonError ``disk.full`` or ``disk.unwritable`` where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = path.open("ab", buffering=0)
            if self._file.tell() and not _ends_with_newline(path):
                self._file.write(b"\n")
        except OSError as error:
            raise disk_error(error) from error

    def append(self, event: CallEvent) -> None:
        """Write one event as one line."""
        try:
            self._file.write(CALL_EVENT.dump_json(event, exclude_defaults=False) + b"\n")
        except OSError as error:
            raise disk_error(error) from error

    def sync(self) -> None:
        """Ask the operating system to put the log on the disk itself."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def append_events(path: Path, events: Iterable[CallEvent]) -> None:
    """Add to a log that was closed, and put it on the disk itself. A line that a crash left unfinished goes first: with
    others behind it nobody could read the log any more.

    Raises KiestoonError as `EventLog` does.
    """
    try:
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        if torn and not _is_event(torn):
            os.truncate(path, len(whole) + 1)
    except OSError as error:
        raise disk_error(error) from error
    with EventLog(path) as log:
        for event in events:
            log.append(event)
        log.sync()


def _is_event(line: bytes) -> bool:
    try:
        CALL_EVENT.validate_json(line)
    except ValidationError:
        return False
    return True


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def disk_error(error: OSError) -> KiestoonError:
    """The error that a person can act on for a failed write."""
    full = error.errno in (28, 122)  # ENOSPC, EDQUOT
    code = "disk.full" if full else "disk.unwritable"
    return KiestoonError(code, "the disk is full" if full else f"cannot write: {error.strerror}")


@dataclass(frozen=True)
class StoredLog:
    """A log as read: its events, and the number of lines at the end that a crash left unfinished (0 or 1)."""

    events: tuple[CallEvent, ...]
    torn_lines: int = 0

    @property
    def start(self) -> CallStarted:
        """The first event."""
        first = self.events[0]
        assert isinstance(first, CallStarted)
        return first

    @property
    def ended(self) -> bool:
        """Whether the call came to an end; a call that did not was broken off."""
        return self.end is not None

    @property
    def end(self) -> CallEnded | None:
        """The end of the call; only after-call work comes behind it."""
        return next((event for event in reversed(self.events) if isinstance(event, CallEnded)), None)


def read_log(path: Path) -> StoredLog:
    """Read a log. A torn last line is dropped and counted: it is what a killed process leaves.

    Raises KiestoonError ``log.missing``, ``log.empty``, ``log.schema`` (newer than this engine), ``log.old`` (older,
    and with a line that this engine cannot read) or ``log.invalid``, both with the line number.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError as error:
        raise KiestoonError("log.missing", "no event log at this place") from error
    return parse_log(line for line in lines if line)


def _unreadable(first: bytes, number: int) -> KiestoonError:
    """What a line that is no event means, by the schema that the log's first line names."""
    try:
        schema = json.loads(first).get("schema_version")
    except (ValueError, AttributeError):
        schema = None
    if isinstance(schema, int) and schema > SCHEMA_VERSION:
        return KiestoonError("log.schema", "the log was made by a newer version", {"schema": schema})
    if isinstance(schema, int) and schema < SCHEMA_VERSION:
        message = f"the log was made by an older version: line {number} cannot be read any more"
        return KiestoonError("log.old", message, {"schema": schema, "line": number})
    return KiestoonError("log.invalid", f"line {number} is not an event", {"line": number})


def parse_log(lines: Iterable[bytes]) -> StoredLog:
    """Like `read_log`, from the lines of a log."""
    rows = list(lines)
    events: list[CallEvent] = []
    torn = 0
    for number, row in enumerate(rows, 1):
        try:
            events.append(CALL_EVENT.validate_json(row))
        except ValidationError as error:
            if number == len(rows) and number > 1:
                torn = 1
                break
            raise _unreadable(rows[0], number) from error
    if not events or not isinstance(events[0], CallStarted):
        raise KiestoonError("log.empty", "the log does not begin with the start of a call")
    if events[0].schema_version > SCHEMA_VERSION:
        raise KiestoonError("log.schema", "the log was made by a newer version", {"schema": events[0].schema_version})
    return StoredLog(tuple(events), torn)
