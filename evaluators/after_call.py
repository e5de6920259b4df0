"""What the trainee did on screen: pages opened, fields filled in, the report and its state, as a fold over the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.events import (
    CallEvent,
    Disposition,
    FaultPlace,
    FaultSignalled,
    FieldRegistered,
    PageOpened,
    ReportFiled,
    ReportOpened,
    ReportSaved,
    ReportSkipped,
)

ReportState = Literal["open", "filed", "skipped"]


@dataclass(frozen=True)
class DeskWork:
    """The work on screen as it stands after the last event. `pages` holds when each page was opened, in order;
    `worked_ms` is the time spent on the report so far; `signal` is where a fault was reported and in what words.
    """

    pages: tuple[tuple[str, int], ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    disposition: Disposition | None = None
    follow_up: str = ""
    summary: str = ""
    signal: tuple[FaultPlace, str] | None = None
    opened_ms: int | None = None
    last_ms: int | None = None
    state: ReportState = "open"

    @property
    def worked_ms(self) -> int:
        """Time from the opening of the report to the last that was done to it."""
        if self.opened_ms is None or self.last_ms is None:
            return 0
        return self.last_ms - self.opened_ms


def desk_work(events: Iterable[CallEvent]) -> DeskWork:
    """The fold of a log."""
    work = DeskWork()
    for event in events:
        work = _after(work, event)
    return work


def _after(work: DeskWork, event: CallEvent) -> DeskWork:
    last = event.at_ms if work.opened_ms is not None else None
    match event:
        case PageOpened():
            return replace(work, pages=(*work.pages, (event.page, event.at_ms)))
        case FieldRegistered():
            fields = {**work.fields, event.field: event.value}
            return replace(work, fields={name: value for name, value in fields.items() if value}, last_ms=last)
        case ReportOpened():
            return replace(work, opened_ms=event.at_ms, last_ms=event.at_ms)
        case ReportSaved():
            saved = {"disposition": event.disposition, "follow_up": event.follow_up, "summary": event.summary}
            return replace(work, **saved, last_ms=last)  # type: ignore[arg-type]
        case FaultSignalled():
            return replace(work, signal=(event.where, event.text) if event.text else None, last_ms=last)
        case ReportFiled():
            return replace(work, state="filed", last_ms=last)
        case ReportSkipped():
            return replace(work, state="skipped", last_ms=last)
    return work
