"""Whether the agent listened, and whether what the script marks as key came out."""

from __future__ import annotations

from bot.acts import Act
from bot.events import BargeIn
from evaluators.exploring import names_feeling, paraphrase
from evaluators.facts import best, coverage, exchanges
from evaluators.identity import KINDS, given_data
from evaluators.judge import judge, listed
from evaluators.moves import asks, feelings, felt_in, first_offer
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.words import content_stems, shared_stems, words

FOUND = 0.4
"""Coverage from which a key fact counts as having come out."""

REVEALED = 0.2
"""The same where our own customer is known to have told a fact in that turn: it only has to be this one."""

ASKED = 0.4
"""The same where the agent asked: question and answer together seldom repeat the script's own words."""

NAMED = 0.6
"""The same where the agent names the fact himself as the occasion of his call."""

PLAINLY = 0.65
"""Likeness to a feeling that is beyond doubt."""

OVERLAP_MS = 300
"""From so much overlap the agent did not let the customer finish."""


def need_found(call: CallRecord) -> CriterionResult:
    """All key facts before the offer: met; at least half, or the rest later: partly; fewer: missed."""
    facts = call.context.key_facts
    if not facts:
        return judge(call, "need_found", "not_applicable", "no_key_facts", confidence=1)
    limit = len(call.turns) if call.survey else first_offer(call)
    places = {fact: _came_out(call, fact) for fact in facts}
    early = [fact for fact, place in places.items() if place is not None and place <= limit]
    late = [fact for fact, place in places.items() if place is not None and place > limit]
    lacking = [fact for fact in facts if fact not in early]
    shown = [call.quote(place) for place in places.values() if place is not None]
    values = {"found": len(early), "total": len(facts), "lacking": listed(lacking)}
    if not lacking:
        return judge(call, "need_found", "met", "all_found", shown, 0.7)
    if 2 * len(early) >= len(facts) and paraphrase(call).verdict == "met":
        return judge(call, "need_found", "met", "confirmed_summary", shown, 0.5, **values)
    if 2 * len(early) >= len(facts) or (not set(facts) - set(early) - set(late)):
        return judge(call, "need_found", "partly", "some_found", shown, 0.6, **values)
    return judge(call, "need_found", "missed", "few_found", shown, 0.6, **values)


def _came_out(call: CallRecord, fact: str) -> int | None:
    """Position at which a key fact came out: asked for, volunteered and taken up, or the occasion that was named."""
    told = next((p for p in _revealing(call) if coverage(call, fact, call.text(p)) >= REVEALED), None)
    if told is not None:
        return told
    named = next((p for p in call.agent[:3] if coverage(call, fact, call.text(p)) >= NAMED), None)
    if call.outbound and named is not None:
        return named
    pairs = exchanges(call)
    value, place = best(call, fact, pairs)
    for position, text in pairs:
        asked = position > 1 and bool(asks(call, position - 1))
        if coverage(call, fact, text) >= (ASKED if asked else FOUND) and _asked_or_taken_up(call, fact, position):
            return position
    both = " ".join(call.text(p) for p in call.customer)
    return place if coverage(call, fact, both) >= 0.8 and value >= FOUND / 2 else None


def _asked_or_taken_up(call: CallRecord, fact: str, position: int) -> bool:
    """Whether a fact in the customer's turn answers a question, or is used by the agent afterwards."""
    before = position - 1
    if call.start.kind == "emergency" and position == 1:
        return True
    if before > 0 and any(not call.lexicon.has("offer_help", s.text) for s in asks(call, before)):
        return True
    told = max(call.sentences(position), key=lambda s: coverage(call, fact, s.text), default=None)
    if told is None:
        return False
    later = " ".join(call.text(p) for p in call.agent if p > position)
    own = content_stems(told.text, call.lexicon.stopwords)
    figures = call.lexicon.numbers(told.text) - {1.0}
    again = content_stems(later, call.lexicon.stopwords)
    return bool(shared_stems(own, again)) or bool(figures & call.lexicon.numbers(later))


def _revealing(call: CallRecord) -> tuple[int, ...]:
    """Positions of the turns in which our own customer is known to have told facts; none in an imported call."""
    asked = {event.reply_to for event in call.decided if event.revealed and event.reply_to is not None}
    return tuple(p for p in call.customer if p and call.turns[p - 1].i in asked)


def active_listening(call: CallRecord) -> CriterionResult:
    """No lapse and at least one signal: met; one lapse or no signal: partly; two lapses or more: missed."""
    lapses = [*interruptions(call), *asked_again(call), *unanswered(call), *evaded(call), *unfelt(call)]
    kinds = [kind for kind, _ in lapses]
    shown = [place for _, place in lapses]
    signal = listening_signal(call)
    if len(lapses) >= 2:
        return judge(call, "active_listening", "missed", "several", shown, 0.55, n=len(lapses))
    if kinds == ["interrupted"]:
        return judge(call, "active_listening", "partly", "interrupted", shown, 0.7)
    if kinds == ["asked_again"]:
        return judge(call, "active_listening", "partly", "asked_again", shown, 0.6)
    if kinds == ["passed_over"]:
        return judge(call, "active_listening", "partly", "passed_over", shown, 0.5)
    if signal is None:
        return judge(call, "active_listening", "partly", "no_signal", [call.occasion(call.agent[0])], 0.6)
    return judge(call, "active_listening", "met", "listens", [signal], 0.65)


