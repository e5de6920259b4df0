"""Holding the score back until the trainee has handed in the report and judged himself.

There are no accounts: who asks as assessor (`?role=assessor`) is taken at his word, as everywhere in the page. But the
page of a trainee is not sent the score before his own view of the call, so it is not to be found there either.
"""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from bot.errors import KiestoonError
from bot.events import AgentTurn
from server.engine import Engine
from server.keys import ENGINE
from server.reporting import report_state
from server.storage import StoredCall

Missing = Literal["report", "self"]
CODES: dict[Missing, str] = {"report": "score.report_first", "self": "score.self_first"}


def held_back(engine: Engine, call: StoredCall) -> Missing | None:
    """What the trainee has to do before he may see the score; None where he may. Of a call without a word of his there
    is nothing that he could judge.
    """
    if not any(isinstance(event, AgentTurn) for event in call.log.events):
        return None
    if report_state(engine, call) == "open":
        return "report"
    return "self" if call.assessment.self_state == "open" else None


def is_assessor(request: web.Request) -> bool:
    """Whether who asks says that he judges calls."""
    return request.query.get("role") == "assessor"


def check_may_see(request: web.Request, call: StoredCall) -> None:
    """Raises KiestoonError ``score.report_first`` or ``score.self_first``."""
    missing = None if is_assessor(request) else held_back(request.app[ENGINE], call)
    if missing is not None:
        raise KiestoonError(CODES[missing], "the trainee has something to do before the score is shown")
