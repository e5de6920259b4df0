"""What the commands that take a recording ask about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, get_args

import typer

from bot.errors import KiestoonError
from bot.events import Direction, Kind, Lang
from evaluators.transcript_file import TranscriptFile
from server.engine import Engine
from server.import_jobs import ImportJob, Known, fingerprint, is_recording, read_header
from server.recordings import Side, announced_ms
from server.settings import Settings

PANEL = "Recordings"
AgentSide = Annotated[
    Side | None, typer.Option("--agent", help="The channel in which the agent speaks.", rich_help_panel=PANEL)
]
Spoken = Annotated[Lang, typer.Option("--lang", help="The language that is spoken.", rich_help_panel=PANEL)]
CallKind = Annotated[Kind | None, typer.Option("--kind", help="What kind of call it is.", rich_help_panel=PANEL)]
WhoCalled = Annotated[
    Direction | None, typer.Option("--direction", help="Who called (default: by the kind).", rich_help_panel=PANEL)
]
Played = Annotated[
    str,
    typer.Option("--scenario", help="What was played (SCRIPT~PERSONA), instead of the kind.", rich_help_panel=PANEL),
]
CompanyName = Annotated[str, typer.Option("--company", help="The company's name.", rich_help_panel=PANEL)]
AgentName = Annotated[str, typer.Option("--agent-name", help="The agent's name.", rich_help_panel=PANEL)]
CustomerName = Annotated[
    str, typer.Option("--customer-name", help="The customer's title and surname.", rich_help_panel=PANEL)
]

CALLS_OUT: tuple[Kind, ...] = ("sale", "acquisition", "survey", "debt_collection")
"""Kinds in which the agent calls, unless told otherwise."""


def known_of(
    settings: Settings, scenario: str, kind: Kind | None, direction: Direction | None, **names: str
) -> Known | None:
    """What the options tell of a recording, None where they name neither kind nor scenario. `names` are `lang`,
    `company`, `agent_name` and `customer_name`. Raises KiestoonError ``scenario.unknown`` or ``scenario.mismatch``.
    """
    if scenario:
        script = Engine(settings).library.scenario(scenario).script
        names["lang"], kind, direction = script.lang, script.kind, script.direction
    if kind is None:
        return None
    way = direction or ("outbound" if kind in CALLS_OUT else "inbound")
    header = TranscriptFile.model_validate({"kind": kind, "direction": way, "turns": [], **names})
    return Known(header, scenario)


def completed(job: ImportJob) -> ImportJob:
    """A job with the fingerprint of its file and, for a recording, its date and what is known of it.

    Raises KiestoonError ``import.unnamed``, ``import.kind`` or ``transcript.invalid``, and as `announced_ms` does.
    """
    job = replace(job, source=fingerprint(job.path))
    if not is_recording(job.path):
        return job
    if job.agent is None:
        raise KiestoonError("import.unnamed", "say in which channel the agent is: --agent left or --agent right")
    beside = job.path.with_suffix(".json")
    known = Known(read_header(beside)) if beside.is_file() else job.known
    if known is None:
        kinds = ", ".join(get_args(Kind))
        raise KiestoonError(
            "import.kind", f"say what kind of call it is: --kind {kinds}; or --scenario", {"kinds": kinds}
        )
    announced_ms(job.path)
    recorded = datetime.fromtimestamp(job.path.stat().st_mtime).astimezone().isoformat(timespec="seconds")
    return replace(job, at=recorded, known=known)
