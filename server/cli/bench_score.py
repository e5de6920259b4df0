"""`kiestoon bench score`: how far the judges agree with people who read the same calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import track
from rich.table import Table

from bot.errors import KiestoonError
from bot.events import Lang
from evaluators.agreement_report import (
    APPLICABLE_FROM,
    Bar,
    CriterionAgreement,
    Figure,
    Seen,
    SetAgreement,
    agreement,
    bars,
    criterion_agreements,
    seen_by_machine,
)
from evaluators.gold import GoldCall, load_gold
from evaluators.gold_work import WORK_CRITERIA, GoldWork, load_gold_work
from evaluators.phases import segment
from evaluators.registry import VERSION
from evaluators.scorecard import judge_all
from evaluators.verdicts import Verdict
from server.bench_calls import machine
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.engine import Engine
from server.gold_records import record_of
from server.settings import load_settings

TRICKY = "tricky"
SHORT = {"met": "met", "partly": "partly", "missed": "missed", "not_applicable": "n/a"}
PUBLISHED = "published anchors: human–human 0.71, automatic–human 0.68 (virtual-patient dialogues, SIGDIAL 2025)"


def score(
    lang: Annotated[Lang, typer.Option(help="Language of the gold calls.")] = "nl",
    split: Annotated[
        Literal["heldout", "tuned", "all"],
        typer.Option(help="Which calls: never used for tuning, used for it, or all."),
    ] = "heldout",
    gold: Annotated[Path | None, typer.Option(help="Another folder of gold calls.", file_okay=False)] = None,
    differences: Annotated[
        bool, typer.Option("--differences", help="Only list what the two readings see differently, judge nothing.")
    ] = False,
    verdicts: Annotated[bool, typer.Option("--verdicts", help="Also list each verdict that differs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """How far the judges agree with people who read the same calls, per criterion, with 95 % intervals.

    Cohen's kappa and Gwet's AC1 beside what two people reach; the bar counts for calls that were not used for tuning.
    """
    with failing_clearly():
        engine = Engine(load_settings())
        folder = gold or engine.settings.content / "data" / "gold" / lang
        found = load_gold(folder)
        calls = [call for call in found if split in ("all", call.split)]
        if differences:
            _list_differences(calls)
            return
        if not calls:
            raise KiestoonError("gold.missing", f"no gold call in {lang} is {split}; --split all takes every call")
        seen = {call.id: _judged(engine, call) for call in track(calls, "judging", console=ERR, transient=True)}
        rubric = engine.rubric()
        sets = [agreement("all", calls, seen, rubric)]
        tricky = [call for call in calls if TRICKY in call.tags]
        if tricky:
            sets.append(agreement(TRICKY, tricky, seen, rubric))
        demands = bars(sets[0])
        exercises = [item for item in load_gold_work(folder / "work") if split in ("all", item.split)]
        work = {item.id: _judged_work(engine, item) for item in exercises}
        on_work = _on_work(exercises, work)
        if as_json:
            print_json(_answer(lang, split, sets, demands, on_work))
            return
        _show(lang, split, sets, demands)
        if exercises:
            OUT.print(f"\n{lang}, on screen and in writing: {len(exercises)} exercises read by two", style="bold")
            _show_criteria(on_work)
        if verdicts:
            _list_verdicts(calls, seen)
            for item in exercises:
                _list_differing(item.id, item.reference, work[item.id])


def _judged(engine: Engine, call: GoldCall) -> Seen:
    record = engine.record(engine.log_of(call.transcript, call.id), ui_lang())
    return seen_by_machine(judge_all(record), segment(record))


def _judged_work(engine: Engine, item: GoldWork) -> dict[str, Verdict]:
    results = judge_all(record_of(engine, item.id, item.done, ui_lang()))
    return {one.criterion: one.verdict for one in results if one.criterion in item.criteria}


def _on_work(
    exercises: Sequence[GoldWork], judged: Mapping[str, Mapping[str, Verdict]]
) -> tuple[CriterionAgreement, ...]:
    if not exercises:
        return ()
    pairs = [(item.reference, judged[item.id]) for item in exercises]
    return criterion_agreements(WORK_CRITERIA, pairs, [item.readings for item in exercises])


def _answer(
    lang: str,
    split: str,
    sets: Sequence[SetAgreement],
    demands: Iterable[Bar],
    on_work: Iterable[CriterionAgreement],
) -> dict[str, object]:
    return {
        "machine": machine(),
        "evaluators": VERSION,
        "lang": lang,
        "split": split,
        "sets": [found.model_dump(mode="json") for found in sets],
        "bars": [bar.model_dump(mode="json") for bar in demands],
        "work": [row.model_dump(mode="json") for row in on_work],
    }


def _show(lang: str, split: str, sets: Sequence[SetAgreement], demands: Sequence[Bar]) -> None:
    for found in sets:
        OUT.print(f"\n{lang}, {split}, {found.name}: {found.calls} calls, {found.twice_read} read by two, "
                  f"{found.undecided} differences undecided", style="bold", markup=False)  # fmt: skip
        _show_criteria(found.criteria)
        OUT.print(_summary(found))
    OUT.print(PUBLISHED, style="dim", markup=False)
    _show_bars(split, demands)


def _show_criteria(criteria: Sequence[CriterionAgreement]) -> None:
    OUT.print(_table(criteria))
    for row in criteria:
        if confused := _confused(row):
            OUT.print(f"{row.criterion}: {confused}", style="dim", markup=False, soft_wrap=True)


def _table(criteria: Iterable[CriterionAgreement]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("criterion", "n", "agree", "kappa", "people", "AC1", "people"):
        table.add_column(name, justify="right" if name in ("n", "agree", "people") else "left", no_wrap=True)
    for row in sorted(criteria, key=lambda row: 2 if row.kappa.value is None else row.kappa.value):
        table.add_row(
            row.criterion, str(row.applicable), _rate(row.agreement.value), _spread(row.kappa),
            _rate(row.human_kappa.value), _spread(row.ac1), _rate(row.human_ac1.value),
        )  # fmt: skip
    return table


def _summary(found: SetAgreement) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("", "judges", "people"):
        table.add_column(name)
    for name, auto, human in (
        ("mean kappa", found.mean_kappa, found.human_mean_kappa),
        ("mean AC1", found.mean_ac1, found.human_mean_ac1),
        ("points within 10", found.near_points, found.human_near_points),
        ("phase starts within a turn", found.phase_starts, found.human_phase_starts),
    ):
        table.add_row(name, _spread(auto), _spread(human))
    return table


def _show_bars(split: str, demands: Sequence[Bar]) -> None:
    if split != "heldout":
        OUT.print("the judges were tuned on some of these calls: no proof of the bar", style="yellow", markup=False)
    general = [bar for bar in demands if bar.name in ("mean kappa", "phase starts")]
    single = [bar for bar in demands if bar not in general]
    for bar in general:
        style = "green" if bar.met else "red"
        OUT.print(f"bar: {bar.name} ≥ {bar.wanted}: {_rate(bar.found)} {_word(bar)}", style=style, markup=False)
    low = [f"{bar.name} {_rate(bar.found)}" for bar in single if bar.met is False]
    style, told = ("red", "not met by " + ", ".join(low)) if low else ("green", "met")
    what = f"kappa ≥ 0.6 of the {len(single)} criteria with {APPLICABLE_FROM} or more applicable calls"
    OUT.print(f"bar: {what}: {told}", style=style, markup=False, soft_wrap=True)


def _word(bar: Bar) -> str:
    return {True: "met", False: "not met", None: "nothing to measure"}[bar.met]


def _confused(row: CriterionAgreement) -> str:
    """What was read and judged differently: `partly→met 5` for five calls read as partly and judged met."""
    pairs = [
        (times, wanted, given)
        for wanted, across in row.confusion.items()
        for given, times in across.items()
        if times and wanted != given
    ]
    return ", ".join(f"{SHORT[wanted]}→{SHORT[given]} {times}" for times, wanted, given in sorted(pairs, reverse=True))


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _spread(figure: Figure) -> str:
    if figure.low is None or figure.value is None:
        return _rate(figure.value)
    return f"{figure.value:.2f} {figure.low:.2f}–{figure.high:.2f}"


def _list_differences(calls: Iterable[GoldCall]) -> None:
    for call in calls:
        open_ones = call.undecided()
        for name in call.differences():
            pair = [str(reading.phases if name == "phases" else reading.criteria[name]) for reading in call.readings]
            state = "open" if name in open_ones else "decided"
            OUT.print(f"{call.id}  {name}  a: {pair[0]}  b: {pair[1]}  {state}", markup=False, soft_wrap=True)


def _list_verdicts(calls: Iterable[GoldCall], seen: Mapping[str, Seen]) -> None:
    for call in calls:
        _list_differing(call.id, call.reference, seen[call.id].criteria)
        if call.phases is not None and call.phases != seen[call.id].phases:
            OUT.print(f"{call.id}  phases  read: {dict(call.phases)}  judged: {dict(seen[call.id].phases or {})}",
                      markup=False, soft_wrap=True)  # fmt: skip


def _list_differing(name: str, reference: Mapping[str, Verdict], judged: Mapping[str, Verdict]) -> None:
    for criterion, wanted in reference.items():
        if judged[criterion] != wanted:
            told = f"{name}  {criterion}  read: {wanted}  judged: {judged[criterion]}"
            OUT.print(told, markup=False, soft_wrap=True)
