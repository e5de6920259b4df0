"""Listening to the recording of a stored call: what is measured in it is kept beside it, for it takes seconds."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.event_log import StoredLog
from bot.events import CallEvent, HeadsetChecked, SpeechEnded, SpeechStarted
from bot.transcript import Turn, turns_of
from evaluators.voice_measures import MEASURED_BY, Lanes, VoiceMeasures, lanes_of, measure_voice
from evaluators.voice_signal import Span
from server.storage import CallStore

Stereo = NDArray[np.int16]


class Listened(BaseModel):
    """What was measured in a recording; `of` tells of which one, and by which version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str
    voice: VoiceMeasures
    lanes: Lanes


def listened(store: CallStore, call_id: str, log: StoredLog) -> Listened | None:
    """The trainee's voice and both lanes of a stored call; None for a call that was never spoken.

    Raises KiestoonError ``call.unknown`` for an id that is none. A disk that takes no more only costs time later.
    """
    recording = store.audio(call_id)
    if len(recording) == 0 and log.start.channel != "voice":
        return None
    turns = turns_of(log.events)
    of = _mark(len(recording), turns)
    path = store.folder(call_id) / "listened.json"
    try:
        known = Listened.model_validate_json(path.read_bytes())
        if known.of == of:
            return known
    except (OSError, ValidationError):
        pass
    headset = next((event for event in log.events if isinstance(event, HeadsetChecked)), None)
    made = Listened(
        of=of,
        voice=measure_voice(recording, turns, headset, log.start.versions.get("recogniser", "")),
        lanes=_lanes(recording, turns, headset, log.events) if len(recording) else Lanes(),
    )
    with suppress(OSError):
        half = path.with_suffix(".half")
        half.write_text(made.model_dump_json(), encoding="utf-8")
        half.replace(path)
    return made


def _lanes(
    recording: Stereo, turns: tuple[Turn, ...], headset: HeadsetChecked | None, events: Iterable[CallEvent]
) -> Lanes:
    """Both lanes, with what the trainee said that never became a turn."""
    spoken: list[Span] = []
    since: int | None = None
    for event in events:
        if isinstance(event, SpeechStarted) and event.speaker == "agent":
            since = event.at_ms
        elif isinstance(event, SpeechEnded) and event.speaker == "agent" and since is not None:
            spoken.append(Span(since, event.at_ms))
            since = None
    return lanes_of(recording, turns, headset.noise_floor_dbfs if headset else None, spoken)


def _mark(samples: int, turns: tuple[Turn, ...]) -> str:
    times = ",".join(f"{turn.i}:{turn.speaker}:{turn.start_ms}:{turn.end_ms}" for turn in turns)
    return f"{MEASURED_BY}-{samples}-{sha256(times.encode()).hexdigest()[:16]}"
