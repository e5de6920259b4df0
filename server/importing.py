"""Calls from elsewhere, stored as if they had been made here: a stereo recording becomes an event log with its sound.

A call is built in a folder that no list shows and moved into place when it is whole, so there is never half a call.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.acts import Understanding
from bot.audio import SAMPLES_PER_MS, FloatSamples, Samples, to_float
from bot.errors import KiestoonError
from bot.event_log import EventLog, disk_error
from bot.events import CallEvent, CallStarted
from bot.speech.transcriber import LEAD_IN_MS, Transcriber
from bot.speech.vad import VoiceActivity
from bot.speech.windows import WINDOW_SAMPLES
from server.imported_log import RecognisedTurn, events_of
from server.recordings import Side, Stereo, decode, same_channels
from server.segmenting import SpokenTurn, Stretch, stretches, turns_of_stretches, window_levels, without_bleed
from server.storage import BYTES_PER_MS, CallStore

TAIL_MS = 200
"""Sound after a turn that is recognised with it: voice activity misses soft last consonants."""
BLOCK_SAMPLES = WINDOW_SAMPLES * 2000
BUILDING = "importing-"
LISTENING_SHARE = 0.1
"""How much of the work on a recording is over once its turns are found; the rest is recognition."""


@dataclass(frozen=True)
class ImportParts:
    """What an import is wired to. `progress` is told how many more ms of the recording are done."""

    activity: Callable[[], VoiceActivity]
    transcriber: Transcriber
    understand: Callable[[str, str | None], Understanding]
    progress: Callable[[float], None] = lambda _ms: None


def import_recording(
    path: Path, start: CallStarted, agent: Side, limit_minutes: int, store: CallStore, parts: ImportParts
) -> str:
    """Store a recording as a call; answers its id, that of `start`.

    Raises KiestoonError as `decode` and the recogniser do, ``import.same_channels`` (both sides hold the same),
    ``import.silent`` (nobody speaks), ``import.one_sided`` (one channel without voice) or ``disk.full``.
    """
    with building(store, start.call_id) as folder:
        decoded = decode(path, folder / "audio.pcm", agent, limit_minutes)
        stereo: Stereo = np.memmap(
            folder / "audio.pcm", dtype="<i2", mode="r", shape=(decoded.duration_ms * SAMPLES_PER_MS, 2)
        )
        if same_channels(stereo):
            raise KiestoonError("import.same_channels", "both channels hold the same sound: it is a mono recording")
        sides = (stereo[:, 0], stereo[:, 1])
        voice = _voice(sides, parts)
        _both_speak(voice)
        parts.progress(decoded.duration_ms * LISTENING_SHARE)
        heard = asyncio.run(_recognised(turns_of_stretches(voice), sides, start, decoded.duration_ms, parts))
        write_log(folder, events_of(start, voice, heard, decoded.duration_ms, decoded.truncated, parts.understand))
    return start.call_id


def import_events(events: Sequence[CallEvent], call_id: str, store: CallStore, audio: Path | None = None) -> str:
    """Store a call whose events are there already, under a new id, with its recording (s16le stereo) if any."""
    first = events[0]
    assert isinstance(first, CallStarted)
    with building(store, call_id) as folder:
        if audio is not None and audio.exists():
            try:
                shutil.copyfile(audio, folder / "audio.pcm")
            except OSError as error:
                raise disk_error(error) from error
        write_log(folder, (first.model_copy(update={"call_id": call_id}), *events[1:]))
    return call_id


@contextmanager
def building(store: CallStore, call_id: str) -> Iterator[Path]:
    """A folder to build a call in; it becomes the call at the end, and disappears where anything fails."""
    folder = store.root / f"{BUILDING}{os.getpid()}-{call_id}"
    try:
        folder.mkdir()
    except OSError as error:
        raise disk_error(error) from error
    try:
        yield folder
        try:
            folder.rename(store.folder(call_id))
        except OSError as error:
            raise disk_error(error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_unfinished(store: CallStore) -> None:
    """Remove what imports that were killed left behind; those that are still running are left alone."""
    for folder in store.root.glob(f"{BUILDING}*"):
        process = folder.name.removeprefix(BUILDING).split("-")[0]
        if not (process.isdigit() and _alive(int(process))):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_log(folder: Path, events: Iterable[CallEvent]) -> None:
    """Write a whole log and put it on the disk itself."""
    with EventLog(folder / "events.jsonl") as log:
        for event in events:
            log.append(event)
        log.sync()


def megabytes(duration_ms: int) -> int:
    """Disk space that the sound of a call takes."""
    return duration_ms * BYTES_PER_MS // 2**20 + 1


def _voice(sides: tuple[Samples, Samples], parts: ImportParts) -> list[Stretch]:
    """Who speaks when, in both channels."""
    heard = [_listened(samples, parts.activity()) for samples in sides]
    (agent, agent_levels), (customer, customer_levels) = heard
    return [
        *stretches("agent", without_bleed(agent, agent_levels, customer, customer_levels)),
        *stretches("customer", without_bleed(customer, customer_levels, agent, agent_levels)),
    ]


def _listened(samples: Samples, activity: VoiceActivity) -> tuple[FloatSamples, FloatSamples]:
    """Probability of voice and level (dBFS) of each window, a minute at a time: an hour needs no more memory."""
    probabilities: list[float] = []
    levels = []
    whole = len(samples) // WINDOW_SAMPLES * WINDOW_SAMPLES
    for start in range(0, whole, BLOCK_SAMPLES):
        block = to_float(samples[start : min(start + BLOCK_SAMPLES, whole)])
        levels.append(window_levels(block))
        probabilities.extend(activity.probability(window) for window in block.reshape(-1, WINDOW_SAMPLES))
    nothing = np.zeros(0, dtype=np.float32)
    return np.array(probabilities, dtype=np.float32), np.concatenate(levels) if levels else nothing


def _both_speak(voice: Sequence[Stretch]) -> None:
    speaking = {stretch.speaker for stretch in voice}
    if not speaking:
        raise KiestoonError("import.silent", "nobody speaks in this recording")
    if len(speaking) == 1:
        silent = "customer" if "agent" in speaking else "agent"
        raise KiestoonError("import.one_sided", f"the channel of the {silent} holds no voice", {"side": silent})


async def _recognised(
    turns: Sequence[SpokenTurn], sides: tuple[Samples, Samples], start: CallStarted, duration_ms: int,
    parts: ImportParts,
) -> list[RecognisedTurn]:  # fmt: skip
    prompt = ", ".join(filter(None, (start.company_name, start.agent_name, start.customer_name)))
    whole = sum(turn.end_ms - turn.start_ms for turn in turns)
    heard = []
    for turn in turns:
        first = max(0, turn.start_ms - LEAD_IN_MS)
        piece = sides[turn.speaker == "customer"][first * SAMPLES_PER_MS : (turn.end_ms + TAIL_MS) * SAMPLES_PER_MS]
        text = await parts.transcriber.transcribe(to_float(piece), start.lang, prompt)
        heard.append(RecognisedTurn(turn, text.at(first)))
        parts.progress(duration_ms * (1 - LISTENING_SHARE) * (turn.end_ms - turn.start_ms) / whole)
    return heard
