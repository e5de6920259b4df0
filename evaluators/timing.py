"""Listening and timing: who had the floor, who cut whom, how fast answers came, where nothing was heard. Pure.

Times come from both channels of the recording where there is one, else from the turns of the log. All in ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.events import BargeIn, CallAnswered, CallEnded, HoldChanged, Speaker
from evaluators.need import OVERLAP_MS, asked_again
from evaluators.record import CallRecord
from evaluators.verdicts import Evidence

DEAD_AIR_MS = 3_000
"""Silence that a caller notices as such: three times the longest usual pause between turns (Jefferson 1989: about one
second)."""

SIGNAL_MS = 1_000
"""Shorter speech over somebody who goes on is a listening signal, no attempt to take the floor."""

BRIDGE_MS = 700
"""Speech of one speaker with a shorter gap is one stretch."""


class Frozen(BaseModel):
    """Immutable; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Moment(Frozen):
    """A stretch of the call."""

    start_ms: int
    end_ms: int

    @property
    def ms(self) -> int:
        """Length in ms."""
        return self.end_ms - self.start_ms


class TalkOver(Moment):
    """Both speak. `by` began while the other was speaking; `signal` is a short sign of listening, no interruption."""

    by: Speaker
    signal: bool = False


class Response(Moment):
    """The silence between the end of one speaker's turn and the answer of `by`."""

    by: Speaker


class Timing(Frozen):
    """Figures on who spoke when. `source` is the recording or the log. Shares run from 0 to 1; a figure is None where
    there is nothing to take it from. `response_ms` and `response_p95_ms` are the trainee's: median and 95th percentile.
    """

    source: Literal["recording", "log"]
    duration_ms: int
    agent: tuple[Moment, ...]
    customer: tuple[Moment, ...]
    agent_ms: int
    customer_ms: int
    agent_share: float | None
    talk_overs: tuple[TalkOver, ...] = ()
    responses: tuple[Response, ...] = ()
    response_ms: int | None = None
    response_p95_ms: int | None = None
    dead_air: tuple[Moment, ...] = ()
    dead_air_ms: int = 0
    longest_monologue: Moment | None = None
    holds: tuple[Moment, ...] = ()
    hold_ms: int = 0
    asked_again: tuple[Evidence, ...] = ()


def timing(call: CallRecord) -> Timing | None:
    """All figures of a call; None where its turns have no times."""
    lanes = call.lanes
    if lanes is not None and (lanes.agent or lanes.customer):
        source: Literal["recording", "log"] = "recording"
        agent, customer = (
            _joined(Moment(start_ms=span.start_ms, end_ms=span.end_ms) for span in lane)
            for lane in (lanes.agent, lanes.customer)
        )
    else:
        source = "log"
        agent, customer = (
            _joined(
                Moment(start_ms=turn.start_ms, end_ms=turn.end_ms)
                for turn in call.turns
                if turn.speaker == speaker and turn.end_ms > turn.start_ms
            )
            for speaker in ("agent", "customer")
        )
    if not agent and not customer:
        return None
    return _figures(call, source, agent, customer)


def _figures(
    call: CallRecord, source: Literal["recording", "log"], agent: tuple[Moment, ...], customer: tuple[Moment, ...]
) -> Timing:
    last = max(moment.end_ms for moment in (*agent, *customer))
    ended = call.ended.at_ms if isinstance(call.ended, CallEnded) else last
    duration = max(last, ended)
    holds = _holds(call, duration)
    responses = _responses(agent, customer, holds)
    own = [response.ms for response in responses if response.by == "agent"]
    dead = _dead_air(call, sorted((*agent, *customer), key=lambda moment: moment.start_ms), holds, duration)
    agent_ms, customer_ms = sum(moment.ms for moment in agent), sum(moment.ms for moment in customer)
    return Timing(
        source=source,
        duration_ms=duration,
        agent=agent,
        customer=customer,
        agent_ms=agent_ms,
        customer_ms=customer_ms,
        agent_share=round(agent_ms / (agent_ms + customer_ms), 3) if agent_ms + customer_ms else None,
        talk_overs=_talk_overs(call, agent, customer),
        responses=responses,
        response_ms=round(float(np.median(own))) if own else None,
        response_p95_ms=round(float(np.percentile(own, 95))) if own else None,
        dead_air=dead,
        dead_air_ms=sum(moment.ms for moment in dead),
        longest_monologue=_monologue(agent, customer),
        holds=holds,
        hold_ms=sum(hold.ms for hold in holds),
        asked_again=tuple(place for _, place in asked_again(call)) if call.agent else (),
    )


