"""The customer: one input in, one step out. Same scenario, seed and inputs, same customer."""

from __future__ import annotations

from bot.acts import FAULT_ACTS, Act
from bot.content.models import Scenario
from bot.dialogue import closing, deciding, objecting, telling
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

SILENCES_BORNE = 2
UNCLEAR_BORNE = 3
CUT_IN_BELOW = 0.6

# The first rule that says something ends the turn: who decides comes before who tells.
RULES = (
    telling.open_the_matter,
    closing.answer_goodbye,
    objecting.work_on_objection,
    deciding.judge_offer,
    objecting.raise_objection,
    telling.answer_survey,
    deciding.judge_extra,
    deciding.answer_commitment,
    telling.answer_identity,
    closing.answer_anything_else,
    telling.answer_question,
    deciding.give_buying_signal,
    telling.answer_hold_or_transfer,
    telling.confirm_summary,
    telling.answer_availability,
    telling.ask_what_it_is_about,
    telling.acknowledge,
)


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
            draft.text, draft.acts = said.text, said.act_set()
            _take_turn(draft)
        case Unclear():
            _ask_to_repeat(draft)
        case Quiet():
            _bear_silence(draft)
        case Interrupted():
            draft.feel(patience=-0.05 * scenario.persona.traits.temper)
            draft.change(interruptions=state.interruptions + 1)
            draft.because("interrupted")
        case Monologue():
            _perhaps_cut_in(draft)
        case HoldSwitched(on=on, waited_ms=waited):
            _bear_hold(draft, on, waited)
    return draft.finish(state)


def _take_turn(draft: Draft) -> None:
    before = draft.state
    draft.change(
        mood=after_acts(before.mood, draft.scenario.persona, draft.acts, before.acts_heard & draft.acts),
        acts_heard=before.acts_heard | draft.acts,
        silences=0,
        unclear=0,
    )
    for fault in sorted(draft.acts & FAULT_ACTS):
        draft.because(f"fault.{fault}")
    if _storms_off(draft):
        return
    _react_to_manner(draft)
    for rule in RULES:
        if rule(draft):
            return


def _storms_off(draft: Draft) -> bool:
    mending = draft.did(Act.EMPATHIZE, Act.APOLOGIZE, Act.PROPOSE_SOLUTION) and not draft.acts & FAULT_ACTS
    if draft.state.mood.patience > 0.0 or mending:
        return False
    draft.say("hang_up_angry")
    draft.decide("hang_up_angry")
    draft.hang_up = True
    return True


def _react_to_manner(draft: Draft) -> None:
    for act in (Act.BE_RUDE, Act.BLAME_CUSTOMER, Act.CONTRADICT, Act.USE_JARGON, Act.NEGATIVE_WORDING):
        if draft.did(act):
            draft.say(f"react_{act}")
            return
    if draft.did(Act.EMPATHIZE, Act.APOLOGIZE) and not draft.state.active_objection and draft.state.opened:
        before = draft.state
        if before.mood.patience < 0.8 and draft.chance("warm") < 0.7:
            draft.say("react_empathize")
            draft.because("felt_understood")


def _ask_to_repeat(draft: Draft) -> None:
    unclear = draft.state.unclear + 1
    draft.change(unclear=unclear)
    draft.because("unclear")
    if unclear > UNCLEAR_BORNE:
        draft.feel(patience=-0.05)
    draft.say("repeat_please")


def _bear_silence(draft: Draft) -> None:
    silences = draft.state.silences + 1
    draft.change(silences=silences)
    draft.because("silence")
    draft.feel(patience=-0.05)
    if silences > SILENCES_BORNE:
        draft.say("hang_up_silence")
        draft.decide("hang_up_silence")
        draft.hang_up = True
    else:
        draft.say("hello")


def _perhaps_cut_in(draft: Draft) -> None:
    draft.feel(patience=-0.04 * draft.scenario.persona.traits.temper)
    draft.because("monologue")
    eager = draft.chance("cut_in") < draft.scenario.persona.traits.interrupts
    if eager and draft.state.mood.patience < CUT_IN_BELOW:
        draft.say("cut_in")
        draft.cuts_in = True


def _bear_hold(draft: Draft, on: bool, waited_ms: int) -> None:
    announced = Act.ANNOUNCE_HOLD in draft.state.acts_heard
    draft.change(on_hold=on)
    if on and not announced:
        draft.feel(patience=-0.1 * draft.scenario.persona.traits.temper)
        draft.because("hold_unannounced")
    if not on:
        draft.feel(patience=-0.02 * (waited_ms / 10_000) * draft.scenario.persona.traits.temper)
        draft.because("hold_over")


def replay(scenario: Scenario, seed: int, inputs: list[Input]) -> list[Step]:
    """All steps of a call, from its inputs: what the golden calls compare."""
    state = begin(scenario, seed)
    steps = []
    for happened in inputs:
        made = step(scenario, state, happened)
        steps.append(made)
        state = made.state
    return steps
