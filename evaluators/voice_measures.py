"""Measuring the trainee's voice in a recorded call: from two channels and the turns to figures over time.

Only what can be heard and counted: levels, pitch in semitones, syllables, pauses, recognition. Nothing is concluded
about what somebody feels or where somebody comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from bot.audio import SAMPLE_RATE, SAMPLES_PER_MS, SILENCE_DBFS, FloatSamples, Samples, to_float
from bot.events import HeadsetChecked
from bot.transcript import Turn
from evaluators.voice_praat import PitchTrack, intensity_track, loudness_lufs, pitch_track, speaker_range, voiced_at
from evaluators.voice_signal import (
    FRAME_MS,
    PAUSE_MS,
    Bools,
    Floats,
    Span,
    clipped_share,
    frame_levels,
    inside,
    mean_level,
    noise_floor,
    pitch_spread,
    semitones,
    spans_of,
    speech_frames,
    syllable_nuclei,
    widened,
    without_octave_errors,
)

MEASURED_BY = "1"
"""Raised whenever the same recording may give other figures."""

LEAST_SPEECH_MS = 10_000
STRETCH_MS = 3_000
SHORTEST_STRETCH_MS = 1_200
MARGIN_MS = 150
CROSSTALK_MARGIN_MS = 100
CLIPPED_FROM = 0.05
CUSTOMER_ABOVE_DBFS = -50.0
FIRST_LOOK_MS = 60_000
PIECE_MS = 8_000
"""Longest piece that Praat gets at once: while it works (30 ms for this) no other thread does, live calls included."""

Problem = Literal["no_recording", "silent_recording", "little_speech", "clipped"]


class Frozen(BaseModel):
    """Immutable; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stretch(Frozen):
    """A few seconds of the trainee's speech within one turn. `level_dbfs` is the mean level, `pitch_sd_st` the spread
    of the pitch in semitones, `rate` the articulation rate in syllables per second, `confidence` the mean word
    probability; None where it could not be measured.
    """

    turn: int
    start_ms: int
    end_ms: int
    speech_ms: int
    level_dbfs: float
    pitch_sd_st: float | None = None
    rate: float | None = None
    confidence: float | None = None


class Heard(Frozen):
    """A stretch of time in the recording, of sound or of silence."""

    start_ms: int
    end_ms: int


class Lanes(Frozen):
    """When each of the two can be heard in the recording, in order of time."""

    agent: tuple[Heard, ...] = ()
    customer: tuple[Heard, ...] = ()


class VoiceMeasures(Frozen):
    """The trainee's voice in a call. `problem` tells why it cannot be judged; `truncated` that the recording ends
    before the call does. Levels in dBFS (RMS of speech frames), loudness in LUFS, pitch in semitones, rates in
    syllables per second, shares from 0 to 1. `headset_dbfs` is the speaking level of the headset check, None without
    one.
    """

    measured_by: str = MEASURED_BY
    problem: Problem | None = None
    truncated: bool = False
    speech_ms: int = 0
    level_dbfs: float | None = None
    loudness_lufs: float | None = None
    level_sd_db: float | None = None
    noise_dbfs: float | None = None
    headset_dbfs: float | None = None
    gain_control: bool = False
    clipped: float = 0.0
    pitch_sd_st: float | None = None
    pitch_range_st: float | None = None
    syllables: int = 0
    articulation_rate: float | None = None
    speaking_rate: float | None = None
    pauses: tuple[Heard, ...] = ()
    pause_share: float | None = None
    harmonicity_db: float | None = None
    confidence: float | None = None
    recogniser: str = ""
    stretches: tuple[Stretch, ...] = Field(default=(), description="in order of time")

    @property
    def voice_to_noise_db(self) -> float | None:
        """How far the speech stands above the noise; None where no noise could be measured."""
        if self.level_dbfs is None or self.noise_dbfs is None or self.noise_dbfs <= SILENCE_DBFS:
            return None
        return self.level_dbfs - self.noise_dbfs


