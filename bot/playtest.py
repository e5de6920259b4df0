"""Trying out a script with simulated trainees: what became of the calls, and what was never used. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from bot.content.models import Scenario
from bot.content.pools import script_pools
from bot.events import CallEnded, CallEvent, CustomerDecided, CustomerTurn, Outcome
from bot.simulate import MOST_TURNS, play
from bot.trainees import Trainee

RANKED = ("excellent", "average", "poor")
"""Trainees from better to worse: a better one must not end worse."""
WORTH: Mapping[Outcome, int] = {
    "hung_up_angry": 0, "hung_up_silence": 0, "supervisor_demanded": 0, "broken_off": 0, "agent_hung_up": 1,
    "undecided": 1, "refused": 1,
}  # fmt: skip
"""What an outcome is worth from the customer's side; every outcome that is a yes is worth 2."""
SERIOUS = frozenset({"endless", "stuck", "order", "unresolved_objection"})
"""Findings that no script should have; the others may be fine with one persona and not with the next."""


@dataclass
class Played:
    """The calls of one trainee with one scenario."""

    outcomes: Counter[str] = field(default_factory=Counter)
    turns: int = 0
    endless: int = 0
    """Calls that went on until the limit of turns."""
    stuck: int = 0
    """Calls in which the customer said the same thing three times in a row."""


@dataclass
class Report:
    """What playing a scenario over all trainees and seeds brought to light. `order_kept` is the share of seeds in which
    no better trainee ended worse than a poorer one (0 to 1).
    """

    scenario: str
    by_trainee: dict[str, Played]
    unused_facts: tuple[str, ...]
    unused_objections: tuple[str, ...]
    unresolved_objections: tuple[str, ...]
    unused_lines: tuple[str, ...]
    order_kept: float
    calls: int


def playtest(scenario: Scenario, trainees: Mapping[str, Trainee], seeds: Iterable[int]) -> Report:
    """Play a scenario with every trainee and seed."""
    by_trainee = {name: Played() for name in trainees}
    facts: set[str] = set()
    objections: set[str] = set()
    resolved: set[str] = set()
    lines: set[str] = set()
    kept = count = 0
    for seed in seeds:
        worth: dict[str, int] = {}
        count += 1
        for name, trainee in trainees.items():
            events = play(scenario, trainee, seed)
            result = _take_in(by_trainee[name], events)
            worth[name] = WORTH.get(result, 2)
            for event in events:
                if isinstance(event, CustomerDecided):
                    facts.update(event.revealed)
                    resolved.update(event.objections_resolved)
                    objections.update(() if event.objection_raised is None else (event.objection_raised,))
                elif isinstance(event, CustomerTurn):
                    lines.update(line.partition("#")[0] for line in event.line.split("+"))
        kept += all(worth[a] >= worth[b] for a, b in pairwise(RANKED) if {a, b} <= worth.keys())
    script = scenario.script
    return Report(
        scenario=scenario.id,
        by_trainee=by_trainee,
        unused_facts=tuple(name for name in script.facts if name not in facts),
        unused_objections=tuple(name for name in script.objections if name not in objections),
        unresolved_objections=tuple(name for name in script.objections if name in objections - resolved),
        unused_lines=tuple(pool for pool in script_pools(script) if pool not in lines),
        order_kept=kept / count if count else 1.0,
        calls=count * len(trainees),
    )


def _take_in(played: Played, events: tuple[CallEvent, ...]) -> Outcome:
    last = events[-1]
    assert isinstance(last, CallEnded)
    said = [event.text for event in events if isinstance(event, CustomerTurn)]
    played.outcomes[last.outcome] += 1
    played.turns += len(said)
    played.endless += len(said) >= MOST_TURNS
    played.stuck += any(one == two == three for one, two, three in zip(said, said[1:], said[2:], strict=False))
    return last.outcome


def findings(report: Report) -> list[tuple[str, str]]:
    """What an author should look at, as pairs of a code and what it is about."""
    found = [("unused_fact", name) for name in report.unused_facts]
    found += [("unused_objection", name) for name in report.unused_objections]
    found += [("unresolved_objection", name) for name in report.unresolved_objections]
    found += [("unused_line", name) for name in report.unused_lines]
    for name, played in report.by_trainee.items():
        if played.endless:
            found.append(("endless", f"{name}: {played.endless}"))
        if played.stuck:
            found.append(("stuck", f"{name}: {played.stuck}"))
    if report.order_kept < 0.95:
        found.append(("order", f"{report.order_kept:.0%}"))
    return found
