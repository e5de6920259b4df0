"""Interruptions: the agent speaks while the customer is speaking. Timing only, no audio, no clock, no I/O.

The customer pauses as soon as there is a voice, within 150 ms of its first sound, and loses the floor when the agent
goes on; a short "ja" or "mhm" is a sign of listening, after which the customer goes on where they fell silent.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.speech.windows import WINDOW_MS


@dataclass(frozen=True, slots=True)
class Duck:
    """Make the customer pause: the agent's voice began at `at_ms`."""

    at_ms: int
    decided_ms: int


@dataclass(frozen=True, slots=True)
class Resume:
    """Let the customer go on. `backchannel`: the voice from `start_ms` to `end_ms` was a sign of listening and no turn;
    otherwise the customer had finished meanwhile, and what the agent says may well be a turn.
    """

    start_ms: int
    end_ms: int
    decided_ms: int
    backchannel: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the customer: the agent has taken the floor, with a voice that began at `at_ms`."""

    at_ms: int
    decided_ms: int


BargeInAction = Duck | Resume | Stop


@dataclass(frozen=True, slots=True)
class BargeInPolicy:
    """Durations in ms of voiced windows; `probability` (0 to 1) is stricter than for turns, because the customer's own
    voice may leak from the headset.
    """

    probability: float = 0.6
    candidate_ms: int = 64
    """Voice that lasts this long is an interruption, or the beginning of one. Voice activity notices a voice some 30 ms
    late: on 24 sentences of a clean voice the decision falls 102 ms (95 %: 133 ms) after the first sound, on 60
    recordings of people 94 ms (90 %: 143 ms)."""
    backchannel_ms: int = 640
    """Voice up to this long may be a sign of listening: a "yes" lasts 416 ms, an "I see" 512, a drawn-out "mhm" 544.
    Nobody waits for it, for the customer is silent meanwhile."""
    gap_ms: int = 150
    """Silence that ends a candidate; shorter dips are part of the speech."""


class BargeInDetector:
    """Watches one customer's turn after another. Feed every window of the call, in order.

    Between `Duck` and its `Resume` or `Stop` there is nothing else; after `Stop` it is silent until the customer has
    stopped and begun a new turn.
    """

    def __init__(self, policy: BargeInPolicy | None = None) -> None:
        self.policy = policy or BargeInPolicy()
        self._stopped = False
        self._forget()

    def _forget(self) -> None:
        self._onset: int | None = None
        self._voice_end = 0
        self._voiced_ms = 0
        self._pausing = False

    def feed(self, start_ms: int, probability: float, *, customer_speaking: bool) -> BargeInAction | None:
        """Take the window that begins at `start_ms`; `customer_speaking` while the customer's audio sounds."""
        if not customer_speaking:
            return self._released(start_ms)
        if self._stopped:
            return None
        if probability >= self.policy.probability:
            return self._voiced(start_ms)
        return self._unvoiced(start_ms + WINDOW_MS)

    def _released(self, now_ms: int) -> Resume | None:
        """The customer's turn is over; what paused it is told to have passed."""
        resume = self._resume(now_ms, backchannel=False) if self._pausing else None
        self._stopped = False
        self._forget()
        return resume

    def _voiced(self, start_ms: int) -> Duck | Stop | None:
        if self._onset is None:
            self._onset = start_ms
        self._voice_end = start_ms + WINDOW_MS
        self._voiced_ms += WINDOW_MS
        if self._voiced_ms >= self.policy.backchannel_ms:
            stop = Stop(self._onset, self._voice_end)
            self._forget()
            self._stopped = True
            return stop
        if self._voiced_ms >= self.policy.candidate_ms and not self._pausing:
            self._pausing = True
            return Duck(self._onset, self._voice_end)
        return None

    def _unvoiced(self, end_ms: int) -> Resume | None:
        if self._onset is None or end_ms - self._voice_end < self.policy.gap_ms:
            return None
        resume = self._resume(end_ms, backchannel=True) if self._pausing else None
        self._forget()
        return resume

    def _resume(self, now_ms: int, *, backchannel: bool) -> Resume:
        return Resume(self._onset or 0, self._voice_end, now_ms, backchannel)
