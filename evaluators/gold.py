"""The gold calls: transcripts with what people read in them. data/gold/README.md describes the files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bot.errors import KiestoonError
from bot.events import Lang
from evaluators.transcript_file import TranscriptFile, read_transcript
from evaluators.verdicts import Phase, Verdict

READ_CRITERIA = (
    "opening", "purpose", "identification", "customer_name", "open_questions", "active_listening", "need_found",
    "paraphrase", "empathy", "benefits", "terms", "cross_up_selling", "objection_handling", "buying_signals",
    "bad_news", "commitment", "procedure", "agreements", "anything_else", "farewell", "phase_order", "tone",
    "language",
)  # fmt: skip
"""The criteria that a transcript alone decides."""

Split = Literal["tuned", "heldout", "practice"]

_NUMBERED = re.compile(r"\d.*")
"""What follows the letters of an author's batch in a call's name."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CallReading(_Strict):
    """What one reader saw in one call: verdicts, and per phase the number of the turn where it first starts."""

    phases: dict[Phase, int] = {}
    criteria: dict[str, Verdict] = {}
    notes: dict[str, str] = {}

    @model_validator(mode="after")
    def _known(self) -> CallReading:
        unknown = sorted(set(self.criteria) - set(READ_CRITERIA))
        if unknown:
            raise ValueError(f"there is no criterion {unknown[0]} to read")
        return self


class Reading(_Strict):
    """One reader's work."""

    reader: str
    note: str = ""
    calls: dict[str, CallReading]


class SplitFile(_Strict):
    """Which calls were used for tuning (all others are held out), and calls by tag."""

    tuned: tuple[str, ...] = ()
    tags: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class GoldCall:
    """A call with its readings. `reference` is what counts: where both readings agree, or what was decided where they
    do not; criteria that are still undecided lack. With one reading, that one. A phase that starts nowhere lacks in
    `phases`; `phases` is None where it was not decided where they start.
    """

    id: str
    transcript: TranscriptFile
    readings: tuple[CallReading, ...]
    reference: Mapping[str, Verdict]
    phases: Mapping[Phase, int] | None
    split: Split
    tags: frozenset[str]

    @property
    def author(self) -> str:
        """The letters of the call's name: calls that share them are by one hand."""
        return _NUMBERED.sub("", self.id)

    def differences(self) -> tuple[str, ...]:
        """What the readings see differently: criteria, and `phases`."""
        if len(self.readings) < 2:
            return ()
        first, second = self.readings
        found = [name for name in READ_CRITERIA if first.criteria.get(name) != second.criteria.get(name)]
        return tuple(found) if first.phases == second.phases else (*found, "phases")

    def undecided(self) -> tuple[str, ...]:
        """Differences that nobody has decided yet."""
        return tuple(
            name
            for name in self.differences()
            if (self.phases is None if name == "phases" else name not in self.reference)
        )


def load_gold(folder: Path) -> tuple[GoldCall, ...]:
    """All calls of a language that somebody has read, by id.

    Raises KiestoonError ``gold.missing`` where there are none, ``gold.invalid`` (naming file and place) where a reading
    is incomplete or names a call or criterion that is not there, and as `read_transcript` does.
    """
    first, second = _reading(folder, "a"), _reading(folder, "b")
    decided = read_gold_file(folder / "reconciled.json", Reading, Reading(reader="", calls={})).calls
    split = read_gold_file(folder / "split.json", SplitFile, SplitFile())
    ids = {path.stem for path in folder.glob("calls/*.json")}
    for name, named in (
        ("readings", {*first, *second}), ("reconciled.json", set(decided)),
        ("split.json", {*split.tuned, *(call for calls in split.tags.values() for call in calls)}),
    ):  # fmt: skip
        if unknown := sorted(named - ids):
            raise KiestoonError("gold.invalid", f"{name}: there is no call {unknown[0]}", {"file": name})
    read = sorted(ids & {*first, *second})
    if not read:
        raise KiestoonError("gold.missing", "there are no gold calls that somebody has read")
    return tuple(_call(folder, call, (first.get(call), second.get(call)), decided.get(call), split) for call in read)


