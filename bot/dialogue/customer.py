"""The customer: one input in, one step out. Same scenario, seed and inputs, same customer."""

from __future__ import annotations

from bot.acts import FAULT_ACTS, Act
from bot.content.models import Scenario
from bot.dialogue import closing, deciding, figures, identity, manner, objecting, surveying, telling, waiting
from bot.dialogue.charity import charitably
from bot.dialogue.draft import Draft
from bot.dialogue.mood import after_acts
from bot.dialogue.state import (
    CustomerState,
    Heard,
    HoldSwitched,
    Input,
    Interrupted,
    Monologue,
    PickedUp,
    Quiet,
    Step,
    Unclear,
)

# In this order, until one ends the turn; one that adds something and leaves room for more lets the next ones look too.
RULES = (
    manner.call_for_supervisor,
    manner.react_to_manner,
    objecting.spare_objections,
    deciding.judge_offer,
    figures.doubt_figures,
    telling.open_the_matter,
    closing.leave_after_refusal,
    objecting.work_on_objection,
    objecting.raise_objection,
    deciding.judge_extra,
    deciding.answer_commitment,
    closing.answer_goodbye,
    surveying.answer_survey,
    identity.answer_identity,
    telling.confirm_summary,
    closing.answer_anything_else,
    deciding.give_buying_signal,
    telling.answer_question,
    telling.answer_hold_or_transfer,
    telling.answer_availability,
    telling.tell_on,
    telling.acknowledge,
)


SMALL_TALK = frozenset({Act.THANK, Act.BACKCHANNEL, Act.OTHER})
"""What may still be said between announcing a wait and the wait itself."""


def begin(scenario: Scenario, seed: int) -> CustomerState:
    """The customer before the call."""
    return CustomerState(seed=seed, mood=scenario.persona.mood)


def step(scenario: Scenario, state: CustomerState, happened: Input) -> Step:
    """What the customer does about one input. A customer who has hung up does nothing any more."""
    if state.gone:
        return Step(state=state)
    draft = Draft(scenario, state)
    match happened:
        case PickedUp():
            draft.say("pick_up")
            draft.because("picked_up")
        case Heard(said=said):
            draft.text, draft.spans, draft.entities, draft.acts = said.text, said.acts, said.entities, said.act_set()
            draft.acts = charitably(draft)
            _take_turn(draft)
        case Unclear():
            waiting.ask_to_repeat(draft)
        case Quiet():
            waiting.bear_silence(draft)
        case Interrupted():
            waiting.bear_interruption(draft)
        case Monologue():
            waiting.perhaps_cut_in(draft)
        case HoldSwitched(on=on, waited_ms=waited):
            waiting.bear_hold(draft, on, waited)
    return draft.finish(state)


def _take_turn(draft: Draft) -> None:
    before = draft.state
    draft.change(
        mood=after_acts(before.mood, draft.scenario.persona, draft.acts, before.acts_heard & draft.acts),
        acts_heard=before.acts_heard | draft.acts,
        silences=0,
        unclear=0,
        waiting=draft.did(Act.ANNOUNCE_HOLD, Act.ANNOUNCE_TRANSFER) or (before.waiting and draft.acts <= SMALL_TALK),
    )
    deciding.note_terms(draft)
    for fault in sorted(draft.acts & FAULT_ACTS):
        draft.because(f"fault.{fault}")
    if manner.storms_off(draft) or manner.lose_the_thread(draft):
        return
    next((rule for rule in RULES if rule(draft)), None)
    draft.change(last_heard=draft.text)


def replay(scenario: Scenario, seed: int, inputs: list[Input]) -> list[Step]:
    """All steps of a call, from its inputs: what the golden calls compare."""
    state = begin(scenario, seed)
    steps = []
    for happened in inputs:
        made = step(scenario, state, happened)
        steps.append(made)
        state = made.state
    return steps
