"""Taking what was recognised charitably: a recogniser slips, and a listener who knows the matter makes sense of it."""

from __future__ import annotations

from bot.acts import Act
from bot.dialogue.draft import Draft
from bot.dialogue.matching import tokens

NOT_A_SUMMARY = frozenset({Act.SUMMARIZE_AGREEMENTS, Act.EXPLAIN_TERMS, Act.INFORM, Act.ANNOUNCE_HOLD})
RESTATED = frozenset({Act.EXPLAIN_TERMS, Act.PROMISE_FOLLOWUP, Act.SUMMARIZE_AGREEMENTS})
COURTESIES = frozenset({
    Act.OTHER, Act.APOLOGIZE, Act.EMPATHIZE, Act.USE_CUSTOMER_NAME, Act.BACKCHANNEL, Act.THANK, Act.REASSURE, Act.GREET,
    Act.ACKNOWLEDGE_OBJECTION,
})  # fmt: skip
LATE_FROM_STEP = 3
LONG_TURN = 10
SOLUTION_WORDS = 2


def charitably(draft: Draft) -> frozenset[Act]:
    """The acts of the turn as a listener takes them who knows what the call is about."""
    acts, script = draft.acts, draft.scenario.script
    names_solution = draft.mentions(script.solution.words)
    if (
        draft.mentions(draft.scenario.pack.check_words)
        and not draft.state.offered
        and not acts & {Act.PROPOSE_SOLUTION}
    ):
        return acts - NOT_A_SUMMARY | {Act.PARAPHRASE}
    if names_solution or any(draft.mentions(term.words) for term in script.terms):
        acts -= {Act.OVERPROMISE}
    if names_solution and acts <= {Act.OTHER}:
        acts = frozenset({script.solution.acts[0]})
    elif acts <= COURTESIES and _explains_solution(draft):
        acts |= {script.solution.acts[0]}
    undecided = draft.state.offered and draft.state.decided is None
    if undecided and names_solution and acts & RESTATED and Act.PROPOSE_SOLUTION in script.decision.on:
        acts |= {Act.PROPOSE_SOLUTION}
    if script.kind == "emergency" and Act.VERIFY_IDENTITY in acts:
        acts = acts - {Act.VERIFY_IDENTITY} | {Act.ASK_LOCATION}
    if acts == {Act.GREET} and draft.state.opened and draft.state.steps >= LATE_FROM_STEP:
        acts = frozenset({Act.SAY_GOODBYE})
    return acts


def _explains_solution(draft: Draft) -> bool:
    """Of a long turn without pauses, only the courtesy may have been recognised: its words show the offer."""
    words = draft.scenario.script.solution.words
    return len(tokens(draft.text)) >= LONG_TURN and draft.count(words) >= SOLUTION_WORDS
