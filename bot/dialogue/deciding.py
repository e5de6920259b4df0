"""Decisions: on the offer, on the extra, on the question for the commitment."""

from __future__ import annotations

from bot.acts import Act
from bot.dialogue.draft import Draft
from bot.dialogue.objecting import unresolved

HESITATIONS_BORNE = 2


def judge_offer(draft: Draft) -> bool:
    """Hear whether the offer is the right one, and where that is enough, decide."""
    solution = draft.scenario.script.solution
    if draft.state.offered or draft.state.decided or not draft.did(*solution.acts):
        return False
    if solution.words and not draft.mentions(solution.words):
        if not draft.did(Act.PROPOSE_SOLUTION) or draft.state.active_objection:
            return False
        draft.feel(trust=-0.05)
        draft.say("solution.wrong")
        draft.because("wrong_offer")
        return True
    draft.change(offered=True)
    draft.feel(trust=0.08, interest=0.08)
    draft.because("right_offer")
    return False


def answer_commitment(draft: Draft) -> bool:
    """Say yes, hesitate or say no to the question that asks for the decision."""
    decision = draft.scenario.script.decision
    if draft.state.decided or not draft.did(*decision.on):
        return False
    if ready(draft):
        draft.decide("accept")
        draft.say("decision.yes")
        return True
    if not draft.did(Act.ASK_COMMITMENT):
        return False
    hesitations = draft.state.hesitations + 1
    draft.change(hesitations=hesitations)
    if hesitations > HESITATIONS_BORNE:
        draft.decide("refuse")
        draft.say("decision.no")
        draft.hang_up = draft.scenario.script.direction == "outbound"
        if draft.hang_up:
            draft.say("goodbye_refused")
        return True
    draft.feel(trust=-0.03)
    draft.because("hesitated")
    standing = unresolved(draft)
    if standing:
        draft.change(active_objection=standing)
        draft.say(f"objection.{standing}.stands")
    else:
        draft.say("decision.hesitate")
    return True


def ready(draft: Draft) -> bool:
    """Whether the customer would say yes now."""
    decision, state = draft.scenario.script.decision, draft.state
    return (
        (state.offered or not decision.after_offer)
        and unresolved(draft) is None
        and state.mood.patience >= decision.patience
        and state.mood.trust >= decision.trust
        and state.mood.interest >= decision.interest
    )


def give_buying_signal(draft: Draft) -> bool:
    """Once, when ready and not yet asked: ask the question of somebody who is about to say yes."""
    state, decision = draft.state, draft.scenario.script.decision
    if state.signalled or state.decided or not decision.signal or not ready(draft):
        return False
    if not draft.did(Act.INFORM, Act.EXPLAIN_TERMS, Act.STATE_BENEFIT, Act.ADVISE, Act.PROPOSE_SOLUTION):
        return False
    draft.change(signalled=True)
    draft.signalled = True
    draft.say("decision.signal")
    draft.because("buying_signal")
    return True


def judge_extra(draft: Draft) -> bool:
    """Answer a proposal of something extra: taken after the main matter where the trust is there."""
    extra = draft.scenario.script.extra
    if not draft.did(Act.CROSS_SELL, Act.UP_SELL):
        return False
    if extra is None or draft.state.extra_answered or (extra.words and not draft.mentions(extra.words)):
        draft.say("extra.unwanted")
        draft.feel(patience=-0.05, trust=-0.04)
        draft.because("extra_unwanted")
    elif draft.state.decided != "accept":
        draft.say("extra.too_early")
        draft.feel(patience=-0.06, trust=-0.04)
        draft.because("extra_too_early")
    else:
        draft.change(extra_answered=True)
        wanted = draft.state.mood.trust >= extra.trust
        draft.say("extra.yes" if wanted else "extra.no")
        draft.because("extra_taken" if wanted else "extra_declined")
    return True
