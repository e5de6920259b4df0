"""Taking part in a survey: an answer to each question of the list."""

from __future__ import annotations

from bot.acts import Act
from bot.dialogue.draft import Draft

SURVEY_QUESTIONS = (Act.ASK_SURVEY_QUESTION, Act.ASK_OPEN, Act.ASK_CLOSED, Act.PROBE_OBJECTION)


def answer_survey(draft: Draft) -> bool:
    """Answer the question that was recognised by its words, else the next one of the list that is still open."""
    questions = draft.scenario.script.survey
    if not questions or draft.state.decided != "accept":
        return False
    if not draft.did(*SURVEY_QUESTIONS) and draft.acts - {Act.OTHER}:
        return False
    if draft.did(Act.PARAPHRASE, Act.SPELL_BACK) and not draft.did(Act.ASK_SURVEY_QUESTION, Act.ASK_OPEN):
        return False
    asked = _asked(draft)
    if asked is None:
        return False
    draft.say(f"survey.{asked}")
    draft.change(survey_answered=draft.state.survey_answered | {asked})
    draft.because("survey_answer")
    return True


def _asked(draft: Draft) -> int | None:
    questions, answered = draft.scenario.script.survey, draft.state.survey_answered
    hits = [(draft.count(question.about), n not in answered, -n) for n, question in enumerate(questions)]
    best = max(hits)
    if best[0]:
        return -best[2]
    left = [n for n in range(len(questions)) if n not in answered]
    return left[0] if left and draft.did(Act.ASK_SURVEY_QUESTION, Act.ASK_OPEN) else None
