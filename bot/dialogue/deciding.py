"""Decisions: on the offer, on the question for the commitment, on the extra."""

from __future__ import annotations

from bot.acts import QUESTION_ACTS, Act
from bot.dialogue.draft import Draft
from bot.dialogue.figures import told_figures
from bot.dialogue.readiness import ready, unresolved

HESITATIONS_BORNE = 2
WRONG_OFFERS_TOLD = 2
WARNINGS_BORNE = 1
OFFERS = (Act.PROPOSE_SOLUTION, Act.ADVISE, Act.UP_SELL, Act.ASK_COMMITMENT)
OFFERED_IN_PASSING = (
    Act.PROPOSE_SOLUTION, Act.ADVISE, Act.ANSWER_OBJECTION, Act.EXPLAIN_TERMS, Act.STATE_BENEFIT, Act.PROMISE_FOLLOWUP,
    Act.ASK_COMMITMENT, Act.SUMMARIZE_AGREEMENTS, Act.UP_SELL,
)  # fmt: skip
TELLING_TERMS = (
    Act.EXPLAIN_TERMS, Act.INFORM, Act.PROPOSE_SOLUTION, Act.PROMISE_FOLLOWUP, Act.ANSWER_OBJECTION, Act.UP_SELL,
    Act.STATE_DURATION, Act.ASSURE_PRIVACY, Act.EXPLAIN_SURVEY_GOAL, Act.ADVISE, Act.REASSURE, Act.STATE_BENEFIT,
    Act.ASK_COMMITMENT, Act.SUMMARIZE_AGREEMENTS, Act.INSTRUCT, Act.DELIVER_BAD_NEWS,
)  # fmt: skip
CONVINCING = (
    Act.INFORM, Act.EXPLAIN_TERMS, Act.STATE_BENEFIT, Act.ADVISE, Act.PROPOSE_SOLUTION, Act.ANSWER_OBJECTION,
    Act.REASSURE,
)  # fmt: skip
MENDING = (Act.EMPATHIZE, Act.APOLOGIZE, Act.REASSURE, Act.PROMISE_FOLLOWUP, Act.ANSWER_OBJECTION)
EXTRAS = (Act.CROSS_SELL, Act.UP_SELL)
EXTRAS_BY_WORD = (Act.ADVISE, Act.PROPOSE_SOLUTION, Act.ASK_COMMITMENT, Act.ASK_CLOSED, Act.INFORM, Act.STATE_BENEFIT)


def note_terms(draft: Draft) -> None:
    """Remember which conditions the agent has told: by their words, or by a value that is right. Told wrong, one does
    not count.
    """
    draft.told = told_figures(draft)
    right = {one.figure for one in draft.told if one.right}
    wrong = {one.figure for one in draft.told if not one.right}
    by_words = draft.did(*TELLING_TERMS)
    told = {
        n
        for n, term in enumerate(draft.scenario.script.terms)
        if term.figure in right or (by_words and term.figure not in wrong and draft.mentions(term.words))
    }
    draft.change(terms_told=draft.state.terms_told | told)


def judge_offer(draft: Draft) -> bool:
    """Hear whether the offer is the right one and whether it comes after the need; remember it when it is."""
    solution = draft.scenario.script.solution
    if draft.state.offered or draft.state.decided or not draft.did(*solution.acts, *_in_other_words(draft)):
        return False
    if solution.words and not draft.mentions(solution.words):
        return draft.state.opened and _hear_wrong_offer(draft)
    if not _need_known(draft):
        if not draft.did(*OFFERS) or not draft.state.opened:
            return False
        if draft.state.warnings < WARNINGS_BORNE:
            return _stop_early_offer(draft)
        draft.feel(trust=-0.05)
    draft.change(offered=True)
    draft.feel(trust=0.08, interest=0.08)
    draft.because("right_offer")
    return False


def _hear_wrong_offer(draft: Draft) -> bool:
    if not draft.did(Act.PROPOSE_SOLUTION, *_telling_offers(draft)) or draft.state.active_objection:
        return False
    draft.feel(trust=-0.05)
    draft.because("wrong_offer")
    draft.change(wrong_offers=draft.state.wrong_offers + 1)
    if draft.state.wrong_offers > WRONG_OFFERS_TOLD:
        return False
    draft.say("solution.wrong")
    return True


def _in_other_words(draft: Draft) -> tuple[Act, ...]:
    """Acts in which a solution is heard as well where its words are named: but a transfer must be announced."""
    solution = draft.scenario.script.solution
    return OFFERED_IN_PASSING if solution.words and solution.acts[0] != Act.ANNOUNCE_TRANSFER else ()


def _telling_offers(draft: Draft) -> set[Act]:
    """The act with which the right solution is offered, where that act is never anything else than an offer."""
    return {draft.scenario.script.solution.acts[0]} & {Act.ANNOUNCE_TRANSFER, Act.ADVISE}


def _need_known(draft: Draft) -> bool:
    keys = [name for name, fact in draft.scenario.script.facts.items() if fact.key]
    return not keys or any(name in draft.state.revealed for name in keys)


def _stop_early_offer(draft: Draft) -> bool:
    draft.change(warnings=draft.state.warnings + 1)
    draft.feel(patience=-0.05, trust=-0.06)
    draft.because("offer_before_need")
    draft.say("too_soon")
    return True


