"""Calls as they lie on disk, played by a simulated trainee: quick, and the same every time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.content.library import Library, load_library
from bot.event_log import EventLog
from bot.events import AgentTurn, CallEvent, CallStarted
from bot.simulate import play
from bot.trainees import load_trainees
from tests import ROOT

SCENARIO = "dubbele-factuur~boze-klager"
CALL = "20260105-120000-0000000a"


@lru_cache(maxsize=1)
def _library() -> Library:
    return load_library(ROOT)


def played(call_id: str = CALL, scenario: str = SCENARIO, trainee: str = "average", **start: Any) -> list[CallEvent]:
    """The events of a call as if it had been held by voice; `start` changes its first event."""
    found = _library().scenario(scenario)
    first, *rest = play(found, load_trainees(ROOT, found.script.lang)[trainee], 7)
    assert isinstance(first, CallStarted)
    fields = {
        "call_id": call_id,
        "channel": "voice",
        "desk": None,
        "versions": {"recogniser": "whisper-base", "engine": "0.1"},
    }
    return [first.model_copy(update=fields | start), *rest]


def store(calls: Path, events: list[CallEvent], call_id: str = CALL) -> Path:
    """Put a call into the folder of a practice line; its own folder."""
    folder = calls / call_id
    folder.mkdir(parents=True)
    with EventLog(folder / "events.jsonl") as log:
        for event in events:
            log.append(event)
    return folder


def agent_turns(events: list[CallEvent]) -> list[AgentTurn]:
    """What the trainee said."""
    return [event for event in events if isinstance(event, AgentTurn)]
