"""Making a result: verdict, reason, explanation, tip and evidence in one place."""

from __future__ import annotations

from collections.abc import Iterable

from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence, Group, Verdict

GROUPS: dict[str, Group] = {
    "opening": "contact", "purpose": "contact", "identification": "contact", "customer_name": "contact",
    "open_questions": "analysis", "active_listening": "analysis", "need_found": "analysis", "paraphrase": "analysis",
    "empathy": "analysis", "right_solution": "offer", "benefits": "offer", "terms": "offer",
    "cross_up_selling": "offer",
    "objection_handling": "offer", "buying_signals": "offer", "bad_news": "offer", "commitment": "offer",
    "procedure": "offer", "agreements": "closing", "anything_else": "closing", "farewell": "closing",
    "phase_order": "whole", "tone": "whole", "customer_type": "whole", "language": "whole", "outcome": "whole",
    "volume": "voice", "intonation": "voice", "speed": "voice", "articulation": "voice",
    "lookup": "workplace", "registration": "workplace", "call_report": "workplace", "signal_report": "workplace",
    "message_analysis": "written", "message_reply": "written",
}  # fmt: skip


def judge(
    call: CallRecord,
    criterion: str,
    verdict: Verdict,
    reason: str,
    evidence: Iterable[Evidence | None] = (),
    confidence: float = 0.8,
    **values: object,
) -> CriterionResult:
    """A result with its explanation and tip in the interface language; `values` fill in their templates.

    Where a turn that the verdict rests on was recognised too badly, the result is `not_scored`: a slip of the
    recogniser is never held against the trainee. Evidence for two things at once is shown once.
    """
    shown = tuple(dict.fromkeys(item for item in evidence if item is not None))
    if verdict not in ("not_applicable", "not_scored") and _unclear(call, shown):
        verdict, reason, confidence = "not_scored", "unclear_recognition", 1.0
    return CriterionResult(
        criterion=criterion,
        group=GROUPS[criterion],
        verdict=verdict,
        reason_code=reason,
        explanation=call.messages.explanation(criterion, reason, values),
        evidence=shown,
        tip=call.messages.tip(criterion, reason, values),
        confidence=confidence,
    )


def _unclear(call: CallRecord, shown: tuple[Evidence, ...]) -> bool:
    named = {item.turn for item in shown}
    return any(call.unclear(p) for p, turn in enumerate(call.turns) if turn.i in named)


def listed(points: Iterable[str]) -> str:
    """Facts or terms as an author wrote them, as part of a sentence: their own full stops would end it early."""
    return "; ".join(point.rstrip(".") for point in points)


def by_count(found: int, met: int, partly: int = 1) -> Verdict:
    """`met` from so many, `partly` from fewer, else `missed`."""
    return "met" if found >= met else "partly" if found >= partly else "missed"
