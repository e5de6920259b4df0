"""The commands for authors, as a teacher would type them in a copy of the content."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from bot.content.library import load_library
from bot.content.schema import MODELS, schema_of
from bot.content.yaml_source import read_source
from bot.playtest import playtest
from bot.script_calls import FOLDER, check_file
from bot.trainees import load_trainees
from server.cli.main import app
from tests import ROOT

LANGUAGES = ("nl", "en", "fr", "de")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("personas", "dialogue_scripts", "data/companies", "data/lang", FOLDER):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("KIESTOON_CONTENT", str(tmp_path))
    monkeypatch.setenv("KIESTOON_UI_LANG", "nl")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def about(root: Path, *idents: str) -> list[str]:
    """What is said about the files of these parts."""
    library = load_library(root)
    found = [*library.problems, *library.remarks]
    calls = [root / FOLDER / f"{ident}.yaml" for ident in idents if (root / FOLDER / f"{ident}.yaml").exists()]
    for path in calls:
        found += check_file(library, read_source(path, path.relative_to(root).as_posix()))
    return [problem.render() for problem in found if Path(problem.file).stem in idents]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_new_company_persona_and_script_fit_together_and_have_no_problems(root: Path, lang: str) -> None:
    assert run("new", "company", "nieuw-bedrijf", "--lang", lang).exit_code == 0
    assert run("new", "persona", "nieuwe-klant", "--lang", lang).exit_code == 0
    made = run("new", "script", "nieuw", "--lang", lang, "--company", "nieuw-bedrijf", "--persona", "nieuwe-klant")
    assert made.exit_code == 0, made.output
    assert about(root, "nieuw", "nieuwe-klant", "nieuw-bedrijf") == []
    library = load_library(root)
    scenario = library.scenario("nieuw~nieuwe-klant")
    report = playtest(scenario, load_trainees(root, lang), range(2))
    assert (report.order_kept, report.endless) == (1.0, 0)
    assert set(report.outcomes["excellent"]) <= set(scenario.script.allowed)
    assert report.facts_never_told == report.objections_never_resolved == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_new_script_alone_takes_a_company_and_personas_that_are_there(root: Path, lang: str) -> None:
    assert run("new", "script", "los-script", "--lang", lang).exit_code == 0
    assert about(root, "los-script") == []
    script = load_library(root).scripts["los-script"]
    assert 1 <= len(script.personas) <= 3


@pytest.mark.parametrize(("ui", "words"), [("nl", "Hoe de klant het zegt"), ("en", "How the customer says it")])
def test_a_new_file_explains_its_fields_in_the_language_of_the_author(
    root: Path, monkeypatch: pytest.MonkeyPatch, ui: str, words: str
) -> None:
    monkeypatch.setenv("KIESTOON_UI_LANG", ui)
    assert run("new", "script", "uitgelegd").exit_code == 0
    text = (root / "dialogue_scripts/uitgelegd.yaml").read_text("utf-8")
    written = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert words in text
    assert "# survey:  # " in text
    assert len(written) < 110


def test_a_new_file_names_the_schema_that_fits_it(root: Path) -> None:
    run("new", "company", "nieuw-bedrijf")
    run("new", "persona", "nieuwe-klant")
    run("new", "script", "nieuw")
    for place in ("data/companies/nieuw-bedrijf.yaml", "personas/nieuwe-klant.yaml", "dialogue_scripts/nieuw.yaml"):
        first, _, _ = (root / place).read_text("utf-8").partition("\n")
        label, _, schema = first.partition("$schema=")
        assert label == "# yaml-language-server: "
        fits = json.loads((root / place).parent.joinpath(schema).read_text("utf-8"))
        jsonschema.Draft202012Validator(fits).validate(read_source(root / place, place).data)


def test_what_exists_is_never_overwritten(root: Path) -> None:
    place = root / "personas/boze-klager.yaml"
    before = place.read_bytes()
    result = run("new", "persona", "boze-klager")
    assert result.exit_code == 1
    assert "personas/boze-klager.yaml bestaat al" in result.stderr
    assert place.read_bytes() == before


def test_a_persona_that_is_based_on_another(root: Path) -> None:
    assert run("new", "persona", "mildere-klager", "--based-on", "boze-klager").exit_code == 0
    assert about(root, "mildere-klager") == []
    made = load_library(root).personas["mildere-klager"]
    assert made.lines == load_library(root).personas["boze-klager"].lines
    assert len((root / "personas/mildere-klager.yaml").read_text("utf-8").splitlines()) < 40


def test_a_script_that_is_based_on_another_has_its_calls_too(root: Path) -> None:
    assert run("new", "script", "oven-twee", "--based-on", "oven-uitverkocht").exit_code == 0
    assert about(root, "oven-twee") == []
    assert (root / FOLDER / "oven-twee.yaml").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("script", "Mijn Script"), "bijvoorbeeld 'mijn-script'"),
        (("persona", "x", "--based-on", "boze-klagr"), "Bedoelde je boze-klager?"),
        (("persona", "x", "--based-on", "boze-klager", "--lang", "fr"), "kan hier niet de basis zijn"),
        (("script", "x", "--company", "telenoav"), "kiestoon new company"),
        (("script", "x", "--persona", "niemand"), "Kies uit: "),
        (("script", "x", "--persona", "praatgraag"), "Kies uit: "),
    ],
)
def test_what_cannot_be_made_is_said_with_what_to_do(root: Path, arguments: tuple[str, ...], says: str) -> None:
    result = run("new", *arguments)
    assert result.exit_code == 1
    assert says in result.stderr
    assert list(root.rglob("x.yaml")) == []


def test_without_content_tests_a_new_script_has_none(root: Path) -> None:
    shutil.rmtree(root / FOLDER)
    assert run("new", "script", "los-script").exit_code == 0
    assert not (root / FOLDER).exists()
    assert about(root, "los-script") == []


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_the_schema_on_stdout_and_in_the_house_are_the_current_one(kind: str) -> None:
    printed = CliRunner().invoke(app, ["schema", kind], env={"KIESTOON_UI_LANG": "nl"})
    assert json.loads(printed.stdout) == schema_of(kind)  # type: ignore[arg-type]
    kept = json.loads((ROOT / f"data/schemas/{kind}.json").read_text("utf-8"))
    assert kept == schema_of(kind), "KIESTOON_UI_LANG=nl kiestoon schema --out data/schemas"  # type: ignore[arg-type]


def test_schemas_are_written_in_a_folder(tmp_path: Path) -> None:
    assert run("schema", "--out", str(tmp_path / "new")).exit_code == 0
    assert sorted(path.stem for path in (tmp_path / "new").iterdir()) == sorted(MODELS)


def test_a_schema_needs_a_kind_or_a_folder() -> None:
    assert run("schema").exit_code == 2


def test_check_says_what_plays_differently_and_which_script_has_no_test(root: Path) -> None:
    calls = root / FOLDER / "verkeerde-levering.yaml"
    calls.write_text(calls.read_text("utf-8").replace("[fact.feest]", "[fact.betaald]"), "utf-8")
    (root / FOLDER / "oven-uitverkocht.yaml").unlink()
    result = run("check")
    assert result.exit_code == 1
    assert f"{FOLDER}/verkeerde-levering.yaml:21:19: de klant antwoordt hier met [fact.feest]" in result.stdout
    assert "dialogue_scripts/oven-uitverkocht.yaml:1:1: dit script heeft nog geen inhoudstest" in result.stdout


def test_remarks_alone_fail_only_when_asked(root: Path) -> None:
    persona = root / "personas/boze-klager.yaml"
    persona.write_text(persona.read_text("utf-8").replace("Zeg, leeft u nog?", "Het kost € 25."), "utf-8")
    result = run("check", str(persona))
    assert (result.exit_code, "let op: '€'" in result.stdout) == (0, True)
    assert "1 opmerking" in result.stderr
    assert run("check", str(persona), "--strict").exit_code == 1
    (row,) = json.loads(run("check", str(persona), "--json").stdout)
    assert (row["severity"], row["code"]) == ("remark", "hard_to_speak")


def test_check_of_a_file_that_is_not_there(root: Path) -> None:
    result = run("check", str(root / "personas/weg.yaml"))
    assert result.exit_code == 1
    assert "Er is geen bestand of map" in result.stderr