def interruptions(call: CallRecord) -> list[tuple[str, Evidence]]:
    """Where the agent began 300 ms or more before the customer's end, short signals left out."""
    found = []
    barged = {event.during_turn for event in call.events if isinstance(event, BargeIn) and event.by == "agent"}
    for position in call.agent:
        before = position - 1
        if before < 0 or call.turns[before].speaker != "customer":
            continue
        overlap = call.turns[before].end_ms - call.turns[position].start_ms
        cut = overlap >= OVERLAP_MS and call.turns[position].start_ms > 0
        if (cut or call.turns[before].i in barged) and not _only_backchannel(call, position):
            found.append(("interrupted", call.fault(position)))
    return found


def _only_backchannel(call: CallRecord, position: int) -> bool:
    return len(words(call.text(position))) <= 4 and bool(call.shows(position, Act.BACKCHANNEL))


def asked_again(call: CallRecord) -> list[tuple[str, Evidence]]:
    """Questions for what the customer had already said: a datum given before, or the very words of his story."""
    found = []
    for position in call.agent[1:]:
        if told_before(call, position):
            found.append(("asked_again", call.fault(position)))
            continue
        for question in asks(call, position):
            if _datum_again(call, position, question.text) or _story_again(call, position, question.text):
                found.append(("asked_again", call.fault(position, question.start, question.end)))
                break
    return found


def _datum_again(call: CallRecord, position: int, question: str) -> bool:
    if call.lexicon.has("verifies_again", question) or any(char.isdigit() for char in question):
        return False
    if not call.lexicon.has("request_datum", question):
        return False
    had = {datum.kind for datum in given_data(call) if datum.position < position - 1}
    return any(kind in had and call.lexicon.has(f"datum_{kind}", question) for kind in KINDS)


def _story_again(call: CallRecord, position: int, question: str) -> bool:
    return call.lexicon.has("asks_to_repeat", question) and not call.lexicon.has("line_check", question)


def told_before(call: CallRecord, position: int) -> bool:
    """Whether the customer answers a turn that he had said so already."""
    return call.lexicon.has("said_already", call.reply_text(position))


def unanswered(call: CallRecord) -> list[tuple[str, Evidence]]:
    """The customer's questions and requests that the next two agent turns do not take up."""
    found: list[tuple[str, Evidence]] = []
    for position in call.customer:
        later = call.next_agent(position, 2)
        if not later or position < 2:
            continue
        for sentence in call.sentences(position):
            if (
                sentence.question
                and not _small_question(call, sentence.text)
                and not _taken_up(call, sentence.text, later)
            ):
                found.append(("passed_over", call.occasion(position, sentence.start, sentence.end)))
                break
    return found


def evaded(call: CallRecord) -> list[tuple[str, Evidence]]:
    """Answers that evade the customer's question."""
    return [
        ("passed_over", found.model_copy(update={"role": "fault"}))
        for p in call.agent
        if "?" in call.before_text(p) and (found := call.cue("evasive", p))
    ]


def unfelt(call: CallRecord) -> list[tuple[str, Evidence]]:
    """The customer's feeling that no turn of the agent's recognises; the same matter counts once."""
    deep = [p for p in call.customer if call.cue("feeling_deep", p) and not _met_with_feeling(call, p)]
    if deep:
        return [("passed_over", call.occasion(p)) for p in deep if p == deep[0] or p >= deep[0] + 4][:2]
    felt = [p for p in feelings(call) if call.next_agent(p, 1) and _plainly_felt(call, p)]
    if not felt or any(names_feeling(call, p) or call.shows(p, Act.APOLOGIZE) for p in call.agent):
        return []
    again = [p for p in felt if p >= felt[0] + 4 and felt_in(call, p)]
    return [("passed_over", call.occasion(p)) for p in (felt[0], *again[:1])]


def _plainly_felt(call: CallRecord, position: int) -> bool:
    """Whether a feeling is beyond doubt: passing over what only sounds somewhat like one is no lapse."""
    sure = max((call.lexicon.hears("feeling", s.text) for s in call.sentences(position)), default=0.0)
    return sure >= PLAINLY or call.cue("feeling", position) is not None


def _met_with_feeling(call: CallRecord, position: int) -> bool:
    """Whether one of the next two agent turns names a feeling or apologises; nothing is due where none follows."""
    later = call.next_agent(position, 2)
    return not later or any(names_feeling(call, p) or call.shows(p, Act.APOLOGIZE) for p in later)


def _small_question(call: CallRecord, text: str) -> bool:
    return len(words(text)) <= 3 or call.lexicon.has("small_question", text)


def _taken_up(call: CallRecord, question: str, later: tuple[int, ...]) -> bool:
    """Whether an answer is heard: the customer's words come back, or the turn states something rather than only
    asks.
    """
    stems = content_stems(question, call.lexicon.stopwords)
    answer = " ".join(call.text(p) for p in later)
    if shared_stems(stems, content_stems(answer, call.lexicon.stopwords)):
        return True
    if call.lexicon.has("answers", answer) or call.lexicon.has("announce_hold", answer):
        return True
    first = call.sentences(later[0])[:1]
    if any(not s.question and call.lexicon.numbers(s.text) for s in first):
        return True
    return any(not s.question and len(words(s.text)) >= 4 for s in call.sentences(later[0]))


def listening_signal(call: CallRecord) -> Evidence | None:
    """A backchannel, an echo, or the customer's own words taken up."""
    for position in call.agent[1:]:
        found = call.act(position, Act.BACKCHANNEL, Act.PARAPHRASE, Act.EMPATHIZE, Act.ACKNOWLEDGE_OBJECTION)
        found = found or call.cue("backchannel", position) or call.cue("empathize", position)
        if found:
            return found
        before = content_stems(call.before_text(position), call.lexicon.stopwords)
        if shared_stems(content_stems(call.text(position), call.lexicon.stopwords), before):
            return call.quote(position)
    return None
