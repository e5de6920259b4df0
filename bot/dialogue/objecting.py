"""Objections: they come at their time, and go only when handled."""

from __future__ import annotations

from dataclasses import replace

from bot.acts import Act
from bot.content.models import Objection
from bot.dialogue.draft import Draft
from bot.dialogue.state import HandlingStep, ObjectionState

STEP_ACTS: dict[HandlingStep, frozenset[Act]] = {
    "acknowledge": frozenset({Act.ACKNOWLEDGE_OBJECTION, Act.EMPATHIZE, Act.APOLOGIZE}),
    "probe": frozenset({Act.PROBE_OBJECTION, Act.ASK_OPEN}),
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
TRIES_BORNE = 2


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
        if timely and name not in draft.state.objections:
            return name
    return None


def work_on_objection(draft: Draft) -> bool:
    """Take in how the agent handles the objection that is open now."""
    name = draft.state.active_objection
    if name is None:
        return False
    objection = draft.scenario.script.objections[name]
    gained = _steps_gained(draft, objection)
    known = draft.state.objections[name]
    now = replace(known, steps=known.steps | gained)
    if now.steps >= NEEDED[objection.level]:
        return _resolve(draft, name, now)
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


def _steps_gained(draft: Draft, objection: Objection) -> frozenset[HandlingStep]:
    gained = {step for step, acts in STEP_ACTS.items() if acts & draft.acts}
    if "answer" in gained and objection.answer_words and not draft.mentions(objection.answer_words):
        gained.discard("answer")
    return frozenset(gained)


def _store(draft: Draft, name: str, state: ObjectionState) -> None:
    draft.change(objections={**draft.state.objections, name: state})


def _resolve(draft: Draft, name: str, state: ObjectionState) -> bool:
    _store(draft, name, replace(state, resolved=True))
    draft.change(active_objection=None)
    draft.resolved.append(name)
    draft.feel(patience=0.05, trust=0.1, interest=0.1)
    draft.because("objection_resolved")
    if draft.did(*draft.scenario.script.decision.on):
        return False
    draft.say(f"objection.{name}.resolved")
    return True


def _stand(draft: Draft, name: str, state: ObjectionState) -> bool:
    _store(draft, name, state)
    draft.feel(trust=-0.03)
    draft.because("objection_stands")
    draft.say(f"objection.{name}.stands")
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


def unresolved(draft: Draft) -> str | None:
    """The first objection that was raised and still stands."""
    return next((name for name, state in draft.state.objections.items() if not state.resolved), None)
