"""When somebody speaks and when a turn has ended: timing only, no audio, no clock, no I/O.

Two layers. `VoiceTracker` turns speech probabilities into stretches of voice with four states (quiet, starting,
speaking, stopping), so that a click is no speech and a dip within a word no silence. `Endpointer` adds the turn: it
asks for recognition as soon as the voice falters, and when it is told how finished the words sound (`judge`), it waits
as long as such words and this trainee's pauses call for (`bot.speech.pauses`).

All times are ms on the call's clock; a window's probability counts from the window's start to its end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from bot.speech.pauses import PauseMemory, PauseSettings
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
    stop_ms: int = 150
    """Silence after which speech has stopped."""
    speculate_ms: int = 64
    """Silence after which recognition may start, at its own risk: most dips this long within a sentence are ended by
    the next syllable before much work was done."""
    unjudged_ms: int = 900
    """Silence that ends a turn of which nobody has said how finished it sounds."""
    pauses: PauseSettings = field(default_factory=PauseSettings)


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
        if self.state is VoiceState.STOPPING and lasted >= self.settings.stop_ms:
            self.state = VoiceState.QUIET
            return VoiceStopped(began, end_ms)
        return None


class Endpointer:
    """Turns of one speaker. Feed every window of the call, in order; answers what became known with that window."""

    def __init__(self, settings: EndpointingSettings | None = None) -> None:
        self.settings = settings or EndpointingSettings()
        self.voice = VoiceTracker(self.settings)
        self.pauses = PauseMemory(self.settings.pauses)
        self._turn_start: int | None = None
        self._last_voice_end: int | None = None
        self._speculated_ms: int | None = None
        self._finished: float | None = None
        self._now_ms = 0

    @property
    def in_turn(self) -> bool:
        """True from the start of a turn until its end has been decided."""
        return self._turn_start is not None

    @property
    def silence_needed_ms(self) -> int:
        """The silence that would end the present turn."""
        if self._finished is None:
            return self.settings.unjudged_ms
        return self.pauses.silence_ms(self._finished)

    def judge(self, finished: float) -> TurnEnded | None:
        """Take the word of who read the text and heard the tune: the probability (0 to 1) that what was said up to the
        present silence is all. Forgotten when speech resumes. Answers the end of the turn where it is due already.
        """
        self._finished = finished
        return self._ended(self._now_ms)

    def drop_turn(self) -> None:
        """Forget the present turn without ending it (a listening noise, or the microphone was muted)."""
        self._turn_start = self._speculated_ms = self._finished = None

    def feed(self, start_ms: int, probability: float) -> list[EndpointEvent]:
        """Take the window that begins at `start_ms`; `probability` (0 to 1) that it holds speech."""
        was = self.voice.state
        change = self.voice.feed(start_ms, probability)
        self._now_ms = start_ms + WINDOW_MS
        resumed = was is VoiceState.STOPPING and self.voice.state is VoiceState.SPEAKING
        events: list[EndpointEvent] = self._started(change) if isinstance(change, VoiceStarted) else []
        if resumed and self._speculated_ms is not None:
            events.append(self._void())
        if isinstance(change, VoiceStopped):
            self._last_voice_end = change.at_ms
            events.append(change)
        events += self._speculation()
        ended = self._ended(self._now_ms)
        return [*events, ended] if ended else events

    def _started(self, change: VoiceStarted) -> list[EndpointEvent]:
        if self._last_voice_end is not None:
            self.pauses.note(change.at_ms - self._last_voice_end)
        events: list[EndpointEvent] = [change]
        if self._turn_start is None:
            self._turn_start = change.at_ms
        elif self._speculated_ms is not None:
            events.append(self._void())
        return events

    def _void(self) -> SpeculationVoid:
        self._speculated_ms = self._finished = None
        return SpeculationVoid(self._now_ms)

    def _speculation(self) -> list[EndpointEvent]:
        """Once for each silence, as soon as it is long enough."""
        quiet = self.voice.state in (VoiceState.STOPPING, VoiceState.QUIET)
        if self._turn_start is None or self._speculated_ms is not None or not quiet:
            return []
        end_ms = self.voice.changed_ms if self.voice.state is VoiceState.STOPPING else self._last_voice_end
        if end_ms is None or self._now_ms - end_ms < self.settings.speculate_ms:
            return []
        self._speculated_ms = end_ms
        return [SpeculateNow(self._turn_start, end_ms, self._now_ms)]

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
