"""The report after a call: what is asked, what has been written so far, and keeping it in the call's log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.content.dispositions import BY_KIND
from bot.errors import KiestoonError
from bot.event_log import StoredLog, append_events
from bot.events import (
    AgentTurn,
    CallEvent,
    Disposition,
    FaultPlace,
    FaultSignalled,
    FieldRegistered,
    ReportFiled,
    ReportOpened,
    ReportSaved,
    ReportSkipped,
)
from evaluators.after_call import DeskWork, desk_work
from evaluators.assessment import Assessment
from evaluators.workplace import LIVE
from server.assessment_log import append_entry, read_assessment
from server.engine import Engine
from server.listening import listened
from server.scoring import form_of, judge_now, keep_standing, level_of
from server.storage import CallStore, StoredCall

LONGEST_SUMMARY = 600
LONGEST_SIGNAL = 400
DAY_MS = 86_400_000
MOST_EVENTS = 2_000
"""So many changes of one report are kept; a page that saves without end must not fill the disk."""

REPORT_CRITERIA = frozenset(("registration", "call_report", "signal_report"))
State = Literal["off", "open", "filed", "skipped"]
Value = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Signal(BaseModel):
    """Something that is wrong, and where."""

    model_config = ConfigDict(extra="forbid")

    where: FaultPlace
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_SIGNAL)]


class Draft(BaseModel):
    """The report as the page has it. `elapsed_ms` is how long it has been worked on; `follow_up` is a date, `none`, or
    empty while undecided.
    """

    model_config = ConfigDict(extra="forbid")

    elapsed_ms: int = Field(ge=0, le=DAY_MS)
    fields: dict[Annotated[str, StringConstraints(max_length=60)], Value] = Field(default={}, max_length=40)
    disposition: Disposition | None = None
    follow_up: str = Field(default="", pattern=r"^(|none|\d{4}-\d{2}-\d{2})$")
    summary: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_SUMMARY)] = ""
    signal: Signal | None = None
    state: Literal["draft", "filed", "skipped"] = "draft"


def report_state(engine: Engine, call: StoredCall) -> State:
    """Whether a report is asked for: where the call had a screen and the trainee spoke, and the form judges it."""
    start = call.log.start
    if start.desk is None or start.channel not in LIVE:
        return "off"
    if not any(isinstance(event, AgentTurn) for event in call.log.events):
        return "off"
    on_form = form_of(engine, call.assessment).criteria_for(start.form_kind, level_of(engine, call.log))
    return desk_work(call.log.events).state if REPORT_CRITERIA & set(on_form) else "off"


def save(engine: Engine, store: CallStore, call_id: str, draft: Draft, ui: str) -> State:
    """Keep what the page has; what did not change leaves no trace. A report that is handed in or skipped is closed, and
    the call is judged again with it.

    Raises KiestoonError ``report.off``, ``report.closed``, ``report.incomplete``, ``report.needed`` (a test goes not on
    without one) or ``report.full``, and as the store does.
    """
    with store.assessing[call_id]:
        call = store.read(call_id)
        work = desk_work(call.log.events)
        _check(report_state(engine, call), call.log, draft)
        events = list(_changes(call.log, work, draft))
        append_events(store.folder(call_id) / "events.jsonl", events)
        if draft.state != "draft":
            _judge_again(engine, store, call_id, ui)
        return report_state(engine, store.read(call_id))


def _check(state: State, log: StoredLog, draft: Draft) -> None:
    if state == "off":
        raise KiestoonError("report.off", "no report is asked for this call")
    if state != "open":
        raise KiestoonError("report.closed", "this report has been closed")
    if draft.disposition is not None and draft.disposition not in BY_KIND[log.start.kind]:
        raise KiestoonError("report.incomplete", "this result cannot be chosen for this kind of call")
    if draft.state == "filed" and (draft.disposition is None or not draft.follow_up):
        raise KiestoonError("report.incomplete", "a result and a follow-up must be chosen")
    if draft.state == "skipped" and log.start.mode == "assessment":
        raise KiestoonError("report.needed", "a test needs a report")
    if sum(isinstance(event, ReportSaved | FieldRegistered | FaultSignalled) for event in log.events) > MOST_EVENTS:
        raise KiestoonError("report.full", "this report was changed too often")


def _changes(log: StoredLog, work: DeskWork, draft: Draft) -> Iterator[CallEvent]:
    """The events that lead from what was kept to what the page has."""
    ended = (log.end or log.events[-1]).at_ms if work.opened_ms is None else work.opened_ms
    at = max(ended + draft.elapsed_ms, work.last_ms or 0)
    if work.opened_ms is None:
        yield ReportOpened(at_ms=ended)
    asked = {field.id for field in log.start.desk.fields} if log.start.desk else set()
    for name, value in draft.fields.items():
        if name in asked and work.fields.get(name, "") != value:
            yield FieldRegistered(at_ms=at, field=name, value=value)
    if (draft.disposition, draft.follow_up, draft.summary) != (work.disposition, work.follow_up, work.summary):
        yield ReportSaved(
            at_ms=at, disposition=draft.disposition, follow_up=draft.follow_up, summary=draft.summary
        )  # fmt: skip
    signal = (draft.signal.where, draft.signal.text) if draft.signal and draft.signal.text else None
    if signal != work.signal:
        where = draft.signal.where if draft.signal else work.signal[0] if work.signal else "script"
        yield FaultSignalled(at_ms=at, where=where, text=signal[1] if signal else "")
    if draft.state == "filed":
        yield ReportFiled(at_ms=at)
    elif draft.state == "skipped":
        yield ReportSkipped(at_ms=at)


def _judge_again(engine: Engine, store: CallStore, call_id: str, ui: str) -> None:
    """A call that was judged without its report is judged with it; one that was not judged yet waits till it is."""
    log, folder = store.read(call_id).log, store.folder(call_id)
    assessment = read_assessment(folder)
    if assessment.judged is None:
        return
    judged = judge_now(engine, log, assessment, assessment.judged.rubric, ui, listened(store, call_id, log))
    append_entry(folder, judged)
    keep_standing(store, Assessment((*assessment.entries, judged)))
