"""The teacher's guide: its examples are real files that load and play, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import shutil
from inspect import isclass
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from bot.content import models
from bot.content import written as written_exercises
from bot.content.field_texts import about_pool, described
from bot.content.library import load_library
from bot.content.pools import GENERIC_POOLS
from bot.content.problems import MESSAGES
from bot.playtest import playtest
from bot.script_calls import FOLDER, check_calls
from bot.trainees import load_trainees
from server.cli.main import COMMANDS, app
from server.field_reference import PLACE, reference
from tests import ROOT

GUIDE = ROOT / "docs" / "lesgevers"
PAGES = sorted(GUIDE.glob("*.md"))
TEXTS = {page.name: page.read_text("utf-8") for page in PAGES}
EXAMPLE = re.compile(r"```yaml (?P<place>\S+\.yaml)\n(?P<text>.*?)```", re.DOTALL)
EXAMPLES = {found["place"]: found["text"] for text in TEXTS.values() for found in EXAMPLE.finditer(text)}
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
SCRIPT = "stofzuiger-valt-stil"
MOST_BYTES = 200_000


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the house with the examples of the guide beside it."""
    made = tmp_path_factory.mktemp("content")
    for folder in ("personas", "dialogue_scripts", "data/companies", "data/lang", FOLDER):
        shutil.copytree(ROOT / folder, made / folder)
    for place, text in EXAMPLES.items():
        (made / place).write_text(text, "utf-8")
    return made


def test_the_guide_has_examples_of_everything() -> None:
    folders = {Path(place).parent.as_posix() for place in EXAMPLES}
    assert folders == {"dialogue_scripts", "personas", FOLDER}


def test_every_example_in_yaml_is_tried() -> None:
    assert sum(text.count("```yaml") for text in TEXTS.values()) == len(EXAMPLES)


def test_the_examples_have_no_problems(root: Path) -> None:
    library = load_library(root)
    found = [problem for problem in (*library.problems, *library.remarks) if problem.file in EXAMPLES]
    assert [problem.render() for problem in found] == []
    calls = [problem.render() for problem in check_calls(library, root) if problem.file in EXAMPLES]
    assert [line for line in calls if SCRIPT in line] == []
    assert all("inhoudstest" in line for line in calls), "the short examples have no test of their own"


@pytest.mark.parametrize("script", sorted(Path(p).stem for p in EXAMPLES if p.startswith("dialogue_scripts")))
def test_the_examples_play_and_better_trainees_end_better(root: Path, script: str) -> None:
    library = load_library(root)
    for persona in library.scripts[script].personas[:2]:
        scenario = library.scenario(f"{script}~{persona}")
        report = playtest(scenario, load_trainees(root, "nl"), range(3))
        assert (report.order_kept, report.endless) == (1.0, 0)
        assert report.facts_never_told == report.objections_never_resolved == ()


def test_what_check_says_in_the_guide_is_what_it_says(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First nothing, then two mistakes that the reader is told to make."""
    monkeypatch.setenv("KIESTOON_CONTENT", str(root))
    monkeypatch.setenv("KIESTOON_UI_LANG", "nl")
    place = root / "dialogue_scripts" / f"{SCRIPT}.yaml"
    shown = [block for block in CONSOLE.findall(TEXTS["README.md"]) if block.startswith("$ kiestoon check")]
    good = place.read_text("utf-8")
    bad = good.replace("\ntitle:", "\ntitel:").replace("key: true", "key: ja", 1)
    for text, block in zip((good, bad), shown, strict=True):
        place.write_text(text, "utf-8")
        result = CliRunner().invoke(app, ["check", str(place)])
        assert result.stdout + result.stderr == block.partition("\n")[2]
    place.write_text(good, "utf-8")


def test_what_new_says_in_the_guide_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("personas", "dialogue_scripts", "data/companies", "data/lang", "data/schemas", FOLDER):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("KIESTOON_CONTENT", str(tmp_path))
    monkeypatch.setenv("KIESTOON_UI_LANG", "nl")
    block = next(block for block in CONSOLE.findall(TEXTS["README.md"]) if "kiestoon new" in block)
    command, _, output = block.partition("\n")
    assert CliRunner().invoke(app, command.split()[2:]).stdout == output


def test_every_command_in_the_guide_is_there() -> None:
    named = [line.split()[2] for text in TEXTS.values() for line in re.findall(r"(?m)^\$ kiestoon .*$", text)]
    named += [found for text in TEXTS.values() for found in re.findall(r"`kiestoon ([a-z]+)", text)]
    assert named
    assert set(named) <= set(COMMANDS)


@pytest.mark.parametrize("page", TEXTS)
def test_links_pictures_and_headings_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        file, _, heading = link.partition("#")
        target = (GUIDE / (file or page)).resolve()
        assert target.is_file(), link
        if heading:
            titles = re.findall(r"(?m)^#+ (.*)$", target.read_text("utf-8"))
            assert heading in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}, link


def test_every_page_is_reached_from_the_first_and_that_from_the_readme() -> None:
    assert {page.name for page in PAGES} - {"README.md"} <= set(re.findall(r"\]\((\w+\.md)", TEXTS["README.md"]))
    assert "docs/lesgevers/README.md" in (ROOT / "README.md").read_text("utf-8")


def test_the_pictures_are_small_and_in_use() -> None:
    pictures = sorted((GUIDE / "beelden").iterdir())
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < MOST_BYTES, picture.name
        assert any(f"beelden/{picture.name}" in text for text in TEXTS.values()), picture.name


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_is_explained(code: str) -> None:
    shown = re.sub(
        r"(?<!\{)\{\w+\}|\{\{\{\w+\}\}\}", lambda found: "{…}" if "{{" in found[0] else "…", MESSAGES[code]["nl"]
    )
    assert f"| {shown} |" in TEXTS["meldingen.md"]


def test_the_reference_of_fields_is_the_current_one() -> None:
    assert PLACE.read_text("utf-8") == reference(), "write it again: python -m server.field_reference"


def test_every_field_is_described_and_nothing_else() -> None:
    written = {
        name: frozenset(model.model_fields)
        for name, model in {**vars(models), **vars(written_exercises)}.items()
        if isclass(model) and issubclass(model, BaseModel) and model not in (BaseModel, models.Content, models.Scenario)
    }
    assert {name: fields for name, fields in described().items() if name != "Kind"} == written


@pytest.mark.parametrize("pool", GENERIC_POOLS)
def test_every_pool_is_described(pool: str) -> None:
    assert about_pool(pool, "nl")
