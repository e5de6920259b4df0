"""When somebody speaks and when a turn has ended: timing only, no audio, no clock, no I/O.

Two layers. `VoiceTracker` turns speech probabilities into stretches of voice with four states (quiet, starting,
speaking, stopping), so that a click is no speech and a dip within a word no silence. `Endpointer` adds the turn: how
long a silence must last before the turn is over, learned from the pauses that this trainee makes within turns.

All times are ms on the call's clock; a window's probability counts from the window's start to its end.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from bot.speech.windows import WINDOW_MS


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """Speech began at `at_ms`; known at `decided_ms`."""

    at_ms: int
    decided_ms: int


@dataclass(frozen=True, slots=True)
class VoiceStopped:
    """Speech ended at `at_ms` (its true end); known at `decided_ms`. The turn may go on."""

    at_ms: int
    decided_ms: int


@dataclass(frozen=True, slots=True)
class SpeculateNow:
    """The turn may be over: recognition of `start_ms` to `end_ms` can begin, at its own risk."""

    start_ms: int
    end_ms: int
    decided_ms: int


@dataclass(frozen=True, slots=True)
class SpeculationVoid:
    """The speech went on: throw away what `SpeculateNow` started."""

    decided_ms: int


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn from `start_ms` to `end_ms` is over, after `silence_ms` of silence; known at `decided_ms`."""

    start_ms: int
    end_ms: int
    decided_ms: int
    silence_ms: int


EndpointEvent = VoiceStarted | VoiceStopped | SpeculateNow | SpeculationVoid | TurnEnded


@dataclass(frozen=True, slots=True)
class EndpointingSettings:
    """Thresholds on the probability (0 to 1) and durations in ms."""

    start_probability: float = 0.5
    stop_probability: float = 0.35
    start_ms: int = 64
    """Voice that lasts shorter than this is a click, not speech."""
    speculate_ms: int = 150
    """Silence after which speech has stopped and recognition may start."""
    base_silence_ms: int = 450
    """Silence that ends the turn of a trainee of whom nothing is known yet."""
    min_silence_ms: int = 300
    max_silence_ms: int = 1000
    pause_quantile: float = 0.9
    """The share of the trainee's own pauses that must not end a turn."""
    pause_margin_ms: int = 100
    """How much longer than such a pause the silence must be."""
    hold_limit_ms: int = 1800
    """The longest silence that `hold` can ask for."""


class VoiceState(Enum):
    """The four states of `VoiceTracker`."""

    QUIET = "quiet"
    STARTING = "starting"
    SPEAKING = "speaking"
    STOPPING = "stopping"


@dataclass(slots=True)
class VoiceTracker:
    """Stretches of voice from window probabilities. Windows come in order; `start_ms` is where a window begins."""

    settings: EndpointingSettings = field(default_factory=EndpointingSettings)
    state: VoiceState = VoiceState.QUIET
    changed_ms: int = 0
    """Where the present state began: the onset while starting, the end of the voice while stopping."""

    def feed(self, start_ms: int, probability: float) -> VoiceStarted | VoiceStopped | None:
        """Take the next window."""
        end_ms = start_ms + WINDOW_MS
        voiced = probability >= self._threshold()
        if voiced and self.state in (VoiceState.QUIET, VoiceState.STOPPING):
            back = self.state is VoiceState.STOPPING
            self._enter(VoiceState.SPEAKING if back else VoiceState.STARTING, start_ms)
        elif not voiced and self.state in (VoiceState.STARTING, VoiceState.SPEAKING):
            click = self.state is VoiceState.STARTING
            self._enter(VoiceState.QUIET if click else VoiceState.STOPPING, start_ms)
        return self._confirm(end_ms)

    def _threshold(self) -> float:
        speaking = self.state in (VoiceState.STARTING, VoiceState.SPEAKING)
        return self.settings.stop_probability if speaking else self.settings.start_probability

    def _enter(self, state: VoiceState, at_ms: int) -> None:
        self.state, self.changed_ms = state, at_ms

    def _confirm(self, end_ms: int) -> VoiceStarted | VoiceStopped | None:
        lasted, began = end_ms - self.changed_ms, self.changed_ms
        if self.state is VoiceState.STARTING and lasted >= self.settings.start_ms:
            self.state = VoiceState.SPEAKING
            return VoiceStarted(began, end_ms)
        if self.state is VoiceState.STOPPING and lasted >= self.settings.speculate_ms:
            self.state = VoiceState.QUIET
            return VoiceStopped(began, end_ms)
        return None


