"""The events that a step of the customer leaves in the log, the same for calls by voice, in text and simulated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.acts import Understanding
from bot.content.models import FollowUpDay, RegisteredField, Scenario, Workplace
from bot.dialogue.state import Step
from bot.events import (
    AgentActs,
    Approach,
    CallContext,
    CallStarted,
    Channel,
    CustomerDecided,
    CustomerTurn,
    Desk,
    DeskField,
    DeskPage,
    DeskPoint,
    FollowUp,
    HiddenFault,
    Mode,
)


def started(
    scenario: Scenario,
    *,
    call_id: str,
    at: datetime,
    channel: Channel,
    mode: Mode,
    seed: int,
    agent_name: str = "",
    versions: Mapping[str, str] | None = None,
) -> CallStarted:
    """The first event of a call; `at` is an aware time on the wall clock."""
    script = scenario.script
    return CallStarted(
        at_ms=0, call_id=call_id, started_at=at.isoformat(timespec="seconds"), channel=channel, mode=mode,
        lang=script.lang, kind=script.kind, direction=script.direction, script=script.id, persona=scenario.persona.id,
        company=scenario.company.id, company_name=scenario.company.name, agent_name=agent_name,
        customer_name=scenario.customer_name, customer_type=scenario.persona.customer_type,
        approach=Approach(**scenario.persona.manner.model_dump()), seed=seed,
        context=context_of(scenario), desk=desk_of(scenario), versions=dict(versions or {}),
    )  # fmt: skip


def context_of(scenario: Scenario) -> CallContext:
    """What the evaluators are told of the scenario."""
    script = scenario.script
    return CallContext(
        key_facts=tuple(fact.summary for fact in script.facts.values() if fact.key),
        right_solution=script.solution.summary,
        terms=tuple(term.summary for term in script.terms),
        cross_up_sell_option=script.extra.summary if script.extra else None,
        bad_news=script.bad_news,
        hold_or_transfer=script.hold_or_transfer,
    )


def desk_of(scenario: Scenario) -> Desk:
    """What the evaluators are told of the work on screen; a script without a word about it asks for a report only."""
    script = scenario.script
    wanted = script.workplace or Workplace()
    follow_up = wanted.follow_up
    return Desk(
        pages=tuple(_page(scenario, page) for page in wanted.pages),
        fields=tuple(_field(scenario, ident, field) for ident, field in wanted.fields.items()),
        dispositions=wanted.dispositions,
        accepted=script.accepted,
        follow_up=FollowUp(**follow_up.model_dump()) if isinstance(follow_up, FollowUpDay) else follow_up,
        points=tuple(DeskPoint(summary=point.summary, words=point.words) for point in wanted.summary),
        seconds=wanted.seconds,
        fault=HiddenFault(where=wanted.fault.where, words=wanted.fault.words, summary=script.fault or "")
        if wanted.fault
        else None,
    )


def _page(scenario: Scenario, page: str) -> DeskPage:
    if page == "customer":
        return DeskPage(id=f"customer:{scenario.script.customer}")
    if page == "procedures":
        return DeskPage(id=page)
    return DeskPage(id=f"product:{page}", title=scenario.company.products[page].name)


def _field(scenario: Scenario, ident: str, field: RegisteredField) -> DeskField:
    known = getattr(scenario.record, field.record) if field.record else None
    values = (*field.values, *((known,) if known else ()))
    return DeskField(id=ident, title=field.title, values=values, fact=field.fact)


def acts_of(turn: int, at_ms: int, said: Understanding) -> AgentActs:
    """What a turn of the agent was understood to be."""
    return AgentActs(at_ms=at_ms, turn=turn, acts=said.acts, entities=said.entities)


def decided(made: Step, at_ms: int, reply_to: int | None) -> CustomerDecided:
    """How the customer took it."""
    return CustomerDecided(
        at_ms=at_ms, reply_to=reply_to, mood=made.state.mood, reasons=made.reasons, revealed=made.revealed,
        objection_raised=made.objection_raised, objections_resolved=made.objections_resolved,
        buying_signal=made.buying_signal, decision=made.decision,
    )  # fmt: skip


def customer_turn(made: Step, at_ms: int, turn: int) -> CustomerTurn:
    """What the customer is about to say."""
    return CustomerTurn(
        at_ms=at_ms,
        turn=turn,
        text=made.text,
        line="+".join(said.line for said in made.says),
        intents=tuple(said.intent for said in made.says),
    )
