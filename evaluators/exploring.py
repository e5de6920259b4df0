"""How the need is explored: open questions, summing up, and recognising what the customer feels."""

from __future__ import annotations

from bot.acts import Act
from evaluators.judge import judge
from evaluators.moves import (
    feelings,
    first_offer,
    offers,
    open_question,
    own_answer,
    resisted_in,
    says_no,
    says_yes,
)
from evaluators.phases import closing_start
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.words import content_stems, shared_stems, words

FORMULA = 5
"""Words up to which understanding that takes up nothing of the customer's is a bare formula."""

SURELY_HEARD = 0.6
"""Likeness to a feeling from which an answer in a survey is one without a known wording."""

FULL = 3
"""So many of the customer's own words make a summary of the need after an offer."""

LONG_SUMMARY = 6
"""Words from which a sentence may sum up in other words than the customer's."""

HALF_HEARD = 0.25
"""Likeness to a feeling that is enough where the agent took it for one."""


SURE_BLAME = 0.85
"""Confidence from which blame is taken from the recogniser alone."""


def open_questions(call: CallRecord) -> CriterionResult:
    """Two open questions before the offer that the customer can answer: met; one, or answered by the agent himself, or
    only after the offer: partly; none: missed. In a survey two questions to be answered in own words.
    """
    before = closing_start(call) if call.survey else first_offer(call)
    asked = [(p, found) for p in call.agent if (found := open_question(call, p)) and not _opening_courtesy(call, p)]
    early = [found for p, found in asked if p < before]
    if len(early) >= 2:
        return judge(call, "open_questions", "met", "two_open", early, 0.8, n=len(early))
    if early:
        return judge(call, "open_questions", "partly", "one_open", early, 0.75)
    own = [found for p in call.agent if (found := own_answer(call, p))]
    if own:
        return judge(call, "open_questions", "partly", "own_answer", own, 0.65)
    if asked:
        return judge(call, "open_questions", "partly", "after_offer", [found for _, found in asked], 0.7)
    return judge(call, "open_questions", "missed", "none_open", [_first_chance(call)], 0.8)


def _opening_courtesy(call: CallRecord, position: int) -> bool:
    """Whether a question belongs to courtesy ('hoe gaat het met u?'), not to the need."""
    return call.cue("courtesy_question", position) is not None


def _first_chance(call: CallRecord) -> Evidence | None:
    """The customer's first turn that told something to ask on about."""
    told = [p for p in call.customer if len(words(call.text(p))) >= 6]
    return call.occasion(told[0]) if told else None


def paraphrase(call: CallRecord) -> CriterionResult:
    """The need summed up before the offer and confirmed: met; not confirmed, or only after the offer: partly; none:
    missed. In a survey the answers to open questions read back and confirmed.
    """
    limit = closing_start(call) if call.survey else first_offer(call)
    summaries = [(p, found) for p in call.agent[1:] if (found := summary_in(call, p))]
    early = [(p, found) for p, found in summaries if p < limit or _sums_up_first(call, p, found)]
    for p, found in early:
        if confirmed(call, p):
            return judge(call, "paraphrase", "met", "confirmed", [found, _reply(call, p)], 0.8)
    if early:
        return judge(call, "paraphrase", "partly", "not_confirmed", [early[0][1], _reply(call, early[0][0])], 0.7)
    late = [found for p, found in summaries if p < closing_start(call) and _own_words(call, p, found.quote) >= FULL]
    if late:
        return judge(call, "paraphrase", "partly", "after_offer", late[:1], 0.65)
    return judge(call, "paraphrase", "missed", "no_summary", [_first_chance(call)], 0.75)


def _sums_up_first(call: CallRecord, position: int, found: Evidence) -> bool:
    """Whether a turn that holds the first offer sums up before it."""
    return bool(offers(call)) and offers(call)[0][0] == position and found.start < offers(call)[0][1].start


def summary_in(call: CallRecord, position: int) -> Evidence | None:
    """Where a turn sums up what the customer said: a wording that sums up, with something of his own in it."""
    said = " ".join(call.text(p) for p in call.customer if p < position)
    for sentence in call.sentences(position):
        sums = all(call.lexicon.has(cue, sentence.text) for cue in ("paraphrase", "summary_words"))
        if (
            sums
            and not any(call.lexicon.has(cue, sentence.text) for cue in ("no_summary", "offer"))
            and (_repeats(call, said, call.text(position)) >= 2 or _granted(call, position, sentence.text, said))
        ):
            return call.quote(position, sentence.start, sentence.end)
    act = call.act(position, Act.PARAPHRASE, sure=0.5)
    return act if act and _repeats(call, said, act.quote) >= 2 else None


def _granted(call: CallRecord, position: int, summary: str, said: str) -> bool:
    """Whether a summary in other words is known by the customer's plain confirmation."""
    long = len(words(summary)) >= LONG_SUMMARY
    return long and _repeats(call, said, summary) >= 1 and call.lexicon.has("confirms", call.reply_text(position))


def _own_words(call: CallRecord, position: int, summary: str) -> int:
    return _repeats(call, " ".join(call.text(p) for p in call.customer if p < position), summary)


