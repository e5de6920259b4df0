"""The offer: asking for the commitment."""

from __future__ import annotations

from evaluators.extras import mentions_extra
from evaluators.judge import judge
from evaluators.moves import (
    SOLUTION_ACTS,
    asks,
    commitment_asks,
    decision,
    first_offer,
    is_open,
    offers,
    resisted_in,
    says_no,
    says_yes,
)
from evaluators.phases import analysis_start
from evaluators.record import CallRecord
from evaluators.terms import told_at
from evaluators.verdicts import CriterionResult, Evidence

PRESSED = 0.4
"""Likeness to pressure from which booking counts as forcing."""


def commitment(call: CallRecord) -> CriterionResult:  # noqa: PLR0911  (a rule a line)
    """An explicit question for sale, appointment, participation or agreement, after the offer: met. Assumed, or only
    stated: partly. Not asked, or forced: missed. Nothing to decide, or the customer declines first: not applicable.
    """
    if call.start.kind == "emergency":
        return judge(call, "commitment", "not_applicable", "nothing_to_decide", confidence=0.7)
    asked = _own_asks(call)
    forced = next((found for p in call.agent if (found := _forces(call, p))), None)
    if forced:
        return judge(call, "commitment", "missed", "forced", [forced.model_copy(update={"role": "fault"})], 0.65)
    if asked:
        late = [found for position, found in asked if call.survey or _after_offer(call, position)]
        if late and _price_unknown(call):
            return judge(call, "commitment", "partly", "before_terms", late[:1], 0.6)
        if late:
            return judge(call, "commitment", "met", "asked", late[:2], 0.75)
        return judge(call, "commitment", "partly", "before_offer", [asked[0][1]], 0.6)
    if not offers(call) and not call.survey:
        return judge(call, "commitment", "not_applicable", "nothing_to_decide", confidence=0.55)
    chosen = decision(call)
    late_no = call.survey and chosen is not None and analysis_start(call) < chosen.position
    if chosen and not chosen.accepted and not late_no:
        return judge(call, "commitment", "not_applicable", "declined_first", [call.quote(chosen.position)], 0.6)
    booked = next((found for p in call.agent if p >= first_offer(call) and (found := call.cue("books", p))), None)
    goes_along = any(says_yes(call, call.reply_text(p)) for p in call.agent if p >= first_offer(call))
    if (chosen and chosen.accepted) or (booked and goes_along):
        place = call.quote(chosen.position) if chosen else None
        return judge(call, "commitment", "partly", "assumed", [booked, place], 0.6)
    if call.survey:
        return judge(call, "commitment", "missed", "not_asked", [call.occasion(call.agent[0])], 0.6)
    granted = _granted_offer(call)
    if granted:
        return judge(call, "commitment", "partly", "assumed", [granted], 0.5)
    return judge(call, "commitment", "missed", "not_asked", [call.occasion(offers(call)[-1][0])], 0.6)


def _forces(call: CallRecord, position: int) -> Evidence | None:
    """Where a turn books or presses although the customer has just held back."""
    if not position or (resisted_in(call, position - 1) is None and not says_no(call, call.before_text(position))):
        return None
    pressing = (s for s in call.sentences(position) if call.lexicon.said("pressure", s.text) >= PRESSED)
    found = next((call.quote(position, s.start, s.end) for s in pressing if call.lexicon.has("books", s.text)), None)
    return call.cue("forces", position) or found


def _granted_offer(call: CallRecord) -> Evidence | None:
    """A closed question at the end of an offer, or right after it, that the customer answers with a yes: in whatever
    wording, he goes along.
    """
    other = ("request_datum", "ask_anything_else", "check_availability", "offer_help", "no_commitment", "announce_hold")
    near = {p + step for p, _ in offers(call) for step in (0, 2)}
    for position in (p for p in call.agent if p in near):
        last = call.sentences(position)[-1:]
        asked = [s for s in last if s in asks(call, position) and not is_open(call, s)]
        plain = [s for s in asked if not any(call.lexicon.has(cue, s.text) for cue in other)]
        if plain and says_yes(call, call.reply_text(position)):
            return call.quote(position, plain[0].start, plain[0].end)
    return None


def _after_offer(call: CallRecord, position: int) -> bool:
    """Whether an offer was made before a question for the commitment, or in its own turn."""
    return position >= first_offer(call) or call.act(position, *SOLUTION_ACTS, sure=0.4) is not None


def _price_unknown(call: CallRecord) -> bool:
    """Whether the customer said yes before he was told the price or the duration that the script lists."""
    chosen = decision(call)
    if call.survey or chosen is None or not chosen.accepted:
        return False
    main = [term for term in call.context.terms if call.lexicon.has("main_term", term)]
    places = [told_at(call, term) for term in main]
    return any(place is not None and place > chosen.position for place in places)


def _own_asks(call: CallRecord) -> list[tuple[int, Evidence]]:
    """Questions for the commitment, those about an extra left out."""
    return [(p, found) for p, found in commitment_asks(call) if not _about_extra(call, found)]


def _about_extra(call: CallRecord, found: Evidence) -> bool:
    return mentions_extra(call, found.quote) and not call.survey
