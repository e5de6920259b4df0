"""What the customer tells: the matter, facts, answers to questions, and small signs of listening."""

from __future__ import annotations

from bot.acts import OFFER_ACTS, QUESTION_ACTS, Act
from bot.dialogue import identity
from bot.dialogue.draft import Draft
from bot.dialogue.lines import band
from bot.dialogue.objecting import objection_due

QUESTIONS_ABOUT_FACTS = (
    Act.ASK_OPEN, Act.ASK_CLOSED, Act.PROBE_OBJECTION, Act.TRIAGE_QUESTION, Act.ASK_LOCATION, Act.ASK_SURVEY_QUESTION,
    Act.OFFER_HELP,
)  # fmt: skip
PURPOSE_ACTS = frozenset({Act.STATE_PURPOSE, Act.EXPLAIN_SURVEY_GOAL})
OPENING_ACTS = PURPOSE_ACTS | OFFER_ACTS | {Act.INFORM, Act.ASK_OPEN, Act.ASK_SURVEY_QUESTION, Act.STATE_DURATION}
INTRODUCTIONS = frozenset({Act.STATE_NAME, Act.STATE_COMPANY})
LISTENING = frozenset({Act.BACKCHANNEL, Act.EMPATHIZE, Act.APOLOGIZE, Act.USE_CUSTOMER_NAME, Act.REASSURE})
TELLS_ON_AT_LEAST = 0.35
SIGNS = (
    (Act.DELIVER_BAD_NEWS, "bad_news_taken"),
    (Act.INSTRUCT, "instruct_done"),
    (Act.PROMISE_FOLLOWUP, "followup_ok"),
    (Act.EXPLAIN_TERMS, "terms_ok"),
    (Act.STATE_BENEFIT, "benefit_heard"),
    (Act.REASSURE, "reassured"),
    (Act.THANK, "thanked"),
)
PUZZLES_BORNE = 3
TEXTURE = frozenset({"sigh", "self_correct"})
"""What may stand before an answer, by chance, and means nothing."""
SIGHS = 0.2
STUMBLES = 0.25


def open_the_matter(draft: Draft) -> bool:
    """Inbound, the first turn of the agent brings out why the customer calls. Outbound, the purpose brings out the
    first reaction, unless an objection comes first; a caller who did not say who is calling is asked that before.
    """
    if draft.state.opened or draft.did(Act.SAY_GOODBYE):
        return False
    if draft.scenario.script.direction == "outbound":
        if not _purpose_heard(draft):
            return _ask_for_purpose(draft)
        if _caller_unknown(draft):
            return True
        if objection_due(draft) is not None:
            return False
    draft.change(opened=True)
    identity.answer_identity(draft)
    if draft.did(Act.CHECK_AVAILABILITY):
        _say_availability(draft)
    draft.say("opening")
    draft.because("opening")
    return True


def _purpose_heard(draft: Draft) -> bool:
    return bool(draft.state.acts_heard & PURPOSE_ACTS) or draft.did(*OPENING_ACTS)


def _caller_unknown(draft: Draft) -> bool:
    if draft.state.asked_who or draft.state.acts_heard & INTRODUCTIONS:
        return False
    draft.change(asked_who=True)
    draft.feel(patience=-0.03, trust=-0.05)
    draft.say("who_is_calling")
    draft.because("caller_unknown")
    return True


def _ask_for_purpose(draft: Draft) -> bool:
    identity.answer_identity(draft)
    if draft.did(Act.CHECK_AVAILABILITY):
        _say_availability(draft)
    if not draft.matter_said():
        draft.say("ask_purpose")
        draft.because("purpose_not_told")
    return True


def answer_question(draft: Draft) -> bool:
    """Answer with the fact that was asked for; to an open question with the next one that comes of itself. Words that
    make no sense but name a fact in a question are taken as asking for it.
    """
    guessed = draft.acts <= {Act.OTHER} and "?" in draft.text and bool(_named(draft))
    if not draft.did(*QUESTIONS_ABOUT_FACTS) and not guessed:
        return False
    named = _named(draft)
    fresh = [name for name in named if name not in draft.state.revealed]
    told_once = [name for name in named if draft.state.uses.get(f"fact.{name}", 0) == 1]
    insists = bool(named) and draft.repeats()
    if not fresh and not told_once and not insists and draft.did(Act.ASK_OPEN, Act.OFFER_HELP, Act.PROBE_OBJECTION):
        fresh = _untold(draft)[:1]
    if fresh:
        _perhaps_stumble(draft)
        _reveal(draft, fresh[0])
        _perhaps_volunteer(draft)
        if draft.chance("digress") < draft.scenario.persona.traits.digresses:
            draft.say("digress")
            draft.because("digressed")
    elif told_once and draft.did(Act.ASK_OPEN):
        draft.say(f"fact.{told_once[0]}")
        draft.because("told_again")
    elif named:
        _say_again(draft, named[0])
    elif not draft.matter_said():
        _have_no_answer(draft)
    return True


def _named(draft: Draft) -> list[str]:
    """The facts that the question names, best match first."""
    hits = {name: draft.count(fact.about) for name, fact in draft.scenario.script.facts.items()}
    return sorted((name for name, count in hits.items() if count), key=lambda name: -hits[name])