def _joined(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    joined: list[Moment] = []
    for moment in sorted(moments, key=lambda moment: moment.start_ms):
        if joined and moment.start_ms - joined[-1].end_ms < BRIDGE_MS:
            joined[-1] = Moment(start_ms=joined[-1].start_ms, end_ms=max(joined[-1].end_ms, moment.end_ms))
        else:
            joined.append(moment)
    return tuple(joined)


def _talk_overs(call: CallRecord, agent: Sequence[Moment], customer: Sequence[Moment]) -> tuple[TalkOver, ...]:
    """Where both are heard for `OVERLAP_MS` or longer; a barge-in of the log counts even where the other gave way
    sooner.
    """
    found = []
    for own in agent:
        for other in customer:
            start, end = max(own.start_ms, other.start_ms), min(own.end_ms, other.end_ms)
            if end - start < OVERLAP_MS:
                continue
            by: Speaker = "agent" if own.start_ms >= other.start_ms else "customer"
            cutter, cut = (own, other) if by == "agent" else (other, own)
            signal = cutter.ms <= SIGNAL_MS and cut.end_ms > cutter.end_ms
            found.append(TalkOver(start_ms=start, end_ms=end, by=by, signal=signal))
    for event in call.events:
        near = any(talk.start_ms - 1000 <= event.at_ms <= talk.end_ms + 1000 for talk in found)
        if isinstance(event, BargeIn) and not near:
            start = max(0, event.at_ms - OVERLAP_MS)
            found.append(TalkOver(start_ms=start, end_ms=event.at_ms, by=event.by))
    return tuple(sorted(found, key=lambda talk: talk.start_ms))


def _responses(agent: Sequence[Moment], customer: Sequence[Moment], holds: Sequence[Moment]) -> tuple[Response, ...]:
    """The gaps at which the floor changed hands without overlap and without a hold in between."""
    spoken: list[tuple[Moment, Speaker]] = [(moment, "agent") for moment in agent]
    spoken += [(moment, "customer") for moment in customer]
    spoken.sort(key=lambda item: item[0].start_ms)
    return tuple(
        Response(start_ms=before.end_ms, end_ms=after.start_ms, by=by)
        for (before, who), (after, by) in pairwise(spoken)
        if who != by and after.start_ms >= before.end_ms and not _touched(before.end_ms, after.start_ms, holds)
    )


def _dead_air(call: CallRecord, spoken: Sequence[Moment], holds: Sequence[Moment], duration: int) -> tuple[Moment, ...]:
    """Silences of `DEAD_AIR_MS` or longer while the line is open and nobody is on hold."""
    opened = next((event.at_ms for event in call.events if isinstance(event, CallAnswered)), spoken[0].start_ms)
    found, heard_until = [], opened
    for moment in (*spoken, Moment(start_ms=duration, end_ms=duration)):
        gap = Moment(start_ms=heard_until, end_ms=moment.start_ms)
        if gap.ms >= DEAD_AIR_MS and not _touched(gap.start_ms, gap.end_ms, holds):
            found.append(gap)
        heard_until = max(heard_until, moment.end_ms)
    return tuple(found)


def _touched(start_ms: int, end_ms: int, holds: Iterable[Moment]) -> bool:
    return any(hold.start_ms < end_ms and hold.end_ms > start_ms for hold in holds)


def _monologue(agent: Sequence[Moment], customer: Sequence[Moment]) -> Moment | None:
    """The longest time that the trainee keeps the floor: speech with pauses, no word of the customer in between."""
    longest: Moment | None = None
    current: Moment | None = None
    for moment in agent:
        broken = current is None or any(
            current.end_ms <= other.start_ms < moment.start_ms or current.start_ms < other.start_ms < moment.start_ms
            for other in customer
            if other.ms > SIGNAL_MS
        )
        start = moment.start_ms if broken or current is None else current.start_ms
        current = Moment(start_ms=start, end_ms=moment.end_ms)
        if longest is None or current.ms > longest.ms:
            longest = current
    return longest


def _holds(call: CallRecord, duration: int) -> tuple[Moment, ...]:
    found, since = [], None
    for event in call.events:
        if isinstance(event, HoldChanged) and event.on_hold and since is None:
            since = event.at_ms
        elif isinstance(event, HoldChanged) and not event.on_hold and since is not None:
            found.append(Moment(start_ms=since, end_ms=max(since, event.at_ms)))
            since = None
    if since is not None:
        found.append(Moment(start_ms=since, end_ms=max(since, duration)))
    return tuple(found)
