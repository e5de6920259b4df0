"""The customer's side of the line: one utterance at a time, sent a little ahead of real time, counted as it sounds.

Time advances one frame (20 ms) per `tick`, driven by the trainee's audio, so what was heard lies on the call's clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from bot.audio import FRAME_MS, FRAME_SAMPLES, Samples

LEAD_FRAMES = 20
"""How far sending may run ahead of real time: 400 ms, since a busy school PC was seen to stall a page for 180 ms; the
browser throws its buffer away within 5 ms when the customer is interrupted."""


@dataclass
class Utterance:
    """One turn of the customer while it sounds. Frames have 320 samples; times are ms on the call's clock."""

    turn: int
    text: str
    protected_ms: int = 0
    """Until then the agent's voice does not stop it: the customer is the one who cuts in."""
    frames: list[Samples] = field(default_factory=list)
    complete: bool = False
    """All audio has been made."""
    started_ms: int | None = None
    sounded: int = 0
    sent: int = 0
    paused: bool = False
    """Silent for the moment, because the trainee may be taking the floor."""
    held_ms: int = 0
    """How long it has been paused before it went on, what has to sound again included."""
    _pause: int = 0
    _rest: Samples = field(default_factory=lambda: np.zeros(0, dtype=np.int16))

    def add(self, samples: Samples) -> None:
        """More audio, of any length."""
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) // FRAME_SAMPLES
        self.frames.extend(joined[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES] for i in range(whole))
        self._rest = joined[whole * FRAME_SAMPLES :]

    def finish(self) -> None:
        """There is no more audio; the last frame is filled up with silence."""
        if len(self._rest):
            self.frames.append(np.pad(self._rest, (0, FRAME_SAMPLES - len(self._rest))))
            self._rest = self._rest[:0]
        self.complete = True

    @property
    def over(self) -> bool:
        """Whether all of it has sounded."""
        return self.complete and self.sounded >= len(self.frames)

    @property
    def sounded_ms(self) -> int:
        """How much has sounded."""
        return self.sounded * FRAME_MS

    @property
    def total_ms(self) -> int:
        """How long the audio made so far is."""
        return len(self.frames) * FRAME_MS

    def pause(self, unheard_ms: int) -> None:
        """Fall silent; `unheard_ms` of what was counted as sounded is thrown away by the browser unheard."""
        self.paused = True
        self._pause = min(self.sounded, unheard_ms // FRAME_MS)
        self.sounded -= self._pause

    def go_on(self) -> None:
        """Go on where it fell silent."""
        self.paused = False
        self.held_ms += self._pause * FRAME_MS
        self._pause = 0
        self.sent = self.sounded

    def due(self) -> Iterable[Samples]:
        """The frames that may be sent now; each is given out once."""
        if self.paused:
            return []
        upto = min(len(self.frames), self.sounded + LEAD_FRAMES)
        ready = self.frames[self.sent : upto]
        self.sent = max(self.sent, upto)
        return ready

    def tick(self, now_ms: int) -> Samples | None:
        """The frame that sounds now, None where there is none (not yet made, paused, or over)."""
        if self.paused:
            self._pause += 1
            return None
        if self.sounded >= len(self.frames):
            return None
        if self.started_ms is None:
            self.started_ms = now_ms
        frame = self.frames[self.sounded]
        self.sounded += 1
        return frame
