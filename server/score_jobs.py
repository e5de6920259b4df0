"""Judging many stored calls, in any process: what was judged by the present edition is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.event_log import StoredLog
from evaluators.assessment import Judged
from evaluators.registry import VERSION
from evaluators.verdicts import Scorecard
from server.batch import Progress
from server.engine import Engine
from server.scoring import rescore, standing
from server.settings import Settings
from server.storage import CallStore

Became = Literal["judged", "rejudged", "current", "older"]
"""What became of a call: judged for the first time, judged again, judged before by the present edition, or by an older
one that was left standing.
"""


@dataclass(frozen=True)
class ScoreJob:
    """One stored call; `again` asks for a new judgement where an older edition made the one that stands."""

    call_id: str
    ui: str
    again: bool = False


@dataclass(frozen=True)
class Scored:
    """What became of a call, and the points that stand."""

    became: Became
    points: int | None


class Judges:
    """What a process needs to judge."""

    def __init__(self, settings: Settings) -> None:
        self.engine = Engine(settings)
        self.store = CallStore(settings.calls_dir)

    def current(self, log: StoredLog, judged: Judged) -> bool:
        """Whether a judgement was made by the evaluators, the form and the word lists of today."""
        rubric = self.engine.rubrics()[0].get(judged.rubric.id, judged.rubric)
        versions = judged.card.versions
        return (
            rubric == judged.rubric
            and versions.get("evaluators") == VERSION
            and versions.get("words") == self.engine.words_edition(log.start.lang)
        )


def score_one(judges: Judges, job: ScoreJob, progress: Progress) -> Scored:
    """Judge one stored call and keep the scorecard; raises KiestoonError as `standing` does."""
    try:
        stored = judges.store.read(job.call_id)
        judged = stored.assessment.judged
        if judged is None:
            return Scored("judged", _points(standing(judges.engine, judges.store, job.call_id, job.ui).assessment.card))
        if judges.current(stored.log, judged):
            return Scored("current", _points(stored.assessment.card))
        if not job.again:
            return Scored("older", _points(stored.assessment.card))
        return Scored("rejudged", _points(rescore(judges.engine, judges.store, job.call_id, job.ui).card))
    finally:
        progress(1)


def _points(card: Scorecard | None) -> int | None:
    return card.points if card else None
