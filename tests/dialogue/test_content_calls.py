"""The content tests: every script has a file of calls that play out as written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content.library import load_library
from bot.content.yaml_source import parse_source, read_source
from bot.script_calls import FOLDER, check_calls, check_file
from tests import ROOT

LIBRARY = load_library(ROOT)
FILES = sorted((ROOT / FOLDER).glob("*.yaml"))
SCRIPT = "verkeerde-levering"
GOOD = (ROOT / FOLDER / f"{SCRIPT}.yaml").read_text("utf-8")


def test_every_script_has_calls() -> None:
    assert sorted(LIBRARY.scripts) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_calls_play_as_written_and_end_well_and_badly(path: Path) -> None:
    found = list(check_file(LIBRARY, read_source(path, path.relative_to(ROOT).as_posix())))
    assert [problem.render("en") for problem in found] == []


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("customer: [fact.feest]", "customer: [fact.feets]", "call_answer", "fact.feets"),
        ("        customer: [fact.feest]\n", "", "call_answer", "Tegen wanneer"),
        ("customer: [fact.feest]", 'customer: [fact.feest]\n        says: "zondag"', "call_words", "zondag"),
        ("outcome: satisfied", "outcome: refused", "call_outcome", "outcome: refused"),
        ("hangs_up: customer", "hangs_up: agent", "call_outcome", "hangs_up: agent"),
        ("gekregen, feest]", "gekregen, betaald]", "call_fact", "gekregen, betaald"),
        ("facts: [besteld", "resolved: [zelf-terugsturen]\n      facts: [besteld", "call_unresolved", "resolved:"),
        ("facts: [besteld", "patience_at_most: 0.1\n      facts: [besteld", "call_patience", "expect:"),
        ("persona: haastige-zakenman", "persona: haastige-zakeman", "no_pair", "persona: haastige-zakeman"),
        ("script: verkeerde-levering", "script: verkeerde-leverin", "unknown_id", "script:"),
        ("script: verkeerde-levering", "script: dubbele-factuur", "id_file", "script:"),
        ("acts: [greet,", "acts: [great,", "choice", "great"),
        ("outcome: hung_up_angry", "outcome: satisfied", "no_bad_end", "calls:"),
        ("- user: ", "- usr: ", "unknown_key", "usr:"),
    ],
)
def test_what_plays_differently_is_named_with_its_place(old: str, new: str, code: str, at: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = [made for made in check_file(LIBRARY, parse_source(text, f"{FOLDER}/{SCRIPT}.yaml")) if made.code == code]
    assert found
    assert at in text.splitlines()[found[0].line - 1]
    assert found[0].message("nl") != found[0].message("en")


def test_a_script_without_a_test_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    (tmp_path / FOLDER / f"{SCRIPT}.yaml").unlink()
    (problem,) = check_calls(LIBRARY, tmp_path)
    assert (problem.file, problem.code) == (f"dialogue_scripts/{SCRIPT}.yaml", "no_calls")
    assert f"{FOLDER}/{SCRIPT}.yaml" in problem.message("nl")


def test_where_there_are_no_tests_at_all_nothing_is_missed(tmp_path: Path) -> None:
    assert list(check_calls(LIBRARY, tmp_path)) == []
