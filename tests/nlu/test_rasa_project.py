"""The Rasa project that a language is trained with, and its installation up to the point where Rasa comes in."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from ruamel.yaml import YAML

from bot.errors import KiestoonError
from bot.nlu.rasa_project import make_project
from server import rasa_install
from server.rasa_files import LOCK, RASA_VERSION, RasaFiles, child_environment
from server.rasa_install import SOURCE_ONLY, find_python, install, obtain_python
from tests import ROOT


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("data/nlu/nl", "data/lang/nl", "data/rasa"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "data/lang/nl/nlu.yaml").write_text("lang: nl\nfillers: [euh]\n", encoding="utf-8")
    shutil.copy(ROOT / "data/rasa/config.yml", tmp_path / "data/rasa")
    (tmp_path / "data/nlu/nl/all.yml").write_text(
        "nlu:\n- intent: thank\n  examples: |\n    - Dank u!\n"
        "- intent: greet+state_name\n  examples: |\n    - euh Goedemorgen, met [Sofie](name)\n",
        encoding="utf-8",
    )
    return tmp_path


def test_rasa_learns_what_it_will_be_asked(content: Path, tmp_path: Path) -> None:
    project = make_project(content, "nl")
    project.write(tmp_path / "project")
    nlu = YAML(typ="safe").load(tmp_path / "project" / "nlu.yml")["nlu"]
    assert [(block["intent"], block["examples"]) for block in nlu] == [
        ("greet", "- goedemorgen met sofie\n"),
        ("state_name", "- goedemorgen met sofie\n"),
        ("thank", "- dank u\n"),
    ]
    assert YAML(typ="safe").load(tmp_path / "project" / "config.yml")["language"] == "nl"
    assert project.examples == 3


def test_the_model_is_named_after_what_it_learns(content: Path) -> None:
    first = make_project(content, "nl").model_name
    assert first == make_project(content, "nl").model_name
    assert re.fullmatch(r"nl-[0-9a-f]{20}", first)
    corpus = content / "data/nlu/nl/all.yml"
    corpus.write_text(corpus.read_text() + "    - dag met Tom\n", encoding="utf-8")
    second = make_project(content, "nl").model_name
    config = content / "data/rasa/config.yml"
    config.write_text(config.read_text().replace("max_iter: 100", "max_iter: 90"), encoding="utf-8")
    assert len({first, second, make_project(content, "nl").model_name}) == 3


@pytest.mark.parametrize("text", ["[", "- a", "\x00"])
def test_a_broken_config_is_told(content: Path, text: str) -> None:
    (content / "data/rasa/config.yml").write_text(text, encoding="utf-8")
    with pytest.raises(KiestoonError) as caught:
        make_project(content, "nl")
    assert caught.value.code == "nlu.rasa_config"


def test_the_real_corpora_make_projects() -> None:
    for lang in ("nl", "fr", "en", "de"):
        assert make_project(ROOT, lang).examples > 500


def test_the_lock_pins_rasa_with_hashes_and_no_addresses() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    names = set()
    for entry in entries:
        lines = [line.strip().rstrip("\\").strip() for line in entry.splitlines()]
        requirement = Requirement(lines[0])
        names.add(requirement.name)
        assert [spec.operator for spec in requirement.specifier] == ["=="]
        assert lines[1:]
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in lines[1:])
    assert f"rasa=={RASA_VERSION} " in text
    assert set(SOURCE_ONLY.split(",")) <= names


def test_rasa_gets_none_of_this_programs_python() -> None:
    got = child_environment({"PYTHONPATH": "x", "VIRTUAL_ENV": "y", "HOME": "z"})
    assert got["HOME"] == "z"
    assert got["RASA_TELEMETRY_ENABLED"] == "false"
    assert not {"PYTHONPATH", "VIRTUAL_ENV"} & set(got)


def test_a_python_of_another_version_is_not_taken(tmp_path: Path) -> None:
    files = RasaFiles(tmp_path, ROOT)
    with pytest.raises(KiestoonError, match=re.escape(sys.executable)) as caught:
        find_python(files, Path(sys.executable))
    assert caught.value.code == "rasa.python_missing"


def test_a_broken_python_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "bin" / "python3.10"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    good = tmp_path / "good" / "python3.10"
    good.parent.mkdir()
    good.write_text("#!/bin/sh\necho 3 10\n")
    good.chmod(0o755)
    files = RasaFiles(tmp_path / "rasa", ROOT)
    monkeypatch.setattr(rasa_install, "candidates", lambda files: iter([tmp_path / "none", shim, good]))
    assert find_python(files) == good


def test_without_python_and_offline_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(KiestoonError, match=r"pyenv install 3\.10") as caught:
        obtain_python(RasaFiles(tmp_path, ROOT), offline=True)
    assert caught.value.code == "rasa.python_missing"


def test_a_full_disk_is_told_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa_install, "NEEDED_MB", 10**9)
    with pytest.raises(KiestoonError) as caught:
        install(RasaFiles(tmp_path / "rasa", ROOT), lambda progress: None)
    assert caught.value.code == "rasa.disk_low"
    assert caught.value.details["need"] == 10**9
