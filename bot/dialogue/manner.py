"""Reactions to how the agent behaves, whatever it is about."""

from __future__ import annotations

from bot.acts import FAULT_ACTS, Act
from bot.dialogue.draft import Draft
from bot.dialogue.matching import tokens
from bot.dialogue.waiting import HOLD_BORNE_MS

WARM_BELOW = 0.8
WARM_CHANCE = 0.7
SUPERVISOR_BELOW = 0.15
REACTED_TO = (
    Act.BE_RUDE, Act.BLAME_CUSTOMER, Act.CONTRADICT, Act.NEGATIVE_WORDING, Act.USE_JARGON, Act.OVERPROMISE,
    Act.INFORMAL_ADDRESS,
)  # fmt: skip
ONCE = frozenset({Act.OVERPROMISE, Act.INFORMAL_ADDRESS})


def storms_off(draft: Draft) -> bool:
    """Hang up angrily when the patience is gone, unless this very turn tries to mend it."""
    mending = draft.did(Act.EMPATHIZE, Act.APOLOGIZE, Act.PROPOSE_SOLUTION) and not draft.acts & FAULT_ACTS
    if draft.state.mood.patience > 0.0 or mending:
        return False
    draft.say("hang_up_angry")
    draft.decide("hang_up_angry")
    draft.hang_up = True
    return True


def lose_the_thread(draft: Draft) -> bool:
    """Ask again for what was too long to follow; a second time in a row the customer makes do with it."""
    longest = draft.scenario.persona.traits.longest_turn
    lost = longest is not None and len(tokens(draft.text)) > longest and not draft.state.lost
    draft.change(lost=lost)
    if lost:
        draft.say("repeat_please")
        draft.because("too_long_to_follow")
    return lost


def call_for_supervisor(draft: Draft) -> bool:
    """Ask for somebody who decides when it goes badly wrong; go along when the agent then puts the call through."""
    if draft.state.supervisor:
        if not draft.did(Act.ANNOUNCE_TRANSFER):
            return False
        draft.say("transfer_ok")
        draft.decide("supervisor")
        draft.hang_up = True
        return True
    demands = draft.scenario.persona.traits.demands
    faulted = draft.did(Act.BLAME_CUSTOMER, Act.BE_RUDE, Act.CONTRADICT, Act.NEGATIVE_WORDING)
    low = draft.state.mood.patience < SUPERVISOR_BELOW and draft.state.opened and draft.state.decided is None
    if not (faulted and low) or draft.chance("supervisor") >= demands:
        return False
    draft.change(supervisor=True)
    draft.say("demand_supervisor")
    draft.because("wants_supervisor")
    return True


def react_to_manner(draft: Draft) -> bool:
    """Say something about the manner first, then go on with the matter."""
    if draft.state.floor_owed:
        draft.change(floor_owed=False)
        draft.say("let_me_finish")
        draft.because("was_interrupted")
    _mention_the_hold(draft)
    fault = next((act for act in REACTED_TO if draft.did(act)), None)
    if fault is not None and not (fault in ONCE and draft.reacted(fault)):
        draft.say(f"react_{fault}")
    elif _feels_understood(draft):
        draft.say("react_empathize")
        draft.because("felt_understood")
    return False


def _mention_the_hold(draft: Draft) -> None:
    """Back from a hold, say so where it lasted too long or came without a word."""
    if draft.state.waited_ms > HOLD_BORNE_MS:
        draft.say("hold_too_long")
    elif draft.state.held_silently and not draft.state.on_hold:
        draft.say("hold_unannounced")
    else:
        return
    draft.change(waited_ms=0, held_silently=False)


def _feels_understood(draft: Draft) -> bool:
    state = draft.state
    if not draft.did(Act.EMPATHIZE, Act.APOLOGIZE) or draft.says or draft.acts & FAULT_ACTS:
        return False
    if not state.opened or state.active_objection or state.decided or draft.did(Act.SAY_GOODBYE):
        return False
    return state.mood.patience < WARM_BELOW and draft.chance("warm") < WARM_CHANCE