def load_practice(folder: Path) -> tuple[GoldCall, ...]:
    """Calls written to fit the judges on, by id: each with the one reading that some file under `readings` gives.

    Raises KiestoonError ``gold.invalid``, as `load_gold` does.
    """
    found = {
        call: reading
        for path in sorted(folder.glob("readings/*.json"))
        for call, reading in read_gold_file(path, Reading).calls.items()
        if (folder / "calls" / f"{call}.json").exists()
    }
    calls = (_call(folder, call, (reading, None), None, SplitFile()) for call, reading in sorted(found.items()))
    return tuple(replace(call, split="practice") for call in calls)


FITTED_ON: Lang = "nl"
"""The language of the calls that weights are fitted on."""

FITTED_FOR: tuple[Lang, ...] = ("nl", "en", "fr", "de")
"""The languages that these weights judge: they rest most on what the reader of calls marks, and it marks the same in
all of them (data/gold/README.md tells how well).
"""


def load_to_fit_on(data: Path) -> tuple[GoldCall, ...]:
    """The calls that weights may be fitted on: gold calls that may be tuned on, and practice calls.

    Raises KiestoonError as `load_gold` does.
    """
    tuned = [call for call in load_gold(data / "gold" / FITTED_ON) if call.split == "tuned"]
    return (*tuned, *load_practice(data / "judging" / FITTED_ON))


def _call(
    folder: Path,
    call: str,
    pair: tuple[CallReading | None, CallReading | None],
    decided: CallReading | None,
    split: SplitFile,
) -> GoldCall:
    readings = tuple(reading for reading in pair if reading is not None)
    agreed: dict[str, Verdict] = {
        name: verdict
        for name, verdict in readings[0].criteria.items()
        if all(reading.criteria[name] == verdict for reading in readings)
    }
    phases = readings[0].phases if all(reading.phases == readings[0].phases for reading in readings) else None
    transcript = read_transcript(folder / "calls" / f"{call}.json")
    there = {turn.i for turn in transcript.turns}
    if any(not there.issuperset(reading.phases.values()) for reading in readings):
        raise KiestoonError("gold.invalid", f"{call}: a phase starts at a turn that is not there", {"file": call})
    if decided is not None:
        agreed |= decided.criteria
        phases = decided.phases or phases
    return GoldCall(
        id=call,
        transcript=transcript,
        readings=readings,
        reference=agreed,
        phases=phases,
        split="tuned" if call in split.tuned else "heldout",
        tags=frozenset(tag for tag, calls in split.tags.items() if call in calls),
    )


def _reading(folder: Path, letter: str) -> dict[str, CallReading]:
    """One reading, which may be spread over several files (`b.json`, `b-2.json`)."""
    found: dict[str, CallReading] = {}
    for path in sorted({*folder.glob(f"readings/{letter}.json"), *folder.glob(f"readings/{letter}-*.json")}):
        for call, reading in read_gold_file(path, Reading).calls.items():
            lacking = [name for name in READ_CRITERIA if name not in reading.criteria]
            if lacking or call in found:
                fault = f"{call} lacks {lacking[0]}" if lacking else f"{call} is there twice"
                raise KiestoonError("gold.invalid", f"{path.name}: {fault}", {"file": path.name})
            found[call] = reading
    return found


Model = TypeVar("Model", bound=BaseModel)


def read_gold_file(path: Path, model: type[Model], without: Model | None = None) -> Model:
    """A file of gold calls or of readings, `without` where there is none. Raises KiestoonError ``gold.missing`` and
    ``gold.invalid``.
    """
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        if without is not None:
            return without
        raise KiestoonError("gold.missing", f"there is no {path.name}", {"file": path.name}) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise KiestoonError("gold.invalid", f"{path.name}: {place}: {first['msg']}", {"file": path.name}) from error
