"""Cutting a call into contact, analysis, offer and closing, by the written definitions of the phases.

Where weights were fitted for the language, a whole call is cut by weighing all that its turns show (`cutting`); a call
that still goes on, and every other language, by the rules here.
"""

from __future__ import annotations

from itertools import groupby

from bot.acts import Act
from evaluators.cutting import weighed_starts
from evaluators.identity import KINDS, file_opened
from evaluators.moves import commitment_asks, customer_breaks_off, need_question, offers, resisted_in
from evaluators.record import CallRecord, remembered
from evaluators.verdicts import Phase, PhaseSpan

LAST_WORDS = 3
"""So many agent turns before the end may hold the goodbye; an earlier one is a slip of the recogniser."""


@remembered
def phase_of_turns(call: CallRecord) -> tuple[Phase, ...]:
    """The phase of each turn, by position. A customer's answer has the phase of the turn it answers."""
    analysis, offer, closing = analysis_start(call), offer_start(call), closing_start(call)
    phases: list[Phase] = []
    for position, turn in enumerate(call.turns):
        if turn.speaker == "customer" and position not in (analysis, closing) and phases:
            phases.append(phases[-1])
        else:
            phases.append(_phase_at(call, position, analysis, offer, closing))
    return tuple(phases)


def _phase_at(call: CallRecord, position: int, analysis: int, offer: int, closing: int) -> Phase:
    if position >= closing:
        return "closing"
    if position >= offer:
        return "analysis" if _comes_back(call, position, analysis, offer) else "offer"
    return "analysis" if position >= analysis else "contact"


def _comes_back(call: CallRecord, position: int, analysis: int, offer: int) -> bool:
    """Whether the analysis comes back, or only comes, after the offer."""
    if analysis < offer or weighed_starts(call) is None:
        return _jumps_back(call, position, offer)
    return position >= analysis and not any(analysis < p <= position for p, _ in offers(call))


def _jumps_back(call: CallRecord, position: int, offer: int) -> bool:
    """Whether the agent asks about the need after an offer: an open question that does not follow an objection."""
    if call.turns[position].speaker != "agent" or position == offer or any(p == position for p, _ in offers(call)):
        return False
    asked = need_question(call, position)
    if asked is None or not call.lexicon.has("open_question", asked.quote):
        return False
    return not call.lexicon.has("objection", call.before_text(position)) and not call.cue("probe_objection", position)


def analysis_start(call: CallRecord) -> int:
    """Position where the analysis starts: the number of turns where there is none."""
    weighed = weighed_starts(call)
    if weighed is not None:
        return weighed.get("analysis", len(call.turns))
    for position in call.agent[1:]:
        if position >= min(offer_start(call), closing_start(call)):
            break
        if not _goes_into_need(call, position):
            continue
        return position
    return len(call.turns)


def _goes_into_need(call: CallRecord, position: int) -> bool:
    if call.survey:
        return _survey_question(call, position)
    if _only_contact(call, position):
        return False
    if need_question(call, position):
        return True
    if call.cue("request_datum", position) or any(call.cue(f"datum_{kind}", position) for kind in KINDS):
        return False
    if call.cue("announce_hold", position):
        return True
    looked_up = file_opened(call)
    return bool(call.shows(position, Act.EMPATHIZE, Act.PARAPHRASE)) or (looked_up or (-1,))[0] == position


def _survey_question(call: CallRecord, position: int) -> bool:
    if call.act(position, Act.ASK_SURVEY_QUESTION):
        return True
    if call.cue("scale", position):
        return True
    if call.act(position, Act.PROBE_OBJECTION) or resisted_in(call, max(position - 1, 0)):
        return False
    asked = need_question(call, position)
    return asked is not None and not call.lexicon.has("survey_consent", asked.quote)


def _only_contact(call: CallRecord, position: int) -> bool:
    """Whether a turn only identifies, or asks whether the moment suits."""
    if need_question(call, position):
        return False
    return bool(
        call.cue("request_datum", position)
        or call.cue("check_availability", position)
        or call.cue("name_check", position)
    )


@remembered
def offer_start(call: CallRecord) -> int:
    """Position of the first offer before the closing; the number of turns where there is none."""
    weighed = weighed_starts(call)
    if weighed is not None:
        return weighed.get("offer", len(call.turns))
    closing = closing_start(call)
    first = call.agent[:1]
    return next((p for p, _ in offers(call) if p < closing and p not in first), len(call.turns))


@remembered
def closing_start(call: CallRecord) -> int:
    """Position where the closing starts: the last summing up, question for anything else or goodbye with no new offer
    after it, or the turn in which the customer breaks off. The number of turns where there is none.
    """
    weighed = weighed_starts(call)
    if weighed is not None:
        return weighed.get("closing", len(call.turns))
    start = len(call.turns)
    offered = {position for position, _ in offers(call)}
    for position in reversed(call.agent[1:]):
        if _closes(call, position):
            start = position
        elif position in offered or need_question(call, position):
            break
    broken = customer_breaks_off(call)
    return start if broken is None else min(start, broken)


def _closes(call: CallRecord, position: int) -> bool:
    late = position > len(call.turns) // 2
    decides = not call.survey and any(place == position for place, _ in commitment_asks(call))
    if call.cue("ask_anything_else", position) or (call.shows(position, Act.ASK_ANYTHING_ELSE) and not decides):
        return True
    if call.shows(position, Act.SAY_GOODBYE) and (late and position in call.agent[-LAST_WORDS:]):
        return True
    if call.survey or decides:
        return False
    return bool(call.shows(position, Act.SUMMARIZE_AGREEMENTS)) and position > len(call.turns) // 2


def segment(call: CallRecord) -> tuple[PhaseSpan, ...]:
    """The phases as stretches of turns, in order; a phase that comes back has several."""
    spans = []
    for phase, group in groupby(enumerate(phase_of_turns(call)), key=lambda pair: pair[1]):
        positions = [position for position, _ in group]
        first, last = call.turns[positions[0]], call.turns[positions[-1]]
        spans.append(
            PhaseSpan(
                phase=phase, from_turn=first.i, to_turn=last.i, start_ms=first.start_ms,
                end_ms=max(first.start_ms, last.end_ms),
            )
        )  # fmt: skip
    return tuple(spans)


def current_phase(call: CallRecord) -> Phase:
    """The phase that a call which is still going on is in; contact before anybody has spoken."""
    phases = phase_of_turns(call)
    return phases[-1] if phases else "contact"
