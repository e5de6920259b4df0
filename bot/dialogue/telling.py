"""What the customer tells: the matter, facts, data about themselves, answers."""

from __future__ import annotations

from collections.abc import Callable

from bot.acts import QUESTION_ACTS, Act
from bot.content.models import Fact
from bot.dialogue.draft import Draft
from bot.dialogue.objecting import objection_due

QUESTIONS_ABOUT_FACTS = (Act.ASK_OPEN, Act.ASK_CLOSED, Act.PROBE_OBJECTION, Act.TRIAGE_QUESTION, Act.ASK_LOCATION,
                         Act.ASK_SURVEY_QUESTION)  # fmt: skip
PURPOSE_ACTS = (Act.STATE_PURPOSE, Act.EXPLAIN_SURVEY_GOAL)


def open_the_matter(draft: Draft) -> bool:
    """Inbound, the first turn of the agent brings out why the customer calls. Outbound, the purpose brings out the
    first reaction, unless an objection comes first.
    """
    if draft.state.opened or draft.did(Act.SAY_GOODBYE):
        return False
    if draft.scenario.script.direction == "inbound":
        draft.change(opened=True)
        draft.say("opening")
        draft.because("opening")
        return True
    if not draft.did(
        *PURPOSE_ACTS, Act.PROPOSE_SOLUTION, Act.ASK_OPEN, Act.ASK_SURVEY_QUESTION, Act.INFORM, Act.ADVISE
    ):
        return False
    draft.change(opened=True)
    if objection_due(draft) is not None:
        return False
    draft.say("opening")
    draft.because("opening")
    return True


def answer_survey(draft: Draft) -> bool:
    """Answer a question of the survey once the customer takes part; a willing customer needs no formal yes."""
    questions = draft.scenario.script.survey
    if not questions or not draft.did(Act.ASK_SURVEY_QUESTION, Act.ASK_OPEN, Act.ASK_CLOSED):
        return False
    if draft.state.decided != "accept" or draft.state.active_objection:
        return False
    asked = next((n for n, question in enumerate(questions) if draft.mentions(question.about)), None)
    if asked is None and draft.did(Act.ASK_SURVEY_QUESTION):
        asked = next((n for n in range(len(questions)) if n not in draft.state.survey_answered), None)
    if asked is None:
        return False
    draft.say(f"survey.{asked}")
    draft.change(survey_answered=draft.state.survey_answered | {asked})
    draft.because("survey_answer")
    return True


def answer_identity(draft: Draft) -> bool:
    """Give the data that the agent asks for, from the customer's record; the name where nothing is named."""
    if not draft.did(Act.VERIFY_IDENTITY):
        return False
    wanted = [kind for kind, words in draft.scenario.pack.identity_words.items() if draft.mentions(words)] or ["name"]
    for kind in wanted[:2]:
        known = kind == "name" or getattr(draft.scenario.record, kind) is not None
        draft.say(f"identity_{kind}" if known else "identity_unknown")
    draft.change(identity_given=draft.state.identity_given | set(wanted))
    draft.because("identity")
    return True


def answer_question(draft: Draft) -> bool:
    """Answer with the fact that was asked for; to an open question with the next one that comes of itself."""
    if not draft.did(*QUESTIONS_ABOUT_FACTS, Act.OFFER_HELP):
        return False
    named = _facts(draft, lambda fact: bool(fact.about) and draft.mentions(fact.about))
    fresh = [name for name in named if name not in draft.state.revealed]
    if not fresh and draft.did(Act.ASK_OPEN, Act.OFFER_HELP, Act.PROBE_OBJECTION) and not named:
        fresh = [name for name in _facts(draft, lambda fact: fact.open) if name not in draft.state.revealed][:1]
    if fresh:
        _reveal(draft, fresh[0])
        _perhaps_volunteer(draft)
    elif named:
        draft.feel(patience=-0.05 * draft.scenario.persona.traits.temper)
        draft.because("asked_again")
        draft.say("already_said")
        draft.say(f"fact.{named[0]}")
    else:
        draft.because("nothing_to_tell")
        draft.say("nothing_more" if draft.did(Act.ASK_OPEN) else "dont_know")
    return True


def _facts(draft: Draft, wanted: Callable[[Fact], bool]) -> list[str]:
    return [name for name, fact in draft.scenario.script.facts.items() if wanted(fact)]


def _reveal(draft: Draft, name: str) -> None:
    draft.say(f"fact.{name}")
    draft.change(revealed=draft.state.revealed | {name})
    draft.revealed.append(name)
    draft.because("told_fact")


def _perhaps_volunteer(draft: Draft) -> None:
    more = [
        name for name, fact in draft.scenario.script.facts.items() if fact.open and name not in draft.state.revealed
    ]
    if more and draft.chance("volunteer") < draft.scenario.persona.traits.talkative:
        _reveal(draft, more[0])


def answer_hold_or_transfer(draft: Draft) -> bool:
    """Agree to wait or to be put through."""
    if draft.did(Act.ANNOUNCE_TRANSFER):
        draft.say("transfer_ok")
    elif draft.did(Act.ANNOUNCE_HOLD):
        draft.say("hold_ok")
    elif draft.did(Act.RETURN_FROM_HOLD) and not draft.acts & {Act.INFORM, *PURPOSE_ACTS}:
        draft.say("hold_back")
    else:
        return False
    return True


def confirm_summary(draft: Draft) -> bool:
    """Say that a summary is right."""
    if not draft.did(Act.PARAPHRASE, Act.SUMMARIZE_AGREEMENTS, Act.SPELL_BACK):
        return False
    draft.say("confirm")
    draft.because("confirmed")
    return True


def answer_availability(draft: Draft) -> bool:
    """Say whether the moment suits, by patience."""
    if not draft.did(Act.CHECK_AVAILABILITY):
        return False
    draft.say("available" if draft.state.mood.patience >= 0.5 else "available_reluctant")
    return True


def ask_what_it_is_about(draft: Draft) -> bool:
    """Outbound, before the purpose is told: ask for it."""
    if draft.state.opened or draft.scenario.script.direction == "inbound":
        return False
    draft.say("ask_purpose")
    draft.because("purpose_not_told")
    return True


def acknowledge(draft: Draft) -> bool:
    """Something short, so that the agent knows that the customer is there; puzzled where nothing made sense."""
    if draft.says:
        return True
    if draft.acts == {Act.OTHER}:
        draft.change(puzzled=draft.state.puzzled + 1)
        draft.say("puzzled")
        draft.because("not_understood")
    elif draft.acts & QUESTION_ACTS:
        draft.say("dont_know")
    else:
        draft.say("acknowledge")
    return True
