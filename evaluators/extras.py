"""The extra beside the main offer: cross-selling and upselling."""

from __future__ import annotations

from itertools import pairwise

from bot.acts import Act
from evaluators.judge import judge
from evaluators.moves import decision, says_no
from evaluators.record import CallRecord, remembered
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.words import content_stems, stem, words


def mentions_extra(call: CallRecord, text: str) -> bool:
    """Whether words name the extra that the script has in store."""
    option = call.context.cross_up_sell_option
    if not option:
        return False
    stopwords = call.lexicon.stopwords
    main = content_stems(f"{call.context.right_solution or ''} {' '.join(call.context.terms)}", stopwords)
    wanted = content_stems(option, stopwords)
    own = {one for one in wanted if one not in main} or set(wanted)
    heard = content_stems(text, stopwords)
    shared = {one for one in own if any(_names(one, other) for other in heard)}
    in_order = [stem(word) for word in words(option) if stem(word) in own]
    return len(shared) >= min(2, len(own)) or (bool(in_order) and in_order[0] in shared)


def _names(wanted: str, heard: str) -> bool:
    """Whether a word heard names the thing wanted: the same, its compound, or the head of its compound."""
    return heard == wanted or (len(wanted) >= 5 and wanted in heard) or (len(heard) >= 5 and wanted.endswith(heard))


@remembered
def extras(call: CallRecord) -> list[tuple[int, Evidence]]:
    """The agent's turns that propose an extra, with the place."""
    found = []
    for position in call.agent:
        place = _extra_in(call, position)
        if place:
            found.append((position, place))
    return found


def _extra_in(call: CallRecord, position: int) -> Evidence | None:
    for sentence in call.sentences(position):
        if mentions_extra(call, sentence.text):
            return call.quote(position, sentence.start, sentence.end)
    chosen = decision(call)
    early = chosen is None or not chosen.accepted or position < chosen.position
    sure = 0.5 if call.context.cross_up_sell_option and not early else 0.7
    return call.act(position, Act.CROSS_SELL, Act.UP_SELL, sure=sure)


def cross_up_selling(call: CallRecord) -> CriterionResult:  # noqa: PLR0911  (a rule a line)
    """One relevant extra after the main matter is settled, dropped at a clear no: met. Too early, inside the main
    offer, or left hanging: partly. Never proposed, pushed after a no, or in a survey: missed. No option: not
    applicable.
    """
    found = extras(call)
    if call.survey:
        return _extra_in_survey(call)
    if not call.context.cross_up_sell_option:
        return judge(call, "cross_up_selling", "not_applicable", "no_option", confidence=0.9)
    chosen = decision(call)
    solved = chosen is not None and chosen.accepted
    if not found:
        if not solved:
            return judge(call, "cross_up_selling", "not_applicable", "main_unsolved", confidence=0.6)
        place = [call.occasion(chosen.position)] if chosen else []
        return judge(call, "cross_up_selling", "missed", "never", place, 0.75)
    pushed = _pushed(call, found)
    if pushed:
        return judge(call, "cross_up_selling", "missed", "pushed", pushed, 0.7)
    if not solved:
        return judge(call, "cross_up_selling", "not_applicable", "main_unsolved", [found[0][1]], 0.5)
    if chosen and found[0][0] < chosen.position:
        return judge(
            call, "cross_up_selling", "partly", "too_early", [found[0][1], call.occasion(chosen.position)], 0.7
        )
    if _repeated(call, found):
        return judge(call, "cross_up_selling", "partly", "repeated", [place for _, place in found[:2]], 0.6)
    return judge(call, "cross_up_selling", "met", "after_main", [found[0][1]], 0.75)


def _extra_in_survey(call: CallRecord) -> CriterionResult:
    sold = sale_in_survey(call)
    if sold:
        return judge(call, "cross_up_selling", "missed", "in_survey", [sold], 0.7)
    return judge(call, "cross_up_selling", "not_applicable", "no_option", confidence=0.8)


@remembered
def sale_in_survey(call: CallRecord) -> Evidence | None:
    """Where a survey slips into selling."""
    places = ((p, s) for p in call.agent for s in call.sentences(p))
    return next((call.fault(p, s.start, s.end) for p, s in places if call.lexicon.has("sale_in_survey", s.text)), None)


def _pushed(call: CallRecord, found: list[tuple[int, Evidence]]) -> list[Evidence]:
    """The places that push on after a clear no."""
    for (position, place), (later, again) in pairwise(found):
        reply = call.reply_text(position)
        clear = (call.lexicon.has("hard_no", reply) or says_no(call, reply)) and not call.lexicon.has("soft_no", reply)
        if clear and later > position:
            return [place, call.quote(position + 1), again.model_copy(update={"role": "fault"})]
    return []


def _repeated(call: CallRecord, found: list[tuple[int, Evidence]]) -> bool:
    """Whether the extra came back after a soft no."""
    first = found[0][0]
    no = says_no(call, call.reply_text(first)) or call.lexicon.has("soft_no", call.reply_text(first))
    return no and any(position > first for position, _ in found[1:])
