"""What was measured in a call and stands beside the verdicts: the voice over time, who spoke when, the language."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evaluators.record import CallRecord
from evaluators.spoken_language import LanguageUse, Wording, language_use
from evaluators.timing import Timing, timing
from evaluators.voice import reference_dbfs, weak_stretches
from evaluators.voice_bands import VoiceBands
from evaluators.voice_measures import VoiceMeasures

VOICE_CRITERIA = ("volume", "intonation", "speed", "articulation")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Weak(_Frozen):
    """A stretch of speech that is weak by one criterion: `why` is too_soft, too_loud, flat, too_fast, too_slow or
    unclear.
    """

    criterion: str
    why: str
    turn: int
    start_ms: int
    end_ms: int


class Measures(_Frozen):
    """All of it. `voice` is None for a call without a recording, `timing` for one whose turns have no times;
    `reference_dbfs` is the level that volume is held against.
    """

    call_id: str
    voice: VoiceMeasures | None = None
    bands: VoiceBands | None = None
    reference_dbfs: float | None = None
    weak: tuple[Weak, ...] = ()
    timing: Timing | None = None
    language: LanguageUse


def measures(call: CallRecord, wording: Wording) -> Measures:
    """Everything that can be measured in a call."""
    voice, bands = call.voice, call.bands
    judged = voice is not None and voice.problem is None
    return Measures(
        call_id=call.start.call_id,
        voice=voice,
        bands=bands,
        reference_dbfs=reference_dbfs(voice) if voice and judged else None,
        weak=tuple(_weak(voice, bands)) if voice and bands and judged else (),
        timing=timing(call),
        language=language_use(call, wording),
    )


def _weak(voice: VoiceMeasures, bands: VoiceBands) -> list[Weak]:
    return [
        Weak(criterion=name, why=why, turn=stretch.turn, start_ms=stretch.start_ms, end_ms=stretch.end_ms)
        for name in VOICE_CRITERIA
        for stretch, why in weak_stretches(voice, bands, name)
    ]