def answer_commitment(draft: Draft) -> bool:
    """Say yes, ask for a condition not yet told, hesitate or say no to what asks for the decision."""
    decision = draft.scenario.script.decision
    if draft.state.decided:
        return False
    asked = draft.did(*decision.on, Act.ASK_COMMITMENT)
    assumed = draft.state.offered and (draft.did(Act.SUMMARIZE_AGREEMENTS) or _mends(draft))
    if ready(draft):
        return (asked or assumed) and (_ask_for_term(draft) or _accept(draft))
    return asked and _asks_decision(draft) and not _rather_a_question(draft) and _hesitate(draft)


def _rather_a_question(draft: Draft) -> bool:
    """Before there is an offer nobody can be asked to decide on it: what else the turn asks is what is answered."""
    asks = draft.did(Act.ASK_OPEN, Act.ASK_CLOSED, Act.VERIFY_IDENTITY, Act.CHECK_AVAILABILITY)
    return asks and draft.scenario.script.decision.after_offer and not draft.state.offered


def _mends(draft: Draft) -> bool:
    """After a hesitation, warmth is enough where the solution itself decides (a complaint, not a sale)."""
    settles_itself = Act.PROPOSE_SOLUTION in draft.scenario.script.decision.on
    return settles_itself and draft.state.hesitations > 0 and draft.did(*MENDING)


def _accept(draft: Draft) -> bool:
    draft.decide("accept")
    draft.say("decision.yes")
    return not draft.did(Act.ASK_SURVEY_QUESTION, Act.ASK_ANYTHING_ELSE, Act.SAY_GOODBYE, Act.VERIFY_IDENTITY)


def _asks_decision(draft: Draft) -> bool:
    asked = draft.acts & {Act.ASK_COMMITMENT, *draft.scenario.script.decision.on} & QUESTION_ACTS
    return bool(asked) or "right_offer" in draft.reasons


def _ask_for_term(draft: Draft) -> bool:
    for number, term in enumerate(draft.scenario.script.terms):
        known = number in draft.state.terms_told or number in draft.state.terms_asked
        if known or not term.asks or draft.chance(f"term{number}") >= draft.scenario.persona.traits.careful:
            continue
        draft.change(terms_asked=draft.state.terms_asked | {number})
        draft.say(f"term.{number}")
        draft.because("asked_for_term")
        return True
    return False


def _hesitate(draft: Draft) -> bool:
    hesitations = draft.state.hesitations + 1
    draft.change(hesitations=hesitations)
    if hesitations > HESITATIONS_BORNE:
        draft.decide("refuse")
        draft.say("decision.no")
        return True
    draft.feel(trust=-0.03)
    draft.because("hesitated")
    standing = unresolved(draft)
    if standing:
        draft.change(active_objection=standing)
        draft.say(f"objection.{standing}.stands")
    elif not draft.state.offered and draft.scenario.script.decision.after_offer:
        draft.say("solution.wrong")
    else:
        draft.say("decision.hesitate")
    return True


def give_buying_signal(draft: Draft) -> bool:
    """Once, when ready and not yet asked: ask the question of somebody who is about to say yes."""
    state, decision = draft.state, draft.scenario.script.decision
    if state.signalled or state.decided or not decision.signal or not ready(draft):
        return False
    if draft.scenario.script.terms and not state.terms_told:
        return False
    if draft.acts & QUESTION_ACTS or not draft.did(*CONVINCING):
        return False
    draft.change(signalled=True)
    draft.signalled = True
    draft.say("decision.signal")
    draft.because("buying_signal")
    return True


def judge_extra(draft: Draft) -> bool:
    """Answer a proposal of something extra: taken after the main matter where the trust is there."""
    extra = draft.scenario.script.extra
    named = extra is not None and draft.mentions(extra.words)
    if not draft.did(*EXTRAS) and not (
        named and draft.state.decided == "accept" and not draft.state.extra_answered and draft.did(*EXTRAS_BY_WORD)
    ):
        return False
    if draft.state.decided != "accept" and not named and _means_something_else(draft):
        return False
    if extra is None or draft.state.extra_answered or (extra.words and not named):
        _refuse_extra(draft)
    elif draft.state.decided != "accept":
        draft.say("extra.too_early")
        draft.feel(patience=-0.06, trust=-0.04)
        draft.because("extra_too_early")
    else:
        draft.change(extra_answered=True)
        wanted = draft.state.mood.trust >= extra.trust
        draft.say("extra.yes" if wanted else "extra.no")
        draft.because("extra_taken" if wanted else "extra_declined")
    return not draft.did(Act.ASK_ANYTHING_ELSE)


def _means_something_else(draft: Draft) -> bool:
    """Before the decision, what sounds like an extra may be the offer itself, or a question about the need."""
    script = draft.scenario.script
    asks = draft.did(Act.ASK_OPEN, Act.ASK_CLOSED) and any(draft.mentions(fact.about) for fact in script.facts.values())
    return asks or draft.mentions(script.solution.words)


def _refuse_extra(draft: Draft) -> None:
    draft.change(extras_refused=draft.state.extras_refused + 1)
    draft.say("extra.unwanted")
    draft.feel(patience=-0.05, trust=-0.04)
    draft.because("extra_unwanted")
