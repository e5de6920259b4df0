"""The transcript of a call: a fold over its events."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from bot.acts import Act, ActSpan, Entity
from bot.events import AgentActs, AgentTurn, CallEvent, CustomerSpoke, CustomerTurn, Speaker, Word


class Turn(BaseModel):
    """One turn of one speaker. `text` is what was recognised (agent) or really heard (customer); `planned` is the whole
    line that the customer was going to say. Times are ms since the call began.
    """

    model_config = ConfigDict(frozen=True)

    i: int
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    acts: tuple[ActSpan, ...] = ()
    entities: tuple[Entity, ...] = ()
    words: tuple[Word, ...] = ()
    confidence: float = 1.0
    interrupted: bool = False
    planned: str = ""
    line: str = ""

    def has(self, *acts: Act) -> bool:
        """Whether the turn shows any of these acts."""
        return any(span.act in acts for span in self.acts)

    def span_of(self, act: Act) -> ActSpan | None:
        """The first span of an act, if the turn shows it."""
        return next((span for span in self.acts if span.act == act), None)


def turns_of(events: Iterable[CallEvent]) -> tuple[Turn, ...]:
    """The turns in the order of their numbers. A customer's turn that was not heard at all is left out."""
    turns: dict[int, Turn] = {}
    for event in events:
        match event:
            case AgentTurn():
                turns[event.turn] = Turn(
                    i=event.turn, speaker="agent", text=event.text, start_ms=event.start_ms, end_ms=event.end_ms,
                    words=event.words, confidence=event.confidence,
                )  # fmt: skip
            case AgentActs():
                turns[event.turn] = turns[event.turn].model_copy(
                    update={"acts": event.acts, "entities": event.entities}
                )
            case CustomerTurn():
                turns[event.turn] = Turn(
                    i=event.turn, speaker="customer", text=event.text, planned=event.text, line=event.line,
                    start_ms=event.at_ms, end_ms=event.at_ms,
                )  # fmt: skip
            case CustomerSpoke():
                turns[event.turn] = turns[event.turn].model_copy(
                    update={
                        "text": event.heard_text, "start_ms": event.start_ms, "end_ms": event.end_ms,
                        "interrupted": event.interrupted,
                    }
                )  # fmt: skip
    return tuple(turns[i] for i in sorted(turns) if turns[i].text)
