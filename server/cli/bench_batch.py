"""`kiestoon bench batch`: how scoring and importing many calls use the cores."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from server.batch import cores
from server.bench_batch import Speed, measure_imports, measure_scoring
from server.bench_calls import machine
from server.cli.console import ERR, OUT, failing_clearly, print_json
from server.settings import load_settings


def batch(
    calls: Annotated[int, typer.Option(min=4, max=100_000, help="Stored calls to judge.")] = 200,
    recordings: Annotated[int, typer.Option(min=0, max=1000, help="Recordings to import (0: none).")] = 8,
    most: Annotated[int, typer.Option("--jobs", min=0, max=256, help="Most processes (0: one a core).")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """How `score --all` and `import` of many recordings use the cores: calls a second with 1, 2, 4 … processes.

    An efficiency of 1 is linear: twice the processes, twice the calls.
    """
    with failing_clearly():
        settings = load_settings()
        top = most or cores()
        jobs = sorted({1, top, *(2**power for power in range(1, top.bit_length()) if 2**power <= top)})
        with ERR.status(f"score × {calls}"):
            scoring = measure_scoring(settings, calls, jobs)
        imports: list[Speed] = []
        length_s = 0.0
        if recordings:
            with ERR.status(f"import × {recordings}"):
                imports, length_s = asyncio.run(measure_imports(settings, recordings, jobs))
        if as_json:
            print_json({
                "machine": machine(),
                "score": [found.__dict__ for found in scoring],
                "import": [found.__dict__ for found in imports],
                "recording_s": round(length_s, 1),
            })  # fmt: skip
            return
        OUT.print(machine(), markup=False)
        OUT.print(_table("score --all", scoring, 1.0))
        if imports:
            OUT.print(_table(f"import, recordings of {length_s:.0f} s", imports, length_s))


def _table(title: str, speeds: list[Speed], seconds: float) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    unit = "calls/s" if seconds == 1.0 else "× real time"
    for name in ("processes", unit, "efficiency", "first after s"):
        table.add_column(name, justify="right")
    for found in speeds:
        table.add_row(
            str(found.jobs), f"{found.per_second * seconds:.1f}", f"{found.efficiency:.2f}", f"{found.first_s:.1f}"
        )
    return table
