"""The reader of calls for the judges: the encoder as it was fitted to marked practice calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.events import Lang
from bot.nlu.adapter import read_adapter, reader_path
from bot.nlu.build import normal_view
from bot.nlu.call_reader import CallReader, Turns
from bot.nlu.embedder import load_embedder, packed_weights
from bot.nlu.pack import pack_path, read_pack
from evaluators.record import Reader


@dataclass(frozen=True)
class LateReader:
    """Loads when it is first asked: a call that still goes on is never read."""

    content_root: Path
    cache_dir: Path
    lang: Lang

    @cached_property
    def _reader(self) -> CallReader:
        adapter = read_adapter(reader_path(self.content_root))
        encoder = load_embedder(self.cache_dir, adapter) if adapter else None
        if adapter is None or encoder is None:
            raise FileNotFoundError("the reader of calls was taken away while the program ran")
        view = normal_view(read_pack(pack_path(self.content_root, self.lang), self.lang))
        return CallReader(encoder, adapter.tags(), view)

    def marks(self, turns: Turns) -> Sequence[Mapping[str, float]]:
        """See `evaluators.record.Reader`."""
        return self._reader.marks(turns)

    def told(self, turns: Turns, asked: Sequence[tuple[int, str]]) -> Sequence[Mapping[str, float]]:
        """See `evaluators.record.Reader`."""
        return self._reader.told(turns, asked)


def call_reader(content_root: Path, cache_dir: Path, lang: Lang) -> Reader | None:
    """What reads calls in a language; None where the fitted file or the encoder is not to be had."""
    there = reader_path(content_root).exists() and packed_weights() is not None
    return LateReader(content_root, cache_dir, lang) if there else None
