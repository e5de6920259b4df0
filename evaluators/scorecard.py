"""From a call and a rubric to a scorecard."""

from __future__ import annotations

from collections.abc import Mapping

from evaluators.judge import GROUPS, judge
from evaluators.phases import segment
from evaluators.record import CallRecord
from evaluators.registry import EVALUATORS, VERSION, Evaluator
from evaluators.rubric import Mark, Rubric, RubricItem
from evaluators.verdicts import CriterionResult, ItemResult, Scorecard, Verdict
from evaluators.words import words


def judge_all(call: CallRecord) -> tuple[CriterionResult, ...]:
    """Every criterion, in the order of the registry."""
    return tuple(_judged(call, name, evaluator) for name, evaluator in EVALUATORS)


def score(call: CallRecord, rubric: Rubric, level: int | None = None) -> Scorecard:
    """Judge a call by a rubric; `level` is that of the script, where it is known. Points count only applicable criteria
    that were scored; `points` is None where none was. What the log lacks is named in `missing`, and never lowers the
    points.
    """
    by_name: Mapping[str, Evaluator] = dict(EVALUATORS)
    names = [name for name in rubric.criteria_for(call.start.form_kind, level) if name in by_name]
    results = {name: _judged(call, name, by_name[name]) for name in names}
    items = tuple(
        _item(item, [results[name] for name in item.criteria if name in results], rubric)
        for item in rubric.items_for(call.start.form_kind, level)
    )
    points = _points(items)
    return Scorecard(
        call_id=call.start.call_id,
        lang=call.start.lang,
        phases=segment(call),
        criteria=tuple(results.values()),
        items=items,
        points=points,
        passed=_passed(points, items, rubric),
        rubric=rubric.id,
        versions={**call.start.versions, "rubric": rubric.edition, "evaluators": VERSION},
        missing=missing(call) if items else (*missing(call), "no_items"),
    )


def regraded(card: Scorecard, rubric: Rubric, verdicts: Mapping[str, Verdict]) -> Scorecard:
    """The scorecard with other verdicts in the place of some, and the marks and totals that follow from them. `rubric`
    is the one that the card was made with.
    """
    results = {
        result.criterion: result.model_copy(update={"verdict": verdicts.get(result.criterion, result.verdict)})
        for result in card.criteria
    }
    lines = {item.id: item for item in rubric.items}
    items = tuple(_item(lines[old.item], [results[name] for name in old.criteria], rubric) for old in card.items)
    points = _points(items)
    totals = {"points": points, "passed": _passed(points, items, rubric)}
    return card.model_copy(update={"criteria": tuple(results.values()), "items": items} | totals)


def _passed(points: int | None, items: tuple[ItemResult, ...], rubric: Rubric) -> bool | None:
    return None if points is None else points >= rubric.pass_points and not _must_failed(items, rubric)


def _judged(call: CallRecord, name: str, evaluator: Evaluator) -> CriterionResult:
    if not spoken(call) and GROUPS[name] != "written":
        return judge(call, name, "not_scored", "no_agent_turns", confidence=1)
    return evaluator(call)


def spoken(call: CallRecord) -> bool:
    """Whether the agent said a single word."""
    return any(words(call.text(position)) for position in call.agent)


def missing(call: CallRecord) -> tuple[str, ...]:
    """Codes of what log and recording lack: no_turns, no_agent_turns, no_customer_turns, broken_off, low_recognition,
    no_recording, recording_truncated.
    """
    codes = []
    if call.start.message is not None:
        return () if call.ended else ("broken_off",)
    if not call.turns:
        codes.append("no_turns")
    elif not spoken(call):
        codes.append("no_agent_turns")
    elif not call.customer:
        codes.append("no_customer_turns")
    if not call.complete:
        codes.append("broken_off")
    if call.unclear(*call.agent):
        codes.append("low_recognition")
    if call.voice is not None and call.voice.problem == "no_recording":
        codes.append("no_recording")
    if call.voice is not None and call.voice.truncated:
        codes.append("recording_truncated")
    return tuple(codes)


def _item(item: RubricItem, results: list[CriterionResult], rubric: Rubric) -> ItemResult:
    worths = [worth for result in results if (worth := rubric.worth(result.verdict)) is not None]
    value = sum(worths) / len(worths) if worths else None
    return ItemResult(
        item=item.id, criteria=tuple(result.criterion for result in results), weight=item.weight, value=value,
        mark=_mark(results, value, rubric),
    )  # fmt: skip


def _mark(results: list[CriterionResult], value: float | None, rubric: Rubric) -> Mark:
    if value is not None:
        return "good" if value >= rubric.good_from else "not_good"
    return "not_scored" if any(result.verdict == "not_scored" for result in results) else "not_applicable"


def _points(items: tuple[ItemResult, ...]) -> int | None:
    scored = [(item.weight, item.value) for item in items if item.value is not None]
    total = sum(weight for weight, _ in scored)
    return round(100 * sum(weight * value for weight, value in scored) / total) if scored else None


def _must_failed(items: tuple[ItemResult, ...], rubric: Rubric) -> bool:
    musts = {item.id for item in rubric.items if item.must}
    return any(item.item in musts and item.mark == "not_good" for item in items)
