"""Objections: they come at their time, and go only when handled."""

from __future__ import annotations

from dataclasses import replace

from bot.acts import QUESTION_ACTS, Act
from bot.content.models import Objection
from bot.dialogue.draft import Draft
from bot.dialogue.matching import tokens
from bot.dialogue.readiness import ready, unresolved
from bot.dialogue.state import HandlingStep, ObjectionState

ASKING = (Act.ASK_OPEN, Act.ASK_CLOSED, Act.OFFER_HELP)
SAID_IN_ASKING = frozenset({Act.EXPLAIN_TERMS, Act.INFORM})
"""What a question may repeat of the offer ("too much, at forty-nine euros?") is not yet an answer."""
STEP_ACTS: dict[HandlingStep, frozenset[Act]] = {
    "acknowledge": frozenset({Act.ACKNOWLEDGE_OBJECTION, Act.EMPATHIZE, Act.APOLOGIZE, Act.BACKCHANNEL}),
    "answer": frozenset({
        Act.ANSWER_OBJECTION, Act.STATE_BENEFIT, Act.PROPOSE_SOLUTION, Act.INFORM, Act.ADVISE, Act.EXPLAIN_TERMS,
        Act.ASSURE_PRIVACY, Act.STATE_DURATION, Act.REASSURE, Act.EXPLAIN_SURVEY_GOAL, Act.PROMISE_FOLLOWUP,
    }),
}  # fmt: skip
NEEDED: dict[int, frozenset[HandlingStep]] = {
    1: frozenset({"answer"}),
    2: frozenset({"answer", "acknowledge"}),
    3: frozenset({"answer", "acknowledge", "probe"}),
}
TRIES_BORNE = 3
LONG_TURN = 8
ANSWER_WORDS = 2
COMING_BACK = (Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION, Act.ANSWER_OBJECTION)


def raise_objection(draft: Draft) -> bool:
    """Raise the first objection whose time has come."""
    if draft.state.active_objection or draft.state.decided:
        return False
    name = objection_due(draft)
    if name is None:
        return False
    draft.change(objections={**draft.state.objections, name: ObjectionState()}, active_objection=name, opened=True)
    draft.raised = name
    draft.say(f"objection.{name}")
    draft.because("objected")
    return True


def objection_due(draft: Draft) -> str | None:
    """The first objection whose time has come and that was not raised before."""
    for name, objection in draft.scenario.script.objections.items():
        timely = draft.did(*objection.after) and (not objection.about or draft.mentions(objection.about))
        if timely and name not in draft.state.objections and name not in draft.state.spared:
            return name
    return None


def spare_objections(draft: Draft) -> bool:
    """Remember which objections have become needless by what the agent told before they came up."""
    if draft.did(*STEP_ACTS["answer"], Act.ASK_COMMITMENT):
        waiting = {n: o for n, o in draft.scenario.script.objections.items() if n not in draft.state.objections}
        spared = {name for name, objection in waiting.items() if draft.mentions(objection.spared_by)}
        draft.change(spared=draft.state.spared | spared)
    return False


def work_on_objection(draft: Draft) -> bool:
    """Take in how the agent handles the objection that is open now."""
    name = draft.state.active_objection or _taken_up_again(draft)
    if name is None:
        return False
    objection = draft.scenario.script.objections[name]
    known = draft.state.objections[name]
    gained = _steps_gained(draft, objection, first=known == ObjectionState())
    now = replace(known, steps=known.steps | gained)
    if now.steps >= NEEDED[objection.level]:
        return _resolve(draft, name, now)
    if draft.did(Act.SAY_GOODBYE) and "answer" not in gained:
        return False
    if "answer" in gained:
        return _stand(draft, name, replace(now, tries=known.tries + 1))
    _store(draft, name, now)
    if "probe" in gained:
        draft.say(f"objection.{name}.behind")
    elif "acknowledge" in gained:
        draft.say("acknowledged")
    else:
        return _ignored(draft, name, now)
    return True


def _taken_up_again(draft: Draft) -> str | None:
    name = unresolved(draft) if draft.did(*COMING_BACK) and draft.state.decided is None else None
    if name is not None:
        draft.change(active_objection=name)
    return name


def _steps_gained(draft: Draft, objection: Objection, *, first: bool) -> frozenset[HandlingStep]:
    """What the turn does for the objection; `first` where it is the first one after it was raised."""
    gained: set[HandlingStep] = {step for step, acts in STEP_ACTS.items() if acts & draft.acts}
    if _answers_in_words(draft, objection):
        gained.add("answer")
    if "answer" in gained and objection.answer_words and not draft.mentions(objection.answer_words):
        gained.discard("answer")
    if _probes(draft, objection, first=first):
        gained.add("probe")
        if draft.acts & STEP_ACTS["answer"] <= SAID_IN_ASKING:
            gained.discard("answer")
    return frozenset(gained)


def _probes(draft: Draft, objection: Objection, *, first: bool) -> bool:
    """Whether the turn asks what lies behind. An open question does, unless it asks for a fact; straight after the
    objection a question about its own subject does in any form, and so does one that is about nothing else.
    """
    if draft.did(Act.PROBE_OBJECTION):
        return True
    if first and draft.did(*ASKING) and draft.mentions(objection.about):
        return True
    return draft.did(*(ASKING if first else (Act.ASK_OPEN,))) and not _asks_for_fact(draft)


def _answers_in_words(draft: Draft, objection: Objection) -> bool:
    """Of a long turn without pauses, only the recognition may have been recognised: its words show the answer."""
    asks = draft.acts & QUESTION_ACTS
    return not asks and len(tokens(draft.text)) >= LONG_TURN and draft.count(objection.answer_words) >= ANSWER_WORDS


def _asks_for_fact(draft: Draft) -> bool:
    facts = draft.scenario.script.facts
    return any(draft.mentions(fact.about) for name, fact in facts.items() if name not in draft.state.revealed)


def _store(draft: Draft, name: str, state: ObjectionState) -> None:
    draft.change(objections={**draft.state.objections, name: state})


def _resolve(draft: Draft, name: str, state: ObjectionState) -> bool:
    _store(draft, name, replace(state, resolved=True))
    draft.change(active_objection=None)
    draft.resolved.append(name)
    draft.feel(patience=0.05, trust=0.1, interest=0.1)
    draft.because("objection_resolved")
    if draft.did(*draft.scenario.script.decision.on) and ready(draft):
        return False
    draft.say(f"objection.{name}.resolved")
    return True


def _stand(draft: Draft, name: str, state: ObjectionState) -> bool:
    """Not convinced. To somebody who keeps answering without asking, the customer says in the end what lies behind."""
    explains = state.tries == TRIES_BORNE - 1 and "probe" not in state.steps
    if explains:
        state = replace(state, steps=state.steps | {"probe"})
    _store(draft, name, state)
    draft.feel(trust=-0.03)
    draft.because("objection_explained" if explains else "objection_stands")
    draft.say(f"objection.{name}.behind" if explains else f"objection.{name}.stands")
    if state.tries >= TRIES_BORNE:
        draft.change(active_objection=None)
    return True


def _ignored(draft: Draft, name: str, state: ObjectionState) -> bool:
    draft.feel(patience=-0.03, trust=-0.06)
    draft.because("objection_ignored")
    _store(draft, name, replace(state, tries=state.tries + 1))
    if state.tries + 1 >= TRIES_BORNE:
        draft.change(active_objection=None)
    return False
