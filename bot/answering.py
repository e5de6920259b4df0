"""An answer got ready while the trainee may still be going on.

The customer is a pure function, so what they would answer to the words so far can be worked out, and its sound made,
before it is certain that the turn is over. Nothing of it is kept or shown: the call asks again when the turn has ended,
and finds the answer ready if nothing has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.acts import Understanding
from bot.content.models import Scenario
from bot.dialogue.customer import step
from bot.dialogue.state import CustomerState, Heard
from bot.errors import KiestoonError
from bot.events import Mood

Understand = Callable[[str, str | None], Understanding]
Prepare = Callable[[str, Mood], Awaitable[None]]


@dataclass(frozen=True, eq=False)
class _Draft:
    text: str
    previous: str | None
    said: asyncio.Task[Understanding]


class Answers:
    """Understands turns for one call, ahead of time where it can. `prepare` makes the sound of a text in a mood."""

    def __init__(self, scenario: Scenario, understand: Understand, prepare: Prepare) -> None:
        self._scenario, self._understand, self._prepare = scenario, understand, prepare
        self._draft: _Draft | None = None
        self._rendering: asyncio.Task[None] | None = None

    def draft(self, text: str, previous: str | None, customer: CustomerState) -> None:
        """Get the answer to what may be a whole turn ready. `previous` is the customer's last line."""
        if self._draft is not None and (self._draft.text, self._draft.previous) == (text, previous):
            return
        self.forget()
        said = asyncio.create_task(asyncio.to_thread(self._understand, text, previous))
        self._draft = _Draft(text, previous, said)
        self._rendering = asyncio.create_task(self._render(said, customer))

    def understood(self, text: str, previous: str | None) -> asyncio.Task[Understanding]:
        """What a turn means: the task that works on it already, else a new one."""
        draft, self._draft = self._draft, None
        if draft is not None and (draft.text, draft.previous) == (text, previous):
            return draft.said
        return asyncio.create_task(asyncio.to_thread(self._understand, text, previous))

    def forget(self) -> None:
        """What was got ready is not needed."""
        if self._draft is not None:
            self._draft.said.cancel()
            self._draft = None
        if self._rendering is not None:
            self._rendering.cancel()
            self._rendering = None

    async def _render(self, said: asyncio.Task[Understanding], customer: CustomerState) -> None:
        made = step(self._scenario, customer, Heard(await asyncio.shield(said)))
        if made.says:
            try:
                await self._prepare(made.text, made.state.mood)
            except KiestoonError:
                return  # told when the line has to be said
