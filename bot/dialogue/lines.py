"""Choosing a line: seeded, fitting the mood, and not the same one twice before the others had their turn."""

from __future__ import annotations

import random

from bot.content.models import Scenario
from bot.dialogue.state import CustomerState, Said
from bot.events import Mood

CALM_FROM = 0.55
TENSE_FROM = 0.25


def band(mood: Mood) -> str:
    """`calm`, `tense` or `angry`, by patience."""
    if mood.patience >= CALM_FROM:
        return "calm"
    return "tense" if mood.patience >= TENSE_FROM else "angry"


def pool_for(scenario: Scenario, intent: str, mood: Mood) -> str:
    """The pool that serves an intent in this mood: `intent@band` where there is one, else `intent`."""
    banded = f"{intent}@{band(mood)}"
    return banded if banded in scenario.lines else intent


def choose(scenario: Scenario, state: CustomerState, intent: str) -> tuple[CustomerState, Said]:
    """The next line for an intent, and the state that remembers it. Raises KeyError for an intent without lines, which
    checking the content rules out.
    """
    pool = pool_for(scenario, intent, state.mood)
    lines = scenario.lines[pool]
    used = state.uses.get(pool, 0)
    index = _order(state.seed, pool, len(lines), used // len(lines))[used % len(lines)]
    uses = {**state.uses, pool: used + 1}
    return state.changed(uses=uses), Said(intent, f"{pool}#{index}", lines[index])


def _order(seed: int, pool: str, size: int, lap: int) -> list[int]:
    order = list(range(size))
    random.Random(f"{seed}:{pool}:{lap}").shuffle(order)
    if lap and size > 1 and order[0] == _order(seed, pool, size, lap - 1)[-1]:
        order[0], order[-1] = order[-1], order[0]
    return order


def chance(seed: int, step: int, what: str) -> float:
    """A number from 0 up to 1 that is always the same for the same seed, step and purpose."""
    return random.Random(f"{seed}:{step}:{what}").random()
