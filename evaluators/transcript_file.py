"""A transcript file: a call as text, from elsewhere, turned into the events that every call has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.acts import Understanding
from bot.errors import KiestoonError
from bot.events import (
    AgentActs,
    AgentTurn,
    CallContext,
    CallEnded,
    CallEvent,
    CallStarted,
    CustomerSpoke,
    CustomerTurn,
    Direction,
    Kind,
    Lang,
    Speaker,
)
from evaluators.lexicon import Lexicon
from evaluators.messages import Messages
from evaluators.record import CallRecord, record

Understand = Callable[[str, str], Understanding]
"""(text of the agent's turn, the customer's line before it) → what it was understood to be."""


def _listed(value: Any) -> Any:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _joined(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value) or None
    return value or None


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
MaybeText = Annotated[str | None, BeforeValidator(_joined)]


class _Loose(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TranscriptContext(_Loose):
    """What the script says beforehand; a single text stands for a list of one, a list of texts for one text."""

    key_facts: Texts = ()
    right_solution: MaybeText = None
    terms: Texts = ()
    cross_up_sell_option: MaybeText = None
    bad_news: MaybeText = None
    hold_or_transfer: MaybeText = None


class TranscriptTurn(_Loose):
    """One turn; times in ms since the call began, both None where the transcript has none; `marks` by the author of a
    practice call.
    """

    i: int = Field(ge=0)
    speaker: Speaker
    text: str
    start_ms: int | None = Field(default=None, ge=0)
    end_ms: int | None = Field(default=None, ge=0)
    marks: tuple[str, ...] | None = None


class TranscriptFile(_Loose):
    """A call as text."""

    lang: Lang
    kind: Kind
    direction: Direction
    company: str = ""
    agent_name: str = ""
    customer_name: str = ""
    customer_type: str = ""
    context: TranscriptContext = TranscriptContext()
    turns: tuple[TranscriptTurn, ...]

    @property
    def marked(self) -> bool:
        """Whether an author marked what each turn does."""
        return any(turn.marks is not None for turn in self.turns)

    @model_validator(mode="before")
    @classmethod
    def _numbered(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        given = {key: value for key, value in raw.items() if value is not None}
        turns = given.get("turns")
        if isinstance(turns, list):
            given["turns"] = [{"i": i, **turn} if isinstance(turn, dict) else turn for i, turn in enumerate(turns)]
        return given

    @model_validator(mode="after")
    def _distinct(self) -> TranscriptFile:
        numbers = [turn.i for turn in self.turns]
        if len(set(numbers)) != len(numbers):
            raise ValueError("two turns have the same number i")
        return self


def read_transcript(path: Path) -> TranscriptFile:
    """Read a transcript file. Raises KiestoonError ``transcript.missing`` or ``transcript.invalid`` (with the
    place).
    """
    try:
        return parse_transcript(path.read_bytes())
    except OSError as error:
        raise KiestoonError("transcript.missing", "there is no transcript file at this place") from error


def parse_transcript(raw: bytes | str) -> TranscriptFile:
    """Like `read_transcript`, from the file's contents."""
    try:
        return TranscriptFile.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise KiestoonError("transcript.invalid", f"{place}: {first['msg']}", {"place": place}) from error


def transcript_events(file: TranscriptFile, understand: Understand, call_id: str = "imported") -> tuple[CallEvent, ...]:
    """The events of an imported call, as its log would hold them. Turns keep their order; times that lack are 0."""
    events: list[CallEvent] = [_start(file, call_id)]
    said = ""
    for turn in file.turns:
        start, end = turn.start_ms or 0, max(turn.end_ms or 0, turn.start_ms or 0)
        if turn.speaker == "agent":
            events.extend(_agent_events(turn, start, end, understand(turn.text, said)))
        else:
            said = turn.text
            events.append(CustomerTurn(at_ms=start, turn=turn.i, text=turn.text, line="imported"))
            events.append(CustomerSpoke(at_ms=end, turn=turn.i, start_ms=start, end_ms=end, heard_text=turn.text))
    if file.turns:
        last = file.turns[-1]
        events.append(CallEnded(at_ms=last.end_ms or 0, by=last.speaker, outcome="undecided"))
    return tuple(events)


def _start(file: TranscriptFile, call_id: str) -> CallStarted:
    return CallStarted(
        at_ms=0, call_id=call_id, started_at="", channel="imported", mode="assessment", lang=file.lang, kind=file.kind,
        direction=file.direction, script="", persona="", company=file.company, company_name=file.company,
        agent_name=file.agent_name, customer_name=file.customer_name, customer_type=file.customer_type, seed=0,
        context=CallContext(**file.context.model_dump()),
    )  # fmt: skip


def _agent_events(turn: TranscriptTurn, start: int, end: int, heard: Understanding) -> tuple[CallEvent, ...]:
    return (
        AgentTurn(at_ms=end, turn=turn.i, text=turn.text, start_ms=start, end_ms=end, confidence=1),
        AgentActs(at_ms=end, turn=turn.i, acts=heard.acts, entities=heard.entities),
    )


def record_from_transcript(
    file: TranscriptFile, understand: Understand, lexicon: Lexicon, messages: Messages
) -> CallRecord:
    """The record of an imported call."""
    return record(transcript_events(file, understand), lexicon, messages)
