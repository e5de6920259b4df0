"""A form says where it is wrong; what is wrong in one does not hide the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import KiestoonError
from evaluators.rubric import Rubric, in_language, load_rubric, load_rubrics

FORM = """\
version: 1
id: proef
title: {nl: Proef}
values: {met: 1, partly: 0.5, missed: 0}
items:
  - id: toon
    title: {nl: Toon}
    definition: {nl: Rustig en hoffelijk.}
    criteria: [tone]
    weight: 2
  - id: taal
    title: {nl: Taal}
    definition: {nl: Verzorgd.}
    criteria: [language, opening]
    kinds: [complaint]
    levels: [3, 4]
    must: true
"""


def form(tmp_path: Path, was: str = "", now: str = "") -> Path:
    assert was in FORM
    path = tmp_path / "proef.yaml"
    path.write_text(FORM.replace(was, now, 1) if was else FORM, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("was", "now", "place", "word"),
    [
        ("weight: 2", "weight: 0", (10, 13), "weight"),
        ("weight: 2", "weight: -3", (10, 13), "weight"),
        ("weight: 2", "weight: 1000", (10, 13), "weight"),
        ("weight: 2", "weight: .nan", (10, 13), "weight"),
        ("weight: 2", "weight: zwaar", (10, 13), "weight"),
        ("weight: 2", "wieght: 2", (10, 5), "weight"),
        ("met: 1, partly: 0.5, missed: 0", "met: 0, partly: 0.5, missed: 1", (4, 9), "values"),
        ("met: 1, partly: 0.5, missed: 0", "met: 1, partly: 1, missed: 1", (4, 9), "values"),
        ("criteria: [tone]", "criteria: [toon]", (9, 16), "tone"),
        ("criteria: [language, opening]", "criteria: [language, tone]", (14, 26), "tone"),
        ("id: taal", "id: toon", (11, 9), "toon"),
        ("id: proef", "id: anders", (2, 5), "anders"),
        ("kinds: [complaint]", "kinds: [klacht]", (15, 13), "complaint"),
        ("levels: [3, 4]", "levels: []", (16, 13), "levels"),
        ("items:", "itmes:", (5, 1), "items"),
        ("title: {nl: Toon}", "title: {nl: Toon", (8, 15), ""),
    ],
)
def test_a_fault_is_named_with_file_line_and_column(
    tmp_path: Path, was: str, now: str, place: tuple[int, int], word: str
) -> None:
    with pytest.raises(KiestoonError) as caught:
        load_rubric(form(tmp_path, was, now))
    details = caught.value.details
    assert caught.value.code == "rubric.invalid"
    assert (details["file"], details["line"], details["column"]) == ("proef.yaml", *place)
    assert str(caught.value).startswith(f"proef.yaml:{place[0]}:{place[1]}: ")
    assert word in str(details["what"])


def test_kinds_and_levels_decide_what_is_on_the_form(tmp_path: Path) -> None:
    rubric = load_rubric(form(tmp_path))
    assert [item.id for item in rubric.items_for("complaint", 3)] == ["toon", "taal"]
    assert [item.id for item in rubric.items_for("complaint", 1)] == ["toon"]
    assert [item.id for item in rubric.items_for("sale", 3)] == ["toon"]
    assert [item.id for item in rubric.items_for("complaint")] == ["toon", "taal"]


def test_an_edition_changes_with_the_contents_and_only_then(tmp_path: Path) -> None:
    one = load_rubric(form(tmp_path))
    same = load_rubric(form(tmp_path, "version: 1\n", "# a remark\nversion: 1\n"))
    other = load_rubric(form(tmp_path, "weight: 2", "weight: 3"))
    assert one.edition == same.edition != other.edition
    assert one.edition.startswith("proef 1 (")
    assert Rubric.model_validate_json(one.model_dump_json()) == one


def test_a_wrong_form_is_left_out_and_the_others_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "rubrics"
    folder.mkdir(parents=True)
    form(folder)
    (folder / "fout.yaml").write_text(FORM.replace("weight: 2", "weight: -1"), encoding="utf-8")
    forms, problems = load_rubrics(tmp_path)
    assert list(forms) == ["proef"]
    assert {(problem.file, problem.line) for problem in problems} == {("data/rubrics/fout.yaml", 10)}


def test_a_form_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KiestoonError) as caught:
        load_rubric(tmp_path / "nergens.yaml")
    assert (caught.value.code, caught.value.details) == ("rubric.missing", {"form": "nergens"})


def test_a_text_comes_in_the_language_of_the_reader_or_the_next_best() -> None:
    assert in_language({"nl": "Taal", "en": "Language"}, "nl") == "Taal"
    assert in_language({"nl": "Taal", "en": "Language"}, "de") == "Language"
    assert in_language({"fr": "Langue"}, "de") == "Langue"
