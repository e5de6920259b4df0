"""Plays a call by voice in virtual time: frames by the thousand, scripted speech, no waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot import call_events
from bot.acts import Act, ActSpan, Understanding
from bot.audio import FRAME_BYTES, FRAME_MS
from bot.call import Call
from bot.call_parts import Parts
from bot.content.models import Scenario
from bot.customer_voice import PersonaSpeaker
from bot.events import CallEvent
from tests.speech.fakes import FakeSynthesizer, FakeTranscriber, FakeVoiceActivity

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def understood(text: str, acts: Iterable[Act]) -> Understanding:
    """An understanding whose acts each span the whole text."""
    spans = tuple(ActSpan(act=act, confidence=0.9, start=0, end=len(text)) for act in acts)
    return Understanding(text=text, acts=spans or (ActSpan(act=Act.OTHER, confidence=1, start=0, end=len(text)),))


@dataclass
class Tape:
    """Journal and outlet in memory."""

    events: list[CallEvent] = field(default_factory=list)
    shown: list[CallEvent] = field(default_factory=list)
    frames: list[tuple[bytes, bytes]] = field(default_factory=list)
    sent: list[tuple[int, bytes]] = field(default_factory=list)
    flushed: list[int] = field(default_factory=list)
    finished: list[int] = field(default_factory=list)

    def append(self, event: CallEvent) -> None:
        self.events.append(event)

    def record(self, trainee: bytes, customer: bytes) -> None:
        self.frames.append((trainee, customer))

    def happened(self, event: CallEvent) -> None:
        assert event in self.events, "shown before it was kept"
        self.shown.append(event)

    def flush(self, turn: int) -> None:
        self.flushed.append(turn)

    def turn_sent(self, turn: int) -> None:
        self.finished.append(turn)


class _Journal:
    def __init__(self, tape: Tape) -> None:
        self.append = tape.append
        self.audio = tape.record


class _Outlet:
    def __init__(self, tape: Tape) -> None:
        self.happened, self.flush, self.turn_sent = tape.happened, tape.flush, tape.turn_sent
        self._tape = tape

    def audio(self, turn: int, frame: bytes) -> None:
        self._tape.sent.append((turn, frame))


class Driver:
    """A call with scripted speech.

    `stretches` are when the trainee speaks (ms), `texts` what is recognised, `acts` what a text means.
    """

    def __init__(
        self,
        scenario: Scenario,
        stretches: Iterable[tuple[int, int]] = (),
        texts: Iterable[str | tuple[str, float]] = ("euh",),
        acts: Mapping[str, Iterable[Act]] | None = None,
        *,
        seed: int = 1,
        decode=None,
        transcriber: FakeTranscriber | None = None,
    ) -> None:
        self.tape = Tape()
        self.transcriber = transcriber or FakeTranscriber(texts, decode)
        self.synthesizer = FakeSynthesizer()
        meanings = dict(acts or {})
        start = call_events.started(scenario, call_id="test", at=NOON, channel="voice", mode="practice", seed=seed)
        parts = Parts(
            activity=FakeVoiceActivity(stretches), transcriber=self.transcriber,
            understand=lambda text, previous: understood(text, meanings.get(text, ())),
            speaker=PersonaSpeaker(self.synthesizer, scenario.persona), journal=_Journal(self.tape),
            outlet=_Outlet(self.tape),
        )  # fmt: skip
        self.call = Call(scenario, start, parts)

    async def run(self, until_ms: int) -> None:
        """Feed frames until the call's clock shows this, or the call is over."""
        while self.call.now_ms < until_ms and self.call.state != "ended":
            self.call.frame(bytes(FRAME_BYTES))
            for _ in range(4):
                await asyncio.sleep(0)
            await self.call.settled()
            await asyncio.sleep(0)

    def events(self, kind):
        """All events of a kind so far."""
        return [event for event in self.tape.events if isinstance(event, kind)]


FRAMES_PER_SECOND = 1000 // FRAME_MS
