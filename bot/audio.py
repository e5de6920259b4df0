"""The one audio format of the house, and pure functions on it: s16le, 16 kHz, mono.

Arrays of samples are one-dimensional `int16` (`Samples`); arrays for models are one-dimensional `float32` in [-1, 1).
Levels are RMS in dBFS, where 0 dBFS is an RMS of full scale (32768): a full-scale sine reads -3.0.
"""

from __future__ import annotations

import math
import struct
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import KiestoonError

Samples = NDArray[np.int16]
FloatSamples = NDArray[np.float32]

SAMPLE_RATE = 16_000
SAMPLES_PER_MS = SAMPLE_RATE // 1000
FRAME_MS = 20
FRAME_SAMPLES = SAMPLES_PER_MS * FRAME_MS
FRAME_BYTES = FRAME_SAMPLES * 2
SILENCE_DBFS = -100.0
"""What `rms_dbfs` answers for digital silence; no level is ever below it."""

_FULL_SCALE = 32768.0
_WAV_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
WAV_HEADER_BYTES = _WAV_HEADER.size


def silence(duration_ms: int) -> Samples:
    """`duration_ms` of zeros."""
    return np.zeros(duration_ms * SAMPLES_PER_MS, dtype=np.int16)


def duration_ms(samples: Samples | FloatSamples) -> int:
    """Length of a 16 kHz array in ms, rounded down."""
    return len(samples) // SAMPLES_PER_MS


def from_bytes(data: bytes | bytearray | memoryview) -> Samples:
    """Read s16le bytes; raises ValueError for an odd number of bytes."""
    return np.frombuffer(data, dtype="<i2").astype(np.int16, copy=False)


def to_bytes(samples: Samples) -> bytes:
    """The samples as s16le bytes."""
    return samples.astype("<i2", copy=False).tobytes()


def to_float(samples: Samples) -> FloatSamples:
    """int16 to float32 in [-1, 1)."""
    return samples.astype(np.float32) / np.float32(_FULL_SCALE)


def from_float(samples: NDArray[np.floating]) -> Samples:
    """Float in [-1, 1] to int16; what lies outside is clipped."""
    scaled = np.rint(np.asarray(samples, dtype=np.float64) * _FULL_SCALE)
    return np.clip(scaled, -32768, 32767).astype(np.int16)


def rms_dbfs(samples: Samples) -> float:
    """RMS level in dBFS, from `SILENCE_DBFS` to 0."""
    if len(samples) == 0:
        return SILENCE_DBFS
    rms = math.sqrt(float(np.mean(np.square(samples.astype(np.float64))))) / _FULL_SCALE
    return max(SILENCE_DBFS, 20 * math.log10(rms)) if rms > 0 else SILENCE_DBFS


def gain(samples: Samples, db: float) -> Samples:
    """Louder (positive dB) or softer; clips at full scale."""
    if db == 0:
        return samples
    return from_float(to_float(samples) * 10 ** (db / 20))


def resample(samples: Samples, from_rate: int, to_rate: int = SAMPLE_RATE) -> Samples:
    """Change the sample rate (Hz) with a polyphase filter that keeps aliases away."""
    if from_rate == to_rate or len(samples) == 0:
        return samples
    return _resampled(samples, *_ratio(from_rate, to_rate))


def stretch(samples: Samples, factor: float) -> Samples:
    """Play `factor` times as long at `1 / factor` of the pitch, as a tape that runs slower; 0.25 ≤ factor ≤ 4."""
    ratio = Fraction(factor).limit_denominator(64)
    if ratio == 1 or len(samples) == 0:
        return samples
    return _resampled(samples, ratio.numerator, ratio.denominator)


def _resampled(samples: Samples, up: int, down: int) -> Samples:
    from scipy.signal import resample_poly  # noqa: PLC0415  (0.8 s)

    return from_float(resample_poly(to_float(samples), up, down))


def interleave(left: Samples, right: Samples) -> Samples:
    """Two channels as one stereo stream (L R L R …); the shorter one is filled up with silence."""
    stereo = np.zeros((max(len(left), len(right)), 2), dtype=np.int16)
    stereo[: len(left), 0] = left
    stereo[: len(right), 1] = right
    return stereo.reshape(-1)


def frames(samples: Samples) -> list[Samples]:
    """Cut into frames of `FRAME_SAMPLES`; the last one is filled up with silence."""
    padded = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    return list(padded.reshape(-1, FRAME_SAMPLES))


def wav_header(data_bytes: int, channels: int = 1, sample_rate: int = SAMPLE_RATE) -> bytes:
    """The `WAV_HEADER_BYTES` (44) that come before `data_bytes` of s16le samples in a WAV file."""
    block = channels * 2
    return _WAV_HEADER.pack(
        b"RIFF", 36 + data_bytes, b"WAVE", b"fmt ", 16, 1, channels, sample_rate, sample_rate * block, block, 16,
        b"data", data_bytes,
    )  # fmt: skip


def wav_bytes(samples: Samples, channels: int = 1, sample_rate: int = SAMPLE_RATE) -> bytes:
    """A whole WAV file in memory; stereo samples are interleaved."""
    data = to_bytes(samples)
    return wav_header(len(data), channels, sample_rate) + data


def write_wav(path: Path, samples: Samples, channels: int = 1) -> None:
    """Write a 16 kHz WAV file; stereo samples are interleaved."""
    path.write_bytes(wav_bytes(samples, channels))


def read_wav(path: Path) -> Samples:
    """Read a 16-bit WAV file of any rate as 16 kHz mono (channels are averaged).

    Raises KiestoonError `audio.unreadable` for anything that is not a 16-bit PCM WAV file.
    """
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise KiestoonError("audio.unreadable", f"{path.name} is not 16-bit PCM", {"file": path.name})
            channels, rate = file.getnchannels(), file.getframerate()
            samples = from_bytes(file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise KiestoonError("audio.unreadable", f"{path.name} is not a WAV file", {"file": path.name}) from error
    if channels > 1:
        samples = np.rint(samples.reshape(-1, channels).mean(axis=1)).astype(np.int16)
    return resample(samples, rate)


def _ratio(from_rate: int, to_rate: int) -> tuple[int, int]:
    divisor = math.gcd(from_rate, to_rate)
    return to_rate // divisor, from_rate // divisor
