"""What the trainees of a benchmark say: sentences by a clean neural voice, and recordings of people; whole, or with a
pause inside.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from bot.audio import SAMPLES_PER_MS, Samples, from_float, resample, silence
from bot.errors import KiestoonError
from bot.speech.speaking import TAIL_MS, trim
from bot.speech.synthesizer import VoiceSettings

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
    def onset_ms(self) -> float:
        """Where the voice of `over` begins, in ms from its start."""
        assert self.over is not None
        return _voice_around(_power(self.over), 0, _SILENT_DB)[1] / SAMPLES_PER_MS


def with_pause(samples: Samples, draw: random.Random, *, echo: bool = False) -> Spoken:
    """The same with a pause inside, at the quietest moment of its middle; the `echo` of a room stops with the voice."""
    first, last = int(len(samples) * 0.3), int(len(samples) * 0.7)
    power = _power(samples)
    cut = first + int(np.argmin(power[first:last]))
    before, behind = _voice_around(power, cut, _FADED_DB if echo else _SILENT_DB)
    pause_ms = draw.randint(*PAUSES_MS)
    start_ms = before // SAMPLES_PER_MS
    joined = np.concatenate([samples[:before], silence(pause_ms), samples[behind:]])
    return Spoken(joined, (start_ms, start_ms + pause_ms))


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
        with_pause(material[place], draw, echo=echo) if number % 2 else Spoken(material[place])
        for number, place in enumerate(order)
    ]


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