@dataclass(slots=True)
class PauseMemory:
    """The trainee's recent pauses within turns, and the silence that should end a turn of theirs."""

    settings: EndpointingSettings
    pauses: deque[int] = field(default_factory=lambda: deque(maxlen=30))

    def note(self, pause_ms: int) -> None:
        """Remember a pause; longer ones than `max_silence_ms` are breaks between turns and do not count."""
        if pause_ms <= self.settings.max_silence_ms:
            self.pauses.append(pause_ms)

    def silence_ms(self) -> int:
        """The silence that ends a turn, `min_silence_ms` to `max_silence_ms`.

        The base value weighs as six pauses at first and loses weight with every pause observed.
        """
        settings = self.settings
        prior = [settings.base_silence_ms - settings.pause_margin_ms] * max(0, 6 - len(self.pauses))
        ranked = sorted([*prior, *self.pauses])
        typical = ranked[min(len(ranked) - 1, int(settings.pause_quantile * len(ranked)))]
        return min(settings.max_silence_ms, max(settings.min_silence_ms, typical + settings.pause_margin_ms))


class Endpointer:
    """Turns of one speaker. Feed every window of the call, in order; answers what became known with that window."""

    def __init__(self, settings: EndpointingSettings | None = None) -> None:
        self.settings = settings or EndpointingSettings()
        self.voice = VoiceTracker(self.settings)
        self.pauses = PauseMemory(self.settings)
        self._turn_start: int | None = None
        self._last_voice_end: int | None = None
        self._extra_ms = 0

    @property
    def in_turn(self) -> bool:
        """True from the start of a turn until its end has been decided."""
        return self._turn_start is not None

    @property
    def silence_needed_ms(self) -> int:
        """The silence that would end the present turn."""
        learned = self.pauses.silence_ms()
        return max(learned, min(learned + self._extra_ms, self.settings.hold_limit_ms))

    def hold(self, extra_ms: int) -> None:
        """Wait `extra_ms` longer in the present silence, because the text so far looks unfinished. Forgotten when
        speech resumes or the turn ends; a later hint replaces an earlier one.
        """
        self._extra_ms = max(0, extra_ms)

    def drop_turn(self) -> None:
        """Forget the present turn without ending it (a listening noise, or the microphone was muted)."""
        self._turn_start = None
        self._extra_ms = 0

    def feed(self, start_ms: int, probability: float) -> list[EndpointEvent]:
        """Take the window that begins at `start_ms`; `probability` (0 to 1) that it holds speech."""
        change = self.voice.feed(start_ms, probability)
        match change:
            case VoiceStarted():
                return self._started(change)
            case VoiceStopped():
                return self._stopped(change)
        ended = self._ended(start_ms + WINDOW_MS)
        return [ended] if ended else []

    def _started(self, change: VoiceStarted) -> list[EndpointEvent]:
        self._extra_ms = 0
        if self._last_voice_end is not None:
            self.pauses.note(change.at_ms - self._last_voice_end)
        if self._turn_start is None:
            self._turn_start = change.at_ms
            return [change]
        return [change, SpeculationVoid(change.decided_ms)]

    def _stopped(self, change: VoiceStopped) -> list[EndpointEvent]:
        self._last_voice_end = change.at_ms
        events: list[EndpointEvent] = [change]
        if self._turn_start is not None:
            events.append(SpeculateNow(self._turn_start, change.at_ms, change.decided_ms))
        return events

    def _ended(self, now_ms: int) -> TurnEnded | None:
        """A turn ends only in quiet: while voice may be starting again, the decision waits for it."""
        if self._turn_start is None or self._last_voice_end is None or self.voice.state is not VoiceState.QUIET:
            return None
        silence_ms = now_ms - self._last_voice_end
        if silence_ms < self.silence_needed_ms:
            return None
        ended = TurnEnded(self._turn_start, self._last_voice_end, now_ms, silence_ms)
        self.drop_turn()
        return ended