@dataclass(frozen=True)
class Channels:
    """Who speaks when, by frame of `FRAME_MS`: the trainee within his turns, the customer anywhere; `levels` are the
    trainee's. `alone` is the trainee without crosstalk.
    """

    levels: Floats
    noise_dbfs: float
    trainee: Bools
    customer: Bools

    @property
    def alone(self) -> Bools:
        """Frames in which only the trainee speaks."""
        return self.trainee & ~widened(self.customer, CROSSTALK_MARGIN_MS)


def channels_of(
    recording: NDArray[np.int16],
    turns: Sequence[Turn],
    noise_dbfs: float | None = None,
    spoken: Iterable[Span] = (),
) -> Channels:
    """Both channels of a recording (shape (samples, 2), left the trainee). `noise_dbfs` is the noise of the headset
    check, for where the recording has no quiet stretch; `spoken` is where else the trainee spoke, recognised or not.
    """
    trainee, customer = (frame_levels(to_float(np.ascontiguousarray(recording[:, side]))) for side in (0, 1))
    frames = len(trainee)
    own = inside((*windows_of(turns).values(), *spoken), frames)
    other = speech_frames(customer, CUSTOMER_ABOVE_DBFS - 10, np.ones(frames, dtype=np.bool_))
    noise = noise_floor(trainee, ~own & ~widened(other, 300))
    if noise <= SILENCE_DBFS and noise_dbfs is not None:
        noise = noise_dbfs
    return Channels(trainee, noise, speech_frames(trainee, noise, own), other)


def lanes_of(
    recording: NDArray[np.int16], turns: Sequence[Turn], noise_dbfs: float | None = None, spoken: Iterable[Span] = ()
) -> Lanes:
    """When both can be heard; gaps shorter than `PAUSE_MS` are bridged. Arguments as `channels_of`."""
    channels = channels_of(recording, turns, noise_dbfs, spoken)
    agent, customer = (
        tuple(Heard(start_ms=span.start_ms, end_ms=span.end_ms) for span in spans_of(mask, bridge_ms=PAUSE_MS))
        for mask in (channels.trainee, channels.customer)
    )
    return Lanes(agent=agent, customer=customer)


