"""The reader of turns for the judges: the encoder that the recognisers of acts use, with the marks fitted on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.events import Lang, Speaker
from bot.nlu.adapter import adapter_path, read_adapter
from bot.nlu.build import normal_view
from bot.nlu.embedder import load_embedder
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.tagger import Tagger
from evaluators.record import Marker


def turn_marker(content_root: Path, cache_dir: Path, lang: Lang) -> Marker | None:
    """What tells the marks of a turn; None where marks, adapter or encoder are not to be had."""
    adapter = read_adapter(adapter_path(content_root))
    model = adapter.marks() if adapter else None
    embedder = load_embedder(cache_dir, adapter) if adapter else None
    if model is None or embedder is None:
        return None
    tagger, view = Tagger(embedder, model), normal_view(read_pack(pack_path(content_root, lang), lang))

    def mark(text: str, before: str, speaker: Speaker) -> Mapping[str, float]:
        words = view(text)
        if not words:
            return {}
        chances = tagger.tag(words, view(before)).max(axis=0)
        own = f"{speaker}:"
        return {
            label.removeprefix(own): float(chance)
            for label, chance in zip(model.labels, chances, strict=True)
            if label.startswith(own)
        }

    return mark
