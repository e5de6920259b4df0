"""A customer's lines, spoken before they are needed: while the phone rings, and on while the call lasts.

The customer chooses by a seed, so the next line of every pool is known; which pool comes next is not. The likeliest
come first, in the voice of the present mood, then the next ones as the call goes on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

from bot.content.models import Scenario
from bot.content.pools import all_lines
from bot.dialogue.lines import choose, pool_for
from bot.dialogue.state import CustomerState
from bot.errors import KiestoonError
from bot.events import Mood

MOST_LINES = 240
"""More than that is not rendered for one call."""
RESTS_S = 0.5
"""How long to wait for the call to go on when everything likely is there."""
_EARLY = ("pick_up", "opening", "who_is_calling", "ask_purpose", "available", "acknowledge", "puzzled", "repeat_please")
_LATE = ("goodbye", "nothing_else", "thanked", "hang_up", "demand_supervisor", "extra.")


class Preparing(Protocol):
    """See `bot.customer_voice.PersonaSpeaker.ahead`."""

    async def ahead(self, text: str, mood: Mood) -> None:
        """Make the audio of a line when there is time for it."""
        ...


def likely_lines(scenario: Scenario, customer: CustomerState) -> Iterator[str]:
    """What the customer may say next: the next line of every pool, the likeliest first; then all other lines."""
    intents = dict.fromkeys(pool.partition("@")[0] for pool in scenario.lines)
    known = [intent for intent in intents if pool_for(scenario, intent, customer.mood) in scenario.lines]
    for intent in sorted(known, key=lambda intent: _rank(intent, customer)):
        yield choose(scenario, customer, intent)[1].text
    yield from all_lines(scenario)


def _rank(intent: str, customer: CustomerState) -> int:
    if intent in _EARLY:
        return 5 if customer.opened and intent in _EARLY[:5] else 0
    if intent.startswith("fact.") or intent == "nothing_more":
        return 1
    if intent.startswith(("identity_", "survey.")):
        return 2
    return 6 if intent.startswith(_LATE) else 3


class Warmer:
    """Renders one call's lines ahead. `customer` tells the present state; `progress` is told how many of how many lines
    are there.
    """

    def __init__(
        self,
        scenario: Scenario,
        voice: Preparing,
        customer: Callable[[], CustomerState],
        progress: Callable[[int, int], None],
    ) -> None:
        self._scenario, self._voice, self._customer, self._progress = scenario, voice, customer, progress
        self._done: set[tuple[str, str]] = set()
        self._ready: Counter[str] = Counter()
        self._total = len(all_lines(scenario))

    async def run(self, key_of: Callable[[Mood], str]) -> None:
        """Go on until cancelled, or until as much as one call may have is there. `key_of` a mood names the voice that
        it speaks in, so that a line is made again only where it sounds different.
        """
        state: CustomerState | None = None
        lines: Iterator[str] = iter(())
        while len(self._done) < MOST_LINES:
            now = self._customer()
            if state is None or now != state:
                state, lines = now, likely_lines(self._scenario, now)
            voice = key_of(state.mood)
            text = next((line for line in lines if (voice, line) not in self._done), None)
            if text is None:
                await asyncio.sleep(RESTS_S)
                continue
            self._done.add((voice, text))
            await asyncio.sleep(0)
            try:
                await self._voice.ahead(text, state.mood)
            except KiestoonError:
                return  # told when a line has to be said
            self._ready[voice] += 1
            self._progress(self._ready[voice], self._total)