def windows_of(turns: Sequence[Turn]) -> dict[int, Span]:
    """Where to listen to each turn of the trainee (by its number): a little around it, never over the next one."""
    agent = sorted((turn for turn in turns if turn.speaker == "agent"), key=lambda turn: turn.start_ms)
    windows: dict[int, Span] = {}
    free = 0
    for place, turn in enumerate(agent):
        end = turn.end_ms + MARGIN_MS
        if place + 1 < len(agent):
            following = agent[place + 1]
            end = min(end, max(turn.end_ms, (turn.end_ms + following.start_ms) // 2), following.end_ms)
        start = max(free, turn.start_ms - MARGIN_MS, 0)
        if end > start:
            windows[turn.i] = Span(start, end)
            free = end
    return windows


def measure_voice(
    recording: NDArray[np.int16] | None, turns: Sequence[Turn], headset: HeadsetChecked | None, recogniser: str = ""
) -> VoiceMeasures:
    """Measure the trainee's voice. `recording` has shape (samples, 2) at 16 kHz, left the trainee; None or empty
    without one. Never fails on a strange recording: `problem` says what is wrong with it.
    """
    if recording is None or len(recording) < SAMPLE_RATE // 10:
        return VoiceMeasures(problem="no_recording", recogniser=recogniser)
    channels = channels_of(recording, turns, headset.noise_floor_dbfs if headset else None)
    last = max((turn.end_ms for turn in turns if turn.speaker == "agent"), default=0)
    speech_ms = int(channels.alone.sum()) * FRAME_MS
    known = VoiceMeasures(
        truncated=last > len(channels.levels) * FRAME_MS + 500, speech_ms=speech_ms, recogniser=recogniser,
        headset_dbfs=headset.speech_level_dbfs if headset else None,
        gain_control=headset.gain_control if headset else False,
    )  # fmt: skip
    if not np.any(recording[:, 0]):
        return known.model_copy(update={"problem": "silent_recording"})
    if speech_ms < LEAST_SPEECH_MS:
        return known.model_copy(update={"problem": "little_speech"})
    samples = np.ascontiguousarray(recording[:, 0])
    clipped = clipped_share(_only(to_float(samples), channels.alone))
    if clipped >= CLIPPED_FROM:
        return known.model_copy(update={"problem": "clipped", "clipped": round(clipped, 3)})
    return _measured(samples, channels, turns, known.model_copy(update={"clipped": round(clipped, 3)}))


def _only(samples: FloatSamples, mask: Bools) -> FloatSamples:
    per_frame = SAMPLES_PER_MS * FRAME_MS
    return samples[: len(mask) * per_frame].reshape(len(mask), per_frame)[mask].reshape(-1)


def _measured(samples: Samples, channels: Channels, turns: Sequence[Turn], known: VoiceMeasures) -> VoiceMeasures:
    voice = to_float(samples)
    alone = channels.alone
    windows = windows_of(turns)
    agent = [turn for turn in turns if turn.i in windows]
    pieces = [piece for window in windows.values() for piece in _cut(window)]
    lowest, highest = speaker_range(_first_look(voice, pieces))
    pitch = np.full(len(alone), np.nan)
    periodic = np.full(len(alone), np.nan)
    nuclei: list[Floats] = []
    for piece in pieces:
        part = _part(voice, piece)
        track = pitch_track(part, lowest, highest)
        _spread_out(track, piece.start_ms, pitch, periodic)
        loud = intensity_track(part)
        nuclei.append(syllable_nuclei(loud.times, loud.db, voiced_at(track, loud.times)) * 1000 + piece.start_ms)
    pitch = np.where(alone, without_octave_errors(np.where(alone, pitch, np.nan)), np.nan)
    places = np.concatenate(nuclei) if nuclei else np.zeros(0)
    places = places[alone[np.minimum(places.astype(int) // FRAME_MS, len(alone) - 1)]]
    pauses = tuple(_pauses(channels, windows.values()))
    stretches = tuple(
        stretch for turn in agent for stretch in _stretches(turn, windows[turn.i], channels, pitch, places)
    )  # fmt: skip
    levels = [stretch.level_dbfs for stretch in stretches]
    return known.model_copy(
        update=_figures(voice, channels, pitch, periodic, places, pauses)
        | {"stretches": stretches, "pauses": pauses, "confidence": _confidence(agent)}
        | {"level_sd_db": round(float(np.std(levels)), 1) if len(levels) >= 3 else None}
    )


def _cut(window: Span) -> list[Span]:
    count = -(-window.ms // PIECE_MS)
    edges = [window.start_ms + window.ms * n // count for n in range(count + 1)]
    return [Span(start, end) for start, end in pairwise(edges)]


def _part(voice: FloatSamples, piece: Span) -> FloatSamples:
    return voice[piece.start_ms * SAMPLES_PER_MS : piece.end_ms * SAMPLES_PER_MS]


def _first_look(voice: FloatSamples, pieces: Sequence[Span]) -> Floats:
    """Pitch (Hz) in the first `FIRST_LOOK_MS` of the trainee's turns."""
    found: list[Floats] = [np.zeros(0)]
    looked = 0
    for piece in pieces:
        if looked >= FIRST_LOOK_MS:
            break
        found.append(pitch_track(_part(voice, piece)).f0_hz)
        looked += piece.ms
    return np.concatenate(found)


def _spread_out(track: PitchTrack, start_ms: int, pitch: Floats, periodic: Floats) -> None:
    frames = np.minimum((track.times * 1000 + start_ms).astype(int) // FRAME_MS, len(pitch) - 1)
    pitch[frames] = semitones(track.f0_hz)
    periodic[frames] = np.where(track.f0_hz > 0, track.periodicity, np.nan)


def _figures(
    voice: FloatSamples, channels: Channels, pitch: Floats, periodic: Floats, places: Floats, pauses: Iterable[Heard]
) -> dict[str, object]:
    alone = channels.alone
    speech_s = sum(span.ms for span in spans_of(alone, bridge_ms=PAUSE_MS)) / 1000
    pause_s = sum(pause.end_ms - pause.start_ms for pause in pauses) / 1000
    spread = pitch_spread(pitch)
    sure = np.clip(periodic[~np.isnan(periodic) & ~np.isnan(pitch)], 1e-3, 1 - 1e-5)
    return {
        "level_dbfs": round(mean_level(channels.levels[alone]), 1),
        "loudness_lufs": _rounded(loudness_lufs(_only(voice, alone)), 1),
        "noise_dbfs": round(channels.noise_dbfs, 1),
        "pitch_sd_st": round(spread[0], 2) if spread else None,
        "pitch_range_st": round(spread[1], 1) if spread else None,
        "syllables": len(places),
        "articulation_rate": round(len(places) / speech_s, 2),
        "speaking_rate": round(len(places) / (speech_s + pause_s), 2),
        "pause_share": round(pause_s / (speech_s + pause_s), 3),
        # Strength is the normalised autocorrelation, of which the harmonics-to-noise ratio is a function (Boersma 1993)
        "harmonicity_db": round(float(np.mean(10 * np.log10(sure / (1 - sure)))), 1) if len(sure) else None,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _pauses(channels: Channels, windows: Iterable[Span]) -> Iterable[Heard]:
    frames = len(channels.levels)
    crosstalk = widened(channels.customer, CROSSTALK_MARGIN_MS)
    for window in windows:
        spoken = spans_of(channels.trainee & inside([window], frames))
        for before, after in pairwise(spoken):
            silent = Span(before.end_ms, after.start_ms)
            if silent.ms >= PAUSE_MS and not crosstalk[silent.start_ms // FRAME_MS : silent.end_ms // FRAME_MS].any():
                yield Heard(start_ms=silent.start_ms, end_ms=silent.end_ms)


def _stretches(turn: Turn, window: Span, channels: Channels, pitch: Floats, places: Floats) -> Iterable[Stretch]:
    alone = channels.alone & inside([window], len(channels.levels))
    for parts in _grouped(spans_of(alone, bridge_ms=PAUSE_MS)):
        start, end = parts[0].start_ms, parts[-1].end_ms
        within = slice(start // FRAME_MS, end // FRAME_MS)
        speech_ms = sum(part.ms for part in parts)
        spread = pitch_spread(pitch[within])
        count = int(((places >= start) & (places < end)).sum())
        words = [word.probability for word in turn.words if start <= (word.start_ms + word.end_ms) // 2 < end]
        yield Stretch(
            turn=turn.i, start_ms=start, end_ms=end, speech_ms=speech_ms,
            level_dbfs=round(mean_level(channels.levels[within][alone[within]]), 1),
            pitch_sd_st=round(spread[0], 2) if spread else None,
            rate=round(count / (speech_ms / 1000), 2) if speech_ms >= SHORTEST_STRETCH_MS else None,
            confidence=round(float(np.mean(words)), 3) if words else None,
        )  # fmt: skip


def _grouped(parts: Sequence[Span]) -> list[list[Span]]:
    """Runs of speech gathered to about `STRETCH_MS` each; what is left over joins the run before."""
    groups: list[list[Span]] = []
    for part in (piece for whole in parts for piece in _pieces(whole)):
        if groups and sum(span.ms for span in groups[-1]) < STRETCH_MS * 2 // 3:
            groups[-1].append(part)
        else:
            groups.append([part])
    if len(groups) > 1 and sum(span.ms for span in groups[-1]) < SHORTEST_STRETCH_MS:
        groups[-2].extend(groups.pop())
    return groups


def _pieces(span: Span) -> list[Span]:
    count = max(1, round(span.ms / STRETCH_MS))
    edges = [span.start_ms + span.ms * n // (count * FRAME_MS) * FRAME_MS for n in range(count)] + [span.end_ms]
    return [Span(start, end) for start, end in pairwise(edges)]


def _confidence(agent: Sequence[Turn]) -> float | None:
    probabilities = [word.probability for turn in agent for word in turn.words]
    return round(float(np.mean(probabilities)), 3) if probabilities else None
