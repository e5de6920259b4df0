"""What the browser is shown, made from content, logs and scorecards. Pure; shapes as in docs/protocol.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.content.models import Scenario
from bot.events import (
    BargeIn,
    CallEvent,
    ConnectionLost,
    CustomerDecided,
    HoldChanged,
    MuteChanged,
    Silence,
)
from bot.transcript import Turn, turns_of
from evaluators.messages import Messages
from server.assessment_views import corrections
from server.product_views import product_row
from server.scoring import corrected_log
from server.storage import StoredCall
from server.texts import text

Json = dict[str, Any]


def card(scenario: Scenario, calls: int, best: int | None) -> Json:
    """A scenario as offered for choice; nothing that the trainee must find out."""
    script, persona = scenario.script, scenario.persona
    return {
        "id": scenario.id, "script": script.id, "persona": persona.id, "title": script.title,
        "persona_name": persona.name, "persona_description": persona.description,
        "customer_type": persona.customer_type, "gender": persona.voice.gender, "kind": script.kind,
        "direction": script.direction, "level": script.level, "lang": script.lang,
        "company_name": scenario.company.name, "minutes": script.minutes, "objectives": list(script.objectives),
        "calls": calls, "best_points": best,
    }  # fmt: skip


def briefing(
    scenario: Scenario, messages: Messages, criteria: Iterable[tuple[str, str]], calls: int, best: int | None
) -> Json:
    """Everything to read before the call. `criteria` are pairs of id and group, in the order of the form."""
    script, company = scenario.script, scenario.company
    panel = [{"phase": phase, "lines": list(getattr(script.briefing, phase))}
             for phase in ("contact", "analysis", "offer", "closing")]  # fmt: skip
    return card(scenario, calls, best) | {
        "company": {"name": company.name, "about": company.about},
        "goal": script.briefing.goal,
        "situation": script.briefing.situation,
        "script_panel": panel,
        "criteria": [
            {
                "id": name, "group": group, "title": messages.criteria[name].title,
                "definition": messages.criteria[name].definition,
            }
            for name, group in criteria
        ],
        "products": [product_row(company.products[ident], company.lang) for ident in script.products],
        "customer_card": _customer_card(scenario) if script.direction == "outbound" else None,
    }  # fmt: skip


def _customer_card(scenario: Scenario) -> Json:
    record = scenario.record
    shown = {
        "name": f"{record.title} {record.first_name} {record.last_name}",
        "customer_number": record.customer_number, "address": record.address, "phone": record.phone,
        "notes": list(record.notes),
    }  # fmt: skip
    return {key: value for key, value in shown.items() if value}


def call_row(call: StoredCall, title: str, persona_name: str, *, report: str, held: bool, live: bool, ui: str) -> Json:
    """A call in the list; `report` is the state of its report, `held` whether its points are not to be seen yet."""
    start, end = call.log.start, call.log.end
    outcome = end.outcome if end else "broken_off"
    broken = outcome == "broken_off"
    return {
        "id": call.id, "scenario": f"{start.script}~{start.persona}", "title": title, "persona_name": persona_name,
        "kind": start.kind, "lang": start.lang, "mode": start.mode, "started_at": start.started_at,
        "duration_ms": call.duration_ms, "state": "live" if live else "broken_off" if broken else "ended",
        "outcome": outcome, "outcome_text": text("outcomes", outcome, ui), "points": None if held else call.points,
        "customer_type": start.customer_type, "direction": start.direction, "self": call.assessment.self_state,
        "report": report, "channel": start.channel,
        "open_disputes": sum(dispute.answer is None for dispute in call.assessment.disputes),
    }  # fmt: skip


def call_detail(call: StoredCall, row: Json, ui: str) -> Json:
    """A call in full: transcript, as it was corrected, moods and marks."""
    start, events = call.log.start, call.log.events
    heard = {turn.i: turn.text for turn in turns_of(events)}
    corrected = corrections(call.assessment)
    more = {
        "agent_name": start.agent_name, "customer_name": start.customer_name, "company_name": start.company_name,
        "versions": start.versions,
    }  # fmt: skip
    return {
        "call": row | more,
        "turns": [
            _turn(turn, ui)
            | {"correction": corrected[turn.i] | {"automatic": heard[turn.i]} if turn.i in corrected else None}
            for turn in turns_of(corrected_log(call.log, call.assessment).events)
        ],
        "moods": [_mood(event, ui) for event in events if isinstance(event, CustomerDecided)],
        "marks": [mark for event in events for mark in _marks(event, ui)],
        "audio": call.audio_bytes > 0,
    }


def _turn(turn: Turn, ui: str) -> Json:
    return turn.model_dump(exclude={"entities", "line", "acts"}) | {
        "acts": [span.model_dump() | {"title": text("acts", span.act, ui)} for span in turn.acts]
    }


def _mood(event: CustomerDecided, ui: str) -> Json:
    reasons = [{"id": reason, "text": text("reasons", reason, ui)} for reason in event.reasons]
    return event.mood.model_dump() | {"at_ms": event.at_ms, "reasons": reasons}


def _marks(event: CallEvent, ui: str) -> Iterable[Json]:
    match event:
        case BargeIn():
            yield _mark(event.at_ms, f"barge_in_{event.by}", ui)
        case Silence():
            yield _mark(event.at_ms, "silence", ui)
        case HoldChanged(on_hold=True):
            yield _mark(event.at_ms, "hold", ui)
        case MuteChanged(muted=True):
            yield _mark(event.at_ms, "mute", ui)
        case ConnectionLost():
            yield _mark(event.at_ms, "connection_lost", ui)


def _mark(at_ms: int, kind: str, ui: str) -> Json:
    return {"at_ms": at_ms, "kind": kind, "text": text("marks", kind, ui)}
