"""`kiestoon bench`: figures of this machine, with the machine named."""

from __future__ import annotations

import typer

from server.cli import bench_batch, bench_latency, bench_nlu, bench_score

app = typer.Typer(help="Benchmarks: latency, load, nlu, score, batch.", no_args_is_help=True)
app.command()(bench_latency.latency)
app.command()(bench_latency.load)
app.command()(bench_nlu.nlu)
app.command()(bench_score.score)
app.command()(bench_batch.batch)
