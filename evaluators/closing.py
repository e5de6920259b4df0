"""How the call ends: agreements summed up, anything else asked, thanks and goodbye."""

from __future__ import annotations

from bot.acts import Act
from evaluators.judge import judge
from evaluators.moves import asks, customer_breaks_off, decision, is_commitment
from evaluators.phases import closing_start
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence


def agreements(call: CallRecord) -> CriterionResult:
    """In the closing what, who and when of everything agreed: met; part of it: partly; none: missed."""
    agreed = _agreed(call)
    if agreed is None:
        return judge(call, "agreements", "not_applicable", "nothing_agreed", confidence=0.6)
    start = min(closing_start(call), call.agent[-4:][0])
    places = [(p, found) for p in call.agent if p >= start and (found := _summed_up(call, p, agreed))]
    if not places:
        return judge(call, "agreements", "missed", "no_summary", [call.occasion(call.agent[-1])], 0.7)
    text = " ".join(call.text(p) for p, _ in places)
    shown = [found for _, found in places]
    when, who = call.lexicon.has("when", text), call.lexicon.has("who_acts", text)
    if when and who:
        return judge(call, "agreements", "met", "what_who_when", shown, 0.7)
    lacking = "when" if who else "who"
    return judge(call, "agreements", "partly", f"no_{lacking}", shown, 0.6)


def _agreed(call: CallRecord) -> int | None:
    """Position at which something was agreed: an acceptance, or a promise of the agent's."""
    chosen = decision(call)
    if call.start.kind == "emergency":
        return None
    if call.start.kind == "transfer" and any(call.cue("transfer", p) for p in call.agent):
        return None
    if call.survey:
        return next((p for p in call.agent if call.cue("survey_agreement", p)), None)
    cues = ("agreement_made", "registers", "books")
    promised = any(call.cue(cue, p) for cue in cues for p in call.agent[1:])
    if chosen and chosen.accepted and chosen.asked is None and not promised:
        return None
    if chosen and chosen.accepted:
        return chosen.position
    if chosen:
        return None
    acts = (Act.PROMISE_FOLLOWUP, Act.PROPOSE_SOLUTION)
    return next(
        (
            p
            for p in call.agent[1:]
            if call.cue("agreement_made", p) or call.cue("registers", p) or call.act(p, *acts, sure=0.5)
        ),
        None,
    )


def _summed_up(call: CallRecord, position: int, agreed: int) -> Evidence | None:
    """A summing up in a turn: the words that sum up with an action, after the agreement was made."""
    if position <= agreed:
        return None
    stated = [s for s in call.sentences(position) if not s.question]
    who = [s for s in stated if call.lexicon.has("who_acts", s.text)]
    when = [s for s in stated if call.lexicon.has("when", s.text)]
    sums = [s for s in stated if call.lexicon.has("summarize_agreements", s.text)]
    if stated and ((who and when) or ((who or when) and sums)):
        return call.quote(position, stated[0].start, stated[-1].end)
    return call.act(position, Act.SUMMARIZE_AGREEMENTS, sure=0.4)


def anything_else(call: CallRecord) -> CriterionResult:
    """Asks for further questions after the main point and awaits the answer."""
    half = len(call.turns) // 3
    asked = [(p, found) for p in call.agent if p >= half and (found := _else_in_words(call, p))]
    asked = asked or [(p, found) for p in call.agent[-3:] if (found := _asks_for_more(call, p))]
    asked = asked or [(p, found) for p in call.agent if p >= half and (found := _asks_else(call, p))]
    if not asked:
        broken = customer_breaks_off(call)
        if broken is not None:
            return judge(call, "anything_else", "not_applicable", "broke_off", [call.quote(broken)], 0.7)
        return judge(call, "anything_else", "missed", "not_asked", [call.occasion(call.agent[-1])], 0.85)
    position, place = asked[-1]
    if call.reply(position) is None or _said_goodbye_after(call, position, place):
        return judge(call, "anything_else", "partly", "not_awaited", [place], 0.7)
    return judge(call, "anything_else", "met", "asked", [place], 0.85)


def _else_in_words(call: CallRecord, position: int) -> Evidence | None:
    """The question for anything else in a known wording; in a survey only as a real question."""
    for sentence in call.sentences(position):
        worded = call.lexicon.has("ask_anything_else", sentence.text)
        if worded and (sentence.question or not call.survey):
            return call.quote(position, sentence.start, sentence.end)
    return None


def _asks_for_more(call: CallRecord, position: int) -> Evidence | None:
    """A question with 'more' or 'else' in it near the end that asks for no datum and no decision."""
    for sentence in asks(call, position):
        other = is_commitment(call, sentence) or call.lexicon.has("request_datum", sentence.text)
        if call.lexicon.has("more", sentence.text) and not other:
            return call.quote(position, sentence.start, sentence.end)
    return None


def _asks_else(call: CallRecord, position: int) -> Evidence | None:
    return None if call.survey else call.act(position, Act.ASK_ANYTHING_ELSE, sure=0.75)


def _said_goodbye_after(call: CallRecord, position: int, place: Evidence) -> bool:
    rest = call.text(position)[place.end :]
    return call.lexicon.has("say_goodbye", rest)


def farewell(call: CallRecord) -> CriterionResult:
    """Thanks and a goodbye: met; one of both: partly; neither, or over a question left unanswered: missed."""
    last = [p for p in call.agent[1:] if p >= closing_start(call) or p >= len(call.turns) - 4] or [call.agent[-1]]
    thanks = next((found for p in reversed(last) if (found := _thanks(call, p))), None)
    bye = next((found for p in reversed(last) if (found := call.shows(p, Act.SAY_GOODBYE))), None)
    open_question = _left_open(call)
    if open_question:
        return judge(call, "farewell", "missed", "open_question", [open_question, bye], 0.65)
    if thanks and bye:
        return judge(call, "farewell", "met", "thanks_and_bye", [thanks, bye], 0.9)
    if thanks or bye:
        return judge(call, "farewell", "partly", "no_bye" if thanks else "no_thanks", [thanks, bye], 0.85)
    return judge(call, "farewell", "missed", "neither", [call.occasion(call.agent[-1])], 0.85)


def _thanks(call: CallRecord, position: int) -> Evidence | None:
    return call.cue("thank", position) or call.act(position, Act.THANK, sure=0.5)


def _left_open(call: CallRecord) -> Evidence | None:
    """The customer's question, demand or protest over which the agent said goodbye."""
    last = call.agent[-1]
    if not call.shows(last, Act.SAY_GOODBYE) or not last or call.turns[last - 1].speaker != "customer":
        return None
    before = last - 1
    pending = "?" in call.text(before)[-2:] or call.cue("protest", before)
    answered = len(call.sentences(last)) >= 3 or call.cue("answers", last)
    return call.occasion(before) if pending and not answered else None
