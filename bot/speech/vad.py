"""Voice activity, window by window: the Silero network that faster-whisper carries, run as a stream.

The network needs its two recurrent states and the last 64 samples of the window before; resetting them at each window
flips about 5 % of the decisions. One ONNX session serves all calls; what a call needs of its own is small.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from faster_whisper.utils import get_assets_path

from bot.audio import FloatSamples
from bot.speech.windows import WINDOW_SAMPLES

_CONTEXT_SAMPLES = 64
_MODEL_FILE = "silero_vad_v6.onnx"


class VoiceActivity(Protocol):
    """Tells how likely it is that somebody speaks; one object per call and microphone."""

    def probability(self, window: FloatSamples) -> float:
        """Probability (0 to 1) of speech in the next window: `WINDOW_SAMPLES` float32 samples, in order, no gaps."""
        ...

    def reset(self) -> None:
        """Forget the stream so far."""
        ...


@functools.lru_cache(maxsize=1)
def silero_session() -> onnxruntime.InferenceSession:
    """The shared ONNX session, one thread wide: a window takes 0.1 ms, so more threads only cost."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    path = Path(get_assets_path()) / _MODEL_FILE
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


class SileroVoiceActivity:
    """The streaming Silero detector of one microphone."""

    def __init__(self, session: onnxruntime.InferenceSession | None = None) -> None:
        self._session = session or silero_session()
        self.reset()

    def reset(self) -> None:
        """Start as at the first sample of a call."""
        self._h = np.zeros((1, 1, 128), dtype=np.float32)
        self._c = np.zeros((1, 1, 128), dtype=np.float32)
        self._context = np.zeros(_CONTEXT_SAMPLES, dtype=np.float32)

    def probability(self, window: FloatSamples) -> float:
        """See `VoiceActivity.probability`; raises ValueError for a window of another length."""
        if window.shape != (WINDOW_SAMPLES,):
            raise ValueError(f"a window has {WINDOW_SAMPLES} samples, not {window.shape}")
        joined = np.concatenate([self._context, window]).reshape(1, -1)
        output, self._h, self._c = self._session.run(None, {"input": joined, "h": self._h, "c": self._c})
        self._context = window[-_CONTEXT_SAMPLES:].copy()
        return float(output.reshape(-1)[0])