def _repeats(call: CallRecord, said: str, summary: str) -> int:
    """How many of the customer's own words a summary holds: echoing one word is no summary."""
    stems = content_stems(summary, call.lexicon.stopwords)
    shared = shared_stems(stems, content_stems(said, call.lexicon.stopwords))
    figures = call.lexicon.numbers(summary) & call.lexicon.numbers(said) - {0.0, 1.0}
    return len(shared) + len(figures)


def confirmed(call: CallRecord, position: int) -> bool:
    """Whether the customer confirms what the turn sums up: in his answer, or in the one after it if the agent asks."""
    reply = call.reply_text(position)
    return says_yes(call, reply) and not says_no(call, reply)


def _reply(call: CallRecord, position: int) -> Evidence | None:
    after = call.reply(position)
    return None if after is None else call.quote(after)


def empathy(call: CallRecord) -> CriterionResult:
    """At every complaint or feeling said in words, feeling or impact named before solving, with an apology where the
    company erred: met. An occasion passed over, late, or the apology lacking: partly. None: missed.
    """
    felt = {*feelings(call), *(p for p in call.customer if _answered_as_feeling(call, p))}
    if call.start.kind == "emergency":
        felt = {p for p in felt if p > 1 or recognised(call, p)} or felt
    occasions = [p for p in sorted(felt) if p < len(call.turns) - 1 and not _refuses_only(call, p)]
    if not occasions or not any(p < max(call.agent) for p in occasions):
        return judge(call, "empathy", "not_applicable", "no_feeling", confidence=0.65)
    named = {p: found for p in occasions if (found := recognised(call, p))}
    shown = list(named.values())
    passed = [call.occasion(p) for p in occasions if p not in named and not _same_matter(call, p, named)]
    sorry = next((found for _, found in call.agent_showing(Act.APOLOGIZE)), None)
    values = {"words": call.text(occasions[0])[:80]}
    if not named:
        late = [found for p in call.agent if (found := names_feeling(call, p))]
        if late or sorry:
            return judge(call, "empathy", "partly", "late_or_formula", [*late, sorry, *passed[:1]], 0.6, **values)
        return judge(call, "empathy", "missed", "passed_over", passed[:2], 0.75, **values)
    if all(_bare(call, item) for item in shown) and sorry is None:
        return judge(call, "empathy", "partly", "late_or_formula", [*shown, *passed[:1]], 0.55, **values)
    blame = _blame(call)
    if blame:
        return judge(call, "empathy", "missed", "beside_blame", [*shown, blame], 0.6, **values)
    if passed:
        return judge(call, "empathy", "partly", "one_passed", [*shown, *passed], 0.6, **values)
    if sorry is None and company_erred(call):
        return judge(call, "empathy", "partly", "no_apology", [*shown, company_erred(call)], 0.65, **values)
    return judge(call, "empathy", "met", "named", [*shown, sorry], 0.75)


def _answered_as_feeling(call: CallRecord, position: int) -> bool:
    """Whether the agent answers a turn as a feeling, and it sounds somewhat like one."""
    after = call.next_agent(position, 1)
    if not after or not names_feeling(call, after[0]):
        return False
    return any(call.lexicon.hears("feeling", s.text) >= HALF_HEARD for s in call.sentences(position))


def _refuses_only(call: CallRecord, position: int) -> bool:
    said = call.cue("complaint", position) or call.cue("feeling_own", position)
    likely = any(call.lexicon.hears("feeling", s.text) >= SURELY_HEARD for s in call.sentences(position))
    return call.survey and said is None and (not likely or resisted_in(call, position) is not None)


def recognised(call: CallRecord, position: int) -> Evidence | None:
    """Where one of the next two agent turns names the feeling or the impact, before a solution."""
    for later in call.next_agent(position, 2):
        if found := names_feeling(call, later):
            return found
        if any(p == later for p, _ in offers(call)):
            return None
    return None


def names_feeling(call: CallRecord, position: int) -> Evidence | None:
    """Where a turn names feeling or impact."""
    return call.cue("empathize", position) or call.act(position, Act.EMPATHIZE, Act.REASSURE, sure=0.5)


def _bare(call: CallRecord, found: Evidence) -> bool:
    """Whether understanding is a bare formula: a few words, none of them the customer's."""
    position = next(p for p, turn in enumerate(call.turns) if turn.i == found.turn)
    around = [s for s in call.sentences(position) if s.start <= found.start < s.end]
    said = content_stems(call.before_text(position), call.lexicon.stopwords)
    stopwords = call.lexicon.stopwords
    return all(
        len(words(s.text)) <= FORMULA and not shared_stems(content_stems(s.text, stopwords), said) for s in around
    )


def _same_matter(call: CallRecord, position: int, named: dict[int, Evidence]) -> bool:
    """Whether an occasion was recognised before: a complaint told on, or a feeling a little later, is the same
    matter.
    """
    told_on = call.cue("feeling", position) is None
    return any(position > earlier and (told_on or position - earlier <= 4) for earlier in named)


def _blame(call: CallRecord) -> Evidence | None:
    places = (call.cue("blame_customer", p) or call.act(p, Act.BLAME_CUSTOMER, sure=SURE_BLAME) for p in call.agent)
    found = next(filter(None, places), None)
    return found.model_copy(update={"role": "fault"}) if found else None


def company_erred(call: CallRecord) -> Evidence | None:
    """Where customer or agent shows that the company erred: wrong bill or delivery, missed visit."""
    return next((found for p in range(len(call.turns)) if (found := call.cue("company_error", p))), None)
