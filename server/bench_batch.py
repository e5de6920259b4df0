"""Measuring how `score --all` and `import` use the cores: the same work with one process, with two, and so on."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bot.audio import SAMPLES_PER_MS, Samples, interleave, write_wav
from bot.speech.synthesizer import VoiceSettings
from evaluators.transcript_file import TranscriptFile
from server.batch import Done, Progress, run_batch
from server.engine import Engine
from server.import_jobs import Importer, ImportJob, Known, import_one
from server.score_jobs import Judges, ScoreJob, score_one
from server.settings import Settings
from server.storage import CallStore

Item = TypeVar("Item")
Value = TypeVar("Value")

GAP_MS = 400
AGENT = VoiceSettings(lang="en", gender="male", piper=("en_US-joe-medium",))
CUSTOMER = VoiceSettings(lang="en", gender="female")
SPOKEN = (
    "Good morning, The Harbour Hotel, this is Emma speaking, how can I help you?",
    "Good morning, I would like to book a room for two nights.",
    "Certainly. On what date would you like to arrive, and what is important to you in a room?",
    "On Friday, and it should be quiet, because I sleep badly.",
    "So you would like a quiet room for two nights from Friday, is that correct?",
    "Yes, that is right.",
    "I suggest the garden double. It costs one hundred and forty euros a night, breakfast included. Shall I book it?",
    "Yes please, do that.",
    "Then it is booked, and you will get a confirmation by mail today. Thank you for calling, goodbye.",
    "Goodbye.",
)


@dataclass(frozen=True)
class Speed:
    """How one number of processes fared: items a second once all processes run, and the s until the first was done
    (models and word lists are loaded by then). `efficiency` compares with one process: 1 is linear.
    """

    jobs: int
    items: int
    per_second: float
    first_s: float
    efficiency: float = 1.0


def speed(jobs: int, done_s: Sequence[float]) -> Speed:
    """The speed from the times (s since the start) at which items were done, in order.

    While the last items are done some processes are idle already, so the rate counts up to the last but `jobs`.
    """
    first, counted = done_s[0], done_s[: max(2, len(done_s) - jobs + 1)]
    lasted = counted[-1] - first
    return Speed(jobs, len(done_s), (len(counted) - 1) / lasted if lasted > 0 else 0.0, first)


def compared(speeds: Sequence[Speed]) -> list[Speed]:
    """The same with their efficiency, against the first, which has one process."""
    alone = speeds[0].per_second
    return [replace(found, efficiency=found.per_second / (found.jobs * alone) if alone else 0.0) for found in speeds]


def measure_scoring(settings: Settings, calls: int, jobs: Sequence[int]) -> list[Speed]:
    """Judge `calls` stored calls (the gold ones, over and over) with each number of processes."""
    with tempfile.TemporaryDirectory() as folder:
        own = _own(settings, Path(folder))
        _store_gold(own, calls)
        speeds = []
        for number in jobs:
            work = [ScoreJob(call_id, "nl") for call_id in CallStore(own.calls_dir).ids()]
            speeds.append(_timed(Judges, (own,), score_one, work, number))
            for judged in own.calls_dir.glob("*/[as][sc]*.json*"):
                judged.unlink()
        return compared(speeds)


async def measure_imports(settings: Settings, recordings: int, jobs: Sequence[int]) -> tuple[list[Speed], float]:
    """Import as many copies of one recording, with each number of processes; and the length of it in s."""
    with tempfile.TemporaryDirectory() as folder:
        own = _own(settings, Path(folder))
        stereo, length_s = await _recording(Engine(own))
        path = Path(folder) / "call.wav"
        write_wav(path, stereo, channels=2)
        header = TranscriptFile.model_validate({"lang": "en", "kind": "order", "direction": "inbound", "turns": []})
        speeds = []
        for number in jobs:
            store = CallStore(own.calls_dir)
            now = datetime.now().astimezone()
            work = [
                ImportJob(path, store.new_id(now), now.isoformat(), "", "left", Known(header))
                for _ in range(recordings)
            ]
            speeds.append(_timed(Importer, (own, own.calls_dir, 1), import_one, work, number))
            shutil.rmtree(own.calls_dir)
        return compared(speeds), length_s


def _timed(
    make: Callable[..., Any], arguments: tuple[Any, ...], work: Callable[[Any, Item, Progress], Value],
    items: Sequence[Item], jobs: int,
) -> Speed:  # fmt: skip
    start = time.monotonic()
    times = []
    outcome: Done[Item, Value]
    for outcome in run_batch(make, arguments, work, items, jobs, lambda _: None, apart=True):
        if outcome.error is not None:
            raise outcome.error
        times.append(time.monotonic() - start)
    return speed(jobs, times)


def _own(settings: Settings, folder: Path) -> Settings:
    """The same settings with a data folder of its own, in which models and caches are shared."""
    for name in ("models", "cache"):
        (settings.data_dir / name).mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to((settings.data_dir / name).resolve())
    return Settings(**(settings.model_dump() | {"data_dir": folder}))


def _store_gold(settings: Settings, calls: int) -> None:
    gold = sorted((settings.content / "data" / "gold" / "nl" / "calls").glob("*.json"))
    importer, now = Importer(settings, settings.calls_dir, 1), datetime.now().astimezone()
    for path in gold[:calls]:
        import_one(importer, ImportJob(path, importer.store.new_id(now), now.isoformat(), ""), lambda _: None)
    stored = importer.store.ids()
    for number in range(calls - len(stored)):
        source = importer.store.folder(stored[number % len(stored)])
        shutil.copytree(source, importer.store.folder(importer.store.new_id(now)))


async def _recording(engine: Engine) -> tuple[Samples, float]:
    sides: tuple[list[Samples], list[Samples]] = ([], [])
    for number, text in enumerate(SPOKEN):
        voice = await engine.synthesizer.render(text, CUSTOMER if number % 2 else AGENT)
        gap = np.zeros(GAP_MS * SAMPLES_PER_MS, dtype=np.int16)
        sides[number % 2].extend([voice, gap])
        sides[1 - number % 2].extend([np.zeros_like(voice), gap])
    await engine.close()
    left, right = (np.concatenate(side) for side in sides)
    return interleave(left, right), len(left) / SAMPLES_PER_MS / 1000
