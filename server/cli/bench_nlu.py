"""`kiestoon bench nlu`: how well, how fast and in how much memory the agent's acts are recognised."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated, Literal

import typer
from rich.table import Table

from bot.errors import KiestoonError
from bot.events import Lang
from bot.nlu.apart import footprint
from bot.nlu.bench import AblationRow, BenchReport, evaluate, read_cases, training_time
from bot.nlu.bench import ablation as stages_of
from server.bench_calls import machine
from server.cli.console import ERR, OUT, failing_clearly, print_json
from server.engine import Engine
from server.rasa_serving import rasa_while
from server.settings import load_settings

RASA_PATIENCE_MS = 10_000


def nlu(
    lang: Annotated[Lang, typer.Option(help="Language of the turns.")] = "nl",
    part: Annotated[Literal["dev", "test"], typer.Option(help="Which held-out turns; never tune on test.")] = "dev",
    backend: Annotated[
        Literal["spacy", "rasa"] | None, typer.Option(help="What recognises them (default: the setting).")
    ] = None,
    ablation: Annotated[bool, typer.Option(help="Also measure what each stage adds.")] = False,
    training: Annotated[bool, typer.Option(help="Also measure how long training takes.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """How well and how fast the agent's acts are recognised, on turns that nothing was trained on.

    Memory is that of a process that only recognises; with Rasa, whose server is a process of its own, that of this one.
    A Rasa that does not answer yet is started for as long as this takes; nothing is measured where that cannot be.
    """
    with failing_clearly(), ExitStack() as opened:
        settings = load_settings(nlu=backend, rasa_langs=lang, rasa_timeout_ms=RASA_PATIENCE_MS)
        spacy = settings.nlu == "spacy"
        if not spacy:
            opened.enter_context(rasa_while(settings, _refuse))
        path = settings.content / "data" / "eval" / "acts" / lang / f"{part}.jsonl"
        kept = settings.cache_dir / "nlu"
        cases = read_cases(path)
        with ERR.status(f"{len(cases)} × {lang}"):
            seconds = training_time(lang, settings.content) if training and spacy else None
            report = evaluate(Engine(settings).acts(lang), lang, cases, training_seconds=seconds)
            rows = stages_of(lang, settings.content, kept, cases) if ablation else ()
            if spacy:
                report = report.model_copy(update={"peak_mib": footprint(settings.content, lang, kept, path)})
        if as_json:
            print_json(
                report.model_dump(mode="json") | {"machine": machine(), "ablation": [r.model_dump() for r in rows]}
            )
        else:
            _show(report, rows)


def _refuse(error: KiestoonError) -> None:
    """Figures of spaCy must not pass for those of Rasa."""
    raise error


def _show(report: BenchReport, rows: tuple[AblationRow, ...]) -> None:
    OUT.print(f"{machine()}; {report.recogniser}, {report.lang}, {report.turns} turns", markup=False)
    OUT.print(
        f"micro-F1 {report.micro_f1:.3f}  macro-F1 {report.macro_f1:.3f}  precision of faults "
        f"{_rate(report.fault_precision)}  p50 {report.p50_ms:.1f} ms  p95 {report.p95_ms:.1f} ms  "
        f"peak {report.peak_mib:.0f} MiB"
        + (f"  training {report.training_seconds:.1f} s" if report.training_seconds is not None else ""),
        markup=False,
        soft_wrap=True,
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("act", "precision", "recall", "F1", "right", "wrong", "missed"):
        table.add_column(name, justify="left" if name == "act" else "right")
    for act, found in sorted(report.acts.items(), key=lambda item: item[1].f1):
        table.add_row(act, _rate(found.precision), _rate(found.recall), f"{found.f1:.2f}", str(found.right),
                      str(found.wrong), str(found.missed))  # fmt: skip
    OUT.print(table)
    for pair in report.confusion:
        if pair.times:
            OUT.print(f"  {pair.wanted} → {pair.given}: {pair.times}", markup=False)
    for row in rows:
        OUT.print(
            f"  {row.stages:<36} micro-F1 {row.micro_f1:.3f}  macro-F1 {row.macro_f1:.3f}  p95 {row.p95_ms:.1f} ms",
            markup=False,
        )


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
