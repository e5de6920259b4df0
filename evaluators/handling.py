"""Handling what the call brings: buying signals, bad news, and the procedure that the script prescribes."""

from __future__ import annotations

import re

from bot.acts import Act
from evaluators.exploring import names_feeling
from evaluators.facts import coverage
from evaluators.judge import judge
from evaluators.moves import commitment_asks, first_offer, resisted_in, says_no
from evaluators.phases import analysis_start
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence, Verdict

SELLING = frozenset(("sale", "acquisition", "order", "advice", "service", "reception", "bad_news"))
"""Kinds of call in which a customer can show that he wants to buy or book."""

KEEN = 0.5
"""Likeness to a buying signal that is enough without a known wording."""

DEAD_AIR_MS = 10_000
"""From so much silence a wait should have been announced."""

STEP_DONE = 0.3
"""Coverage from which a prescribed step counts as done."""


def buying_signals(call: CallRecord) -> CriterionResult:
    """After a buying signal the agent asks for the commitment within two turns: met; books without asking: partly;
    neither: missed. No signal: not applicable.
    """
    signals = signals_of(call) if call.start.kind in SELLING else []
    signals = signals or [(p, place) for p, place in weak_signals(call) if _answer_to(call, p)[0] != "missed"]
    if not signals:
        return judge(call, "buying_signals", "not_applicable", "no_signal", confidence=0.65)
    answers = [_answer_to(call, position) for position, _ in signals]
    asked = next((found for verdict, found in answers if verdict == "met"), None)
    if asked:
        return judge(call, "buying_signals", "met", "asked", [signals[0][1], asked], 0.65)
    booked = next((found for verdict, found in answers if verdict == "partly"), None)
    if booked:
        return judge(call, "buying_signals", "partly", "booked", [signals[0][1], booked], 0.55)
    place = signals[0][1].model_copy(update={"role": "occasion"})
    return judge(call, "buying_signals", "missed", "missed_signal", [place], 0.6)


def signals_of(call: CallRecord) -> list[tuple[int, Evidence]]:
    """The customer's turns that hold a buying signal, after the first offer; what our own customer marked included."""
    marked = {event.reply_to for event in call.decided if event.buying_signal}
    found = []
    for position in call.customer:
        before = position - 1
        if before >= 0 and call.turns[before].i in marked:
            found.append((position, call.quote(position)))
            continue
        place = call.cue("buying_signal", position) if position > first_offer(call) and not call.survey else None
        if place and not says_no(call, call.text(position)) and not call.cue("no_buying_signal", position):
            found.append((position, place))
    return found


def weak_signals(call: CallRecord) -> list[tuple[int, Evidence]]:
    """Questions after the first offer for price, stock or payment: a signal where the agent took them for one."""
    if call.start.kind not in SELLING:
        return []
    start = min(first_offer(call), analysis_start(call) + 1)
    cues = ("buying_signal", "weak_signal", "next_step")
    places = (
        (p, next((place for cue in cues if (place := call.cue(cue, p))), None) or _sounds_keen(call, p))
        for p in call.customer
        if p > start and not call.cue("no_buying_signal", p)
    )
    return [(p, place) for p, place in places if place and not says_no(call, call.text(p))]


def _sounds_keen(call: CallRecord, position: int) -> Evidence | None:
    keen = (s for s in call.sentences(position) if call.lexicon.hears("buying", s.text) >= KEEN)
    return next((call.quote(position, s.start, s.end) for s in keen), None)


def _answer_to(call: CallRecord, position: int) -> tuple[Verdict, Evidence | None]:
    asked = dict(commitment_asks(call))
    later = call.next_agent(position, 2)
    found = next((asked[p] for p in later if p in asked), None) or next(
        (place for p in later if (place := call.cue("offers_moments", p))), None
    )
    if found:
        return "met", found
    booked = next((place for p in later if (place := call.cue("books", p))), None)
    return ("partly", booked) if booked else ("missed", None)


def bad_news(call: CallRecord) -> CriterionResult:
    """Plain, with understanding in the same or the next turn, with an alternative. One lacking: partly; two: missed."""
    news = call.context.bad_news
    if not news:
        return judge(call, "bad_news", "not_applicable", "none_due", confidence=1)
    told = _told_at(call, news)
    if told is None:
        return judge(call, "bad_news", "missed", "hidden", [call.occasion(call.agent[-1])], 0.6)
    position, plain_words = told
    around = [p for p in call.agent if p in (position, *_beside(call, position))]
    kind = next((place for p in around if (place := _understands(call, p))), None)
    routes = [(p, place) for p in call.agent if p >= position - 2 and (place := _alternative(call, p))]
    other = routes[0][1] if routes else None
    parts = {"understanding": kind, "alternative": other}
    lacking = [name for name, place in parts.items() if place is None]
    shown = [plain_words, *parts.values()]
    if not lacking and routes[0][0] > position and resisted_in(call, position + 1):
        return judge(call, "bad_news", "partly", "no_alternative", shown, 0.55)
    if not lacking:
        return judge(call, "bad_news", "met", "all_three", shown, 0.65)
    if lacking == ["understanding"]:
        return judge(call, "bad_news", "partly", "no_understanding", shown, 0.6)
    if lacking == ["alternative"]:
        return judge(call, "bad_news", "partly", "no_alternative", shown, 0.6)
    return judge(call, "bad_news", "missed", "two_lacking", shown, 0.65)


