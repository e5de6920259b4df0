"""Calls that a simulated trainee plays by voice: spoken by a synthesizer, heard by the real recogniser, on the call's
own clock. What the recogniser loses on the way is measured.

Time is virtual: frames are fed as fast as the machine can, and each waits for all that the call is working at, so that
a slow machine hears what a fast one hears.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.acts import Act, Understanding
from bot.audio import FRAME_BYTES, FRAME_MS, Samples, frames, to_bytes
from bot.call import Call
from bot.content.models import Scenario
from bot.dialogue.matching import tokens
from bot.events import AgentActs, AgentTurn, CallEnded, CallEvent, CustomerDecided, CustomerSpoke, CustomerTurn, Outcome
from bot.simulate import MOST_TURNS
from bot.trainees import Trainee, View

PATIENCE_MS = 5000
"""How long the trainee waits for a reply before going on."""
BREATH_MS = 400
LONGEST_MS = 20 * 60 * 1000
LOST_TURNS = 4
LOST_WORDS = 0.75
"""A call gets nowhere when, over so many turns in a row, at least this share of the words came out wrong, or when the
customer understood none of them: what follows would only measure the same again.
"""
NOT_UNDERSTOOD = frozenset({"repeat_please", "puzzled", "hello"})
STANDING_TASK_S = 30.0
"""What works longer than this serves the machine and not this call: it is waited for no more."""

Render = Callable[[str], Awaitable[Samples]]
"""Makes the sound of a text."""


@dataclass
class Line:
    """Both ends of the call's line in memory (see `bot.call`): keeps the events, lets the sound go."""

    events: list[CallEvent] = field(default_factory=list)

    def append(self, event: CallEvent) -> None:
        """Keep an event."""
        self.events.append(event)

    def happened(self, event: CallEvent) -> None:
        """Nobody looks on."""

    def flush(self, turn: int) -> None:
        """Nothing is buffered."""

    def turn_sent(self, turn: int) -> None:
        """Nobody waits for it."""


class Recording:
    """The journal's half of a line."""

    def __init__(self, line: Line) -> None:
        self.append = line.append

    def audio(self, trainee: bytes, customer: bytes) -> None:
        """Not kept."""


class Speakers:
    """The outlet's half of a line."""

    def __init__(self, line: Line) -> None:
        self.happened, self.flush, self.turn_sent = line.happened, line.flush, line.turn_sent

    def audio(self, turn: int, frame: bytes) -> None:
        """Not heard."""


@dataclass(frozen=True)
class Exchange:
    """One turn as it was meant and as it was heard: the recognised text, the acts understood in it, what the customer
    answered (intents), and when in the call it was over, in ms.
    """

    meant: Understanding
    text: str
    acts: frozenset[Act]
    answered: frozenset[str] = frozenset()
    at_ms: int = 0

    def words(self) -> tuple[int, int]:
        """How many words were said, and how many of them were lost, changed or added."""
        said = tokens(self.meant.text)
        return len(said), _edits(said, tokens(self.text))


@dataclass(frozen=True)
class SpokenCall:
    """A whole call by voice: its log, each turn of the trainee as meant and as heard, and whether it was given up
    because it got nowhere.
    """

    events: tuple[CallEvent, ...]
    exchanges: tuple[Exchange, ...]
    given_up: bool = False

    @property
    def outcome(self) -> Outcome:
        """How the call ended."""
        return next(event.outcome for event in reversed(self.events) if isinstance(event, CallEnded))


@dataclass(frozen=True)
class Losses:
    """What recognition cost over some calls. Shares are 0 to 1; `word_errors` can exceed 1 where words were added."""

    turns: int
    unheard: int
    word_errors: float
    acts_kept: float
    acts_lost: dict[str, int]


def losses(exchanges: tuple[Exchange, ...]) -> Losses:
    """Sum up what was lost."""
    words = [exchange.words() for exchange in exchanges]
    meant = [exchange.meant.act_set() for exchange in exchanges]
    lost = Counter(act.value for acts, exchange in zip(meant, exchanges, strict=True) for act in acts - exchange.acts)
    there = sum(len(acts) for acts in meant)
    return Losses(
        turns=len(exchanges),
        unheard=sum(not exchange.text for exchange in exchanges),
        word_errors=sum(wrong for _, wrong in words) / max(1, sum(said for said, _ in words)),
        acts_kept=1 - lost.total() / max(1, there),
        acts_lost=dict(lost.most_common()),
    )


def gets_nowhere(exchanges: Sequence[Exchange]) -> bool:
    """Whether the last turns were all lost on the recogniser or on the customer: see `LOST_TURNS`."""
    last = exchanges[-LOST_TURNS:]
    if len(last) < LOST_TURNS:
        return False
    words = [exchange.words() for exchange in last]
    garbled = sum(wrong for _, wrong in words) >= LOST_WORDS * sum(said for said, _ in words)
    return garbled or all(exchange.answered <= NOT_UNDERSTOOD for exchange in last)


