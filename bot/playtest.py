"""Trying out content: every trainee plays a scenario with many seeds, and what came of it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from bot.content.models import Scenario
from bot.content.pools import script_pools
from bot.events import AgentTurn, CallEnded, CallEvent, CustomerDecided, CustomerTurn, Outcome
from bot.simulate import MOST_TURNS, play
from bot.trainees import Trainee

ORDER = ("excellent", "average", "poor", "rude")
"""From better to worse: whoever stands earlier here should never end worse."""
BAD_ENDS: frozenset[Outcome] = frozenset({"hung_up_angry", "supervisor_demanded"})


@dataclass(frozen=True)
class Played:
    """One simulated call in figures. `score` orders calls by how well they ended: the kind of end first, then the
    customer's mood (0 to 1).
    """

    outcome: Outcome
    turns: int
    score: tuple[int, float]
    endless: bool
    told: frozenset[str]
    raised: frozenset[str]
    resolved: frozenset[str]
    pools: frozenset[str]


@dataclass
class Report:
    """What playtesting a scenario showed. Shares are 0 to 1; the sets name what never happened in any call."""

    scenario: str
    calls: int
    outcomes: dict[str, dict[str, int]] = field(default_factory=dict)
    turns: dict[str, tuple[int, int]] = field(default_factory=dict)
    order_kept: float = 1.0
    endless: int = 0
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
    return Report(
        scenario=scenario.id,
        calls=len(every),
        outcomes={name: dict(Counter(call.outcome for call in calls)) for name, calls in played.items()},
        turns={name: (min(c.turns for c in calls), max(c.turns for c in calls)) for name, calls in played.items()},
        order_kept=_order_kept(played, len(tried)),
        endless=sum(call.endless for call in every),
        facts_never_told=_missing(script.facts, every, "told"),
        objections_never_raised=_missing(script.objections, every, "raised"),
        objections_never_resolved=_missing(script.objections, every, "resolved"),
        lines_never_said=tuple(sorted(pool for pool in script_pools(script) if pool not in said)),
    )


def measure(scenario: Scenario, events: tuple[CallEvent, ...]) -> Played:
    """The figures of one call."""
    steps = [event for event in events if isinstance(event, CustomerDecided)]
    ended = next(event for event in reversed(events) if isinstance(event, CallEnded))
    turns = sum(isinstance(event, AgentTurn) for event in events)
    mood = steps[-1].mood
    intents = {intent for event in events if isinstance(event, CustomerTurn) for intent in event.intents}
    return Played(
        outcome=ended.outcome,
        turns=turns,
        score=(_rank(scenario, ended.outcome), (mood.patience + mood.trust + mood.interest) / 3),
        endless=turns >= MOST_TURNS,
        told=frozenset(fact for step in steps for fact in step.revealed),
        raised=frozenset(step.objection_raised for step in steps if step.objection_raised),
        resolved=frozenset(name for step in steps for name in step.objections_resolved),
        pools=frozenset(intents),
    )


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
    seen = frozenset().union(*(getattr(call, what) for call in calls))
    return tuple(name for name in names if name not in seen)
