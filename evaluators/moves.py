"""The moves of a call that several judgements share: questions, offers, decisions, the customer's yes and no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.acts import QUESTION_ACTS, Act
from evaluators.facts import coverage
from evaluators.record import CallRecord, remembered
from evaluators.verdicts import Evidence
from evaluators.words import Sentence, words

SOLUTION_ACTS = (
    Act.ADVISE, Act.PROPOSE_SOLUTION, Act.UP_SELL, Act.CROSS_SELL, Act.DELIVER_BAD_NEWS,
)  # fmt: skip
NOT_NEED = (
    "offer_help", "check_availability", "request_datum", "asks_name", "ask_anything_else", "datum_number",
    "datum_birth",
    "datum_phone", "datum_email", "datum_account", "survey_consent_plain", "hold_question",
)  # fmt: skip
"""Cues of questions that are no questions about the need."""

SCRIPTED = 0.6
"""Coverage from which a sentence says the solution or the bad news of the script."""

CONSENT_WITHIN = 14
"""Position up to which a yes or no in a survey is about taking part."""

HEARD = 0.5
"""Likeness from which a customer's sentence is taken for an objection or a feeling without a known wording."""

HEARD_AFTER_OFFER = 0.33
"""The same right after an offer."""

APOLOGY = 30
"""Letters after an offering wording within which an apology shows what was offered."""

PLEASED = 0.4
"""Likeness to relief or a buying signal from which a sentence is no objection, whatever its words."""

BACKED = 0.15
"""Likeness that a known wording must have beside it."""

ASKED = 0.6
"""Confidence from which words without a question mark are a question because the recogniser heard one."""

LONG_ANSWER = 15
"""Words from which an answer shows that a question was open after all."""


def says_yes(call: CallRecord, text: str) -> bool:
    """Whether the customer's words are a yes: one in the opening words, and no plain no before it."""
    head = " ".join(text.split()[:9])
    yes, no = call.lexicon.find("yes", head), call.lexicon.find("no", head)
    if yes is None:
        return no is None and "?" not in head and call.lexicon.hears("yes", head) >= HEARD
    return no is None or yes.start() < no.start()


def says_no(call: CallRecord, text: str) -> bool:
    """Whether the customer's words begin as a no, or hold a plain refusal."""
    head = " ".join(text.split()[:9])
    yes, no = call.lexicon.find("yes", head), call.lexicon.find("no", head)
    if no is not None and (yes is None or no.start() <= yes.start()):
        return True
    return call.lexicon.has("hard_no", text) and (yes is None)


def asks(call: CallRecord, position: int) -> tuple[Sentence, ...]:
    """The questions in a turn: sentences that end on a question mark, that begin as a question, or, where nobody wrote
    question marks, that the recogniser heard as one.
    """
    return tuple(
        sentence
        for sentence in call.sentences(position)
        if sentence.question or _begins_as_question(call, sentence.text) or _sounds_asked(call, position, sentence)
    )


def _begins_as_question(call: CallRecord, text: str) -> bool:
    """Whether the first words ask: nothing before them but a particle or an address ('dan kan ik' states)."""
    match = call.lexicon.find("question_start", " ".join(text.split()[:4]))
    if match is None:
        return False
    return all(call.lexicon.has("question_lead", word) for word in words(match.string[: match.start()]))


def _sounds_asked(call: CallRecord, position: int, sentence: Sentence) -> bool:
    written = call.marked or any(other.question for other in call.sentences(position))
    return not written and any(
        span.act in QUESTION_ACTS and span.confidence >= ASKED and sentence.start <= span.start < sentence.end
        for span in call.turns[position].acts
    )


def is_open(call: CallRecord, sentence: Sentence) -> bool:
    """Whether a question is open: what, how, why, tell me, about situation or need; no help offer, datum or score."""
    text = sentence.text
    lexicon = call.lexicon
    if not lexicon.has("open_question", text):
        return False
    return not any(
        lexicon.has(cue, text) for cue in ("offer_help", "datum_question", "ask_anything_else", "check_answer_strict")
    )


