"""How long a silence must last before a turn is over: weighed, not fixed. Pure.

Two things are known: how likely it is that the speaker has finished, from what was said and how (`p`, before any
silence was waited for), and how long this speaker's pauses within turns last. After a silence of `s` the odds that
the turn is over have risen by as much as pauses longer than `s` are rare. The turn ends where these odds are high
enough: soon behind a whole sentence, late behind "omdat", later for who often pauses long.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

STEP_MS = 10


@dataclass(frozen=True, slots=True)
class PauseSettings:
    """Durations in ms; `sure` is the probability (0 to 1) that the turn is over at which it is taken as over."""

    sure: float = 0.91
    min_silence_ms: int = 320
    max_silence_ms: int = 900
    shortest_pause_ms: int = 160
    """Shorter silences are part of the speech and never counted."""
    scale_ms: float = 500.0
    shape: float = 6.0
    """Pauses of people of whom nothing is known: a Weibull distribution above the shortest pause. Nearly all
    of those that are taken for a pause at all last 0.4 to 0.8 s."""
    prior_weight: float = 8.0
    """As how many observed pauses that distribution counts."""
    remembered: int = 30


@dataclass(slots=True)
class PauseMemory:
    """The speaker's recent pauses within turns."""

    settings: PauseSettings = field(default_factory=PauseSettings)
    pauses: deque[int] = field(default_factory=deque)

    def note(self, pause_ms: int) -> None:
        """Remember a pause; longer ones than `max_silence_ms` are breaks between turns and do not count."""
        if self.settings.shortest_pause_ms <= pause_ms <= self.settings.max_silence_ms:
            self.pauses.append(pause_ms)
            if len(self.pauses) > self.settings.remembered:
                self.pauses.popleft()

    def longer_than(self, silence_ms: int) -> float:
        """The share (0 to 1) of this speaker's pauses that last longer than `silence_ms`."""
        settings = self.settings
        over = max(0.0, silence_ms - settings.shortest_pause_ms) / settings.scale_ms
        known = sum(1 for pause in self.pauses if pause > silence_ms)
        usual = settings.prior_weight * math.exp(-(over**settings.shape))
        return (usual + known) / (settings.prior_weight + len(self.pauses))

    def silence_ms(self, finished: float) -> int:
        """The silence that ends a turn of which `finished` (0 to 1) is the probability that nothing was to follow:
        `min_silence_ms` to `max_silence_ms`.
        """
        settings = self.settings
        odds = finished / max(1e-9, 1.0 - finished)
        rare = odds * (1.0 - settings.sure) / settings.sure
        for silence_ms in range(settings.min_silence_ms, settings.max_silence_ms, STEP_MS):
            if self.longer_than(silence_ms) <= rare:
                return silence_ms
        return settings.max_silence_ms
