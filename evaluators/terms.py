"""What is told about the offer: its benefits for this customer, its terms, and whether it is the right one."""

from __future__ import annotations

import re

from bot.acts import Act
from evaluators.exploring import confirmed, summary_in
from evaluators.facts import coverage
from evaluators.judge import judge, listed
from evaluators.moves import decision, first_offer, offers
from evaluators.objections import objections
from evaluators.phases import analysis_start
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.words import content_stems, plain, shared_stems, stem, words

WISHES = 2
"""So many of the customer's own words make an offer that answers his wish."""

TOLD = 0.5
"""Coverage from which a term counts as told."""

WITH_FIGURES = 0.35
"""The same where all its figures were said."""

TOGETHER = 0.7
"""The same over two agent turns."""

GAIN = 0.45
"""Likeness to a gain that is enough without a known wording."""

SHORT_ANSWER = 12
"""Words up to which a turn tells a term together with the customer's question that it answers."""

_FIGURE_UNIT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%|€|[a-z]+)")


def terms(call: CallRecord) -> CriterionResult:
    """Every term told correctly before the customer commits: met; some lacking or late: partly; none, or wrong:
    missed.
    """
    wanted = call.context.terms
    if not wanted:
        return judge(call, "terms", "not_applicable", "none_listed", confidence=1)
    limit = _committed(call)
    told = {term: told_at(call, term) for term in wanted}
    early = [term for term, place in told.items() if place is not None and place <= limit]
    lacking = [term for term in wanted if term not in early]
    shown = [call.quote(place) for place in told.values() if place is not None]
    values = {"lacking": listed(lacking)}
    wrong = next((place for term in lacking if told[term] is None and (place := _told_wrong(call, term))), None)
    if wrong:
        return judge(call, "terms", "missed", "wrong", [wrong], 0.55, **values)
    if not lacking:
        return judge(call, "terms", "met", "all_told", shown, 0.7)
    if shown:
        return judge(call, "terms", "partly", "some_told", shown, 0.6, **values)
    return judge(call, "terms", "missed", "none_told", [call.occasion(min(limit, len(call.turns) - 1))], 0.65, **values)


def _committed(call: CallRecord) -> int:
    """Position up to which a term is in time: the commitment, or a survey's first question; the end where neither."""
    if call.survey:
        return min(analysis_start(call), len(call.turns))
    chosen = decision(call)
    return chosen.position if chosen and chosen.accepted else len(call.turns)


def told_at(call: CallRecord, term: str) -> int | None:
    """Position of the agent's turn that tells a term, figures included; alone or with the turn before it."""
    figures = call.lexicon.numbers(term) - {1.0}
    keys = {stem(word) for word in words(term) if call.lexicon.has("key_word", word)}
    for position in call.agent:
        text = call.text(position)
        covered = coverage(call, term, text)
        all_figures = figures <= call.lexicon.numbers(text)
        if keys and not figures and keys == shared_stems(keys, stems_of(call, text)):
            return position
        if len(words(text)) <= SHORT_ANSWER:
            covered = coverage(call, term, f"{call.before_text(position)} {text}")
        if all_figures and (covered >= TOLD or (figures and covered >= WITH_FIGURES)):
            return position
    for first, second in zip(call.agent, call.agent[1:], strict=False):
        text = f"{call.text(first)} {call.text(second)}"
        if figures <= call.lexicon.numbers(text) and coverage(call, term, text) >= TOGETHER:
            return second
    return None


