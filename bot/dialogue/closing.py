"""The end of the call: goodbyes, what is still open, and what it all came to."""

from __future__ import annotations

from typing import Literal

from bot.acts import Act
from bot.content.models import Scenario
from bot.dialogue.draft import Draft
from bot.dialogue.state import CustomerState
from bot.events import Outcome


def leave_after_refusal(draft: Draft) -> bool:
    """After a no, the customer says goodbye at whatever comes next, and answers the last question if there is one."""
    if draft.state.decided != "refuse":
        return False
    if draft.did(Act.ASK_ANYTHING_ELSE):
        draft.say("nothing_else_refused")
        if not draft.did(Act.SAY_GOODBYE):
            return True
    _hang_up(draft)
    return True


def answer_goodbye(draft: Draft) -> bool:
    """Say goodbye and hang up; protest once where one's own matter is not settled."""
    if not draft.did(Act.SAY_GOODBYE):
        return False
    settled = draft.state.decided is not None or draft.scenario.script.direction == "outbound"
    if not settled and not draft.state.protests:
        draft.change(protests=1)
        draft.feel(patience=-0.1, trust=-0.1)
        draft.say("protest_goodbye")
        draft.because("matter_not_settled")
        return True
    if draft.state.decided == "accept" and draft.did(Act.ASK_ANYTHING_ELSE):
        draft.say("nothing_else")
    _hang_up(draft)
    return True


def _hang_up(draft: Draft) -> None:
    if draft.state.decided == "accept":
        draft.say("goodbye")
    else:
        draft.say("goodbye_unsettled" if draft.scenario.script.direction == "inbound" else "goodbye_refused")
    draft.hang_up = True
    draft.because("goodbye")


def answer_anything_else(draft: Draft) -> bool:
    """Say that there is nothing else, or that one's own matter is still open."""
    if not draft.did(Act.ASK_ANYTHING_ELSE):
        return False
    if draft.state.decided is not None:
        draft.say("nothing_else")
        draft.because("nothing_else")
    elif draft.did(Act.ASK_OPEN):
        return False
    elif draft.scenario.script.direction == "inbound":
        draft.say("still_open")
        draft.because("matter_not_settled")
    else:
        draft.say("nothing_else_refused")
        draft.because("nothing_else")
    return True


def outcome(scenario: Scenario, state: CustomerState, ended_by: Literal["agent", "customer", "system"]) -> Outcome:
    """What the call came to, from the customer's last state and from who ended it."""
    match state.decided:
        case "accept":
            return scenario.script.accepted
        case "refuse":
            return "refused"
        case "hang_up_angry":
            return "hung_up_angry"
        case "hang_up_silence":
            return "hung_up_silence"
        case "supervisor":
            return "supervisor_demanded"
        case None:
            if ended_by == "system":
                return "broken_off"
            return "undecided" if state.gone else "agent_hung_up"
