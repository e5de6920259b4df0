"""The call as a whole: the order of its phases."""

from __future__ import annotations

from bot.acts import Act
from evaluators.cutting import weighed_starts
from evaluators.extras import sale_in_survey
from evaluators.judge import judge
from evaluators.moves import NOT_NEED, commitment_asks, decision, first_offer, need_question, offers, says_no
from evaluators.phases import phase_of_turns
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence

SURE_QUESTION = 0.6
"""Confidence from which a recognised question counts without a known wording."""

PRICED = frozenset(("sale", "acquisition", "order", "advice"))
"""Kinds of call in which a price must be known before the commitment."""


def phase_order(call: CallRecord) -> CriterionResult:
    """contact, analysis, offer, closing. An offer before any question on the need: missed; a smaller jump: partly."""
    if call.survey:
        return _survey_order(call)
    offer, place = _first_offer(call)
    if offer < len(call.turns) and not _asked_before(call, offer):
        if _refusal_of_opening_question(call, offer):
            return judge(call, "phase_order", "partly", "early_refusal", [place], 0.6)
        return judge(call, "phase_order", "missed", "offer_first", [place.model_copy(update={"role": "fault"})], 0.7)
    late_price = _price_after_commitment(call)
    if late_price:
        return judge(call, "phase_order", "partly", "late_price", [late_price], 0.65)
    return judge(call, "phase_order", "met", "in_order", (), 0.75)


def _first_offer(call: CallRecord) -> tuple[int, Evidence]:
    """Position of the first offer with its place: where the offer phase starts, if that is weighed."""
    weighed = weighed_starts(call)
    found = first_offer(call) if weighed is None else weighed.get("offer", len(call.turns))
    place = next((place for p, place in offers(call) if p == found), None)
    return found, place or call.quote(min(found, len(call.turns) - 1))


def _asked_before(call: CallRecord, offer: int) -> bool:
    """Whether any question on the need was asked before the first offer, or in its turn before it."""
    if any(need_question(call, p) or _sounds_like_need(call, p) for p in call.agent[1:] if p < offer):
        return True
    asked = need_question(call, offer)
    return asked is not None and asked.start < _first_offer(call)[1].start


def _sounds_like_need(call: CallRecord, position: int) -> bool:
    """Whether the recogniser is sure of a question that is no identification."""
    asked = call.act(position, Act.ASK_OPEN, Act.TRIAGE_QUESTION, sure=SURE_QUESTION)
    return asked is not None and not any(call.lexicon.has(cue, asked.quote) for cue in NOT_NEED)


def _refusal_of_opening_question(call: CallRecord, offer: int) -> bool:
    if call.outbound or not any("?" in call.text(p) for p in call.customer[:1]):
        return False
    return call.shows(offer, Act.DELIVER_BAD_NEWS) is not None or call.cue("refusal", offer) is not None


def _price_after_commitment(call: CallRecord) -> Evidence | None:
    """The price told for the first time after the customer committed."""
    chosen = decision(call)
    if chosen is None or not chosen.accepted or call.start.kind not in PRICED:
        return None
    prices = [p for p in range(len(call.turns)) if call.cue("price", p)]
    told = [p for p in prices if call.turns[p].speaker == "agent"]
    asked_with = {position for position, _ in commitment_asks(call)}
    if not told or told[0] in asked_with or prices[0] < chosen.position:
        return None
    return call.cue("price", told[0])


def _survey_order(call: CallRecord) -> CriterionResult:
    phases = phase_of_turns(call)
    first = next((p for p in call.agent if phases[p] == "analysis"), None)
    sold = sale_in_survey(call)
    if first is not None:
        before = [p for p in call.agent if p <= first]
        goal = any(call.cue("reason_of_call", p) or call.shows(p, Act.EXPLAIN_SURVEY_GOAL) for p in before)
        asked = any(call.cue("survey_consent", p) for p in before if p < first) or _willing(call, first)
        if not goal or not asked:
            return judge(call, "phase_order", "missed", "survey_before_consent", [call.fault(first)], 0.65)
    if sold:
        return judge(call, "phase_order", "partly", "sale_in_survey", [sold], 0.7)
    return judge(call, "phase_order", "met", "in_order", (), 0.75)


def _willing(call: CallRecord, first: int) -> bool:
    """Whether a first question that followed a no was answered willingly, which counts as consent."""
    earlier_no = any(says_no(call, call.text(p)) for p in call.customer if p < first)
    return earlier_no and not says_no(call, call.reply_text(first))
