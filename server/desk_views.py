"""What the browser is shown of the work on screen: the company's files and the report. Pure."""

from __future__ import annotations

from typing import Any

from bot.content.dispositions import BY_KIND
from bot.content.models import Company, CustomerRecord
from bot.events import CallStarted, Desk, ScreenAction
from evaluators.after_call import DeskWork, desk_work
from evaluators.messages import Messages
from server.product_views import product_row
from server.reporting import LONGEST_SIGNAL, LONGEST_SUMMARY, State
from server.storage import StoredCall

Json = dict[str, Any]
PLACES = ("script", "planning", "product")


def desk(company: Company, wanted: Desk | None, work: DeskWork) -> Json:
    """The files of a company as its people may look them up, and the fields of the call."""
    return {
        "customers": [
            {"id": ident, "name": full_name(record), "record": record_card(record, company)}
            for ident, record in company.customers.items()
        ],
        "products": [{"id": ident} | product_row(product, company.lang) for ident, product in company.products.items()],
        "procedures": list(company.procedures),
        "fields": _fields(wanted, work),
    }


def full_name(record: CustomerRecord) -> str:
    """As it stands in the files: surname first."""
    return f"{record.last_name}, {record.first_name}"


def record_card(record: CustomerRecord, company: Company) -> Json:
    """A customer's file."""
    shown = {
        "name": f"{record.title} {record.first_name} {record.last_name}",
        "customer_number": record.customer_number, "address": record.address, "birth_date": record.birth_date,
        "phone": record.phone, "email": record.email,
        "products": [company.products[ident].name for ident in record.products if ident in company.products],
        "notes": list(record.notes),
    }  # fmt: skip
    return {key: value for key, value in shown.items() if value}


def _fields(wanted: Desk | None, work: DeskWork) -> list[Json]:
    return [
        {"id": field.id, "title": field.title, "value": work.fields.get(field.id, "")}
        for field in (wanted.fields if wanted else ())
    ]


def report(call: StoredCall, state: State, messages: Messages) -> Json:
    """The report of a call as far as it is written, with what can be chosen in it."""
    start, work = call.log.start, desk_work(call.log.events)
    wanted = start.desk or Desk()
    return {
        "state": state, "mode": start.mode, "kind": start.kind, "fields": _fields(wanted, work),
        "dispositions": [_titled("disposition", choice, messages) for choice in BY_KIND[start.kind]],
        "places": [_titled("place", place, messages) for place in PLACES],
        "disposition": work.disposition, "follow_up": work.follow_up, "summary": work.summary,
        "signal": {"where": work.signal[0], "text": work.signal[1]} if work.signal else None,
        "notes": _notes(call), "called_on": _day(start), "elapsed_ms": work.worked_ms,
        "allowed_ms": wanted.seconds * 1000, "longest_summary": LONGEST_SUMMARY, "longest_signal": LONGEST_SIGNAL,
    }  # fmt: skip


def _titled(kind: str, ident: str, messages: Messages) -> Json:
    return {"id": ident, "title": messages.common.get(f"{kind}_{ident}", ident)}


def _notes(call: StoredCall) -> str:
    """The trainee's own notes as they were last kept."""
    kept = [event.value for event in call.log.events if isinstance(event, ScreenAction) and event.action == "note"]
    return kept[-1] if kept else ""


def _day(start: CallStarted) -> str:
    return start.started_at[:10]
