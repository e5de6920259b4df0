"""Calls in progress: from the ticket that the briefing page gets to the end of the call, across dropped sockets."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import call_events
from bot.call import Call
from bot.call_parts import Parts
from bot.content.models import Scenario
from bot.customer_voice import PersonaSpeaker
from bot.errors import KiestoonError
from bot.event_log import StoredLog
from bot.events import (
    AgentActs,
    AgentTurn,
    CallAnswered,
    CallEnded,
    CallEvent,
    CustomerSpoke,
    CustomerTurn,
    Fault,
    HeadsetChecked,
    HoldChanged,
    Mode,
    PhoneRinging,
    SpeechEnded,
    SpeechStarted,
)
from bot.warming import Warmer
from evaluators.hints import hint_for
from evaluators.phases import current_phase
from server.engine import Engine
from server.errors import error_body
from server.scoring import standing
from server.storage import CallJournal, CallStore
from server.texts import text
from server.understanding import FALLBACK

LOG = logging.getLogger("kiestoon.live")
QUEUE_LIMIT = 1000
SYNC_SECONDS = 1.0
SWITCH_SECONDS = 0.001
"""How long a thread that computes in Python may keep the event loop waiting; Python's own 5 ms add up where several
calls are understood at once.
"""
COACHED = (CallAnswered, AgentActs, CustomerTurn, CustomerSpoke)
"""After these the phase or the hint of a practice call may be another; the hint not before the customer was heard."""

Message = bytes | dict[str, Any]


@dataclass(frozen=True)
class Ticket:
    """What was agreed before the call: who plays what, in which mode."""

    call_id: str
    scenario: Scenario
    mode: Mode
    agent_name: str
    seed: int
    headset: HeadsetChecked | None
    created: float
    ui: str


class GuardedJournal:
    """A journal whose first failure stops the call instead of breaking whatever was being done at that moment."""

    def __init__(self, journal: CallJournal, failed: Callable[[KiestoonError], None]) -> None:
        self._journal, self._failed, self._broken = journal, failed, False

    def append(self, event: CallEvent) -> None:
        """Keep an event, unless the journal has failed before."""
        self._guarded(lambda: self._journal.append(event))

    def audio(self, trainee: bytes, customer: bytes) -> None:
        """Keep one frame of both sides, unless the journal has failed before."""
        self._guarded(lambda: self._journal.audio(trainee, customer))

    def _guarded(self, write: Callable[[], None]) -> None:
        if self._broken:
            return
        try:
            write()
        except KiestoonError as error:
            self._broken = True
            self._failed(error)


def _notice(code: str, ui: str) -> dict[str, Any]:
    return {"type": "notice", "code": code, "message": error_body(KiestoonError(code, code), ui)["error"]["message"]}


@dataclass(eq=False)
class LiveCall:
    """One call and the browser that has it open, if any. Implements `bot.call.Outlet`."""

    ticket: Ticket
    journal: CallJournal
    engine: Engine
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    captions: bool = False
    outbox: asyncio.Queue[Message | None] | None = None
    events: list[CallEvent] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    failure: KiestoonError | None = None
    call: Call = field(init=False)
    _speaker: PersonaSpeaker = field(init=False)
    _lines_told: int = 0
    _phase: str = ""
    _hint: str = ""
    _fallback_told: bool = False
    _uncoached: deque[tuple[CallEvent, StoredLog]] = field(default_factory=deque)
    _coaching: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        ticket, engine = self.ticket, self.engine
        lang = ticket.scenario.script.lang
        speaker = self._speaker = PersonaSpeaker(engine.synthesizer, ticket.scenario.persona, ticket.agent_name)
        transcriber = engine.transcriber(lang)
        start = call_events.started(
            ticket.scenario, call_id=ticket.call_id, at=datetime.now().astimezone(), channel="voice", mode=ticket.mode,
            seed=ticket.seed, agent_name=ticket.agent_name, versions=engine.versions(ticket.scenario),
        )  # fmt: skip
        parts = Parts(
            activity=engine.voice_activity(), transcriber=transcriber, understand=engine.understanding(ticket.scenario),
            speaker=speaker, journal=GuardedJournal(self.journal, self.fail), outlet=self,
            turn_ends=engine.turn_ends(lang),
        )  # fmt: skip
        self.call = Call(ticket.scenario, start, parts, ticket.headset)

    def fail(self, error: KiestoonError) -> None:
        """The call cannot be kept any more: say so and stop; what was kept stays."""
        self.failure = error
        LOG.error("call %s stopped: %s", self.ticket.call_id, error.code)
        self.send({"type": "error"} | error_body(error, self.ticket.ui))
        self.ended.set()

    def send(self, message: Message) -> None:
        """Queue something for the browser; without a browser it is dropped."""
        if self.outbox is None:
            return
        if self.outbox.qsize() >= QUEUE_LIMIT:
            self.outbox = None
            return
        self.outbox.put_nowait(message)

    async def warm(self) -> None:
        """Have the customer's likely lines spoken ahead, until cancelled."""
        warmer = Warmer(self.ticket.scenario, self._speaker, lambda: self.call.customer, self._tell_lines)
        await warmer.run(self._speaker.voice_in)

    def _tell_lines(self, ready: int, total: int) -> None:
        """Every tenth of the lines, and at the end."""
        if ready * 10 // total != self._lines_told:
            self._lines_told = ready * 10 // total
            self.send({"type": "lines", "ready": min(ready, total), "total": total})

    # bot.call.Outlet

    def audio(self, turn: int, frame: bytes) -> None:
        """A frame of the customer's voice."""
        self.send(turn.to_bytes(4, "little") + frame)

    def flush(self, turn: int) -> None:
        """Stop the customer's voice at once."""
        self.send({"type": "flush", "turn": turn})

    def turn_sent(self, turn: int) -> None:
        """All audio of a turn has been sent."""
        self.send({"type": "turn_end", "turn": turn})

    def happened(self, event: CallEvent) -> None:
        """Tell the browser what it may know of an event."""
        self.events.append(event)
        for message in self._messages(event):
            self.send(message)
        if self.ticket.mode == "practice" and isinstance(event, COACHED):
            self._coach(event)
        if isinstance(event, AgentActs):
            self._tell_fallback()
        if isinstance(event, CallEnded):
            self.ended.set()

    def _messages(self, event: CallEvent) -> list[dict[str, Any]]:
        at = {"at_ms": event.at_ms}
        match event:
            case PhoneRinging() | CallAnswered() | HoldChanged():
                return [{"type": "state", "state": self.state_after(event)} | at]
            case SpeechStarted(speaker=speaker):
                return [{"type": "speaking", "speaker": speaker, "on": True} | at]
            case SpeechEnded(speaker=speaker):
                return [{"type": "speaking", "speaker": speaker, "on": False} | at]
            case AgentTurn(turn=turn, text=text) if self.captions:
                return [{"type": "caption", "speaker": "agent", "turn": turn, "text": text, "final": True}]
            case CustomerTurn(turn=turn, text=text) if self.captions:
                return [{"type": "caption", "speaker": "customer", "turn": turn, "text": text, "final": True}]
            case Fault(code=code):
                return [_notice(code, self.ticket.ui)]
            case CallEnded(by=by, outcome=outcome):
                return [
                    {"type": "state", "state": "ended"} | at,
                    {"type": "ended", "by": by, "outcome": outcome, "call_id": self.ticket.call_id},
                ]
        return []

    def state_after(self, event: CallEvent) -> str:
        """The state of the call that an event leads to."""
        match event:
            case PhoneRinging():
                return "ringing" if self.ticket.scenario.script.direction == "inbound" else "dialling"
            case HoldChanged(on_hold=True):
                return "on_hold"
        return "connected"

    def _tell_fallback(self) -> None:
        """Say once that another recogniser than the chosen one understands the trainee."""
        away = self.engine.fallen_back(self.ticket.scenario.script.lang)
        if away and not self._fallback_told:
            self.send(_notice(FALLBACK, self.ticket.ui))
        self._fallback_told = away

    def _coach(self, event: CallEvent) -> None:
        """Practice only: work out, beside the call, in which phase it is and what might be done next."""
        self._uncoached.append((event, StoredLog(tuple(self.events))))
        if self._coaching is None or self._coaching.done():
            self._coaching = asyncio.create_task(self._advise())

    async def _advise(self) -> None:
        while self._uncoached:
            event, log = self._uncoached.popleft()
            self._tell_advice(event, *await asyncio.to_thread(self._advice, event, log))

    def _advice(self, event: CallEvent, log: StoredLog) -> tuple[str, str]:
        """Phase and hint. A hint comes when it is the trainee's turn, and goes as soon as it was followed."""
        call = self.engine.record(log, self.ticket.ui)
        return current_phase(call), "" if isinstance(event, CustomerTurn) else hint_for(call) or ""

    def _tell_advice(self, event: CallEvent, phase: str, hint: str) -> None:
        if phase != self._phase:
            self._phase = phase
            self.send({"type": "phase", "phase": phase, "at_ms": event.at_ms})
        if isinstance(event, CustomerTurn):
            return
        if isinstance(event, AgentActs) and hint != self._hint:
            hint = ""
        if hint != self._hint:
            self._hint = hint
            shown = text("hints", hint, self.ticket.ui) if hint else ""
            self.send({"type": "hint", "code": hint, "text": shown, "at_ms": event.at_ms})

    @property
    def captions_allowed(self) -> bool:
        """Whether the trainee may read along: in practice, unless the settings say no."""
        return self.ticket.mode == "practice" and self.engine.settings.captions

    def hello(self) -> dict[str, Any]:
        """The first message on a socket."""
        return {
            "type": "hello", "call_id": self.ticket.call_id, "resume": self.token, "sample_rate": 16000,
            "frame_samples": 320, "direction": self.ticket.scenario.script.direction,
            "captions": self.captions_allowed, "state": self.call.state,
        }  # fmt: skip