async def play_by_voice(
    scenario: Scenario,
    trainee: Trainee,
    seed: int,
    render: Render,
    wire: Callable[[Recording, Speakers], Call],
    heard: Callable[[Exchange], None] = lambda exchange: None,
) -> SpokenCall:
    """Play a call until it ends or gets nowhere. `wire` makes the call on the line that it is given; `render` is the
    trainee's voice; `heard` is told each turn when it is over.
    """
    line = Line()
    play = _Play(wire(Recording(line), Speakers(line)), line, render, heard)
    await play.connect()
    view = View(scenario=scenario, seed=seed, turn=0)
    for turn in range(MOST_TURNS):
        planned = trainee.take_turn(replace(view, turn=turn))
        before = len(line.events)
        await play.take(planned.said)
        if play.over or ("goodbye" in view.done and planned.moves == ("goodbye",)) or gets_nowhere(play.exchanges):
            break
        since = tuple(line.events[before:])
        view = _informed(replace(view, done=(*view.done, *planned.moves), last=planned.pieces), since)
    given_up = not play.over and gets_nowhere(play.exchanges)
    play.call.hang_up()
    return SpokenCall(tuple(line.events), tuple(play.exchanges), given_up)


def _informed(view: View, heard: tuple[CallEvent, ...]) -> View:
    intents = tuple(i for event in heard if isinstance(event, CustomerTurn) for i in event.intents)
    told = {fact for event in heard if isinstance(event, CustomerDecided) for fact in event.revealed}
    return replace(view, heard=intents, told=view.told | told, accepted=view.accepted or "decision.yes" in intents)


class _Play:
    """The trainee's side of one call: sound in, and waiting for what comes back."""

    def __init__(self, call: Call, line: Line, render: Render, heard: Callable[[Exchange], None]) -> None:
        self.call, self._line, self._render, self._heard = call, line, render, heard
        self.exchanges: list[Exchange] = []
        self._others = asyncio.all_tasks()

    @property
    def over(self) -> bool:
        return self.call.state == "ended"

    async def connect(self) -> None:
        """Pick up, or wait until the customer has done so and said who they are."""
        self.call.answer()
        if self.call.start.direction == "outbound":
            await self._listen(0)

    async def take(self, said: Understanding | None) -> None:
        """Say a turn, or nothing, and hear what the customer does about it."""
        before = len(self._line.events)
        if said is not None:
            for frame in frames(await self._render(said.text)):
                await self._feed(to_bytes(frame))
        await self._listen(before)
        if said is not None:
            self.exchanges.append(_exchange(said, self._line.events[before:], self.call.now_ms))
            self._heard(self.exchanges[-1])

    async def _listen(self, since: int) -> None:
        """Silence until the customer has spoken and a breath has passed, or for as long as one waits for a reply."""
        until = self.call.now_ms + PATIENCE_MS
        while not self.over and self.call.now_ms < min(until, LONGEST_MS):
            await self._feed(bytes(FRAME_BYTES))
            news = self._line.events[since:]
            if _speaking(news):
                until = self.call.now_ms + PATIENCE_MS
            elif any(isinstance(event, CustomerSpoke) and not event.interrupted for event in news):
                until = min(until, self.call.now_ms + BREATH_MS)

    async def _feed(self, frame: bytes) -> None:
        assert len(frame) == FRAME_BYTES == 2 * 16 * FRAME_MS
        if self.over:
            return
        self.call.frame(frame)
        await asyncio.sleep(0)
        at_work = asyncio.all_tasks() - self._others - {task for task in [asyncio.current_task()] if task}
        if at_work:
            _, standing = await asyncio.wait(at_work, timeout=STANDING_TASK_S)
            self._others |= standing


def _speaking(events: list[CallEvent]) -> bool:
    """Whether the customer has begun a turn that has not ended yet."""
    turns = sum(isinstance(event, CustomerTurn) for event in events)
    return turns > sum(isinstance(event, CustomerSpoke) for event in events)


def _exchange(meant: Understanding, events: list[CallEvent], at_ms: int) -> Exchange:
    texts = [event.text for event in events if isinstance(event, AgentTurn)]
    acts = {span.act for event in events if isinstance(event, AgentActs) for span in event.acts}
    answered = {intent for event in events if isinstance(event, CustomerTurn) for intent in event.intents}
    return Exchange(meant, " ".join(texts), frozenset(acts), frozenset(answered), at_ms)


def _edits(said: tuple[str, ...], heard: tuple[str, ...]) -> int:
    """The fewest words to lose, change or add to come from one to the other."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, start=1):
        row = list(_next_row(row, word, heard, at))
    return row[-1]


def _next_row(above: list[int], word: str, heard: tuple[str, ...], at: int) -> Iterator[int]:
    left = at
    yield left
    for n, other in enumerate(heard):
        left = min(above[n] + (word != other), above[n + 1] + 1, left + 1)
        yield left
