"""What a judgement looks like: verdicts with their rule, evidence and confidence, gathered on a scorecard."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["met", "partly", "missed", "not_applicable", "not_scored"]
Phase = Literal["contact", "analysis", "offer", "closing"]
Group = Literal["contact", "analysis", "offer", "closing", "whole", "voice", "workplace", "written"]


class Frozen(BaseModel):
    """Immutable; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Frozen):
    """A place in the call that shows why. `start`/`end` are character offsets into the turn's text, `start_ms`/`end_ms`
    the moment in the recording. `role` is `shows` for what was done and `occasion` for where something was missing.
    """

    turn: int
    quote: str
    start: int = 0
    end: int = 0
    start_ms: int = 0
    end_ms: int = 0
    role: Literal["shows", "fault", "occasion"] = "shows"


class Measured(Frozen):
    """A figure that a verdict rests on, with the band that counts as good (None where a figure only informs). `unit` is
    dB, LUFS, semitones, syllables_s (per second) or share (0 to 1).
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None


class CriterionResult(Frozen):
    """The verdict on one criterion. `explanation` says in the call's interface language what was seen and which part of
    the rule decided; `reason_code` is its stable id; `tip` says what could have been said; `confidence` is 0 to 1.
    """

    criterion: str
    group: Group
    verdict: Verdict
    reason_code: str
    explanation: str
    evidence: tuple[Evidence, ...] = ()
    tip: str | None = None
    confidence: float = Field(default=1.0, ge=0, le=1)
    measured: tuple[Measured, ...] = ()

    @property
    def turns(self) -> tuple[int, ...]:
        """The turns that the evidence names, in order, each once."""
        return tuple(sorted({item.turn for item in self.evidence}))


class PhaseSpan(Frozen):
    """A stretch of turns in one phase (both ends included). A phase that comes back has several spans."""

    phase: Phase
    from_turn: int
    to_turn: int
    start_ms: int
    end_ms: int


class ItemResult(Frozen):
    """One line of the form: the mark (good, not good, not applicable, not scored), and what it was worth (0 to 1)."""

    item: str
    criteria: tuple[str, ...]
    weight: float
    value: float | None
    mark: Literal["good", "not_good", "not_applicable", "not_scored"]


class Scorecard(Frozen):
    """Everything that was judged about one call. `points` is 0 to 100, None where nothing could be scored; `passed`
    tells whether they reach the rubric's pass mark and every must-have is good; `versions` names the rubric, the
    evaluators and the recogniser that made it.
    """

    call_id: str
    lang: str
    phases: tuple[PhaseSpan, ...]
    criteria: tuple[CriterionResult, ...]
    points: int | None
    items: tuple[ItemResult, ...] = ()
    passed: bool | None = None
    rubric: str
    versions: dict[str, str]
    missing: tuple[str, ...] = Field(default=(), description="codes of what the log lacks: broken_off …")
