"""Rendered sentences, kept in memory and on disk so that a customer's line sounds at once the next time.

Files hold raw s16le samples under a name that is a hash of text, settings and voice: nothing can be read from them.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
from collections import OrderedDict
from pathlib import Path

from bot.audio import Samples, from_bytes, to_bytes
from bot.speech.synthesizer import VoiceSettings

_LOG = logging.getLogger(__name__)
_SUFFIX = ".s16"


def cache_key(sentence: str, voice: VoiceSettings, version: str) -> str:
    """The name of a rendering: the same for the same sentence, settings and engine version, and for nothing else."""
    # The lists of preference and the volume do not change the sound that is kept.
    settings = voice.model_dump_json(exclude={"piper", "gender", "volume_db"})
    return hashlib.sha256("\0".join((version, settings, sentence)).encode()).hexdigest()


class VoiceCache:
    """The least recently used renderings make room: in memory above `memory_bytes`, on disk above `disk_bytes`. Without
    a `folder` nothing is written. Safe to use from several threads. A full or broken disk costs speed, never a call.
    """

    def __init__(
        self, folder: Path | None = None, *, memory_bytes: int = 64_000_000, disk_bytes: int = 500_000_000
    ) -> None:
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._disk_bytes = disk_bytes
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, Samples] = OrderedDict()
        self._memory_used = 0
        self._disk: OrderedDict[str, int] = _listed(folder)
        self._disk_used = sum(self._disk.values())

    def get(self, key: str) -> Samples | None:
        """The rendering, from memory or disk; None where there is none."""
        with self._lock:
            if (samples := self._memory.get(key)) is not None:
                self._memory.move_to_end(key)
                return samples
            if self._folder is None or key not in self._disk:
                return None
        samples = _read(self._folder / f"{key}{_SUFFIX}")
        with self._lock:
            if samples is None:
                self._disk_used -= self._disk.pop(key, 0)
            else:
                self._remember(key, samples)
                if key in self._disk:
                    self._disk.move_to_end(key)
        return samples

    def holds(self, key: str) -> bool:
        """Whether there is a rendering; it is not read."""
        with self._lock:
            return key in self._memory or key in self._disk

    def put(self, key: str, samples: Samples, *, on_disk: bool = True) -> None:
        """Keep a rendering; `on_disk=False` forgets it with the process."""
        with self._lock:
            self._remember(key, samples)
            if not on_disk or self._folder is None or key in self._disk:
                return
        self._write(self._folder, key, samples)

    def _remember(self, key: str, samples: Samples) -> None:
        if (old := self._memory.pop(key, None)) is not None:
            self._memory_used -= old.nbytes
        self._memory[key] = samples
        self._memory_used += samples.nbytes
        while self._memory_used > self._memory_bytes:
            self._memory_used -= self._memory.popitem(last=False)[1].nbytes

    def _write(self, folder: Path, key: str, samples: Samples) -> None:
        """Without holding the lock: who only looks something up must not wait for a disk."""
        path, part = folder / f"{key}{_SUFFIX}", folder / f"{key}.{threading.get_ident()}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(to_bytes(samples))
            part.replace(path)
            for old in self._make_room(key, samples.nbytes):
                (folder / f"{old}{_SUFFIX}").unlink(missing_ok=True)
        except OSError as error:
            _LOG.warning("a rendered line could not be kept: %s", error.strerror)
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _make_room(self, key: str, size: int) -> list[str]:
        """Note a file; the ones that have to go for it."""
        with self._lock:
            self._disk_used += size - self._disk.pop(key, 0)
            self._disk[key] = size
            gone = []
            while self._disk_used > self._disk_bytes:
                old, freed = self._disk.popitem(last=False)
                self._disk_used -= freed
                gone.append(old)
            return gone


def _read(path: Path) -> Samples | None:
    try:
        os.utime(path)
        return from_bytes(path.read_bytes())
    except (OSError, ValueError):
        return None


def _listed(folder: Path | None) -> OrderedDict[str, int]:
    """What lies on disk, the least recently used first."""
    if folder is None or not folder.is_dir():
        return OrderedDict()
    found = sorted((entry.stat().st_mtime, entry.stem, entry.stat().st_size) for entry in folder.glob(f"*{_SUFFIX}"))
    return OrderedDict((key, size) for _, key, size in found)
