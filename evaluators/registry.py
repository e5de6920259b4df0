"""The evaluators, each a pure function of the call: named here, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Callable

from evaluators.closing import agreements, anything_else, farewell
from evaluators.conduct import phase_order
from evaluators.exploring import empathy, open_questions, paraphrase
from evaluators.extras import cross_up_selling
from evaluators.handling import bad_news, buying_signals, procedure
from evaluators.identity import identification
from evaluators.manner import customer_type, language, outcome, tone
from evaluators.need import active_listening, need_found
from evaluators.objections import objection_handling
from evaluators.offering import commitment
from evaluators.opening import customer_name, opening, purpose
from evaluators.record import CallRecord
from evaluators.terms import benefits, right_solution, terms
from evaluators.verdicts import CriterionResult
from evaluators.voice import articulation, intonation, speed, volume
from evaluators.workplace import call_report, lookup, registration, signal_report

Evaluator = Callable[[CallRecord], CriterionResult]

EVALUATORS: tuple[tuple[str, Evaluator], ...] = (
    ("opening", opening),
    ("purpose", purpose),
    ("identification", identification),
    ("customer_name", customer_name),
    ("open_questions", open_questions),
    ("active_listening", active_listening),
    ("need_found", need_found),
    ("paraphrase", paraphrase),
    ("empathy", empathy),
    ("right_solution", right_solution),
    ("benefits", benefits),
    ("terms", terms),
    ("cross_up_selling", cross_up_selling),
    ("objection_handling", objection_handling),
    ("buying_signals", buying_signals),
    ("bad_news", bad_news),
    ("commitment", commitment),
    ("procedure", procedure),
    ("agreements", agreements),
    ("anything_else", anything_else),
    ("farewell", farewell),
    ("phase_order", phase_order),
    ("tone", tone),
    ("customer_type", customer_type),
    ("language", language),
    ("outcome", outcome),
    ("volume", volume),
    ("intonation", intonation),
    ("speed", speed),
    ("articulation", articulation),
    ("lookup", lookup),
    ("registration", registration),
    ("call_report", call_report),
    ("signal_report", signal_report),
)

VERSION = "6"
"""Raised whenever an evaluator may judge the same call differently."""
