"""Trying out content: every trainee plays a scenario with many seeds, and what came of it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from bot.content.models import Scenario
from bot.content.pools import script_pools
from bot.dialogue.telling import TEXTURE
from bot.events import AgentTurn, CallEnded, CallEvent, CustomerDecided, CustomerTurn, Outcome
from bot.simulate import MOST_TURNS, play
from bot.trainees import Trainee

ORDER = ("excellent", "average", "poor", "rude")
"""From better to worse: whoever stands earlier here should never end worse."""
BEST = "excellent"
LOOP = 4
"""So many times the same answer in a row, to an agent who speaks, goes nowhere."""
BAD_ENDS: frozenset[Outcome] = frozenset({"hung_up_angry", "supervisor_demanded"})


@dataclass(frozen=True)
class Played:
    """One simulated call in figures. `score` orders calls by how well they ended: the kind of end first, then the
    customer's mood (0 to 1). `looped`: the customer gave the same answer four times in a row. `lines` are ids of lines.
    """

    outcome: Outcome
    turns: int
    score: tuple[int, float]
    endless: bool
    looped: bool
    told: frozenset[str]
    raised: frozenset[str]
    resolved: frozenset[str]
    pools: frozenset[str]
    lines: frozenset[str]


@dataclass(frozen=True)
class Coverage:
    """How many of `there` were met in any call."""

    met: int
    there: int


@dataclass
class Report:
    """What playtesting a scenario showed. Shares are 0 to 1; the tuples name what never happened in any call.

    `endless` counts calls that had to be cut off, `loops` calls that went round in circles, `dead_ends` calls in which
    even an excellent trainee reached no end that the script allows.
    """

    scenario: str
    calls: int
    outcomes: dict[str, dict[str, int]] = field(default_factory=dict)
    turns: dict[str, tuple[int, int]] = field(default_factory=dict)
    order_kept: float = 1.0
    endless: int = 0
    loops: int = 0
    dead_ends: int = 0
    coverage: dict[str, Coverage] = field(default_factory=dict)
    key_facts_never_told: tuple[str, ...] = ()
    facts_never_told: tuple[str, ...] = ()
    objections_never_raised: tuple[str, ...] = ()
    objections_never_resolved: tuple[str, ...] = ()
    lines_never_said: tuple[str, ...] = ()


def playtest(scenario: Scenario, trainees: Mapping[str, Trainee], seeds: Iterable[int]) -> Report:
    """Play a scenario with each trainee and each seed."""
    tried = list(seeds)
    played = {
        name: [measure(scenario, play(scenario, trainee, seed)) for seed in tried] for name, trainee in trainees.items()
    }
    every = [call for calls in played.values() for call in calls]
    script = scenario.script
    said = frozenset().union(*(call.pools for call in every))
    untold = _missing(script.facts, every, "told")
    return Report(
        scenario=scenario.id,
        calls=len(every),
        outcomes={name: dict(Counter(call.outcome for call in calls)) for name, calls in played.items()},
        turns={name: (min(c.turns for c in calls), max(c.turns for c in calls)) for name, calls in played.items()},
        order_kept=_order_kept(played, len(tried)),
        endless=sum(call.endless for call in every),
        loops=sum(call.looped for call in every),
        dead_ends=sum(call.outcome not in script.allowed for call in played.get(BEST, [])),
        coverage=_coverage(scenario, every),
        key_facts_never_told=tuple(name for name in untold if script.facts[name].key),
        facts_never_told=untold,
        objections_never_raised=_missing(script.objections, every, "raised"),
        objections_never_resolved=_unresolved(script.objections, every, played.get(BEST, every)),
        lines_never_said=tuple(sorted(pool for pool in script_pools(script) if pool not in said)),
    )


def measure(scenario: Scenario, events: tuple[CallEvent, ...]) -> Played:
    """The figures of one call."""
    steps = [event for event in events if isinstance(event, CustomerDecided)]
    ended = next(event for event in reversed(events) if isinstance(event, CallEnded))
    turns = sum(isinstance(event, AgentTurn) for event in events)
    mood = steps[-1].mood
    said = [event for event in events if isinstance(event, CustomerTurn)]
    return Played(
        outcome=ended.outcome,
        turns=turns,
        score=(_rank(scenario, ended.outcome), (mood.patience + mood.trust + mood.interest) / 3),
        endless=turns >= MOST_TURNS,
        looped=_looped(events),
        told=frozenset(fact for step in steps for fact in step.revealed),
        raised=frozenset(step.objection_raised for step in steps if step.objection_raised),
        resolved=frozenset(name for step in steps for name in step.objections_resolved),
        pools=frozenset(intent for event in said for intent in event.intents),
        lines=frozenset(line for event in said for line in event.line.split("+")),
    )


def _looped(events: tuple[CallEvent, ...]) -> bool:
    """Whether the customer gave the same answer to `LOOP` turns of the agent in a row."""
    answers: list[tuple[str, ...]] = []
    for event in events:
        if isinstance(event, AgentTurn):
            answers.append(())
        elif isinstance(event, CustomerTurn) and answers:
            answers[-1] += tuple(intent for intent in event.intents if intent not in TEXTURE)
    runs = (len(list(run)) for answer, run in groupby(answers) if answer)
    return max(runs, default=0) >= LOOP


def _coverage(scenario: Scenario, calls: list[Played]) -> dict[str, Coverage]:
    """Facts, objections and lines of the script that came up in any call."""
    script = scenario.script
    pools = script_pools(script)
    told, raised = _seen(calls, "told"), _seen(calls, "raised")
    lines = {line for line in _seen(calls, "lines") if line.partition("#")[0].partition("@")[0] in pools}
    return {
        "facts": Coverage(len(told & set(script.facts)), len(script.facts)),
        "objections": Coverage(len(raised & set(script.objections)), len(script.objections)),
        "lines": Coverage(len(lines), sum(len(lines) for lines in pools.values())),
    }


def _rank(scenario: Scenario, outcome: Outcome) -> int:
    if outcome in scenario.script.allowed:
        return 2
    return 0 if outcome in BAD_ENDS else 1


def _order_kept(played: Mapping[str, list[Played]], seeds: int) -> float:
    """The share of seeds in which no trainee ended in a worse way than one who stands lower in the order."""
    ranked = [name for name in ORDER if name in played]
    kept = sum(
        all(played[better][n].score[0] >= played[worse][n].score[0] for better, worse in pairwise(ranked))
        for n in range(seeds)
    )
    return kept / seeds if seeds else 1.0


def _missing(names: Iterable[str], calls: list[Played], what: str) -> tuple[str, ...]:
    seen = _seen(calls, what)
    return tuple(name for name in names if name not in seen)


def _unresolved(names: Iterable[str], calls: list[Played], best: list[Played]) -> tuple[str, ...]:
    """The objections that the best trainees met and that nobody resolved; those that only a poor trainee meets may
    come too late for anybody to resolve.
    """
    met = _seen(best, "raised")
    return tuple(name for name in _missing(names, calls, "resolved") if name in met)


def _seen(calls: list[Played], what: str) -> frozenset[str]:
    return frozenset().union(*(getattr(call, what) for call in calls))
