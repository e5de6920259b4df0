"""The pairing of recordings with their texts, on a folder made here."""

from __future__ import annotations

from pathlib import Path

from tests.human_dutch import read_clips

SCRIPT = """
dialogId("let-m-divna", "font_small", "What kind of strange ship is that?")
dialogStr("Wat is dit voor raar schip?")

dialogId("let-v-stil", "font_big", "Nobody recorded this.")
dialogStr("Dit heeft niemand ingesproken.")

dialogId("let-v-oko", "font_big", "He said \\"no\\".")
dialogStr("Hij zei \\"nee\\".")
"""


def test_only_what_was_recorded_is_paired(tmp_path: Path) -> None:
    script = tmp_path / "script" / "airplane" / "dialogs_nl.lua"
    sound = tmp_path / "sound" / "airplane" / "nl"
    script.parent.mkdir(parents=True)
    sound.mkdir(parents=True)
    script.write_text(SCRIPT, encoding="utf-8")
    for name in ("let-m-divna", "let-v-oko"):
        (sound / f"{name}.ogg").touch()
    assert [(clip.path.stem, clip.text) for clip in read_clips(tmp_path)] == [
        ("let-m-divna", "Wat is dit voor raar schip?"),
        ("let-v-oko", 'Hij zei \\"nee\\".'),
    ]


def test_nothing_unpacked_is_nothing_found(tmp_path: Path) -> None:
    assert read_clips(tmp_path) == []
