"""What the trainees of a benchmark say: sentences by a clean neural voice, and recordings of people; whole, or with a
pause inside.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from bot.audio import SAMPLES_PER_MS, Samples, from_float, resample, silence, to_float
from bot.errors import KiestoonError
from bot.speech.endpointing import VoiceStarted, VoiceStopped, VoiceTracker
from bot.speech.speaking import TAIL_MS, trim
from bot.speech.synthesizer import VoiceSettings
from bot.speech.vad import SileroVoiceActivity
from bot.speech.windows import WINDOW_SAMPLES

TRAINEE = VoiceSettings(lang="en", gender="male", piper=("en_US-joe-medium",))
SENTENCES = (
    "Good morning, The Harbour Hotel, this is Emma speaking, how can I help you?",
    "On what date would you like to arrive?",
    "What is important to you in a room?",
    "May I have your name please?",
    "So you would like a quiet room for two nights, is that correct?",
    "I suggest the garden double on the quiet side.",
    "It costs one hundred and forty euros a night, breakfast included.",
    "Cancellation is free until six in the evening.",
    "I will send you a confirmation by mail within the hour.",
    "Could you tell me a bit more about what went wrong last time?",
    "I understand that this is more than you had expected to pay.",
    "Would you like me to reserve a place in the garage as well?",
    "Thank you for waiting, I have found your order.",
    "Could you give me the number on your invoice?",
    "I am sorry that the parcel arrived with a broken corner.",
    "When did you first notice that the line was slow?",
    "If you like, I can send a technician on Thursday morning.",
    "The new contract runs for twelve months and then you can stop at any time.",
    "I will just put you on hold while I look that up.",
    "Shall I note the appointment for half past ten?",
    "You will receive the refund on your account within five days.",
    "Let me check whether we still have a table near the window.",
    "Because you have been a customer for years, the first month is free.",
    "Is there anything else that I can do for you today?",
)
"""None of them was used to learn how turns end."""
SIGNS_OF_LISTENING = ("Yes.", "Mhm.", "Okay.", "Right.")
PAUSES_MS = (400, 800)
"""The shortest and the longest pause inside a sentence."""
_SHORTEST_S, _LONGEST_S = 1.6, 5.0
_QUIET = 20 * SAMPLES_PER_MS
_LEAD_INS_MS, _BEHIND_MS = (600, 608, 616), 300
_SILENT_DB, _FADED_DB = 30.0, 15.0
"""So far under a sentence's level there is no voice: in clean audio, and in recordings with the echo of a room."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """A turn of a trainee. `pause` is where its pause begins and ends, in ms from its start; None for none. `over` is
    said while the customer answers; `listening` tells that it is no more than a sign of listening.
    """

    samples: Samples
    pause: tuple[int, int] | None = None
    over: Samples | None = None
    listening: bool = False

    @property
    def pause_ms(self) -> int:
        """How long the pause lasts, 0 for none."""
        return self.pause[1] - self.pause[0] if self.pause else 0

    @property
    def onset_ms(self) -> float:
        """Where the voice of `over` begins, in ms from its start."""
        assert self.over is not None
        return _voice_around(_power(self.over), 0, _SILENT_DB)[1] / SAMPLES_PER_MS


def with_pause(samples: Samples, draw: random.Random, *, echo: bool = False) -> Spoken:
    """The same with a pause inside, at the quietest moment of its middle. With the `echo` of a room the voice fades and
    rises: there the pause is made as long as voice activity detection hears it.
    """
    first, last = int(len(samples) * 0.3), int(len(samples) * 0.7)
    power = _power(samples)
    cut = first + int(np.argmin(power[first:last]))
    before, behind = _voice_around(power, cut, _FADED_DB if echo else _SILENT_DB)
    pause_ms = draw.randint(*PAUSES_MS)
    made = _parted(samples, before, behind, pause_ms)
    heard = _heard_silence(made) if echo else None
    if heard is None:
        return made
    surplus = heard[1] - heard[0] - pause_ms
    made = _parted(samples, before, behind, max(0, pause_ms - surplus))
    return replace(made, pause=_heard_silence(made) or made.pause)


def _parted(samples: Samples, before: int, behind: int, pause_ms: int) -> Spoken:
    start_ms = before // SAMPLES_PER_MS
    joined = np.concatenate([samples[:before], silence(pause_ms), samples[behind:]])
    return Spoken(joined, (start_ms, start_ms + pause_ms))


def _heard_silence(spoken: Spoken) -> tuple[int, int] | None:
    """Where voice stops and comes back around the pause, as it falls into the windows of a call: the longest of some
    ways. None where it is not heard to do so.
    """
    found = [heard for lead_in in _LEAD_INS_MS if (heard := _silence_behind(lead_in, spoken))]
    return max(found, key=lambda heard: heard[1] - heard[0], default=None)


def _silence_behind(lead_in_ms: int, spoken: Spoken) -> tuple[int, int] | None:
    assert spoken.pause is not None
    activity, tracker, stopped = SileroVoiceActivity(), VoiceTracker(), 0
    sound = to_float(np.concatenate([silence(lead_in_ms), spoken.samples, silence(_BEHIND_MS)]))
    for at in range(0, len(sound) - WINDOW_SAMPLES + 1, WINDOW_SAMPLES):
        change = tracker.feed(at // SAMPLES_PER_MS, activity.probability(sound[at : at + WINDOW_SAMPLES]))
        if isinstance(change, VoiceStopped):
            stopped = change.at_ms - lead_in_ms
        elif isinstance(change, VoiceStarted) and change.at_ms - lead_in_ms > spoken.pause[0]:
            return (stopped, change.at_ms - lead_in_ms) if 0 < stopped < spoken.pause[1] else None
    return None


def _voice_around(power: NDArray[np.float64], cut: int, silent_db: float) -> tuple[int, int]:
    """Where the voice ends before a moment and begins behind it: silence that is there already is part of the pause."""
    voiced = power > np.mean(power) * 10 ** (-silent_db / 10)
    before, behind = np.flatnonzero(voiced[:cut]), np.flatnonzero(voiced[cut:])
    return (int(before[-1]) + 1 if len(before) else 0), cut + (int(behind[0]) if len(behind) else 0)


def _power(samples: Samples) -> NDArray[np.float64]:
    return np.convolve(np.square(samples.astype(np.float64)), np.ones(_QUIET) / _QUIET, "same")


def turns_of(material: Sequence[Samples], count: int, seed: int, *, echo: bool = False) -> list[Spoken]:
    """`count` turns, every other one with a pause inside."""
    draw = random.Random(seed)
    order = [(seed * 3 + number) % len(material) for number in range(count)]
    return [
        _paused(material, place, draw, echo=echo) if number % 2 else Spoken(material[place])
        for number, place in enumerate(order)
    ]


def _paused(material: Sequence[Samples], place: int, draw: random.Random, *, echo: bool) -> Spoken:
    """From `place` on the first with a pause that is not heard to be longer than pauses are here."""
    made = [with_pause(material[place], draw, echo=echo)]
    while made[-1].pause_ms > PAUSES_MS[1] and len(made) < len(material):
        made.append(with_pause(material[(place + len(made)) % len(material)], draw, echo=echo))
    return made[-1]


def talking_over(material: Sequence[Samples], signs: Sequence[Samples], count: int) -> list[Spoken]:
    """`count` turns in whose answers the trainee speaks: by turns to take the floor and to show that he listens."""
    return [
        Spoken(material[number % len(material)], over=signs[number // 2 % len(signs)], listening=True)
        if number % 2
        else Spoken(material[number % len(material)], over=material[(number + 7) % len(material)])
        for number in range(count)
    ]


def recordings(folder: Path, count: int) -> list[Samples]:
    """`count` recordings of people from a folder (Ogg or WAV, at any depth), 1.6 to 7 s long, drawn from all.

    Raises KiestoonError ``audio.unreadable`` where there are none.
    """
    paths = sorted(path for kind in ("*.ogg", "*.wav") for path in folder.rglob(kind))
    random.Random(1).shuffle(paths)
    found: list[Samples] = []
    for path in paths:
        if len(found) == count:
            break
        samples = read_recording(path)
        if _SHORTEST_S <= len(samples) / SAMPLES_PER_MS / 1000 <= _LONGEST_S:
            found.append(samples)
    if not found:
        raise KiestoonError("audio.unreadable", f"no recordings in {folder}", {"file": str(folder)})
    return found


def read_recording(path: Path) -> Samples:
    """A recording (Ogg, WAV) as it comes into a call, 16 kHz mono, without the silence and the echo around it."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    samples = trim(resample(from_float(sound.mean(axis=1)), rate))
    power = _power(samples)
    voiced = np.flatnonzero(power > np.mean(power) * 10 ** (-_FADED_DB / 10))
    return samples[: int(voiced[-1]) + 1 + TAIL_MS * SAMPLES_PER_MS] if len(voiced) else samples
