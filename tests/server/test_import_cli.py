"""`kiestoon import`, `score --all` and `bench score` as somebody would type them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from bot.audio import silence, write_wav
from server.cli.main import app
from server.engine import Engine
from server.understanding import recogniser_for
from tests.line import ROOT, TRAINED

GOLD = ROOT / "data" / "gold" / "nl"
LEARNED: dict[object, Any] = {}
CALLS = ("klacht-half", "hotel", "enquete-goed")


def remembering(load: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def remembered(owner: Any, lang: str) -> Any:
        key = (load.__name__, lang)
        if key not in LEARNED:
            LEARNED[key] = load(owner, lang)
        return LEARNED[key]

    return remembered


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Word lists and the recogniser of acts never change, and loading them takes seconds."""
    for place, load in (
        ("server.engine.Engine.lexicon", Engine.lexicon),
        ("server.engine.recogniser_for", recogniser_for),
    ):
        monkeypatch.setattr(place, remembering(load))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    TRAINED.mkdir(parents=True, exist_ok=True)
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "cache").symlink_to(TRAINED)
    monkeypatch.setenv("KIESTOON_DATA_DIR", str(folder))
    monkeypatch.setenv("KIESTOON_CONTENT", str(ROOT))
    monkeypatch.setenv("KIESTOON_UI_LANG", "nl")
    monkeypatch.setenv("COLUMNS", "160")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def transcripts() -> list[Path]:
    return [GOLD / "calls" / f"{name}.json" for name in CALLS]


def test_transcripts_are_stored_scored_all_at_once_and_taken_back(data: Path) -> None:
    stored = json.loads(run("import", *transcripts(), "--jobs", 1, "--json").stdout)
    assert [Path(row["file"]).stem for row in stored["stored"]] == list(CALLS)
    ids = {row["call_id"] for row in stored["stored"]}

    first = json.loads(run("score", "--all", "--jobs", 1, "--json").stdout)
    assert first["became"] == {"judged": 3}
    assert set(first["points"]) == ids
    second = json.loads(run("score", "--all", "--jobs", 1, "--json").stdout)
    assert second["became"] == {"current": 3}
    assert second["points"] == first["points"]
    one = json.loads(run("score", min(ids), "--json").stdout)
    assert one["points"] == first["points"][min(ids)]

    again = run("import", *transcripts(), "--jobs", 1)
    assert "imported before" in again.output
    assert run("import", "--undo").exit_code == 0
    assert json.loads(run("score", "--all", "--jobs", 1, "--json").stdout)["points"] == {}


def test_an_older_judgement_stands_until_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", transcripts()[0], "--jobs", 1)
    run("score", "--all", "--jobs", 1)
    monkeypatch.setattr("server.score_jobs.VERSION", "next")
    assert json.loads(run("score", "--all", "--jobs", 1, "--json").stdout)["became"] == {"older": 1}
    assert json.loads(run("score", "--all", "--again", "--jobs", 1, "--json").stdout)["became"] == {"rejudged": 1}


def test_a_stored_call_of_another_kiestoon_is_taken_in(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "elsewhere"
    log.mkdir()
    shutil.copy(ROOT / "tests" / "evaluators" / "golden" / "dubbele-factuur.jsonl", log / "events.jsonl")
    (log / "audio.pcm").write_bytes(np.zeros(32_000, dtype="<i2").tobytes())
    (row,) = json.loads(run("import", log, "--jobs", 1, "--json").stdout)["stored"]
    assert (data / "calls" / row["call_id"] / "audio.pcm").stat().st_size == 64_000
    assert json.loads(run("score", row["call_id"], "--json").stdout)["call_id"] == row["call_id"]


def test_what_cannot_be_imported_is_refused_by_name_and_the_rest_goes_on(tmp_path: Path) -> None:
    mono, nothing = tmp_path / "mono.wav", tmp_path / "nothing.wav"
    write_wav(mono, silence(500))
    result = run(
        "import", mono, nothing, transcripts()[0], "--agent", "left", "--kind", "service", "--jobs", 1, "--json"
    )
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert len(found["stored"]) == 1
    assert {row["code"] for row in found["refused"]} == {"import.missing", "import.mono"}


@pytest.mark.parametrize(
    ("options", "told"),
    [((), "--agent left"), (("--agent", "left"), "--kind"), (("--undo",), "niets"), (("--agent", "middle"), "middle")],
)
def test_what_must_be_told_is_asked_for(options: tuple[str, ...], told: str, tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", silence(500), channels=2)
    result = run("import", tmp_path / "call.wav", *options)
    assert result.exit_code != 0
    assert told in result.output


def test_nothing_to_judge_is_said() -> None:
    result = run("score")
    assert result.exit_code == 1
    assert "--all" in result.output


def test_agreement_is_shown_with_its_intervals_and_the_bar(tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    (gold / "calls").mkdir(parents=True)
    (gold / "readings").mkdir()
    for path in transcripts():
        shutil.copy(path, gold / "calls")
    reading = json.loads((GOLD / "readings" / "a.json").read_text())
    first = {name: reading["calls"][name] for name in CALLS}
    (gold / "readings" / "a.json").write_text(json.dumps({"reader": "one", "calls": first}))
    other = {**first["hotel"], "criteria": {**first["hotel"]["criteria"], "tone": "missed"}}
    (gold / "readings" / "b.json").write_text(json.dumps({"reader": "two", "calls": {**first, "hotel": other}}))

    shown = run("bench", "score", "--gold", gold)
    assert shown.exit_code == 0, shown.output
    assert "mean kappa" in shown.output
    assert "bar:" in shown.output
    found = json.loads(run("bench", "score", "--gold", gold, "--json").stdout)
    (all_calls,) = found["sets"]
    tone = next(row for row in all_calls["criteria"] if row["criterion"] == "tone")
    assert (all_calls["calls"], all_calls["undecided"], tone["calls"]) == (3, 1, 2)
    listed = run("bench", "score", "--gold", gold, "--differences").output
    assert listed.splitlines() == ["hotel  tone  a: met  b: missed  open"]