class LiveCalls:
    """All tickets and calls of this server."""

    def __init__(self, engine: Engine, store: CallStore) -> None:
        self.engine, self.store = engine, store
        self._tickets: dict[str, Ticket] = {}
        self._calls: dict[str, LiveCall] = {}
        self._minders: set[asyncio.Task[None]] = set()
        sys.setswitchinterval(SWITCH_SECONDS)

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._calls

    def reserve(self, ticket: Ticket) -> None:
        """Keep a ticket until its socket opens (two minutes). Raises KiestoonError ``calls.full``."""
        now = asyncio.get_running_loop().time()
        self._tickets = {key: kept for key, kept in self._tickets.items() if now - kept.created < 120}
        limit = self.engine.settings.max_calls
        if len(self._calls) >= limit:
            raise KiestoonError("calls.full", "all lines are busy", {"limit": limit})
        self._tickets[ticket.call_id] = ticket

    def open(self, call_id: str, token: str) -> LiveCall:
        """The call for a socket: a new one for a ticket, or the one that a dropped browser comes back to.

        Raises KiestoonError ``call.busy`` (another tab has it), ``call.over`` or ``call.unknown``.
        """
        live = self._calls.get(call_id)
        if live is not None:
            if live.outbox is not None or not secrets.compare_digest(token, live.token):
                raise KiestoonError("call.busy", "this call is open in another tab")
            return live
        ticket = self._tickets.pop(call_id, None)
        if ticket is None:
            known = (self.store.folder(call_id) / "events.jsonl").exists()
            code = "call.over" if known else "call.unknown"
            raise KiestoonError(code, "this call is over" if known else "there is no such call")
        journal = self.store.create(call_id, self.engine.settings.min_free_mb)
        live = LiveCall(ticket, journal, self.engine)
        self._calls[call_id] = live
        minder = asyncio.create_task(self._mind(live))
        self._minders.add(minder)
        minder.add_done_callback(self._minders.discard)
        return live

    async def _mind(self, live: LiveCall) -> None:
        warming = asyncio.create_task(live.warm())
        try:
            while not live.ended.is_set():
                try:
                    await asyncio.wait_for(live.ended.wait(), SYNC_SECONDS)
                except TimeoutError:
                    await asyncio.to_thread(live.journal.sync)
        except OSError as error:
            live.fail(KiestoonError("disk.unwritable", f"cannot write: {error.strerror}"))
        finally:
            warming.cancel()
            live.call.drop()
            await live.call.settled()
            live.journal.close()
            await self._judge(live.ticket)
            self._calls.pop(live.ticket.call_id, None)

    async def _judge(self, ticket: Ticket) -> None:
        """Score the call at once, so that the list shows it; a failure is found again when the scorecard is opened."""
        try:
            await asyncio.to_thread(standing, self.engine, self.store, ticket.call_id, ticket.ui)
        except Exception as error:
            LOG.exception("call %s could not be scored: %s", ticket.call_id, type(error).__name__)

    async def close(self) -> None:
        """End all calls in an orderly way: they are kept as broken off."""
        for live in list(self._calls.values()):
            live.call.abandon()
        if self._minders:
            await asyncio.wait(self._minders)
