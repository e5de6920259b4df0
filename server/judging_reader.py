"""The reader of calls for the judges: the encoder as it was fitted to marked practice calls."""

from __future__ import annotations

from pathlib import Path

from bot.events import Lang
from bot.nlu.adapter import read_adapter, reader_path
from bot.nlu.build import normal_view
from bot.nlu.call_reader import CallReader
from bot.nlu.embedder import load_embedder
from bot.nlu.pack import pack_path, read_pack


def call_reader(content_root: Path, cache_dir: Path, lang: Lang) -> CallReader | None:
    """What reads calls in a language; None where the fitted file or the encoder is not to be had."""
    adapter = read_adapter(reader_path(content_root))
    encoder = load_embedder(cache_dir, adapter) if adapter else None
    if adapter is None or encoder is None:
        return None
    return CallReader(encoder, adapter.tags(), normal_view(read_pack(pack_path(content_root, lang), lang)))
