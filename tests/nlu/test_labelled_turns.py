"""Whole labelled turns: reading, mistakes in them, and those that are kept with the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu.bench import read_cases
from bot.nlu.labelled_turns import read_turns, turns_path
from tests.line import ROOT


def test_a_turn_knows_the_acts_at_each_character(tmp_path: Path) -> None:
    path = tmp_path / "turns.jsonl"
    path.write_text('{"context": "Ja?", "parts": [["dag", "greet"], ["met An", "greet+state_name"], ["euh", ""]]}\n')
    (turn,) = read_turns(path)
    assert (turn.text, turn.context) == ("dag met An euh", "Ja?")
    assert turn.acts_at(0) == turn.acts_at(2) == {Act.GREET}
    assert turn.acts_at(4) == turn.acts_at(9) == {Act.GREET, Act.STATE_NAME}
    assert turn.acts_at(11) == turn.acts_at(99) == frozenset()


def test_all_mistakes_are_told_at_once_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "turns.jsonl"
    path.write_text('{"parts": [["dag", "gret"]]}\n{"parts": "dag"}\nnothing\n{"parts": [["dag", "greet"]]}\n')
    with pytest.raises(KiestoonError) as caught:
        read_turns(path)
    assert caught.value.code == "nlu.corpus_invalid"
    lines = caught.value.message.splitlines()
    assert [line.removeprefix(f"{path}:")[:3] for line in lines] == ["1:1", "2:1", "3:1"]
    assert "unknown act 'gret'" in lines[0]


def test_no_file_is_no_turns(tmp_path: Path) -> None:
    assert read_turns(tmp_path / "turns.jsonl") == ()


@pytest.mark.parametrize("lang", ["nl", "en", "fr", "de"])
def test_the_turns_of_the_corpus_are_valid_and_none_is_a_turn_to_measure_on(lang: str) -> None:
    turns = read_turns(turns_path(ROOT, lang))
    assert len(turns) >= 200
    held = {
        case.text for part in ("dev", "test") for case in read_cases(ROOT / "data/eval/acts" / lang / f"{part}.jsonl")
    }
    assert held.isdisjoint(turn.text for turn in turns)