def open_question(call: CallRecord, position: int) -> Evidence | None:
    """The open question of a turn, if the customer is left to answer it: of a double question the last part counts,
    unless the answer is long.
    """
    questions = asks(call, position)
    opens = [sentence for sentence in questions if is_open(call, sentence)]
    if not opens:
        return None
    last = opens[-1]
    filled_in = last is not questions[-1] or call.lexicon.has("closed_tail", last.text)
    if filled_in and len(words(call.reply_text(position))) < LONG_ANSWER:
        return None
    return call.quote(position, last.start, last.end)


def own_answer(call: CallRecord, position: int) -> Evidence | None:
    """An open question that the agent answers himself: a closed question of his own follows in the same turn."""
    opens = [sentence for sentence in asks(call, position) if is_open(call, sentence)]
    return call.fault(position, opens[-1].start, opens[-1].end) if opens and not open_question(call, position) else None


def is_commitment(call: CallRecord, sentence: Sentence) -> bool:
    """Whether a question asks for the sale, the appointment, participation or agreement."""
    lexicon = call.lexicon
    return lexicon.has("ask_commitment", sentence.text) and not lexicon.has("no_commitment", sentence.text)


def need_question(call: CallRecord, position: int) -> Evidence | None:
    """A question about the need in a turn: open or closed, but no greeting, help offer, identification or
    commitment.
    """
    emergency = call.start.kind == "emergency"
    not_need = [cue for cue in NOT_NEED if not (emergency and (cue == "request_datum" or cue.startswith("datum_")))]
    for sentence in asks(call, position):
        courtesy = call.lexicon.has("courtesy_question", sentence.text)
        if not (
            courtesy or is_commitment(call, sentence) or any(call.lexicon.has(cue, sentence.text) for cue in not_need)
        ):
            return call.quote(position, sentence.start, sentence.end)
    return None


def offer_in(call: CallRecord, position: int) -> Evidence | None:
    """Where a turn names a solution, proposal, price, gain, advice, verdict or refusal."""
    for sentence in call.sentences(position):
        if sentence.question and not call.lexicon.has("offer_question", sentence.text):
            continue
        if not sentence.question and _from_script(call, sentence.text):
            return call.quote(position, sentence.start, sentence.end)
        if call.lexicon.has("no_offer", sentence.text):
            continue
        match = call.lexicon.find("offer", sentence.text)
        if match and not call.lexicon.has("apologize", sentence.text[match.start() : match.end() + APOLOGY]):
            return call.quote(position, sentence.start, sentence.end)
    helps = call.start.kind in ("emergency", "crisis") and need_question(call, position) is None
    acts = (*SOLUTION_ACTS, Act.INSTRUCT) if helps else SOLUTION_ACTS
    found = call.act(position, *acts, sure=0.5)
    if found is None and call.start.kind not in ("debt_collection", "service", "complaint"):
        found = call.act(position, Act.EXPLAIN_TERMS, sure=0.7)
        found = None if found and _echoes(call, position, found.quote) else found
    return found if found and not _no_statement(call, position, found) else None


def _echoes(call: CallRecord, position: int, quote: str) -> bool:
    """Whether figures are only those that the customer has just said."""
    figures = call.lexicon.numbers(quote)
    return bool(figures) and figures <= call.lexicon.numbers(call.before_text(position))


def _from_script(call: CallRecord, text: str) -> bool:
    """Whether a sentence says what the script has as solution or bad news."""
    context = call.context
    if call.lexicon.has("summary_start", text) or call.lexicon.has("hold_words", text):
        return False
    return any(
        coverage(call, wanted, text) >= SCRIPTED for wanted in (context.right_solution, context.bad_news) if wanted
    )


def _no_statement(call: CallRecord, position: int, found: Evidence) -> bool:
    """Whether what was found stands in a question, or in a sentence that sums up or looks up."""
    around = [s for s in call.sentences(position) if s.start <= found.start < s.end]
    return any(s.question or call.lexicon.has("no_offer", s.text) for s in around)


