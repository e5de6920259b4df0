"""Gold exercises as calls: the log that their work on screen, or their reply, would have left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from bot.call_events import started
from bot.errors import KiestoonError
from bot.event_log import StoredLog
from bot.events import (
    AgentTurn,
    CallAnswered,
    CallEnded,
    CallEvent,
    CustomerDecided,
    CustomerSpoke,
    CustomerTurn,
    FaultSignalled,
    FieldRegistered,
    MessageWorked,
    Mood,
    PageOpened,
    ReportFiled,
    ReportOpened,
    ReportSaved,
    ReportSkipped,
)
from evaluators.gold_work import DeskWorkDone, Done, MessageDone
from evaluators.record import CallRecord
from evaluators.written import options_of
from server.engine import Engine
from server.messaging import message_of, task_started

DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""When all these calls were held: a Monday."""

_PAGE_MS, _CALM = 8_000, Mood(patience=0.5, trust=0.5, interest=0.5)


def record_of(engine: Engine, name: str, done: Done, ui: str) -> CallRecord:
    """The exercise, ready to be judged. Raises KiestoonError ``gold.invalid`` where its script or message does not know
    a fact, a field or a question, and ``scenario.unknown``.
    """
    events = _written(engine, name, done) if isinstance(done, MessageDone) else _at_the_desk(engine, name, done)
    return engine.record(StoredLog(tuple(events)), ui)


def _written(engine: Engine, name: str, done: MessageDone) -> Iterator[CallEvent]:
    start = task_started(engine, message_of(engine, done.message), name, DAY, "", "practice")
    assert start.message is not None
    options = options_of(start.message)
    _known(name, done.marked, options)
    yield start
    yield MessageWorked(at_ms=1, marked=tuple(options.index(one) for one in done.marked), reply=done.reply)
    yield CallEnded(at_ms=2, by="agent", outcome="informed")


def _at_the_desk(engine: Engine, name: str, done: DeskWorkDone) -> Iterator[CallEvent]:
    scenario = engine.library.scenario(done.scenario)
    start = started(scenario, call_id=name, at=DAY, channel="voice", mode="practice", seed=0)
    assert start.desk is not None
    _known(name, done.told, scenario.script.facts)
    _known(name, done.fields, [field.id for field in start.desk.fields])
    goes_on = _PAGE_MS + 1000 * done.silence_s
    ended = goes_on + 10_000
    yield start
    yield CallAnswered(at_ms=0, by="agent")
    yield _says(0, 500)
    yield CustomerDecided(at_ms=3_000, reply_to=0, mood=_CALM, revealed=done.told)
    yield CustomerTurn(at_ms=3_000, turn=1, text="Ja.", line="")
    yield CustomerSpoke(at_ms=_PAGE_MS, turn=1, start_ms=3_500, end_ms=_PAGE_MS, heard_text="Ja.")
    yield from (PageOpened(at_ms=_PAGE_MS, page=page) for page in done.pages)
    yield _says(2, goes_on)
    yield from (FieldRegistered(at_ms=ended, field=field, value=value) for field, value in done.fields.items())
    yield CallEnded(at_ms=ended, by="customer", outcome=done.outcome)
    yield from _report(done, ended)


def _says(turn: int, at_ms: int) -> AgentTurn:
    return AgentTurn(at_ms=at_ms + 2_000, turn=turn, text="Ja.", start_ms=at_ms, end_ms=at_ms + 2_000, confidence=1)


def _report(done: DeskWorkDone, ended: int) -> Iterator[CallEvent]:
    at_ms = ended + 1000 * done.worked_s
    yield ReportOpened(at_ms=ended)
    yield ReportSaved(at_ms=at_ms, disposition=done.disposition, follow_up=done.follow_up, summary=done.summary)
    if done.signal is not None:
        yield FaultSignalled(at_ms=at_ms, where=done.signal.where, text=done.signal.text)
    yield ReportFiled(at_ms=at_ms) if done.state == "filed" else ReportSkipped(at_ms=at_ms)


def _known(name: str, named: Iterable[str], there: Collection[str]) -> None:
    unknown = [one for one in named if one not in there]
    if unknown:
        raise KiestoonError("gold.invalid", f"{name}: there is no {unknown[0]}", {"file": name})
