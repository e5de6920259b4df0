"""A call in text, typed or simulated: the same customer and the same log as by voice, on a virtual clock."""

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
    Outcome,
    PhoneRinging,
    Silence,
    SpeechEnded,
    SpeechStarted,
)

MS_PER_CHARACTER = 65
"""About 15 characters a second, the pace of ordinary Dutch speech."""
PAUSE_MS = 700
RINGS_MS = 3000


class TextCall:
    """One call in which the agent's turns come as text. Times are virtual: so long as saying it would take.

    `log` gets every event, in order; apart from that nothing is touched, so the same calls give the same log.
    """

    def __init__(self, scenario: Scenario, start: CallStarted, log: Callable[[CallEvent], None]) -> None:
        self.scenario, self._log = scenario, log
        self.customer = begin(scenario, start.seed)
        self.now_ms = 0
        self.last_line: str | None = None
        self.over = False
        self._turn = 0
        log(start)
        log(PhoneRinging(at_ms=0))

    def pick_up(self) -> Step | None:
        """Somebody answers; outbound the customer says something."""
        self.now_ms = RINGS_MS
        inbound = self.scenario.script.direction == "inbound"
        self._log(CallAnswered(at_ms=self.now_ms, by="agent" if inbound else "customer"))
        return None if inbound else self._react(PickedUp(), None)

    def say(self, said: Understanding, recogniser: str = "") -> Step:
        """A turn of the agent, understood: what the customer does about it."""
        start, self.now_ms = self.now_ms, self.now_ms + MS_PER_CHARACTER * len(said.text)
        end, turn = self.now_ms, self._next_turn()
        self._log(SpeechStarted(at_ms=start, speaker="agent"))
        self._log(SpeechEnded(at_ms=end, speaker="agent"))
        self._log(
            AgentTurn(
                at_ms=end, turn=turn, text=said.text, start_ms=start, end_ms=end, confidence=1.0, recogniser=recogniser
            )
        )
        self._log(call_events.acts_of(turn, end, said))
        return self._react(Heard(said), turn)

    def wait(self) -> Step:
        """The agent says nothing for as long as the customer bears."""
        borne = self.scenario.persona.traits.silence_ms
        self.now_ms += borne
        self._log(Silence(at_ms=self.now_ms, duration_ms=borne))
        return self._react(Quiet(), None)

    def hang_up(self) -> None:
        """The agent hangs up, unless the call is over."""
        if not self.over:
            self._end("agent")

    def outcome(self) -> Outcome:
        """What the call has come to."""
        return outcome(self.scenario, self.customer, "customer" if self.customer.gone else "agent")

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
        turn, start = self._next_turn(), self.now_ms + PAUSE_MS
        end = start + MS_PER_CHARACTER * len(made.text)
        self._log(call_events.customer_turn(made, self.now_ms, turn))
        self._log(SpeechStarted(at_ms=start, speaker="customer"))
        self._log(CustomerSpoke(at_ms=end, turn=turn, start_ms=start, end_ms=end, heard_text=made.text))
        self._log(SpeechEnded(at_ms=end, speaker="customer"))
        self.last_line = made.text
        self.now_ms = end + PAUSE_MS

    def _end(self, by: Literal["agent", "customer"]) -> None:
        self.over = True
        self._log(CallEnded(at_ms=self.now_ms, by=by, outcome=outcome(self.scenario, self.customer, by)))

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn - 1
