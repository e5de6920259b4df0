"""The call as the evaluators see it: a fold over its events, with the questions that judgements ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from bot.acts import Act
from bot.errors import KiestoonError
from bot.events import (
    AgentActs,
    AgentTurn,
    CallContext,
    CallEnded,
    CallEvent,
    CallStarted,
    CustomerDecided,
    CustomerSpoke,
    CustomerTurn,
    Speaker,
)
from bot.transcript import Turn, turns_of
from evaluators.clauses import spoken_sentences
from evaluators.forest import Forests
from evaluators.lexicon import Lexicon
from evaluators.messages import Messages
from evaluators.phase_weights import PhaseWeights
from evaluators.spelling import Dictionary
from evaluators.verdicts import Evidence
from evaluators.voice_bands import VoiceBands
from evaluators.voice_measures import Lanes, VoiceMeasures
from evaluators.words import Sentence, sentences

LOW_CONFIDENCE = 0.45
"""Mean word probability below which a turn is not judged: recogniser slips must never be scored."""

SURE_ACT = 0.35
"""Calibrated confidence from which a recognised act counts."""

Turns = Sequence[tuple[Speaker, str]]
"""Who spoke, and what."""


class Reader(Protocol):
    """Reads whole calls: chances from 0 to 1, each for itself."""

    def marks(self, turns: Turns) -> Sequence[Mapping[str, float]]:
        """Per turn the chance of each mark of `evaluators.marks`."""
        ...

    def told(self, turns: Turns, asked: Sequence[tuple[int, str]]) -> Sequence[Mapping[str, float]]:
        """For each turn, by position, and thing that it may tell: the chances of ``told`` and of ``wrong``."""
        ...


@dataclass(frozen=True)
class CallRecord:
    """One call, ready to be judged. Positions are indexes into `turns`; `turns[p].i` is the number in the log."""

    start: CallStarted
    turns: tuple[Turn, ...]
    events: tuple[CallEvent, ...]
    lexicon: Lexicon
    messages: Messages
    ended: CallEnded | None = None
    voice: VoiceMeasures | None = None
    bands: VoiceBands | None = None
    lanes: Lanes | None = None
    dictionary: Dictionary | None = None
    forests: Forests | None = None
    phase_weights: PhaseWeights | None = None
    reader: Reader | None = None
    memo: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def context(self) -> CallContext:
        """What the script says beforehand."""
        return self.start.context

    @property
    def complete(self) -> bool:
        """Whether the call came to an end of its own."""
        return self.ended is not None and self.ended.outcome != "broken_off"

    @property
    def survey(self) -> bool:
        """Whether the call is a survey, for which several rules differ."""
        return self.start.kind == "survey"

    @property
    def outbound(self) -> bool:
        """Whether the agent called."""
        return self.start.direction == "outbound"

    @cached_property
    def agent(self) -> tuple[int, ...]:
        """Positions of the agent's turns."""
        return tuple(p for p, turn in enumerate(self.turns) if turn.speaker == "agent")

    @cached_property
    def customer(self) -> tuple[int, ...]:
        """Positions of the customer's turns."""
        return tuple(p for p, turn in enumerate(self.turns) if turn.speaker == "customer")

    @cached_property
    def decided(self) -> tuple[CustomerDecided, ...]:
        """What our own customer decided; empty for an imported call."""
        return tuple(event for event in self.events if isinstance(event, CustomerDecided))

    @cached_property
    def marked(self) -> bool:
        """Whether questions carry a question mark: a recogniser may write none in the whole call."""
        return any("?" in turn.text for turn in self.turns)

    @cached_property
    def _sentences(self) -> tuple[tuple[Sentence, ...], ...]:
        if self.marked:
            return tuple(sentences(turn.text) for turn in self.turns)
        return tuple(spoken_sentences(turn.text, self.lexicon) for turn in self.turns)

    def sentences(self, position: int) -> tuple[Sentence, ...]:
        """The sentences of a turn."""
        return self._sentences[position]

    def text(self, position: int) -> str:
        """The words of a turn."""
        return self.turns[position].text

    def reply(self, position: int) -> int | None:
        """The customer's turn right after this one; None where somebody else speaks or nobody."""
        after = position + 1
        return after if after < len(self.turns) and self.turns[after].speaker == "customer" else None

    def reply_text(self, position: int) -> str:
        """What the customer answered to this turn, empty where he did not."""
        after = self.reply(position)
        return "" if after is None else self.text(after)

    def before_text(self, position: int) -> str:
        """What the customer said right before this turn, empty where he did not."""
        return self.text(position - 1) if position and self.turns[position - 1].speaker == "customer" else ""

    def next_agent(self, position: int, count: int = 1) -> tuple[int, ...]:
        """Positions of the next agent turns after this one, at most `count`."""
        return tuple(p for p in self.agent if p > position)[:count]

    def cue(self, name: str, position: int) -> Evidence | None:
        """Where a lexical cue shows in a turn."""
        match = self.lexicon.find(name, self.text(position))
        return self.quote(position, match.start(), match.end()) if match else None

    def act(self, position: int, *acts: Act, sure: float = SURE_ACT) -> Evidence | None:
        """Where the recogniser heard one of these acts in a turn."""
        for span in self.turns[position].acts:
            if span.act in acts and span.confidence >= sure:
                return self.quote(position, span.start, span.end)
        return None

    def shows(self, position: int, *acts: Act, sure: float = SURE_ACT) -> Evidence | None:
        """Where a turn of the agent shows one of these acts: recognised, or by the words that the language pack
        lists.
        """
        if self.turns[position].speaker != "agent":
            return None
        found = self.act(position, *acts, sure=sure)
        return found or next(filter(None, (self.cue(act.value, position) for act in acts)), None)

    def agent_showing(self, *acts: Act, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Evidence]]:
        """The agent's turns from `start` to before `stop` that show one of these acts, with the place."""
        stop = len(self.turns) if stop is None else stop
        for position in self.agent:
            if start <= position < stop and (found := self.shows(position, *acts)):
                yield position, found

    def quote(self, position: int, start: int = 0, end: int | None = None) -> Evidence:
        """A stretch of a turn as evidence; the whole turn by default. Times follow the words, or the share of
        letters.
        """
        turn = self.turns[position]
        end = len(turn.text) if end is None else min(end, len(turn.text))
        start = min(start, end)
        if start == end:
            start, end = 0, len(turn.text)
        start_ms, end_ms = _moment(turn, start, end)
        return Evidence(turn=turn.i, quote=turn.text[start:end], start=start, end=end, start_ms=start_ms, end_ms=end_ms)

    def occasion(self, position: int, start: int = 0, end: int | None = None) -> Evidence:
        """The place where something should have been done."""
        return self.quote(position, start, end).model_copy(update={"role": "occasion"})

    def fault(self, position: int, start: int = 0, end: int | None = None) -> Evidence:
        """The place that shows a fault."""
        return self.quote(position, start, end).model_copy(update={"role": "fault"})

    def unclear(self, *positions: int) -> bool:
        """Whether any of these turns was recognised too badly to be judged."""
        return any(self.turns[p].speaker == "agent" and self.turns[p].confidence < LOW_CONFIDENCE for p in positions)


