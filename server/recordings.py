"""Recordings of real calls from elsewhere: any format that FFmpeg reads, two channels, one speaker each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import numpy as np
from numpy.typing import NDArray

from bot.audio import SAMPLE_RATE, SAMPLES_PER_MS
from bot.errors import KiestoonError
from bot.event_log import disk_error

Side = Literal["left", "right"]
Stereo = NDArray[np.int16]

SUFFIXES = frozenset({".wav", ".flac", ".opus", ".ogg", ".oga", ".mp3", ".m4a", ".webm", ".wma", ".aif", ".aiff"})
"""What is taken for a recording by its name; everything else is read as text."""

TRUNCATED_SHARE = 0.98
SAME_DB = -40.0
"""Channels whose difference lies this far below them hold the same sound twice."""


@dataclass(frozen=True)
class Decoded:
    """What came out of a recording: its length, and whether it broke off before its announced end."""

    duration_ms: int
    truncated: bool


def announced_ms(path: Path) -> int:
    """The length that a recording's header announces, 0 where it does not; opens the file only.

    Raises KiestoonError ``import.missing``, ``import.unreadable``, ``import.mono`` or ``import.channels``.
    """
    with _opened(path) as container:
        _check_channels(_sound(container).codec_context.layout.nb_channels)
        return round((container.duration or 0) / 1000)


def decode(path: Path, target: Path, agent: Side, limit_minutes: int) -> Decoded:
    """Write a recording as the house keeps it: s16le, 16 kHz, two channels, the agent left.

    Raises KiestoonError ``import.missing``, ``import.unreadable`` (no audio that can be decoded), ``import.empty``,
    ``import.mono`` (one channel), ``import.channels`` (more than two), ``import.too_long``, ``disk.full`` or
    ``disk.unwritable``.
    """
    order = slice(None) if agent == "left" else slice(None, None, -1)
    limit = limit_minutes * 60 * SAMPLE_RATE
    frames, broken = 0, False
    with _opened(path) as container:
        announced = round((container.duration or 0) / 1000)
        try:
            with target.open("wb") as file:
                for block in _blocks(container):
                    frames += len(block)
                    if frames > limit:
                        raise KiestoonError("import.too_long", f"the recording is longer than {limit_minutes} minutes",
                                            {"limit": limit_minutes})  # fmt: skip
                    file.write(block[:, order].astype("<i2").tobytes())
        except av.error.FFmpegError as error:
            if frames == 0:
                raise _unreadable(path) from error
            broken = True
        except OSError as error:
            raise disk_error(error) from error
    if frames == 0:
        raise KiestoonError("import.empty", "the recording holds no sound", {"file": path.name})
    lasted = frames // SAMPLES_PER_MS
    return Decoded(lasted, broken or lasted < announced * TRUNCATED_SHARE - 1000)


def same_channels(stereo: Stereo) -> bool:
    """Whether both channels, of shape (frames, 2), hold the same: a mono recording dressed up as stereo."""
    power, difference = 0.0, 0.0
    for start in range(0, len(stereo), SAMPLE_RATE * 60):
        minute = stereo[start : start + SAMPLE_RATE * 60].astype(np.float64)
        power += float(np.square(minute).sum()) / 2
        difference += float(np.square(minute[:, 0] - minute[:, 1]).sum())
    return power > 0 and difference < power * 10 ** (SAME_DB / 10)


def _opened(path: Path) -> av.container.InputContainer:
    try:
        return av.open(str(path), mode="r", metadata_errors="ignore")
    except FileNotFoundError as error:
        raise KiestoonError("import.missing", "there is no file at this place", {"file": path.name}) from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise _unreadable(path) from error


def _blocks(container: av.container.InputContainer) -> Iterator[Stereo]:
    """The sound as blocks of shape (n, 2), int16, 16 kHz."""
    stream = _sound(container)
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=SAMPLE_RATE)
    checked = False
    for frame in container.decode(stream):
        if not checked:
            _check_channels(len(frame.layout.channels))
            checked = True
        frame.pts = None
        for part in resampler.resample(frame):
            yield part.to_ndarray().astype(np.int16, copy=False).reshape(-1, 2)
    if checked:
        for part in resampler.resample(None):
            yield part.to_ndarray().astype(np.int16, copy=False).reshape(-1, 2)


def _sound(container: av.container.InputContainer) -> av.AudioStream:
    if not container.streams.audio:
        raise KiestoonError("import.unreadable", "there is no sound in this file")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise KiestoonError("import.unreadable", "the sound has a form that cannot be decoded")
    return stream


def _check_channels(count: int) -> None:
    if count == 1:
        raise KiestoonError(
            "import.mono", "a mono recording mixes both voices: who said what cannot be told apart fairly"
        )
    if count != 2:
        raise KiestoonError("import.channels", f"the recording has {count} channels instead of two", {"count": count})


def _unreadable(path: Path) -> KiestoonError:
    return KiestoonError("import.unreadable", "this is no recording that can be decoded", {"file": path.name})
