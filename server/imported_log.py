"""From what was recognised in a recording to the log that every call has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot import call_events
from bot.acts import Understanding
from bot.call import SURE_ENOUGH
from bot.events import (
    AgentTurn,
    BargeIn,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallStarted,
    CustomerSpoke,
    CustomerTurn,
    Fault,
    SpeechEnded,
    SpeechStarted,
)
from bot.speech.transcriber import Transcription
from server.segmenting import SpokenTurn, Stretch


@dataclass(frozen=True)
class RecognisedTurn:
    """A turn with what was recognised in it, words timed on the clock of the call."""

    spoken: SpokenTurn
    heard: Transcription


def events_of(
    start: CallStarted,
    voice: Sequence[Stretch],
    heard: Sequence[RecognisedTurn],
    duration_ms: int,
    truncated: bool,
    understand: Callable[[str, str | None], Understanding],
) -> list[CallEvent]:
    """The log of a recorded call, in the order of its clock. Turns in which nothing was recognised keep their voice in
    the log, and lack as turns. A recording that breaks off has no end in its log, as a call that breaks off.
    """
    answered = CallAnswered(at_ms=0, by="agent" if start.direction == "inbound" else "customer")
    events: list[CallEvent] = [event for stretch in voice for event in _voice_events(stretch)]
    numbered = _numbered(heard)
    said: str | None = None
    for number, turn in enumerate(numbered):
        if turn.spoken.takes_over is not None:
            at, over = turn.spoken.start_ms, turn.spoken.takes_over
            events.append(BargeIn(at_ms=at, by=turn.spoken.speaker, during_turn=over))
        if turn.spoken.speaker == "agent":
            events.extend(_agent_events(number, turn, said, understand))
        else:
            said = turn.heard.text
            cut = any(other.spoken.takes_over == number for other in numbered)
            events.extend(_customer_events(number, turn, cut))
    events.sort(key=lambda event: event.at_ms)
    if truncated:
        return [start, answered, *events, Fault(at_ms=duration_ms, code="import.truncated", part="recording")]
    last = max(heard, key=lambda turn: turn.spoken.end_ms).spoken.speaker
    return [start, answered, *events, CallEnded(at_ms=duration_ms, by=last, outcome="undecided")]


def _numbered(heard: Sequence[RecognisedTurn]) -> list[RecognisedTurn]:
    """Only the turns with text, with what they take over renumbered to match."""
    place: dict[int, int] = {}
    for old, turn in enumerate(heard):
        if turn.heard.text:
            place[old] = len(place)
    return [
        replace(turn, spoken=replace(turn.spoken, takes_over=place.get(-1 if over is None else over)))
        for turn in heard
        if turn.heard.text
        for over in (turn.spoken.takes_over,)
    ]


def _voice_events(stretch: Stretch) -> tuple[CallEvent, CallEvent]:
    return (
        SpeechStarted(at_ms=stretch.start_ms, speaker=stretch.speaker),
        SpeechEnded(at_ms=stretch.end_ms, speaker=stretch.speaker),
    )


def _agent_events(
    number: int, turn: RecognisedTurn, said: str | None, understand: Callable[[str, str | None], Understanding]
) -> Iterator[CallEvent]:
    spoken, heard = turn.spoken, turn.heard
    yield AgentTurn(
        at_ms=spoken.end_ms, turn=number, text=heard.text, start_ms=spoken.start_ms, end_ms=spoken.end_ms,
        confidence=heard.confidence, words=heard.words, recogniser=heard.model,
    )  # fmt: skip
    if heard.confidence >= SURE_ENOUGH:
        yield call_events.acts_of(number, spoken.end_ms, understand(heard.text, said))


def _customer_events(number: int, turn: RecognisedTurn, cut: bool) -> tuple[CallEvent, CallEvent]:
    spoken, text = turn.spoken, turn.heard.text
    return (
        CustomerTurn(at_ms=spoken.start_ms, turn=number, text=text, line="imported"),
        CustomerSpoke(
            at_ms=spoken.end_ms, turn=number, start_ms=spoken.start_ms, end_ms=spoken.end_ms, heard_text=text,
            interrupted=cut,
        ),
    )  # fmt: skip