@remembered
def offers(call: CallRecord) -> tuple[tuple[int, Evidence], ...]:
    """The agent's turns that offer something, with the place. In a survey taking part is no offer."""
    found = []
    for position in call.agent:
        if _bare_answer(call, position):
            continue
        evidence = _sale_in_survey(call, position) if call.survey else offer_in(call, position)
        if evidence is None and not call.survey and position not in call.agent[:2]:
            evidence = next((place for p, place in commitment_asks(call) if p == position), None)
        if evidence:
            found.append((position, evidence))
    return tuple(found)


def _sale_in_survey(call: CallRecord, position: int) -> Evidence | None:
    for sentence in call.sentences(position):
        if call.lexicon.has("sale_in_survey", sentence.text) or call.lexicon.has("survey_offer", sentence.text):
            return call.quote(position, sentence.start, sentence.end)
    return None


def _bare_answer(call: CallRecord, position: int) -> bool:
    """Whether a turn is no more than the answer to the customer's opening question, or the opening itself."""
    if position == call.agent[0]:
        return True
    if call.outbound or position not in call.agent[:2]:
        return False
    text = call.text(position)
    asked = "?" in call.before_text(position)
    advised = call.lexicon.has("strong_offer", text) or call.act(position, Act.ADVISE, sure=0.5)
    return asked and len(words(text)) <= 15 and not advised


def first_offer(call: CallRecord) -> int:
    """Position of the first offer; the number of turns where there is none, so that all turns lie before it."""
    return offers(call)[0][0] if offers(call) else len(call.turns)


@remembered
def commitment_asks(call: CallRecord) -> tuple[tuple[int, Evidence], ...]:
    """The agent's turns that ask for the sale, the appointment, participation or agreement."""
    found = []
    if call.survey:
        return _consent_asks(call)
    for position in call.agent:
        for sentence in asks(call, position):
            if is_commitment(call, sentence):
                found.append((position, call.quote(position, sentence.start, sentence.end)))
                break
        else:
            act = call.act(position, Act.ASK_COMMITMENT, sure=0.6)
            if act and not call.lexicon.has("no_commitment", act.quote):
                found.append((position, act))
    return tuple(found)


def _consent_asks(call: CallRecord) -> tuple[tuple[int, Evidence], ...]:
    """In a survey: the questions whether the respondent takes part, in the first turns."""
    return tuple(
        (position, call.quote(position, sentence.start, sentence.end))
        for position in call.agent[:6]
        for sentence in asks(call, position)
        if call.lexicon.has("survey_consent", sentence.text)
        and not call.lexicon.has("open_question", " ".join(sentence.text.split()[:2]))
        and not call.lexicon.has("ask_anything_else", sentence.text)
    )


@dataclass(frozen=True)
class Decision:
    """How the customer decided on the main offer: position of his turn, whether he accepted, and the turn that asked
    (None where he committed unasked).
    """

    position: int
    accepted: bool
    asked: int | None


@remembered
def decision(call: CallRecord) -> Decision | None:
    """The customer's first acceptance after an offer; his last refusal where he never accepts; None where neither."""
    start = 0 if call.survey else first_offer(call)
    asked = {position for position, _ in commitment_asks(call)}
    refused = None
    for position in call.customer:
        if position < start:
            continue
        before = position - 1 if position and call.turns[position - 1].speaker == "agent" else None
        text = call.text(position)
        was_asked = before if before in asked else None
        agrees = says_yes(call, text) or (
            call.lexicon.has("when", text) and not says_no(call, text) and "?" not in text
        )
        agrees = agrees and (resisted_in(call, position) is None or call.lexicon.has("commits", text))
        if was_asked is not None and agrees and not call.lexicon.has("decline", text):
            return Decision(position, True, was_asked)
        takes = call.lexicon.has("takes_instead", text) or not says_no(call, text)
        commits = call.lexicon.has("commits", text) and takes and not felt_in(call, position)
        if before is not None and before >= start and commits:
            return Decision(position, True, was_asked)
        if call.survey and position > CONSENT_WITHIN:
            break
        if before is not None and call.cue("ask_anything_else", before):
            continue
        if call.lexicon.has("decline", text) or (was_asked is not None and says_no(call, text)):
            refused = Decision(position, False, was_asked)
    return refused or _goes_along(call, start)


