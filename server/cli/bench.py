"""`kiestoon bench`: figures of this machine, with the machine named."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from bot.errors import KiestoonError
from bot.events import Lang
from bot.nlu.bench import AblationRow, BenchReport, evaluate, read_cases
from bot.nlu.bench import ablation as stages_of
from server.bench_calls import Measured, machine, measure, percentile
from server.cli import bench_batch, bench_score
from server.cli.console import ERR, OUT, failing_clearly, print_json
from server.engine import Engine
from server.rasa_serving import rasa_while
from server.settings import Settings, load_settings

app = typer.Typer(help="Benchmarks: latency, load, nlu, score, batch.", no_args_is_help=True)
app.command()(bench_score.score)
app.command()(bench_batch.batch)
RASA_PATIENCE_MS = 10_000
SCENARIO = "room-for-two-nights~businesslike-guest"
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@app.command()
def latency(
    turns: Annotated[int, typer.Option(min=1, max=200, help="Turns in a call.")] = 8,
    calls: Annotated[int, typer.Option(min=1, max=50, help="Calls, one after the other.")] = 3,
    as_json: AsJson = False,
) -> None:
    """How long the customer takes to answer: from the true end of speech to the first sample leaving the server.

    Speaks English sentences with the Piper voice in real time, so it takes as long as the calls do.
    """
    with failing_clearly():
        runs = [_run(1, turns) for _ in range(calls)]
        merged = runs[0]
        for run in runs[1:]:
            merged.answers += run.answers
            merged.unanswered += run.unanswered
            merged.lag_ms += run.lag_ms
            merged.wall_s += run.wall_s
            merged.cpu_s += run.cpu_s
            for name, values in run.stages.items():
                merged.stages[name] += values
        _report(merged, 1, as_json)


@app.command()
def load(
    calls: Annotated[int, typer.Option(min=1, max=50, help="Calls at once.")] = 8,
    turns: Annotated[int, typer.Option(min=1, max=200, help="Turns in a call.")] = 6,
    as_json: AsJson = False,
) -> None:
    """The same with several calls at once, with processor time, memory and the lag of the server's event loop."""
    with failing_clearly():
        _report(_run(calls, turns), calls, as_json)


def _run(calls: int, turns: int) -> Measured:
    settings = load_settings()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("models", "cache"):
            (settings.data_dir / name).mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).symlink_to((settings.data_dir / name).resolve())
        own = Settings(**(settings.model_dump() | {"data_dir": Path(folder), "max_calls": calls + 1}))
        with ERR.status(f"{calls} × {turns}"):
            return asyncio.run(measure(own, SCENARIO, calls, turns))


def _report(measured: Measured, calls: int, as_json: bool) -> None:
    totals = [answer.total_ms for answer in measured.answers]
    figures = {
        "machine": machine(),
        "calls": calls,
        "turns": len(totals),
        "unanswered": measured.unanswered,
        "answer_ms": {name: round(percentile(totals, share)) for name, share in SHARES.items()},
        "stages_ms": {
            stage: {name: round(percentile(values, share)) for name, share in SHARES.items()}
            for stage, values in measured.stages.items()
        },
        "loop_lag_ms": {name: round(percentile(measured.lag_ms, share), 1) for name, share in SHARES.items()},
        "cpu_share": round(measured.cpu_s / measured.wall_s, 2) if measured.wall_s else 0.0,
        "peak_mb": round(measured.peak_mb),
    }
    if as_json:
        print_json(figures)
        return
    OUT.print(f"{figures['machine']}; {calls} call(s) at once, {len(totals)} turns", markup=False)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("ms", *SHARES):
        table.add_column(name, justify="left" if name == "ms" else "right")
    rows = {"end of speech → turn taken": measured.stages["turn taken"], "→ understood": measured.stages["understood"],
            "→ first sound leaves": totals, "event loop lag": measured.lag_ms}  # fmt: skip
    for name, values in rows.items():
        table.add_row(name, *(f"{percentile(values, share):.0f}" for share in SHARES.values()))
    OUT.print(table)
    OUT.print(
        f"unanswered {measured.unanswered}, processor {figures['cpu_share']} cores, memory {figures['peak_mb']} MB",
        markup=False,
    )


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
