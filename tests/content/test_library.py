"""Loading: all problems at once, each with its place and what was probably meant, in Dutch and in English."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.library import Library, load_library
from bot.content.problems import MESSAGES
from bot.errors import KiestoonError
from tests import ROOT

Edit = Callable[[str, str], None]
PERSONA = "personas/boze-klager.yaml"
SCRIPT = "dialogue_scripts/dubbele-factuur.yaml"
COMPANY = "data/companies/telenova.yaml"
PACK = "data/lang/nl/customer.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content root with one pair, free of problems."""
    for file in (PERSONA, SCRIPT, COMPANY, PACK):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    script = tmp_path / SCRIPT
    script.write_text(re.sub(r"(?m)^personas: .*$", "personas: [boze-klager]", script.read_text("utf-8")), "utf-8")
    return tmp_path


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def line_of(root: Path, file: str, text: str) -> int:
    lines = (root / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_content_of_the_house_has_no_problems() -> None:
    assert [problem.render() for problem in load_library(ROOT).problems] == []


def test_a_good_root_loads(root: Path) -> None:
    library = load_library(root)
    assert library.problems == ()
    assert library.scenario_ids() == ["dubbele-factuur~boze-klager"]
    assert library.scenario("dubbele-factuur~boze-klager").customer_name == "meneer De Smet"


BROKEN = [
    (PERSONA, "patience: 0.34", "pateince: 0.34", "unknown_key", "pateince", "patience"),
    (PERSONA, "patience: 0.34", "patience: 1.34", "number_range", "1.34", None),
    (PERSONA, "id: boze-klager", "id: boos", "id_file", "id: boos", None),
    (PERSONA, "kinds: [complaint", "kinds: [complaints", "choice", "complaints", "complaint"),
    (PERSONA, "fitting: [empathize", "fitting: [emphatize", "choice", "emphatize", "empathize"),
    (PERSONA, "  hello:\n", "  helo:\n", "unknown_pool", "helo:", "hello"),
    (PERSONA, "  hello:\n", "  hello@boos:\n", "unknown_pool", "hello@boos:", "hello@tense"),
    (PERSONA, '"Hallo? Ik ben er nog, hè."', '"Zie www.telenova.be"', "unspeakable", "www.", None),
    (PERSONA, "version: 1\n", "", "missing_key", None, None),
    (SCRIPT, "personas: [boze-klager]", "personas: [boze-klagers]", "unknown_id", "boze-klagers", "boze-klager"),
    (SCRIPT, "company: telenova", "company: telenoav", "unknown_id", "telenoav", "telenova"),
    (SCRIPT, "customer: de-smet", "customer: de-smed", "unknown_id", "de-smed", "de-smet"),
    (SCRIPT, "products: [domiciliering]", "products: [domicilering]", "unknown_id", "domicilering", "domiciliering"),
    (SCRIPT, "kind: complaint", "kind: survey", "kind_mismatch", "boze-klager]", None),
    (SCRIPT, "BC 002", "BC2", "pattern", "BC2", None),
    (SCRIPT, "    about: [betaald", "    aboud: [betaald", "unknown_key", "aboud", "about"),
    (SCRIPT, "Vierenvijftig euro. En dat", "{bedrag} euro. En dat", "unknown_placeholder", "{bedrag}", None),
    (SCRIPT, "Vierenvijftig euro. En dat", "Rekening 20487123. En dat", "unspeakable", "20487123", None),
    (SCRIPT, "accepted: calmed", "accepted: bought", "accepted_not_allowed", None, None),
    (SCRIPT, "  on: [propose_solution", "  on: [propose_solutoin", "choice", "solutoin", "propose_solution"),
    (SCRIPT, "objectives: [BC 002, BC 006, BC 007, BC 008, BC 009, BC 023, BC 034, BC 040]", "objectives: []",
     "too_few", "objectives", None),
    (SCRIPT, "title: Dubbele factuur", 'title: ""', "empty_text", "title", None),
    (SCRIPT, "title: Dubbele factuur", "title: [a]", "not_text", "title", None),
    (SCRIPT, "minutes: 6", "minutes: zes", "not_number", "minutes", None),
    (SCRIPT, "personas: [boze-klager]", "personas: boze-klager", "not_list", "personas:", None),
    (SCRIPT, "    open: false", "    open: misschien", "not_truth", "misschien", None),
    (PERSONA, "mood: {patience: 0.34, trust: 0.30, interest: 0.40}", "mood: goed", "not_group", "mood:", None),
    (PERSONA, "description: Heeft", "description: " + "x" * 401 + " Heeft", "long_text", "description", None),
    (COMPANY, "price: 39", "price: -39", "number_range", "-39", None),
    (COMPANY, "spelling: De", "speling: De", "unknown_key", "speling", "spelling"),
    (PACK, "  puzzled:\n", "  puzzeld:\n", "unknown_pool", "puzzeld", "puzzled"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "code", "at", "suggestion"), BROKEN, ids=lambda v: str(v)[:24])
def test_every_kind_of_error(
    root: Path, file: str, old: str, new: str, code: str, at: str | None, suggestion: str | None
) -> None:
    edit(root, file, old, new)
    found = [problem for problem in load_library(root).problems if problem.code == code]
    assert found, [problem.render() for problem in load_library(root).problems]
    problem = found[0]
    assert problem.file == file
    assert problem.suggestion == suggestion
    if at is not None:
        assert problem.line == line_of(root, file, at)
    assert problem.render("nl").startswith(f"{file}:{problem.line}:{problem.column}: ")
    assert problem.message("nl") != problem.message("en")
    if suggestion:
        assert f"bedoelde u '{suggestion}'?" in problem.message("nl")
        assert f"did you mean '{suggestion}'?" in problem.message("en")


def test_all_problems_come_at_once(root: Path) -> None:
    edit(root, PERSONA, "patience: 0.34", "pateince: 0.34")
    edit(root, PERSONA, "name: De boze", "# name: De boze")
    edit(root, SCRIPT, "company: telenova", "company: telenoav")
    codes = {problem.code for problem in load_library(root).problems}
    assert {"unknown_key", "missing_key", "unknown_id"} <= codes


def test_a_misspelt_field_is_one_problem_and_not_two(root: Path) -> None:
    edit(root, PERSONA, "name: De boze", "naam: De boze")
    assert [problem.code for problem in load_library(root).problems] == ["unknown_key"]


def test_a_wrong_item_does_not_make_its_list_too_short(root: Path) -> None:
    edit(root, PERSONA, "kinds: [complaint, service, bad_news, debt_collection, transfer, crisis]", "kinds: [klacht]")
    assert [problem.code for problem in load_library(root).problems] == ["choice"]


def test_a_fact_that_nothing_brings_out(root: Path) -> None:
    edit(root, SCRIPT, "    about: [betaalt u, ", "    about: []\n    # [")
    (problem,) = load_library(root).problems
    assert (problem.code, dict(problem.details)["value"]) == ("unreachable_fact", "betaalwijze")


def test_a_script_without_a_key_fact(root: Path) -> None:
    path = root / SCRIPT
    path.write_text(path.read_text("utf-8").replace("    key: true\n", ""), "utf-8")
    assert [problem.code for problem in load_library(root).problems] == ["no_key_fact"]


def test_another_language_is_refused(root: Path) -> None:
    edit(root, PERSONA, "lang: nl", "lang: en")
    assert "language" in {problem.code for problem in load_library(root).problems}
    with pytest.raises(KiestoonError):
        load_library(root).scenario("dubbele-factuur~boze-klager")


def test_a_pack_without_a_pool(root: Path) -> None:
    edit(root, PACK, "  hold_back:\n", "  hold_ok@calm:\n")
    problems = load_library(root).problems
    assert [dict(problem.details)["value"] for problem in problems if problem.code == "missing_pool"] == ["hold_back"]


def test_a_broken_file_takes_only_what_needs_it_down(root: Path) -> None:
    other = root / "personas/stille-klager.yaml"
    other.write_text((root / PERSONA).read_text("utf-8").replace("id: boze-klager", "id: stille-klager"), "utf-8")
    edit(root, SCRIPT, "personas: [boze-klager]", "personas: [boze-klager, stille-klager]")
    other.write_text(other.read_text("utf-8") + "\n  hapert: [", "utf-8")
    library = load_library(root)
    assert "stille-klager" not in library.personas
    assert [problem.file for problem in library.problems if problem.code.startswith("syntax")] == [
        "personas/stille-klager.yaml"
    ]


def test_inheritance_takes_over_what_is_not_said(root: Path) -> None:
    (root / "personas/mildere-klager.yaml").write_text(
        "version: 1\nid: mildere-klager\nbased_on: boze-klager\nname: De mildere klager\nmood: {patience: 0.6}\n",
        "utf-8",
    )
    library = load_library(root)
    assert library.problems == ()
    made, base = library.personas["mildere-klager"], library.personas["boze-klager"]
    assert (made.mood.patience, made.mood.trust, made.lines) == (0.6, base.mood.trust, base.lines)


def test_an_inheritance_loop_is_named(root: Path) -> None:
    edit(root, PERSONA, "lang: nl", "based_on: a\nlang: nl")
    for ident, base in (("a", "b"), ("b", "boze-klager")):
        (root / f"personas/{ident}.yaml").write_text(f"version: 1\nid: {ident}\nbased_on: {base}\n", "utf-8")
    loops = [problem for problem in load_library(root).problems if problem.code == "based_on_loop"]
    assert {problem.file for problem in loops} == {PERSONA, "personas/a.yaml", "personas/b.yaml"}
    assert "boze-klager → a → b → boze-klager" in loops[-1].message("nl") or "a → b" in loops[0].message("nl")


def test_based_on_something_unknown(root: Path) -> None:
    edit(root, PERSONA, "lang: nl", "based_on: boze-klagr\nlang: nl")
    problem = next(problem for problem in load_library(root).problems if problem.code == "unknown_id")
    assert problem.line == 4


def test_a_customer_of_the_other_gender_gets_the_other_voice(root: Path) -> None:
    assert _voice(load_library(root)) == "male"
    edit(root, COMPANY, "    last_name: De Smet\n    gender: male", "    last_name: De Smet\n    gender: female")
    assert _voice(load_library(root)) == "female"


def test_a_persona_without_a_voice_for_this_customer(root: Path) -> None:
    edit(root, COMPANY, "    last_name: De Smet\n    gender: male", "    last_name: De Smet\n    gender: female")
    edit(root, PERSONA, "voice_other:", "# voice_other:")
    text = (root / PERSONA).read_text("utf-8")
    start = text.index("# voice_other:")
    end = text.index("manner:")
    (root / PERSONA).write_text(text[:start] + text[end:], "utf-8")
    (problem,) = load_library(root).problems
    assert (problem.code, problem.file, problem.line) == ("voice", SCRIPT, line_of(root, SCRIPT, "personas:"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [("lang: nl", "lang: en", "language"), ("kinds: [complaint,", "kinds: [sale,", "kind")],
)
def test_a_pair_that_does_not_go_together_is_refused_with_the_reason(
    root: Path, old: str, new: str, reason: str
) -> None:
    other = (root / PERSONA).read_text("utf-8").replace("id: boze-klager", "id: ander").replace(old, new)
    (root / "personas/ander.yaml").write_text(other, "utf-8")
    with pytest.raises(KiestoonError) as refused:
        load_library(root).scenario("dubbele-factuur~ander")
    assert refused.value.details["reason"] == reason


def _voice(library: Library) -> str:
    return library.scenario("dubbele-factuur~boze-klager").persona.voice.gender


def test_every_message_speaks_both_languages_with_the_same_details() -> None:
    for code, texts in MESSAGES.items():
        assert set(texts) == {"nl", "en"}, code
        nl, en = (set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", texts[ui])) for ui in ("nl", "en"))
        assert nl == en, code


@pytest.mark.parametrize("scenario", ["niets", "dubbele-factuur~niets", "niets~boze-klager", "~", ""])
def test_unknown_scenarios(root: Path, scenario: str) -> None:
    with pytest.raises(KiestoonError):
        load_library(root).scenario(scenario)