def stems_of(call: CallRecord, text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    return content_stems(text, call.lexicon.stopwords)


def _told_wrong(call: CallRecord, term: str) -> Evidence | None:
    """A sentence of the agent about a term with another figure of the same unit."""
    wanted = _units(call, term)
    if not wanted:
        return None
    stems = content_stems(term, call.lexicon.stopwords) - {stem(unit) for _, unit in wanted}
    for position in call.agent:
        for sentence in call.sentences(position):
            heard = _units(call, sentence.text)
            clash = [u for f, u in wanted if any(u == v and f != g for g, v in heard) and (f, u) not in heard]
            about = shared_stems(stems, content_stems(sentence.text, call.lexicon.stopwords))
            if clash and about and not sentence.question:
                return call.fault(position, sentence.start, sentence.end)
    return None


def _units(call: CallRecord, text: str) -> set[tuple[str, str]]:
    """Figures with their unit, spoken ones included: ('12', 'maand')."""
    from_words = " ".join(_digits(call, word) for word in plain(text).split())
    return {(figure.replace(",", "."), stem(unit)) for figure, unit in _FIGURE_UNIT.findall(from_words)}


def _digits(call: CallRecord, word: str) -> str:
    values = call.lexicon.numbers(word) if any(c.isalpha() for c in word) else frozenset()
    return f"{next(iter(values)):g}" if len(values) == 1 else word


def benefits(call: CallRecord) -> CriterionResult:
    """A gain of the offer next to this customer's own word, number or worry: met; a general gain: partly; only
    features, price or pressure: missed. In a survey only where the respondent hesitates.
    """
    if call.survey:
        return _survey_benefit(call)
    gains = _gains(call, 0)
    if call.start.kind == "complaint" or (call.start.kind in ("reception", "transfer", "crisis") and not gains):
        return judge(call, "benefits", "not_applicable", "procedure_only", confidence=0.6)
    if not offers(call):
        return judge(call, "benefits", "not_applicable", "no_offer", confidence=0.7)
    tied = [place for position, place in gains if _tied(call, position, place)]
    if tied:
        return judge(call, "benefits", "met", "tied", tied[:2], 0.65)
    matched = _matches_wish(call)
    if matched:
        return judge(call, "benefits", "met", "tied", [matched], 0.5)
    if gains:
        return judge(
            call, "benefits", "partly", "general", [place for _, place in gains[:2]], 0.6, word=_own_word(call)
        )
    return judge(call, "benefits", "missed", "features_only", [call.occasion(offers(call)[0][0])], 0.6)


def _matches_wish(call: CallRecord) -> Evidence | None:
    """An offer in the customer's own words: two or more that he used in answer to questions, the product's own left
    out.
    """
    answers = [p for p in call.customer if 1 < p < first_offer(call)]
    wishes = content_stems(" ".join(call.text(p) for p in answers), call.lexicon.stopwords)
    for position, _ in offers(call):
        for sentence in call.sentences(position):
            products = {stem(word) for word in words(sentence.text) if call.lexicon.has("product_word", word)}
            shared = shared_stems(stems_of(call, sentence.text) - products, wishes)
            if len(shared) >= WISHES and not sentence.question:
                return call.quote(position, sentence.start, sentence.end)
    return None


def _gains(call: CallRecord, start: int) -> list[tuple[int, Evidence]]:
    found = []
    for position in call.agent:
        if position < start:
            continue
        place = next(
            (
                call.quote(position, sentence.start, sentence.end)
                for sentence in call.sentences(position)
                if _gain(call, sentence.text) and not call.lexicon.has("no_benefit", sentence.text)
            ),
            None,
        ) or call.act(position, Act.STATE_BENEFIT, sure=0.45)
        beside = place and any(call.lexicon.has(cue, place.quote) for cue in ("no_benefit", "empathize"))
        if place and not beside:
            found.append((position, place))
    return found


def _gain(call: CallRecord, text: str) -> bool:
    """Whether a sentence tells a gain, by a wording or by its likeness."""
    return call.lexicon.has("state_benefit", text) or call.lexicon.said("gain", text) >= GAIN


def _tied(call: CallRecord, position: int, place: Evidence) -> bool:
    """Whether a gain stands next to the customer's own word, number or worry."""
    said = " ".join(call.text(p) for p in call.customer if p < position)
    said += " ".join(call.text(p) for p in call.agent if p < position and summary_in(call, p) and confirmed(call, p))
    text = _beside(call, position, place)
    if call.lexicon.has("refers_back", text):
        return True
    scripted = content_stems(" ".join((call.context.right_solution or "", *call.context.terms)), call.lexicon.stopwords)
    products = {stem(word) for word in words(text) if call.lexicon.has("product_word", word)}
    own = content_stems(said, call.lexicon.stopwords) - products - scripted
    return bool(shared_stems(content_stems(text, call.lexicon.stopwords), own)) or bool(
        (call.lexicon.numbers(text) & call.lexicon.numbers(said)) - {0.0, 1.0}
    )


def _beside(call: CallRecord, position: int, place: Evidence) -> str:
    """The sentence of a gain with its neighbours."""
    near = []
    around = call.sentences(position)
    for index, sentence in enumerate(around):
        here = sentence.start <= place.start < sentence.end
        beside = any(s.start <= place.start < s.end for s in around[max(0, index - 1) : index + 2])
        if here or beside:
            near.append(sentence.text)
    return " ".join(near)


def _own_word(call: CallRecord) -> str:
    before = [p for p in call.customer if p < first_offer(call)]
    return call.text(before[-1])[:60] if before else "…"


def _survey_benefit(call: CallRecord) -> CriterionResult:
    hesitant = next((item.position for item in objections(call)), None)
    if hesitant is None:
        return judge(call, "benefits", "not_applicable", "no_hesitation", confidence=0.65)
    gains = [(p, place) for p in call.agent if p > hesitant and (place := call.cue("survey_benefit", p))]
    tied = [place for p, place in gains if _tied(call, p, place)]
    if tied:
        return judge(call, "benefits", "met", "tied", tied, 0.55)
    if gains:
        return judge(
            call, "benefits", "partly", "general", [place for _, place in gains], 0.55, word=call.text(hesitant)[:60]
        )
    return judge(call, "benefits", "missed", "features_only", [call.occasion(hesitant)], 0.6)


def right_solution(call: CallRecord) -> CriterionResult:
    """The solution that the script has for this situation, offered: met; part of it: partly; not at all: missed."""
    wanted = call.context.right_solution
    if not wanted or call.survey:
        return judge(call, "right_solution", "not_applicable", "no_solution", confidence=0.8)
    start = max(first_offer(call) - 1, 0) if offers(call) else 0
    said = " ".join(call.text(p) for p in call.agent if p >= start)
    covered = coverage(call, wanted, said)
    shown = [place for _, place in offers(call)[:3]] or [call.occasion(call.agent[-1])]
    if covered >= 0.5:
        return judge(call, "right_solution", "met", "offered", shown, 0.55)
    if covered >= 0.3:
        return judge(call, "right_solution", "partly", "part_offered", shown, 0.5, solution=wanted)
    return judge(call, "right_solution", "missed", "not_offered", shown, 0.5, solution=wanted)
