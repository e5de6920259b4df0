"""Marked turns of practice calls, as the encoder learns from them."""

from __future__ import annotations

import json
from pathlib import Path

from bot.nlu.marked_turns import RARE, MarkedTurn, learned_marks, read_marked

ROOT = Path(__file__).parents[2]


def test_marks_are_named_by_who_speaks_and_lose_their_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "judging" / "nl" / "calls"
    folder.mkdir(parents=True)
    turns = [
        {"speaker": "agent", "text": "Dag.", "marks": []},
        {"speaker": "customer", "text": "Hij is stuk.", "marks": ["fact1", "feel"]},
        {"speaker": "agent", "text": "Het kost niets.", "marks": ["term2!", "gain*"]},
    ]
    (folder / "a.json").write_text(json.dumps({"turns": turns}))
    (folder / "b.json").write_text(json.dumps({"turns": [{"speaker": "agent", "text": "Nooit gemerkt."}]}))
    assert read_marked(tmp_path, "nl") == (
        MarkedTurn("Dag.", "", "agent:", frozenset()),
        MarkedTurn("Hij is stuk.", "Dag.", "customer:", frozenset({"customer:fact", "customer:feel"})),
        MarkedTurn("Het kost niets.", "Hij is stuk.", "agent:", frozenset({"agent:term", "agent:gain*"})),
    )
    assert read_marked(tmp_path, "fr") == ()


def test_rare_marks_are_not_learned() -> None:
    def turn(mark: str) -> MarkedTurn:
        return MarkedTurn("x", "", "agent:", frozenset({mark}))

    turns = (*(turn("agent:ask") for _ in range(RARE)), *(turn("agent:hold") for _ in range(RARE - 1)))
    assert learned_marks(turns) == ["agent:ask"]


def test_the_marks_of_the_practice_calls_are_explained() -> None:
    explained = (ROOT / "data" / "judging" / "README.md").read_text(encoding="utf-8")
    names = {mark.split(":")[1] for turn in read_marked(ROOT, "nl") for mark in turn.marks}
    assert len(names) > 40
    assert not [name for name in names if f"`{name}`" not in explained and f"`{name}1`" not in explained]
