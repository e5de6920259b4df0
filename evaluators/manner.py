"""How the agent speaks: tone, language, the manner for this customer, and where the call ends up."""

from __future__ import annotations

import re

from bot.acts import Act
from bot.events import Approach
from evaluators.exploring import names_feeling
from evaluators.judge import judge
from evaluators.moves import asks, customer_breaks_off, decision, is_open, need_question, offer_in, offers
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.words import words

_CAPITALS = re.compile(r"(?<![\w.])[A-Z]{2,5}\d{0,3}(?![\w.])")

SURE_FAULT = 0.9
"""Confidence from which a fault is taken from the recogniser alone: nobody is blamed on a guess."""

ENOUGH_FITTING = 3
"""So many kinds of fitting acts show that the manner fits, however many the persona lists."""

SURVEY_ANSWERS = 3
"""So many answered questions make a survey that was taken part in, where the log names no outcome."""

GOOD_OUTCOMES = frozenset(
    ("satisfied", "calmed", "bought", "appointment", "participated", "informed", "paid", "transferred", "dispatched")
)
BAD_OUTCOMES = frozenset(("hung_up_angry", "hung_up_silence", "agent_hung_up", "supervisor_demanded"))


def tone(call: CallRecord) -> CriterionResult:
    """At most one light slip: met; two or more without blame: partly; blame, insult, sneer, order or flat
    contradiction, or slips in most turns: missed.
    """
    for reason, cue, act in (("blame", "blame_customer", Act.BLAME_CUSTOMER), ("rude", "be_rude", Act.BE_RUDE)):
        grave = _faults(call, cue, act)
        if grave:
            return _tone_missed(call, reason, grave)
    denied = _faults(call, "flat_contradiction", Act.CONTRADICT)
    if denied:
        return _tone_missed(call, "contradiction", denied)
    slips = [place for p in call.agent if (place := _brusque(call, p) or _presses(call, p) or call.cue("evasive", p))]
    if len(slips) > len(call.agent) / 2 and len(slips) >= 3:
        return judge(call, "tone", "missed", "mostly_slips", slips, 0.6)
    if len(slips) >= 2:
        return judge(call, "tone", "partly", "light_slips", slips, 0.6, n=len(slips))
    return judge(call, "tone", "met", "calm", (), 0.75)


def _brusque(call: CallRecord, position: int) -> Evidence | None:
    for sentence in call.sentences(position):
        if call.lexicon.has("brusque", sentence.text):
            return call.quote(position, sentence.start, sentence.end)
    return None


def _presses(call: CallRecord, position: int) -> Evidence | None:
    """Where the agent goes on as if the customer had not just declined."""
    declined = call.lexicon.has("decline", call.before_text(position)) and position > 1
    if not declined or not (need_question(call, position) or offer_in(call, position)):
        return None
    heard = call.cue("acknowledge_objection", position) or call.cue("respects_refusal", position)
    return None if heard else call.fault(position)


def _tone_missed(call: CallRecord, reason: str, places: list[Evidence]) -> CriterionResult:
    if reason == "blame":
        return judge(call, "tone", "missed", "blame", places, 0.7)
    if reason == "rude":
        return judge(call, "tone", "missed", "rude", places, 0.7)
    return judge(call, "tone", "missed", "contradiction", places, 0.6)


def _faults(call: CallRecord, cue: str, act: Act) -> list[Evidence]:
    found = []
    for position in call.agent:
        place = call.cue(cue, position) or call.act(position, act, sure=SURE_FAULT)
        if place and not (cue == "blame_customer" and call.cue("own_fault", position)):
            found.append(place.model_copy(update={"role": "fault"}))
    return found


def language(call: CallRecord) -> CriterionResult:
    """Distinct slips: informal address, dialect, unexplained jargon, negative wording. At most one: met; two or three:
    partly; four or more, or informal throughout: missed.
    """
    informal = [place for p in call.agent if (place := call.cue("informal", p))]
    familiar = [p for p in call.agent if call.cue("informal_token", p) and not call.cue("generic_je", p)]
    formal = [p for p in call.agent if call.cue("formal_token", p)]
    if informal and len(familiar) >= 3 and len(formal) <= len(familiar) / 2:
        return judge(call, "language", "missed", "informal", _as_faults(informal), 0.75)
    slips: dict[str, Evidence] = {}
    for cue in ("informal", "dialect", "use_jargon", "negative_wording", "abbreviation"):
        for position in call.agent:
            for place in _slips_in(call, cue, position):
                slips.setdefault(place.quote.casefold(), place)
    for position in call.agent:
        place = call.act(position, Act.USE_JARGON, Act.INFORMAL_ADDRESS, sure=SURE_FAULT)
        if place and all(other.turn != place.turn for other in slips.values()):
            slips.setdefault(place.quote.casefold(), place)
    shown = _as_faults(list(slips.values()))
    named = ", ".join(f"«{item.quote}»" for item in shown[:6])
    if len(slips) >= 4:
        return judge(call, "language", "missed", "many_slips", shown, 0.65, n=len(slips), words=named)
    if len(slips) >= 2:
        return judge(call, "language", "partly", "few_slips", shown, 0.6, n=len(slips), words=named)
    return judge(call, "language", "met", "clean", shown, 0.75)


