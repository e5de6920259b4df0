"""A call in text: the same customer, the same log, on a virtual clock. Pure but for the callbacks it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bot import call_events
from bot.acts import Understanding
from bot.content.models import Scenario
from bot.dialogue.closing import outcome
from bot.dialogue.customer import begin, step
from bot.dialogue.state import Heard, Input, PickedUp, Quiet, Step
from bot.events import (
    AgentTurn,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallStarted,
    CustomerSpoke,
    PhoneRinging,
    Silence,
)

MS_PER_CHARACTER = 65
"""About 15 characters a second, the pace of ordinary Dutch speech."""
GAP_MS = 400


class TextCall:
    """One call in which the agent's turns come as text. Times are virtual: so long as saying it would take."""

    def __init__(
        self,
        scenario: Scenario,
        start: CallStarted,
        understand: Callable[[str, str | None], Understanding],
        log: Callable[[CallEvent], None],
    ) -> None:
        self.scenario, self._understand, self._log = scenario, understand, log
        self.customer = begin(scenario, start.seed)
        self.now_ms = 0
        self.over = False
        self._turn = 0
        self._last_line: str | None = None
        log(start)
        log(PhoneRinging(at_ms=0))

    def pick_up(self) -> Step | None:
        """Somebody answers; outbound the customer says something."""
        inbound = self.scenario.script.direction == "inbound"
        self._log(CallAnswered(at_ms=self.now_ms, by="agent" if inbound else "customer"))
        return None if inbound else self._react(PickedUp(), None)

    def say(self, text: str) -> tuple[Understanding, Step]:
        """A turn of the agent: what it was understood to be, and what the customer does about it."""
        turn, start_ms = self._next_turn(), self.now_ms + GAP_MS
        self.now_ms = start_ms + MS_PER_CHARACTER * len(text)
        self._log(
            AgentTurn(at_ms=self.now_ms, turn=turn, text=text, start_ms=start_ms, end_ms=self.now_ms, confidence=1.0)
        )
        said = self._understand(text, self._last_line)
        self._log(call_events.acts_of(turn, self.now_ms, said))
        return said, self._react(Heard(said), turn)

    def wait(self) -> Step:
        """The agent says nothing for as long as the customer bears."""
        borne = self.scenario.persona.traits.silence_ms
        self.now_ms += borne
        self._log(Silence(at_ms=self.now_ms, duration_ms=borne))
        return self._react(Quiet(), None)

    def hang_up(self) -> None:
        """The agent hangs up."""
        if not self.over:
            self._end("agent")

    def _react(self, happened: Input, reply_to: int | None) -> Step:
        made = step(self.scenario, self.customer, happened)
        self.customer = made.state
        self._log(call_events.decided(made, self.now_ms, reply_to))
        if made.says:
            self._speak(made)
        if made.hang_up:
            self._end("customer")
        return made

    def _speak(self, made: Step) -> None:
        turn, start_ms = self._next_turn(), self.now_ms + GAP_MS
        self._log(call_events.customer_turn(made, start_ms, turn))
        self.now_ms = start_ms + MS_PER_CHARACTER * len(made.text)
        self._last_line = made.text
        self._log(
            CustomerSpoke(at_ms=self.now_ms, turn=turn, start_ms=start_ms, end_ms=self.now_ms, heard_text=made.text)
        )

    def _end(self, by: Literal["agent", "customer"]) -> None:
        self.over = True
        self._log(CallEnded(at_ms=self.now_ms, by=by, outcome=outcome(self.scenario, self.customer, by)))

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn - 1
