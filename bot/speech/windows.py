"""The windows in which voice activity is measured: 512 samples, 32 ms."""

from __future__ import annotations

import numpy as np

from bot.audio import SAMPLES_PER_MS, FloatSamples, Samples, to_float

WINDOW_SAMPLES = 512
WINDOW_MS = WINDOW_SAMPLES // SAMPLES_PER_MS


class Windower:
    """Cuts a stream of frames of any length into windows of `WINDOW_SAMPLES`; the rest waits for the next frame."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.float32)

    def push(self, frame: Samples) -> list[FloatSamples]:
        """Add a frame; the windows that it completes, in order (none, one or more)."""
        joined = np.concatenate([self._rest, to_float(frame)])
        count = len(joined) // WINDOW_SAMPLES
        self._rest = joined[count * WINDOW_SAMPLES :]
        return [joined[i * WINDOW_SAMPLES : (i + 1) * WINDOW_SAMPLES] for i in range(count)]