Answer = TypeVar("Answer")
Asked = ParamSpec("Asked")


def remembered(
    question: Callable[Concatenate[CallRecord, Asked], Answer],
) -> Callable[Concatenate[CallRecord, Asked], Answer]:
    """A question about a call that is worked out once per record and for each thing that it is asked about."""

    @wraps(question)
    def answer(call: CallRecord, /, *about: Asked.args, **named: Asked.kwargs) -> Answer:
        key = (question, about, tuple(named.items()))
        if key not in call.memo:
            call.memo[key] = question(call, *about, **named)
        return cast(Answer, call.memo[key])

    return answer


def _moment(turn: Turn, start: int, end: int) -> tuple[int, int]:
    words, place = [], 0
    for word in turn.words:
        at = turn.text.find(word.text.strip(), place)
        if at < 0:
            continue
        place = at + len(word.text.strip())
        if at < end and place > start:
            words.append(word)
    if words:
        return words[0].start_ms, max(word.end_ms for word in words)
    share = (turn.end_ms - turn.start_ms) / max(len(turn.text), 1)
    return turn.start_ms + round(start * share), turn.start_ms + round(end * share)


def record(events: Iterable[CallEvent], lexicon: Lexicon, messages: Messages) -> CallRecord:
    """Fold the events of a call. Events that point to a turn which never began are left out.

    Raises KiestoonError ``log.empty`` where the first event is not the start of a call.
    """
    events = tuple(events)
    if not events or not isinstance(events[0], CallStarted):
        raise KiestoonError("log.empty", "the log does not begin with the start of a call")
    ended = next((event for event in reversed(events) if isinstance(event, CallEnded)), None)
    return CallRecord(events[0], turns_of(_coherent(events)), events, lexicon, messages, ended)


def _coherent(events: tuple[CallEvent, ...]) -> Iterator[CallEvent]:
    spoken: dict[int, str] = {}
    for event in events:
        match event:
            case AgentTurn():
                spoken[event.turn] = "agent"
            case CustomerTurn():
                spoken[event.turn] = "customer"
            case AgentActs() if spoken.get(event.turn) != "agent":
                continue
            case CustomerSpoke() if spoken.get(event.turn) != "customer":
                continue
        yield event
