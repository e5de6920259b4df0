"""Written exercises: begin one, keep what is written, send the reply. An attempt is a call without a voice."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.content.models import Company
from bot.content.written import WrittenMessage
from bot.errors import KiestoonError
from bot.event_log import StoredLog, append_events
from bot.events import AskedInMessage, CallContext, CallEnded, CallEvent, CallStarted, MessageTask, MessageWorked, Mode
from evaluators.written import options_of
from server.engine import Engine
from server.scoring import standing
from server.storage import CallStore

LONGEST_REPLY = 3000
DAY_MS = 86_400_000
MOST_EVENTS = 2_000
"""So many changes of one reply are kept; a page that saves without end must not fill the disk."""


class Answer(BaseModel):
    """The reply as the page has it; `marked` are places among the options."""

    model_config = ConfigDict(extra="forbid")

    elapsed_ms: int = Field(ge=0, le=DAY_MS)
    marked: tuple[Annotated[int, Field(ge=0, le=40)], ...] = Field(default=(), max_length=40)
    reply: Annotated[str, StringConstraints(max_length=LONGEST_REPLY)] = ""
    state: Literal["draft", "sent"] = "draft"


def message_of(engine: Engine, ident: str) -> WrittenMessage:
    """An exercise by its id. Raises KiestoonError ``scenario.unknown``."""
    message = engine.library.messages.get(ident)
    if message is None:
        raise KiestoonError("scenario.unknown", "there is no such message", {"scenario": ident[:120]})
    return message


def begin(engine: Engine, store: CallStore, ident: str, agent_name: str, mode: Mode) -> str:
    """Begin an exercise; the id of the attempt. Raises as `message_of` and the store do."""
    message = message_of(engine, ident)
    now = datetime.now().astimezone()
    call_id = store.new_id(now)
    journal = store.create(call_id, engine.settings.min_free_mb)
    journal.append(task_started(engine, message, call_id, now, agent_name, mode))
    journal.close()
    return call_id


def task_started(
    engine: Engine, message: WrittenMessage, call_id: str, now: datetime, agent_name: str, mode: Mode
) -> CallStarted:
    """The first event of an attempt; `now` is an aware time on the wall clock."""
    company = engine.library.companies[message.company]
    record = company.customers[message.customer]
    return CallStarted(
        at_ms=0, call_id=call_id, started_at=now.isoformat(timespec="seconds"), channel="written", mode=mode,
        lang=message.lang, kind=message.kind, direction="inbound", script=message.id, persona="", company=company.id,
        company_name=company.name, agent_name=agent_name, customer_name=f"{record.title} {record.last_name}",
        customer_type="", seed=0, message=task_of(message), context=CallContext(terms=_known_words(company)),
        versions={"engine": engine.version},
    )  # fmt: skip


def task_of(message: WrittenMessage) -> MessageTask:
    """What the log keeps of an exercise."""
    questions = (AskedInMessage(id=name, **question.model_dump()) for name, question in message.questions.items())
    return MessageTask(
        subject=message.subject, text=message.text, questions=tuple(questions), others=message.others,
        shortest=message.shortest, longest=message.longest,
    )  # fmt: skip


def _known_words(company: Company) -> tuple[str, ...]:
    """Names that are no spelling mistakes."""
    people = [f"{one.first_name} {one.last_name} {one.address or ''}" for one in company.customers.values()]
    return (*(product.name for product in company.products.values()), *people)


def shown(engine: Engine, log: StoredLog) -> dict[str, Any]:
    """The exercise and what is written so far, without what is right."""
    start, task = log.start, log.start.message
    if task is None:
        raise KiestoonError("not_found", "this is a call, not a message")
    message = engine.library.messages.get(start.script)
    worked = _worked(log)
    return {
        "title": message.title if message else start.script, "medium": message.medium if message else "email",
        "situation": message.situation if message else "", "minutes": message.minutes if message else 8,
        "company_name": start.company_name, "from": start.customer_name, "lang": start.lang, "mode": start.mode,
        "subject": task.subject, "text": task.text, "options": list(options_of(task)),
        "shortest": task.shortest, "longest": task.longest, "longest_reply": LONGEST_REPLY,
        "marked": list(worked.marked), "reply": worked.reply, "elapsed_ms": worked.at_ms,
        "state": "sent" if log.ended else "open",
    }  # fmt: skip


def _worked(log: StoredLog) -> MessageWorked:
    kept = [event for event in log.events if isinstance(event, MessageWorked)]
    return kept[-1] if kept else MessageWorked(at_ms=0)


def save(engine: Engine, store: CallStore, call_id: str, answer: Answer, ui: str) -> None:
    """Keep what is written; sending it closes the exercise and has it judged.

    Raises KiestoonError ``message.sent``, ``not_found`` or ``report.full``, and as the store does.
    """
    with store.assessing[call_id]:
        log = store.read(call_id).log
        if log.start.message is None:
            raise KiestoonError("not_found", "this is a call, not a message")
        if log.ended:
            raise KiestoonError("message.sent", "this reply has been sent")
        if len(log.events) > MOST_EVENTS:
            raise KiestoonError("report.full", "this was changed too often")
        was = _worked(log)
        at = max(answer.elapsed_ms, was.at_ms)
        events: list[CallEvent] = []
        if (answer.marked, answer.reply) != (was.marked, was.reply):
            events.append(MessageWorked(at_ms=at, marked=answer.marked, reply=answer.reply))
        if answer.state == "sent":
            events.append(CallEnded(at_ms=at, by="agent", outcome="informed"))
        append_events(store.folder(call_id) / "events.jsonl", events)
    if answer.state == "sent":
        standing(engine, store, call_id, ui)
