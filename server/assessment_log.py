"""`assessments.jsonl` beside a call's log: everything said about the call after it, one entry a line, appended."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from bot.errors import KiestoonError
from bot.event_log import disk_error
from evaluators.assessment import ENTRY, AnyEntry, Assessment

NAME = "assessments.jsonl"


def read_assessment(folder: Path) -> Assessment:
    """What was said about the call in this folder; nothing where the file is not there. A torn last line, as a killed
    process leaves it, is left out.

    Raises KiestoonError ``assessment.damaged`` with the line that is no entry.
    """
    try:
        rows = (folder / NAME).read_bytes().split(b"\n")
    except FileNotFoundError:
        return Assessment()
    whole = [(number, row) for number, row in enumerate(rows[:-1], 1) if row]
    return Assessment(tuple(_entry(number, row) for number, row in whole))


def _entry(number: int, row: bytes) -> AnyEntry:
    try:
        return ENTRY.validate_json(row)
    except ValidationError as error:
        raise KiestoonError("assessment.damaged", f"line {number} is not an entry", {"line": number}) from error


def append_entry(folder: Path, entry: AnyEntry) -> None:
    """Add an entry and put it on the disk. Raises KiestoonError ``disk.full`` or ``disk.unwritable``."""
    path = folder / NAME
    line = ENTRY.dump_json(entry) + b"\n"
    try:
        _cut_torn_line(path)
        with path.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise disk_error(error) from error


def _cut_torn_line(path: Path) -> None:
    if not path.exists():
        return
    with path.open("rb+") as file:
        contents = file.read()
        if not contents.endswith(b"\n"):
            file.truncate(contents.rfind(b"\n") + 1)
