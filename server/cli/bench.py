"""`kiestoon bench`: figures of this machine, with the machine named."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated, Literal

import typer
from rich.table import Table

from bot.errors import KiestoonError
from bot.events import Lang
from bot.nlu.bench import AblationRow, BenchReport, evaluate, read_cases
from bot.nlu.bench import ablation as stages_of
from server.bench_calls import machine
from server.cli import bench_batch, bench_latency, bench_score
from server.cli.console import ERR, OUT, failing_clearly, print_json
from server.engine import Engine
from server.rasa_serving import rasa_while
from server.settings import load_settings

app = typer.Typer(help="Benchmarks: latency, load, nlu, score, batch.", no_args_is_help=True)
app.command()(bench_latency.latency)
app.command()(bench_latency.load)
app.command()(bench_score.score)
app.command()(bench_batch.batch)
RASA_PATIENCE_MS = 10_000
SCENARIO = "room-for-two-nights~businesslike-guest"
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@app.command()
def nlu(
    lang: Annotated[Lang, typer.Option(help="Language of the turns.")] = "nl",
    part: Annotated[Literal["dev", "test"], typer.Option(help="Which held-out turns; never tune on test.")] = "dev",
    backend: Annotated[
        Literal["spacy", "rasa"] | None, typer.Option(help="What recognises them (default: the setting).")
    ] = None,
    ablation: Annotated[bool, typer.Option(help="Also measure what each stage adds.")] = False,
    as_json: AsJson = False,
) -> None:
    """How well and how fast the agent's acts are recognised, on turns that nothing was trained on.

    A Rasa that does not answer yet is started for as long as this takes; nothing is measured where that cannot be.
    """
    with failing_clearly(), ExitStack() as opened:
        settings = load_settings(nlu=backend, rasa_langs=lang, rasa_timeout_ms=RASA_PATIENCE_MS)
        if settings.nlu == "rasa":
            opened.enter_context(rasa_while(settings, _refuse))
        cases = read_cases(settings.content / "data" / "eval" / "acts" / lang / f"{part}.jsonl")
        with ERR.status(f"{len(cases)} × {lang}"):
            report = evaluate(Engine(settings).acts(lang), lang, cases)
            rows = stages_of(lang, settings.content, settings.cache_dir / "nlu", cases) if ablation else ()
        if as_json:
            print_json(
                report.model_dump(mode="json") | {"machine": machine(), "ablation": [r.model_dump() for r in rows]}
            )
        else:
            _show_nlu(report, rows)


def _refuse(error: KiestoonError) -> None:
    """Figures of spaCy must not pass for those of Rasa."""
    raise error


def _show_nlu(report: BenchReport, rows: tuple[AblationRow, ...]) -> None:
    OUT.print(f"{machine()}; {report.recogniser}, {report.lang}, {report.turns} turns", markup=False)
    OUT.print(
        f"micro-F1 {report.micro_f1:.3f}  macro-F1 {report.macro_f1:.3f}  precision of faults "
        f"{_rate(report.fault_precision)}  p50 {report.p50_ms:.1f} ms  p95 {report.p95_ms:.1f} ms  "
        f"peak {report.peak_mib:.0f} MiB",
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
