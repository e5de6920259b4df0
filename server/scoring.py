"""Judging a stored call and keeping the result."""

from __future__ import annotations

from bot.errors import KiestoonError
from evaluators.scorecard import score
from evaluators.verdicts import Scorecard
from server.engine import Engine
from server.storage import CallStore


def scorecard_of(engine: Engine, store: CallStore, call_id: str, ui: str) -> Scorecard:
    """Judge a call, with explanations in the language of the reader. The first scorecard of an ended call is kept.

    Raises KiestoonError as `CallStore.read` does.
    """
    stored = store.read(call_id)
    made = score(engine.record(stored.log, ui), engine.rubric())
    if stored.points != made.points:
        try:
            store.keep_scorecard(made)
        except KiestoonError as error:
            if not error.code.startswith("disk."):
                raise
    return made
