"""One call by voice: the only place where listening, understanding, the customer and the customer's voice meet.

Everything is driven by the trainee's audio frames, which are the call's clock; every event goes to the journal first
and to the outlet after it, so nothing is shown that is not kept.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from bot import call_events
from bot.acts import Understanding
from bot.answering import Answers
from bot.audio import FRAME_BYTES, FRAME_MS, Samples, from_bytes, to_bytes
from bot.backchannels import Listening
from bot.call_parts import Parts
from bot.content.models import Scenario
from bot.dialogue.closing import outcome
from bot.dialogue.customer import begin, step
from bot.dialogue.lines import chance
from bot.dialogue.state import (
    Heard,
    HoldSwitched,
    Input,
    Interrupted,
    Monologue,
    PickedUp,
    Quiet,
    Step,
    Unclear,
)
from bot.errors import KiestoonError
from bot.events import (
    AgentTurn,
    BargeIn,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallStarted,
    ConnectionLost,
    ConnectionResumed,
    CustomerListened,
    CustomerSpoke,
    Fault,
    FieldRegistered,
    HeadsetChecked,
    HoldChanged,
    Mood,
    MuteChanged,
    PageOpened,
    PhoneRinging,
    ScreenAction,
    Silence,
    SpeechEnded,
    SpeechStarted,
)
from bot.ordered_log import OrderedLog
from bot.speech.backchannels import Backchannels
from bot.speech.barge_in import BargeInAction, BargeInDetector, Duck, Resume, Stop
from bot.speech.endpointing import VoiceStarted, VoiceStopped
from bot.speech.heard import heard_text
from bot.speech.listening import Ear, HeardTurn, Window
from bot.speech.playback import Utterance
from bot.speech.transcriber import Hearing
from bot.speech.turn_end import TurnEnds

SURE_ENOUGH = 0.4
"""Mean word probability under which the customer asks to repeat instead of guessing."""
CUT_IN_PROTECTED_MS = 1500
DIAL_MS = 2600
CLIENT_BUFFER_MS = 60

State = Literal["ringing", "dialling", "connected", "on_hold", "ended"]
_SILENT_FRAME = bytes(FRAME_BYTES)


class Call:
    """A call in progress. All methods run on one event loop; `frame` comes for every 20 ms of the trainee's audio."""

    def __init__(
        self, scenario: Scenario, start: CallStarted, parts: Parts, headset: HeadsetChecked | None = None
    ) -> None:
        self.scenario, self.start, self._parts = scenario, start, parts
        self.now_ms = 0
        self.state: State = "ringing" if start.direction == "inbound" else "dialling"
        self.customer = begin(scenario, start.seed)
        self._turn_ends = parts.turn_ends or TurnEnds(start.lang)
        self._ear = Ear(
            parts.activity, parts.transcriber, start.lang, self._prompt(), self._heard, self._finished, self._drafted
        )  # fmt: skip
        self._answers = Answers(scenario, parts.understand, parts.speaker.prepare)
        self._barge_in = BargeInDetector()
        self._backchannels = Backchannels(start.lang)
        self._listening = Listening(scenario)
        self._utterance: Utterance | None = None
        self._synthesis: asyncio.Task[None] | None = None
        self._murmuring: asyncio.Task[None] | None = None
        self._understanding: asyncio.Task[None] | None = None
        self._turn = 0
        self._last_line: str | None = None
        self._quiet_since = 0
        self._voice_since: int | None = None
        self._hangs_up = False
        self._muted = False
        self._hold_since: int | None = None
        self._picks_up_ms = DIAL_MS + int(1400 * chance(start.seed, 0, "pick_up"))
        self._heard_ms: dict[int, int] = {}
        self._events = OrderedLog(self._keep)
        self._log(start)
        if headset is not None:
            self._log(headset)
        self._log(PhoneRinging(at_ms=0))

    def _prompt(self) -> str:
        script, company = self.scenario.script, self.scenario.company
        products = [company.products[ident].name for ident in script.products]
        return ", ".join([company.name, self.scenario.customer_name, *products, self.start.agent_name]).strip(", ")

    # What comes in

    def frame(self, data: bytes) -> None:
        """20 ms of the trainee's audio, 640 bytes s16le; silence while muted."""
        if self.state == "ended":
            return
        sounding = self._sound()
        self._parts.journal.audio(data, to_bytes(sounding) if sounding is not None else _SILENT_FRAME)
        for window in self._ear.feed(from_bytes(data), deaf=self._muted or self.state != "connected"):
            self._take(window)
        self.now_ms += FRAME_MS
        self._watch_the_clock()

    def answer(self) -> None:
        """The trainee picks up."""
        if self.state == "ringing":
            self._connect("agent")

    def hang_up(self) -> None:
        """The trainee hangs up."""
        if self.state != "ended":
            self._end("agent")

    def mute(self, on: bool) -> None:
        """Switch the microphone off or on."""
        if on != self._muted and self.state != "ended":
            self._muted = on
            self._ear.drop()
            self._log(MuteChanged(at_ms=self.now_ms, muted=on))

    def hold(self, on: bool) -> None:
        """Put the customer on hold, or come back."""
        if self.state not in ("connected", "on_hold") or on == (self.state == "on_hold"):
            return
        waited = 0 if self._hold_since is None else self.now_ms - self._hold_since
        self.state = "on_hold" if on else "connected"
        self._hold_since = self.now_ms if on else None
        self._quiet_since = self.now_ms
        self._log(HoldChanged(at_ms=self.now_ms, on_hold=on))
        self._react(HoldSwitched(on, waited))

    def screen(self, action: str, target: str, value: str) -> None:
        """Something that the trainee did on screen."""
        if self.state != "ended":
            self._log(ScreenAction(at_ms=self.now_ms, action=action, target=target, value=value))

    def page(self, page: str) -> None:
        """The trainee opened a page of the company's files."""
        if self.state != "ended":
            self._log(PageOpened(at_ms=self.now_ms, page=page))

    def register(self, field: str, value: str) -> None:
        """The trainee filled in a field of the customer's file; an empty value clears it."""
        if self.state != "ended":
            self._log(FieldRegistered(at_ms=self.now_ms, field=field, value=value))

    def played(self, turn: int, played_ms: int) -> None:
        """The browser's word on how much of a turn has sounded."""
        self._heard_ms[turn] = max(self._heard_ms.get(turn, 0), played_ms)

    def lost(self) -> None:
        """The browser's socket dropped; without frames the clock stands still."""
        if self.state != "ended":
            self._log(ConnectionLost(at_ms=self.now_ms))

    def resumed(self) -> None:
        """The browser is back."""
        if self.state != "ended":
            self._log(ConnectionResumed(at_ms=self.now_ms))
            if self._utterance is not None:
                self._utterance.sent = self._utterance.sounded

    def abandon(self) -> None:
        """The browser did not come back, or the server stops: the call ends as broken off."""
        if self.state != "ended":
            self._end("system")

    def drop(self) -> None:
        """Stop at once, without a word in the log: the log cannot be written, or has its end."""
        self.state = "ended"
        self._ear.drop()
        self._events.forget()
        self._utterance = None

    async def settled(self) -> None:
        """Wait until nothing is being recognised, understood or spoken any more: for tests and for an orderly stop."""
        for task in (self._understanding, self._synthesis, self._murmuring):
            if task is not None:
                await asyncio.wait([task])
        await self._events.settled()

    # The trainee speaks

    def _take(self, window: Window) -> None:
        utterance = self._utterance
        sounding = utterance is not None and utterance.sounded > 0 and not utterance.over
        action = self._barge_in.feed(window.start_ms, window.probability, customer_speaking=sounding)
        for event in window.events:
            match event:
                case VoiceStarted():
                    self._voice_since = event.at_ms
                    self._log(SpeechStarted(at_ms=event.at_ms, speaker="agent"))
                    self._listen(event.at_ms)
                case VoiceStopped():
                    self._voice_since = None
                    self._quiet_since = event.at_ms
                    self._log(SpeechEnded(at_ms=event.at_ms, speaker="agent"))
        if utterance is not None and action is not None and self.now_ms >= utterance.protected_ms:
            self._yield(utterance, action)

    def _listen(self, at_ms: int) -> None:
        said = self._listening.voice_goes_on(at_ms, self.customer) if self._utterance is None else None
        if said is not None:
            self._log(CustomerListened(at_ms=self.now_ms, text=said.text, line=said.line))
            murmur = self._listening.speak(said, self._parts.speaker, self.customer.mood, self._turn)
            self._murmuring = asyncio.create_task(murmur)

    def _yield(self, utterance: Utterance, action: BargeInAction) -> None:
        """Fall silent as soon as the trainee speaks; go on where that was only a sign of listening."""
        match action:
            case Duck() if not utterance.paused:
                self._parts.outlet.flush(utterance.turn)
                utterance.pause(CLIENT_BUFFER_MS)
            case Resume() if utterance.paused:
                self._backchannels.note(action, left_ms=utterance.total_ms - utterance.sounded_ms)
                utterance.go_on()
            case Stop():
                self._interrupt(utterance, action.at_ms)

    def _interrupt(self, utterance: Utterance, at_ms: int) -> None:
        self._log(BargeIn(at_ms=at_ms, by="agent", during_turn=utterance.turn))
        if not utterance.paused:
            self._parts.outlet.flush(utterance.turn)
        self._silence_customer(interrupted=True)
        if self._hangs_up:
            self._end("customer")
        else:
            self._react(Interrupted())

    def _finished(self, hearing: Hearing) -> float:
        return self._turn_ends.finished(hearing, self._last_line)

    def _drafted(self, text: str) -> None:
        if self.state == "connected":
            self._answers.draft(text, self._last_line, self.customer)

    def _heard(self, heard: HeardTurn) -> None:
        self._listening.turn_over()
        if self.state == "ended":
            return
        text = heard.transcription.text if heard.transcription else ""
        if heard.error is not None:
            self._log(Fault(at_ms=self.now_ms, code=heard.error.code, part="recogniser"))
        if not text and heard.end_ms - heard.start_ms < 600 and heard.error is None:
            return
        turn = self._next_turn()
        confidence = heard.transcription.confidence if heard.transcription else 0.0
        said = AgentTurn(
            at_ms=self.now_ms, turn=turn, text=text, start_ms=heard.start_ms, end_ms=heard.end_ms,
            confidence=confidence, words=(), recogniser=heard.transcription.model if heard.transcription else "",
        )  # fmt: skip
        if heard.timed is not None:
            self._events.append_late(said, heard.timed)
        else:
            self._log(said)
        listening = self._backchannels.holds(heard.start_ms, heard.end_ms, text)
        if (not text or confidence < SURE_ENOUGH) and not listening:
            self._react(Unclear(), turn)
            return
        acts = self._answers.understood(text, self._last_line)
        if acts.done() and not acts.cancelled() and acts.exception() is None:
            self._understood(turn, acts.result(), listening)
        else:
            self._understanding = asyncio.create_task(self._await(turn, acts, listening))

    async def _await(self, turn: int, said: asyncio.Task[Understanding], listening: bool) -> None:
        self._understood(turn, await said, listening)

    def _understood(self, turn: int, said: Understanding, listening: bool) -> None:
        """React, unless it was a sign of listening while the customer spoke: that asks for no answer."""
        if self.state == "ended":
            return
        self._log(call_events.acts_of(turn, self.now_ms, said))
        if not listening:
            self._react(Heard(said), turn)

    # The customer reacts

    def _react(self, happened: Input, turn: int | None = None) -> None:
        made = step(self.scenario, self.customer, happened)
        self.customer = made.state
        self._log(call_events.decided(made, self.now_ms, turn))
        if made.says:
            self._say(made)
        elif made.hang_up:
            self._end("customer")

    def _say(self, made: Step) -> None:
        if self._utterance is not None:
            self._parts.outlet.flush(self._utterance.turn)
            self._silence_customer(interrupted=True)
        if made.cuts_in:
            self._log(BargeIn(at_ms=self.now_ms, by="customer"))
        self._listening.turn_over()
        turn = self._next_turn()
        self._log(call_events.customer_turn(made, self.now_ms, turn))
        self._last_line = made.text
        self._hangs_up = made.hang_up
        self._utterance = Utterance(turn, made.text, self.now_ms + CUT_IN_PROTECTED_MS if made.cuts_in else 0)
        self._synthesis = asyncio.create_task(self._synthesise(self._utterance, made.state.mood))

    async def _synthesise(self, utterance: Utterance, mood: Mood) -> None:
        try:
            async for samples in self._parts.speaker.speak(utterance.text, mood):
                if utterance is not self._utterance:
                    return
                utterance.add(samples)
                self._send_due(utterance)
        except KiestoonError as error:
            self._log(Fault(at_ms=self.now_ms, code=error.code, part="voice"))
        utterance.finish()

    def _sound(self) -> Samples | None:
        utterance = self._utterance
        if utterance is None:
            return self._listening.sound(self.now_ms, self._parts.outlet)
        first = utterance.started_ms is None
        self._send_due(utterance)
        if utterance.complete and utterance.sent == len(utterance.frames) and not utterance.paused:
            self._parts.outlet.turn_sent(utterance.turn)
            utterance.sent += 1
        sounding = utterance.tick(self.now_ms)
        if first and sounding is not None:
            self._log(SpeechStarted(at_ms=self.now_ms, speaker="customer"))
        if utterance.over:
            self._silence_customer(interrupted=False)
            if self._hangs_up:
                self._end("customer")
        return sounding

    def _send_due(self, utterance: Utterance) -> None:
        for frame in utterance.due():
            self._parts.outlet.audio(utterance.turn, to_bytes(frame))

    def _silence_customer(self, *, interrupted: bool) -> None:
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            return
        start = utterance.started_ms if utterance.started_ms is not None else self.now_ms
        played = self._heard_ms.get(utterance.turn, 0)
        unheard = CLIENT_BUFFER_MS if interrupted and not utterance.paused else 0
        sounded = max(0, utterance.sounded_ms - unheard)
        heard_ms = max(sounded, min(played, utterance.total_ms))
        text = utterance.text if not interrupted else heard_text(utterance.text, self._length_of(utterance), heard_ms)
        self._log(
            CustomerSpoke(
                at_ms=self.now_ms, turn=utterance.turn, start_ms=start,
                end_ms=start + heard_ms + utterance.held_ms, heard_text=text,
                interrupted=interrupted,
            )
        )  # fmt: skip
        if utterance.started_ms is not None:
            self._log(SpeechEnded(at_ms=self.now_ms, speaker="customer"))
        self._quiet_since = self.now_ms

    def _length_of(self, utterance: Utterance) -> int:
        """Of a turn still being made, the length that a voice of average speed would need (70 ms a character)."""
        return utterance.total_ms if utterance.complete else max(utterance.total_ms, 70 * len(utterance.text))

    # Time

    def _watch_the_clock(self) -> None:
        if self.state == "dialling" and self.now_ms >= self._picks_up_ms:
            self._connect("customer")
            self._react(PickedUp())
        if self.state != "connected" or self._utterance is not None:
            return
        traits = self.scenario.persona.traits
        if self._voice_since is not None and self.now_ms - self._voice_since >= traits.monologue_ms:
            self._voice_since = self.now_ms
            self._react(Monologue())
        busy = self._ear.in_turn or self._ear.recognising or (self._understanding and not self._understanding.done())
        if not busy and self.now_ms - self._quiet_since >= traits.silence_ms:
            self._log(Silence(at_ms=self.now_ms, duration_ms=self.now_ms - self._quiet_since))
            self._quiet_since = self.now_ms
            self._react(Quiet())

    def _connect(self, by: Literal["agent", "customer"]) -> None:
        self.state = "connected"
        self._quiet_since = self.now_ms
        self._log(CallAnswered(at_ms=self.now_ms, by=by))

    def _end(self, by: Literal["agent", "customer", "system"]) -> None:
        self._ear.drop()
        if self._utterance is not None:
            self._parts.outlet.flush(self._utterance.turn)
            self._silence_customer(interrupted=True)
        self.state = "ended"
        self._log(CallEnded(at_ms=self.now_ms, by=by, outcome=outcome(self.scenario, self.customer, by)))

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn - 1

    def _log(self, event: CallEvent) -> None:
        self._events.append(event)

    def _keep(self, event: CallEvent) -> None:
        self._parts.journal.append(event)
        self._parts.outlet.happened(event)