def _slips_in(call: CallRecord, cue: str, position: int) -> list[Evidence]:
    text = call.text(position)
    if cue == "abbreviation":
        return _abbreviations(call, position)
    pattern = call.lexicon.cues.get(cue)
    if pattern is None:
        return []
    places = [call.quote(position, m.start(), m.end()) for m in pattern.finditer(text)]
    if cue == "use_jargon":
        return [place for place in places if not call.lexicon.has("explains", text[place.end :])]
    if cue == "negative_wording":
        return [place for place in places if not call.lexicon.has("plain_bad_news", text)]
    return places


def _abbreviations(call: CallRecord, position: int) -> list[Evidence]:
    """Capital abbreviations that are neither everyday ones nor the company's name, nor explained."""
    text, own = call.text(position), call.start.company_name
    return [
        call.quote(position, found.start(), found.end())
        for found in _CAPITALS.finditer(text)
        if not call.lexicon.has("known_abbreviation", found.group())
        and found.group() not in own
        and not call.lexicon.has("explains", text[found.end() :])
    ]


def _as_faults(places: list[Evidence]) -> list[Evidence]:
    return [place.model_copy(update={"role": "fault"}) for place in places]


def customer_type(call: CallRecord) -> CriterionResult:
    """Whether the manner fits the type of customer: what such a customer needs is there, what he bears badly is not. By
    what the persona lists; for a call from elsewhere by the name of the type.
    """
    if call.start.approach is not None:
        return _approached(call, call.start.approach)
    kind = next((name for name in ("angry", "anxious", "hesitant", "hurried") if _is_type(call, name)), None)
    if kind is None:
        return judge(call, "customer_type", "not_scored", "unknown_type", confidence=1)
    needed = _needed(call, kind)
    unfit = next(
        iter(_faults(call, "blame_customer", Act.BLAME_CUSTOMER) + _faults(call, "be_rude", Act.BE_RUDE)), None
    )
    advice = call.messages.common.get(f"manner_{kind}", "")
    if unfit and needed is None:
        return judge(call, "customer_type", "missed", "does_not_fit", [unfit], 0.55, advice=advice)
    if unfit or needed is None:
        return judge(call, "customer_type", "partly", "partly_fits", [unfit, needed], 0.5, advice=advice)
    return judge(call, "customer_type", "met", "fits", [needed], 0.55)


def _approached(call: CallRecord, approach: Approach) -> CriterionResult:
    """By the acts that the persona's author lists: half of the fitting ones, but no more than three, make a fitting
    manner.
    """
    shown = [place for act in approach.fitting if (place := next((at for _, at in call.agent_showing(act)), None))]
    enough = len(shown) >= min(ENOUGH_FITTING, (len(approach.fitting) + 1) // 2)
    unfit = [place for act in approach.unfitting for place in _faults(call, act.value, act)][:3]
    if enough and not unfit:
        return judge(call, "customer_type", "met", "fits", shown, 0.55)
    if enough or not unfit:
        return judge(call, "customer_type", "partly", "partly_fits", [*unfit, *shown], 0.5, advice=approach.advice)
    return judge(call, "customer_type", "missed", "does_not_fit", unfit, 0.55, advice=approach.advice)


def _is_type(call: CallRecord, name: str) -> bool:
    return call.lexicon.has(f"type_{name}", call.start.customer_type.replace("_", " "))


def _needed(call: CallRecord, kind: str) -> Evidence | None:
    """The place that shows what this type of customer needs."""
    if kind in ("angry", "anxious"):
        reassured = next((place for _, place in call.agent_showing(Act.REASSURE)), None) if kind == "anxious" else None
        return reassured or next((place for p in call.agent if (place := names_feeling(call, p))), None)
    if kind == "hesitant":
        for position in call.agent:
            question = next((s for s in asks(call, position) if is_open(call, s)), None)
            if question:
                return call.quote(position, question.start, question.end)
        return None
    long_turns = [p for p in call.agent if len(words(call.text(p))) > 45]
    return None if long_turns else call.quote(call.agent[0])


def outcome(call: CallRecord) -> CriterionResult:  # noqa: PLR0911  (a rule a line)
    """Where the call ended: with a result, without a clear one, or with a customer who left dissatisfied."""
    ended = call.ended.outcome if call.ended and call.start.channel != "imported" else None
    place = [call.quote(len(call.turns) - 1)]
    if ended in GOOD_OUTCOMES:
        return judge(call, "outcome", "met", "reached", place, 0.9)
    if ended in BAD_OUTCOMES:
        return judge(call, "outcome", "missed", "not_reached", place, 0.9)
    if ended in ("refused", "undecided"):
        return judge(call, "outcome", "partly", "half", place, 0.8)
    if ended == "broken_off" or (ended is None and call.start.channel != "imported"):
        return judge(call, "outcome", "not_scored", "unknown", confidence=1)
    chosen = decision(call)
    if chosen and chosen.accepted:
        return judge(call, "outcome", "met", "reached", [call.quote(chosen.position)], 0.6)
    if customer_breaks_off(call) is not None:
        return judge(call, "outcome", "missed", "not_reached", place, 0.6)
    answered = [p for p in call.agent if need_question(call, p) and call.reply(p) is not None]
    if call.survey and len(answered) >= SURVEY_ANSWERS:
        return judge(call, "outcome", "met", "reached", [call.quote(answered[-1])], 0.6)
    if not offers(call) and not call.survey:
        return judge(call, "outcome", "met", "reached", place, 0.4)
    return judge(call, "outcome", "partly", "half", place, 0.5)