def _goes_along(call: CallRecord, start: int) -> Decision | None:
    """The customer's plain yes to a solution that was only stated."""
    stated = {position for position, _ in offers(call) if position >= start}
    for position in call.customer:
        text = call.text(position)
        short = position > start and len(words(text)) <= 6 and not call.cue("ask_anything_else", position - 1)
        plain_yes = says_yes(call, text) and "?" not in text and resisted_in(call, position) is None
        if plain_yes and (position - 1 in stated or short):
            return Decision(position, True, None)
    return None


def _answers_offer(call: CallRecord, position: int) -> bool:
    """Whether a customer's turn answers an offer, and is no yes: there a doubt is to be expected."""
    offered = any(place == position - 1 for place, _ in offers(call))
    return offered and not says_yes(call, call.text(position))


def feelings(call: CallRecord) -> tuple[int, ...]:
    """The customer's turns that say a negative feeling, loss, hardship or annoyance in words, or that complain."""
    return tuple(p for p in call.customer if felt_in(call, p) or complained_in(call, p))


def complained_in(call: CallRecord, position: int) -> Evidence | None:
    """The sentence of a customer's turn that complains."""
    for sentence in call.sentences(position):
        sure = call.lexicon.hears("feeling", sentence.text) + call.lexicon.hears("objection", sentence.text)
        if call.lexicon.has("complaint", sentence.text) and (call.lexicon.ear is None or sure >= 2 * BACKED):
            return call.quote(position, sentence.start, sentence.end)
    return None


def felt_in(call: CallRecord, position: int) -> Evidence | None:
    """The sentence of a customer's turn that says a feeling, loss or annoyance: by a wording, or by its likeness."""
    return _heard_in(call, position, "feeling", lambda text: call.lexicon.hears("objection", text))


def resisted_in(call: CallRecord, position: int) -> Evidence | None:
    """The sentence of a customer's turn that resists or doubts: by a wording, or by its likeness."""
    return _heard_in(call, position, "objection", lambda text: call.lexicon.hears("feeling", text))


def _heard_in(call: CallRecord, position: int, label: str, kin: Callable[[str], float]) -> Evidence | None:
    for sentence in call.sentences(position):
        if _pleased(call, sentence.text):
            continue
        sure = call.lexicon.hears(label, sentence.text)
        worded = call.lexicon.has(label, sentence.text)
        backed = call.lexicon.ear is None or sure + kin(sentence.text) / 2 >= BACKED
        likely = sure >= HEARD_AFTER_OFFER and call.lexicon.mostly(label, sentence.text)
        protest = sure + kin(sentence.text) >= HEARD and position > 0 and call.cue("refusal", position - 1) is not None
        if (worded and backed) or sure >= HEARD or ((likely or protest) and _answers_offer(call, position)):
            return call.quote(position, sentence.start, sentence.end)
    return None


def _pleased(call: CallRecord, text: str) -> bool:
    """Whether a sentence tells relief or joy, or wants to buy, and does not hold back."""
    held = call.lexicon.hears("objection", text) + call.lexicon.hears("feeling", text)
    pleased = max(call.lexicon.hears("relief", text), call.lexicon.hears("buying", text))
    return pleased >= PLEASED and pleased > held and not call.lexicon.has("but", text)


def ending(call: CallRecord) -> int:
    """Position of the agent's last turn; -1 where the agent never spoke."""
    return call.agent[-1] if call.agent else -1


def customer_breaks_off(call: CallRecord) -> int | None:
    """Position of the customer's turn that breaks off the call: goodbye first, or he says that he stops; None else."""
    for position in call.customer[-2:]:
        later = [p for p in call.agent if p > position]
        if call.cue("breaks_off", position) and len(later) <= 1 and not _said_goodbye_before(call, position):
            return position
    return None


def _said_goodbye_before(call: CallRecord, position: int) -> bool:
    return any(call.shows(p, Act.SAY_GOODBYE) for p in call.agent[1:] if p < position)
