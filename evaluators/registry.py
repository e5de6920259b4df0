"""The evaluators, each a pure function of the call: named here, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from evaluators.closing import agreements, anything_else, farewell
from evaluators.conduct import phase_order
from evaluators.exploring import empathy, open_questions, paraphrase
from evaluators.extras import cross_up_selling
from evaluators.features import attend
from evaluators.gold import READ_CRITERIA
from evaluators.handling import bad_news, buying_signals, procedure
from evaluators.identity import identification
from evaluators.manner import customer_type, language, outcome, tone
from evaluators.need import active_listening, need_found
from evaluators.objections import objection_handling
from evaluators.offering import commitment
from evaluators.opening import customer_name, opening, purpose
from evaluators.record import CallRecord, remembered
from evaluators.terms import benefits, right_solution, terms
from evaluators.verdicts import CriterionResult
from evaluators.voice import articulation, intonation, speed, volume
from evaluators.weighing import weigh
from evaluators.workplace import call_report, lookup, registration, signal_report
from evaluators.written import message_analysis, message_reply

Evaluator = Callable[[CallRecord], CriterionResult]

RULES: tuple[tuple[str, Evaluator], ...] = (
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
    ("message_analysis", message_analysis),
    ("message_reply", message_reply),
)


@remembered
def by_rules(call: CallRecord) -> dict[str, CriterionResult]:
    """What the rules alone say of every criterion that people read in a transcript."""
    return {name: rule(call) for name, rule in RULES if name in READ_CRITERIA}


def _weighed(name: str, rule: Evaluator) -> Evaluator:
    @wraps(rule)
    def evaluator(call: CallRecord) -> CriterionResult:
        attend(call)
        if call.forests is None or name not in call.forests.criteria:
            return rule(call)
        results = by_rules(call)
        return weigh(call, results[name], {other: results[other] for other in results if other != name})

    return evaluator


EVALUATORS: tuple[tuple[str, Evaluator], ...] = tuple((name, _weighed(name, rule)) for name, rule in RULES)
"""The rules, weighed with all else that a call shows where weights were fitted for a criterion."""

VERSION = "14"
"""Raised whenever an evaluator may judge the same call differently."""
