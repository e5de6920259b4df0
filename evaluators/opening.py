"""How the call begins: opening, purpose, identification, and the customer's name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.acts import Act
from evaluators.judge import by_count, judge
from evaluators.moves import need_question
from evaluators.names import find_like, find_surname, names_company
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.words import words


def opening(call: CallRecord) -> CriterionResult:
    """First agent turn has greeting, company and own name. One lacking: partly; two: missed."""
    first = call.agent[0]
    parts = {
        "greeting": call.shows(first, Act.GREET),
        "company": _company(call, first),
        "name": _own_name(call, first),
    }
    lacking = [name for name, found in parts.items() if found is None]
    shown = [found for found in parts.values() if found] or [call.occasion(first)]
    if not lacking:
        return judge(call, "opening", "met", "all_three", shown, 0.95)
    values = {"agent": call.start.agent_name or "…", "company": call.start.company_name or "…"}
    if len(lacking) == 1:
        return judge(call, "opening", "partly", f"no_{lacking[0]}", shown, 0.9, **values)
    return judge(call, "opening", "missed", "two_lacking", shown, 0.9, **values)


def _company(call: CallRecord, position: int) -> Evidence | None:
    name = call.start.company_name or call.start.company
    place = names_company(name, call.text(position), call.lexicon)
    if place:
        return call.quote(position, *place)
    misheard = call.start.channel == "voice" or not name
    return call.shows(position, Act.STATE_COMPANY) if misheard else None


def _own_name(call: CallRecord, position: int) -> Evidence | None:
    text = call.text(position)
    for word in words(call.start.agent_name):
        if len(word) >= 2 and (place := find_like(word, text)):
            return call.quote(position, *place)
    misheard = call.start.channel == "voice" or not call.start.agent_name
    return call.shows(position, Act.STATE_NAME) if misheard else None


def purpose(call: CallRecord) -> CriterionResult:
    """Outbound: why, for whom, and whether the moment suits, by the second agent turn (or the first after the name was
    confirmed) and before the first question on the need.
    """
    if not call.outbound:
        return judge(call, "purpose", "not_applicable", "inbound", confidence=1)
    window = _purpose_window(call)
    disguise = next(filter(None, (_disguise(call, p) for p in call.agent[:4])), None)
    if disguise:
        return judge(call, "purpose", "missed", "disguised", [disguise], 0.8)
    parts = {
        "why": _first(_why(call, p) for p in window),
        "sender": _first(_company(call, p) for p in window),
        "moment": _first(_moment_asked(call, p) for p in window),
    }
    lacking = [name for name, found in parts.items() if found is None]
    shown = [found for found in parts.values() if found] or [call.occasion(window[-1])]
    if not lacking:
        return judge(call, "purpose", "met", "all_three", shown)
    if len(lacking) == 1:
        return judge(call, "purpose", "partly", f"no_{lacking[0]}", shown, 0.75)
    return judge(call, "purpose", "missed", "two_lacking", shown, 0.75)


def _first(found: Iterable[Evidence | None]) -> Evidence | None:
    return next((item for item in found if item), None)


def _purpose_window(call: CallRecord) -> tuple[int, ...]:
    last = 1
    if any(call.cue("name_check", p) for p in call.agent[1:2]) and not call.cue("name_check", call.agent[0]):
        last = 2
    if any(call.cue("request_datum", p) and not _why(call, p) for p in call.agent[1:2]):
        last = 2
    window = call.agent[: last + 1]
    asked = next((p for p in window if _first_need_question(call, p)), window[-1])
    return tuple(p for p in window if p <= asked)


def _first_need_question(call: CallRecord, position: int) -> bool:
    asked = need_question(call, position)
    return asked is not None and not call.lexicon.has("survey_consent", asked.quote)


def _disguise(call: CallRecord, position: int) -> Evidence | None:
    cues = ["prize"] if call.survey else ["prize", "sham_survey"]
    found = next(filter(None, (call.cue(cue, position) for cue in cues)), None)
    return found.model_copy(update={"role": "fault"}) if found else None


def _why(call: CallRecord, position: int) -> Evidence | None:
    return call.cue("reason_of_call", position) or call.act(position, Act.EXPLAIN_SURVEY_GOAL, sure=0.5)


def _moment_asked(call: CallRecord, position: int) -> Evidence | None:
    return call.shows(position, Act.CHECK_AVAILABILITY)


def customer_name(call: CallRecord) -> CriterionResult:
    """Agent turns that address the customer by surname: two or more met, one partly."""
    name = call.start.customer_name
    if not name.strip():
        return judge(call, "customer_name", "not_scored", "name_unknown", confidence=1)
    shown = [found for position in call.agent if (found := _addressed(call, position, name))]
    verdict = by_count(len(shown), 2)
    reason = {"met": "twice", "partly": "once", "missed": "never"}[verdict]
    fallback = [call.occasion(call.agent[-1])] if verdict == "missed" else []
    return judge(call, "customer_name", verdict, reason, shown or fallback, 0.9, name=name, n=len(shown))


def _addressed(call: CallRecord, position: int, name: str) -> Evidence | None:
    """The place where a turn addresses the customer; a check of the name, a spelling or an e-mail address does not."""
    for sentence in call.sentences(position):
        place = find_surname(name, sentence.text, call.lexicon)
        if place is None or "@" in sentence.text or call.lexicon.has("spelling", sentence.text):
            continue
        if not call.lexicon.has("addresses_before", sentence.text[: place[0]]):
            continue
        check = call.lexicon.find("name_check", sentence.text[: place[0]])
        if check and place[0] - check.end() <= 14:
            continue
        return call.quote(position, sentence.start + place[0], sentence.start + place[1])
    return None