def _untold(draft: Draft) -> list[str]:
    """The facts that come out on an open question and have not yet."""
    facts = draft.scenario.script.facts
    return [name for name, fact in facts.items() if fact.open and name not in draft.state.revealed]


def _perhaps_stumble(draft: Draft) -> None:
    """People sigh when their patience runs low, and people who talk much begin wrong now and then."""
    traits = draft.scenario.persona.traits
    if draft.says:
        return
    if band(draft.state.mood) != "calm" and draft.chance("sigh") < SIGHS:
        draft.say("sigh")
    elif draft.chance("self_correct") < STUMBLES * max(traits.digresses, traits.talkative):
        draft.say("self_correct")


def _say_again(draft: Draft, name: str) -> None:
    draft.feel(patience=-0.05 * draft.scenario.persona.traits.temper)
    draft.because("asked_again")
    draft.say("already_said")
    draft.say(f"fact.{name}")


def _have_no_answer(draft: Draft) -> None:
    draft.because("nothing_to_tell")
    if draft.did(Act.ASK_OPEN, Act.OFFER_HELP):
        draft.say("nothing_more")
    elif draft.did(Act.ASK_CLOSED, Act.TRIAGE_QUESTION):
        draft.say("go_along" if draft.state.decided == "accept" else "not_really")
    else:
        draft.say("dont_know")


def _reveal(draft: Draft, name: str) -> None:
    draft.say(f"fact.{name}")
    draft.change(revealed=draft.state.revealed | {name})
    draft.revealed.append(name)
    draft.because("told_fact")


def _perhaps_volunteer(draft: Draft) -> None:
    more = _untold(draft)
    if more and draft.chance("volunteer") < draft.scenario.persona.traits.talkative:
        _reveal(draft, more[0])


def tell_on(draft: Draft) -> bool:
    """Go on telling for somebody who only shows that they listen."""
    if not draft.acts or not draft.acts <= LISTENING or draft.state.decided or draft.state.active_objection:
        return False
    more = _untold(draft)
    eager = max(TELLS_ON_AT_LEAST, draft.scenario.persona.traits.talkative)
    if not more or not draft.state.opened or draft.state.offered or draft.chance("tell_on") >= eager:
        return False
    _reveal(draft, more[0])
    return True


def answer_hold_or_transfer(draft: Draft) -> bool:
    """Agree to wait or to be put through; be back from a hold."""
    if draft.did(Act.ANNOUNCE_TRANSFER):
        draft.say("transfer_ok")
    elif draft.did(Act.ANNOUNCE_HOLD):
        draft.say("hold_ok")
    elif draft.did(Act.RETURN_FROM_HOLD):
        if not any(said.intent in ("hold_too_long", "hold_unannounced") for said in draft.says):
            draft.say("hold_back")
        draft.change(waited_ms=0)
    else:
        return False
    return True


def confirm_summary(draft: Draft) -> bool:
    """Say that a summary is right; something that the agent does not know yet may come along."""
    if not draft.did(Act.PARAPHRASE, Act.SUMMARIZE_AGREEMENTS, Act.SPELL_BACK):
        return False
    draft.because("confirmed")
    if draft.state.decided == "accept":
        agreed = draft.did(Act.SUMMARIZE_AGREEMENTS) and not draft.scenario.script.survey
        draft.say("confirm_agreement" if agreed else "confirm")
        return not draft.did(Act.ASK_ANYTHING_ELSE)
    if draft.did(Act.SUMMARIZE_AGREEMENTS) and not draft.did(Act.PARAPHRASE) and draft.offer_heard():
        draft.say("not_agreed")
        draft.because("not_agreed")
        return True
    draft.say("confirm")
    asks_more = draft.did(Act.ASK_OPEN, Act.ASK_ANYTHING_ELSE)
    if draft.did(Act.PARAPHRASE) and not asks_more and draft.state.active_objection is None:
        _perhaps_volunteer(draft)
    return not asks_more


def answer_availability(draft: Draft) -> bool:
    """Say whether the moment suits, by patience."""
    if not draft.did(Act.CHECK_AVAILABILITY):
        return False
    _say_availability(draft)
    return True


def _say_availability(draft: Draft) -> None:
    draft.say("available" if draft.state.mood.patience >= 0.5 else "available_reluctant")


def acknowledge(draft: Draft) -> bool:
    """A sign of having heard, so that the agent knows that the customer is there; puzzled where nothing made sense."""
    if draft.says:
        return True
    if draft.acts <= {Act.OTHER}:
        _be_puzzled(draft)
    elif draft.state.decided == "accept" and draft.acts & QUESTION_ACTS:
        draft.say("confirm_agreement")
    elif draft.repeats() and not draft.acts & QUESTION_ACTS:
        draft.feel(patience=-0.04 * draft.scenario.persona.traits.temper)
        draft.say("agent_repeats")
        draft.because("agent_repeats")
    else:
        sign = next((pool for act, pool in SIGNS if draft.did(act)), None)
        draft.say(sign or ("dont_know" if draft.acts & QUESTION_ACTS else "acknowledge"))
    return True


def _be_puzzled(draft: Draft) -> None:
    puzzled = draft.state.puzzled + 1
    draft.change(puzzled=puzzled)
    draft.say("puzzled")
    draft.because("not_understood")
    if puzzled > PUZZLES_BORNE:
        draft.feel(patience=-0.03)
