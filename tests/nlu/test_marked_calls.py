"""Marked practice calls, as the encoder learns from them."""

from __future__ import annotations

import json
from pathlib import Path

from bot.nlu.marked_calls import RARE, MarkedCall, MarkedTurn, learned_marks, read_marked

ROOT = Path(__file__).parents[2]


def test_marks_keep_their_numbers_and_turns_know_their_phase(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "judging" / "nl"
    (folder / "calls").mkdir(parents=True)
    (folder / "readings").mkdir()
    turns = [
        {"speaker": "agent", "text": "Dag.", "marks": []},
        {"speaker": "customer", "text": "Hij is stuk.", "marks": ["fact1", "feel"]},
        {"speaker": "agent", "text": "Het kost niets.", "marks": ["term2!", "gain*"]},
    ]
    call = {"turns": turns, "context": {"key_facts": ["Stuk"], "terms": ["Gratis", "Tien euro"]}}
    (folder / "calls" / "a01-lamp.json").write_text(json.dumps(call))
    (folder / "calls" / "b.json").write_text(json.dumps({"turns": [{"speaker": "agent", "text": "x"}], "context": {}}))
    reading = {"calls": {"a01-lamp": {"phases": {"contact": 0, "offer": 2}}}}
    (folder / "readings" / "x.json").write_text(json.dumps(reading))
    (found,) = read_marked(tmp_path, "nl")
    assert found == MarkedCall(
        "a",
        (
            MarkedTurn("agent", "Dag.", frozenset({"phase-contact", "start-contact"})),
            MarkedTurn("customer", "Hij is stuk.", frozenset({"fact1", "feel", "phase-contact"})),
            MarkedTurn("agent", "Het kost niets.", frozenset({"term2!", "gain*", "phase-offer", "start-offer"})),
        ),
        ("Stuk",),
        ("Gratis", "Tien euro"),
    )
    assert found.turns[1].learned == {"customer:fact", "customer:feel", "customer:phase-contact"}
    assert (found.turns[1].tells("fact", 1), found.turns[1].tells("fact", 2)) == ("told", None)
    assert (found.turns[2].tells("term", 2), found.turns[2].tells("fact", 2)) == ("wrong", None)
    assert read_marked(tmp_path, "fr") == ()


def test_what_an_agent_uses_is_no_mark_of_its_own() -> None:
    used = MarkedTurn("agent", "Die barst dus.", frozenset({"fact1", "echo"}))
    assert used.learned == {"agent:echo"}
    assert MarkedTurn("customer", "Er is een barst.", frozenset({"fact1"})).learned == {"customer:fact"}


def test_rare_marks_are_not_learned() -> None:
    def call(mark: str, times: int) -> MarkedCall:
        return MarkedCall("a", (MarkedTurn("agent", "x", frozenset({mark})),) * times, (), ())

    assert learned_marks((call("ask", RARE), call("hold", RARE - 1))) == ["agent:ask"]


def test_the_marks_of_the_practice_calls_are_explained() -> None:
    explained = (ROOT / "data" / "judging" / "README.md").read_text(encoding="utf-8")
    marks = {mark for call in read_marked(ROOT, "nl") for turn in call.turns for mark in turn.learned}
    names = {mark.split(":")[1] for mark in marks}
    assert len(names) > 40
    assert not [name for name in names if f"`{name}`" not in explained and f"`{name}1`" not in explained]
