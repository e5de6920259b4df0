"""What the same trainee would wait for with parts as they come: the end of a turn by 600 ms of silence, faster-whisper
with its own settings, and a Piper voice that makes each answer when it is needed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from faster_whisper import WhisperModel
from piper import PiperVoice

from bot.audio import FRAME_MS, SAMPLES_PER_MS, Samples, duration_ms, frames, silence, to_float
from bot.events import Lang
from bot.speech.endpointing import VoiceStarted, VoiceStopped, VoiceTracker
from bot.speech.speaking import TAIL_MS
from bot.speech.vad import SileroVoiceActivity
from bot.speech.windows import WINDOW_MS, Windower
from server.bench_voices import Spoken

SILENCE_MS = 600
ANSWER = "It is for two nights, from the tenth of June, and I would like a quiet room."
"""A sentence of the usual length, as customers say."""


@dataclass(frozen=True)
class Reference:
    """`answers`: ms from the true end of speech to the first sample of the answer. `cut` of `paused` turns were taken
    as over in their pause.
    """

    answers: list[float]
    paused: int
    cut: int


def measure_reference(folder: Path, voice: Path, turns: Sequence[Spoken], lang: Lang) -> Reference:
    """Run the turns through the reference, as fast as the machine does. `folder` holds the recogniser's model, `voice`
    is the file of a Piper voice. Silence is waited for on the audio's clock, computing is timed as it happens.
    """
    model = WhisperModel(str(folder), device="cpu", compute_type="int8")
    speaker = PiperVoice.load(voice)
    answers, paused, cut = [], 0, 0
    for turn in turns:
        ended_ms = _turn_end(turn.samples)
        inside = turn.pause is not None and ended_ms < turn.pause[1]
        paused += turn.pause is not None
        cut += inside
        if inside:
            continue
        start = time.monotonic()
        segments, _ = model.transcribe(to_float(turn.samples), language=lang)
        list(segments)
        next(iter(speaker.synthesize(ANSWER)))
        waited = ended_ms - (duration_ms(turn.samples) - TAIL_MS)
        answers.append(waited + (time.monotonic() - start) * 1000 + FRAME_MS / 2)
    return Reference(answers, paused, cut)


def _turn_end(samples: Samples) -> int:
    """When 600 ms of silence have passed, in ms from the start."""
    activity, tracker, windower = SileroVoiceActivity(), VoiceTracker(), Windower()
    at_ms, silent_since = 0, None
    for frame in [*frames(samples), *frames(silence(3000))]:
        for window in windower.push(frame):
            change = tracker.feed(at_ms, activity.probability(window))
            at_ms += WINDOW_MS
            if isinstance(change, VoiceStopped):
                silent_since = change.at_ms
            elif isinstance(change, VoiceStarted):
                silent_since = None
            if silent_since is not None and at_ms - silent_since >= SILENCE_MS:
                return at_ms
    return len(samples) // SAMPLES_PER_MS + SILENCE_MS