def _told_at(call: CallRecord, news: str) -> tuple[int, Evidence] | None:
    """Where the news is told plainly: a refusal in words, best where it speaks of the same thing."""
    places = []
    for position in call.agent:
        place = call.cue("refusal", position) or call.act(position, Act.DELIVER_BAD_NEWS, sure=0.5)
        covered = coverage(call, news, call.text(position))
        if place or covered >= 0.5:
            places.append((covered + (0.3 if place else 0), -position, place or call.quote(position)))
    top = max(places, default=None, key=lambda item: item[:2])
    return (-top[1], top[2]) if top else None


def _beside(call: CallRecord, position: int) -> tuple[int, ...]:
    earlier = [p for p in call.agent if p < position][-1:]
    return (*earlier, *call.next_agent(position, 1))


def _understands(call: CallRecord, position: int) -> Evidence | None:
    found = names_feeling(call, position) or call.shows(position, Act.APOLOGIZE)
    return found or call.cue("acknowledge_objection", position)


def _alternative(call: CallRecord, position: int) -> Evidence | None:
    return call.cue("alternative", position)


def procedure(call: CallRecord) -> CriterionResult:
    """The elements that the script prescribes for a hold, a transfer or another step."""
    wanted = call.context.hold_or_transfer
    if not wanted:
        return judge(call, "procedure", "not_applicable", "none_due", confidence=1)
    silent = _dead_air(call)
    if silent:
        return judge(call, "procedure", "missed", "dead_air", [silent], 0.7)
    parts = _parts(call, wanted)
    lacking = [name for name, place in parts.items() if place is None]
    shown = [place for place in parts.values() if place]
    values = {"lacking": _names(call, lacking), "wanted": wanted, "example": _names(call, ["example"])}
    if not lacking:
        return judge(call, "procedure", "met", "followed", shown, 0.6)
    if shown and (len(lacking) == 1 or len(lacking) < len(parts) / 2):
        return judge(call, "procedure", "partly", "one_lacking", shown, 0.55, **values)
    return judge(call, "procedure", "missed", "not_followed", shown or [call.occasion(call.agent[-1])], 0.55, **values)


def _names(call: CallRecord, parts: list[str]) -> str:
    return ", ".join(call.messages.common.get(f"procedure_{part}", part) for part in parts)


def _parts(call: CallRecord, wanted: str) -> dict[str, Evidence | None]:
    """The elements due, each with the place where it was done."""
    parts: dict[str, Evidence | None] = {}
    if call.lexicon.has("prescribes_hold", wanted):
        hold = _first(call, "announce_hold", Act.ANNOUNCE_HOLD)
        parts["hold_announced"] = hold
        parts["hold_reason"] = hold and _first(call, "hold_reason")
        parts["hold_return"] = _first(call, "return_from_hold", Act.RETURN_FROM_HOLD)
    if call.lexicon.has("prescribes_transfer", wanted):
        transfer = _first(call, "transfer", Act.ANNOUNCE_TRANSFER)
        parts["transfer_to"] = transfer and (_first(call, "transfer_to") or _covering(call, wanted, 0.4))
        parts["transfer_why"] = transfer and _first(call, "transfer_why")
    if not parts:
        for step in re.split(r"[;,]", wanted):
            parts[step.strip()] = _covering(call, step, STEP_DONE) or _guided(call, step)
    return parts


def _guided(call: CallRecord, step: str) -> Evidence | None:
    """Where the caller is guided or his address repeated, if that is the step."""
    if call.lexicon.has("address_step", step):
        return next(
            (place for p in call.agent if (place := call.cue("datum_address", p) or call.act(p, Act.SPELL_BACK))), None
        )
    if not call.lexicon.has("guiding_step", step):
        return None
    return next((place for _, place in call.agent_showing(Act.INSTRUCT, Act.REASSURE)), None)


def _first(call: CallRecord, cue: str, *acts: Act) -> Evidence | None:
    for position in call.agent[1:]:
        found = call.cue(cue, position) or (call.act(position, *acts, sure=0.5) if acts else None)
        if found:
            return found
    return None


def _covering(call: CallRecord, wanted: str, share: float) -> Evidence | None:
    places = [(coverage(call, wanted, call.text(p)), -p) for p in call.agent]
    top, position = max(places, default=(0.0, 0))
    return call.quote(-position) if top >= share else None


def _dead_air(call: CallRecord) -> Evidence | None:
    """A silence of more than ten seconds before the agent speaks that nobody announced."""
    for position in call.agent[1:]:
        before = call.turns[position - 1]
        gap = call.turns[position].start_ms - before.end_ms
        announced = any(call.shows(p, Act.ANNOUNCE_HOLD) for p in call.agent if position - 3 <= p < position)
        if before.end_ms and gap > DEAD_AIR_MS and not announced:
            return call.occasion(position)
    return None
