"""The content tests: every script has a file of calls that play out as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.library import load_library
from tests import ROOT
from tests.content_calls import FOLDER, CallOfScript, play_call, read_calls

LIBRARY = load_library(ROOT)
FILES = sorted(FOLDER.glob("*.yaml"))
CALLS = [(read_calls(path).script, call) for path in FILES for call in read_calls(path).calls]


def test_every_script_has_calls() -> None:
    assert sorted(LIBRARY.scripts) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_named_after_its_script_and_ends_well_and_badly(path: Path) -> None:
    file = read_calls(path)
    script = LIBRARY.scripts[file.script]
    outcomes = {call.expect.outcome for call in file.calls}
    assert file.script == path.stem
    assert outcomes & set(script.allowed), "no call ends as it should"
    assert outcomes - set(script.allowed), "no call ends badly"


@pytest.mark.parametrize(("script", "call"), CALLS, ids=lambda value: value.name if hasattr(value, "name") else value)
def test_call_plays_as_written(script: str, call: CallOfScript) -> None:
    played = play_call(LIBRARY, script, call)
    assert [turn.intents for turn in played.turns] == [turn.customer for turn in call.turns]
    for made, written in zip(played.turns, call.turns, strict=True):
        assert written.says in made.text
    assert played.outcome == call.expect.outcome
    assert played.state.gone == (call.expect.hangs_up == "customer")
    assert set(call.expect.facts) <= played.state.revealed
    assert all(played.state.objections[name].resolved for name in call.expect.resolved)
    assert call.expect.patience_at_least <= played.state.mood.patience <= call.expect.patience_at_most
