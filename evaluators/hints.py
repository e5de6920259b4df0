"""A gentle hint during a practice call: what the trainee might do next, from what both have said so far.

Nothing of the script is used: no facts, no solution, no terms, nothing that the customer only thinks. What a hint says
could be seen by anybody who only listens.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from bot.acts import Act
from bot.events import CallContext, CustomerDecided
from evaluators.exploring import names_feeling
from evaluators.handling import signals_of
from evaluators.moves import (
    commitment_asks,
    complained_in,
    decision,
    need_question,
    offers,
    open_question,
    resisted_in,
)
from evaluators.opening import opening, purpose
from evaluators.phases import current_phase
from evaluators.record import CallRecord

Hint = Literal[
    "greet", "greet_outbound", "introduce", "purpose", "empathy", "ask_need", "back_to_need", "paraphrase",
    "objection", "buying_signal", "propose", "commitment", "summarize", "anything_else", "farewell", "survey_goal",
    "emergency_place",
]  # fmt: skip

ENOUGH_ANSWERS = 3
"""The customer's turns after which a summary of the need is due."""


def hint_for(call: CallRecord) -> Hint | None:
    """The hint for this moment; None where the trainee does well without one."""
    heard = listened(call)
    if not heard.agent:
        return "greet_outbound" if heard.outbound else "greet"
    if _shown(heard, Act.SAY_GOODBYE):
        return None
    checks = (_contact, _emergency, _customer_first, *((_survey,) if heard.survey else (_closing, _offer, _need)))
    return next((found for check in checks if (found := check(heard))), None)


def listened(call: CallRecord) -> CallRecord:
    """The call as somebody hears it who knows nothing of the script and cannot look into the customer."""
    events = tuple(event for event in call.events if not isinstance(event, CustomerDecided))
    return replace(call, start=call.start.model_copy(update={"context": CallContext()}), events=events, memo={})


def _contact(call: CallRecord) -> Hint | None:
    if len(call.agent) == 1 and opening(call).verdict in ("partly", "missed"):
        return "introduce"
    if call.outbound and len(call.agent) <= 2 and purpose(call).verdict == "missed":
        return "survey_goal" if call.survey else "purpose"
    return None


def _emergency(call: CallRecord) -> Hint | None:
    asked = any(call.shows(position, Act.ASK_LOCATION) for position in call.agent)
    return "emergency_place" if call.start.kind == "emergency" and not asked else None


def _customer_first(call: CallRecord) -> Hint | None:
    """What the customer has just said, and what goes before everything else."""
    last = len(call.turns) - 1
    if last not in call.customer:
        return None
    offered = any(position < last for position, _ in offers(call))
    if signals_of(call)[-1:] and signals_of(call)[-1][0] == last:
        return "buying_signal"
    if (offered or call.survey) and resisted_in(call, last):
        return "objection"
    felt = (call.cue("feeling", last) or complained_in(call, last)) and not _agreed(call)
    return "empathy" if felt and not any(names_feeling(call, p) for p in call.agent[-2:]) else None


def _survey(call: CallRecord) -> Hint | None:
    told = any(call.shows(position, Act.EXPLAIN_SURVEY_GOAL) for position in call.agent)
    if not told and len(call.agent) <= 3:
        return "survey_goal"
    return _last_words(call) if current_phase(call) == "closing" else None


def _closing(call: CallRecord) -> Hint | None:
    if current_phase(call) != "closing" and not _agreed(call):
        return None
    return "summarize" if _agreed(call) and not _shown(call, Act.SUMMARIZE_AGREEMENTS) else _last_words(call)


def _agreed(call: CallRecord) -> bool:
    """Whether the customer has said yes to what he was asked."""
    decided = decision(call)
    return decided is not None and decided.accepted and decided.asked is not None


def _last_words(call: CallRecord) -> Hint:
    return "farewell" if _shown(call, Act.ASK_ANYTHING_ELSE) else "anything_else"


def _offer(call: CallRecord) -> Hint | None:
    if not offers(call):
        return None
    first = offers(call)[0][0]
    if not any(need_question(call, position) for position in call.agent if position <= first):
        return "back_to_need"
    return None if commitment_asks(call) else "commitment"


def _need(call: CallRecord) -> Hint | None:
    if offers(call):
        return None
    if not any(open_question(call, position) for position in call.agent):
        return "ask_need"
    if _shown(call, Act.PARAPHRASE):
        return "propose"
    return "paraphrase" if len(call.customer) >= ENOUGH_ANSWERS else None


def _shown(call: CallRecord, act: Act) -> bool:
    return any(call.shows(position, act) for position in call.agent)
