"""Dutch as people speak it: the acted dialogues of Debian's fillets-ng, unpacked into var/test-audio by `make test`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT

GAME = ROOT / "var" / "test-audio" / "usr" / "share" / "games" / "fillets-ng"
_LINE = re.compile(r'dialogId\("(?P<id>[^"]+)"[^\n]*\)\s*\n\s*dialogStr\("(?P<text>(?:[^"\\\n]|\\.)*)"\)')


@dataclass(frozen=True)
class Clip:
    """A recording (Ogg Vorbis) and what is said in it."""

    path: Path
    text: str


def read_clips(game: Path = GAME) -> list[Clip]:
    """All recordings that have a text, in a stable order; empty where the packages could not be unpacked."""
    return [
        Clip(recording, line["text"])
        for script in sorted(game.glob("script/*/dialogs_nl.lua"))
        for line in _LINE.finditer(script.read_text(encoding="utf-8"))
        if (recording := game / "sound" / script.parent.name / "nl" / f"{line['id']}.ogg").is_file()
    ]
