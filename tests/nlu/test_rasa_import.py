"""Reading Rasa projects: mapped intents, clear errors with their place, end-to-end stories, and the way back."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.acts import Act
from bot.content.library import load_library
from bot.content.models import Scenario
from bot.content.yaml_source import read_source
from bot.errors import KiestoonError
from bot.nlu.corpus import Example, corpus_files, read_corpus
from bot.nlu.rasa_import import Imported, read_mapping, read_project
from bot.nlu.rasa_stories import Story, StoryTurn, read_stories, stories_text
from bot.script_calls import check_file
from server.rasa_exchange import call_of_story, calls_text, examples_text, export_files
from tests import ROOT

NLU = """\
version: "3.1"
nlu:
- intent: begroeting
  examples: |
    - goedemorgen
    - hallo met [Sofie](naam)
- intent: faq/openingsuren
  examples: |
    - wanneer zijn jullie open
- intent: thank
  examples:
  - text: bedankt voor uw oproep
    metadata: {sentiment: good}
- synonym: Telenova
  examples: |
    - tele nova
"""
STORIES = """\
version: "3.1"
stories:
- story: van begin tot einde
  steps:
  - action: utter_welkom
  - user: |
      hallo met [Sofie](naam)
    intent: begroeting
  - action: utter_opening
  - action: action_listen
  - user: bedankt voor uw oproep
    intent: thank
- story: alleen voor de dialoog
  steps:
  - intent: begroeting
  - action: utter_opening
"""
INTENTS = {"begroeting": frozenset({Act.GREET}), "faq/openingsuren": frozenset[Act]()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "config.yml": "recipe: default.v1\npipeline: []\n", "domain.yml": "intents: [begroeting]\n",
        "data/nlu.yml": NLU, "tests/test_stories.yml": STORIES, "models/old.yml": "nlu: [broken",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def said(found: Imported) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_intents_become_acts_by_the_mapping_or_their_own_name(project: Path) -> None:
    found = read_project(project, INTENTS)
    assert said(found) == []
    assert [(example.text, set(example.acts)) for example in found.examples] == [
        ("goedemorgen", {Act.GREET}),
        ("hallo met Sofie", {Act.GREET}),
        ("bedankt voor uw oproep", {Act.THANK}),
    ]


def test_unknown_intents_are_listed_with_their_place(project: Path) -> None:
    found = read_project(project, {})
    nlu, stories = project / "data" / "nlu.yml", project / "tests" / "test_stories.yml"
    assert said(found) == [
        f"{nlu}:3:11: unknown act 'begroeting'",
        f"{nlu}:7:11: unknown act 'faq/openingsuren'",
        f"{stories}:8:13: unknown act 'begroeting'",
    ]


def test_what_is_known_is_not_taken_again_and_contradictions_are_told(project: Path) -> None:
    known = [
        Example("Goedemorgen!", frozenset({Act.GREET}), "greet.yml:3:5"),
        Example("Bedankt voor uw oproep.", frozenset({Act.SAY_GOODBYE}), "say_goodbye.yml:9:5"),
    ]
    found = read_project(project, INTENTS, known)
    assert ([example.text for example in found.examples], found.repeated) == (["hallo met Sofie"], 1)
    assert said(found) == [f"{project / 'data' / 'nlu.yml'}:12:5: stands for say_goodbye at say_goodbye.yml:9:5"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("nlu.yml", "nlu:\n- intent: [greet\n", "3:1: "),
        ("nlu.yml", "nlu: 3\n", "1:1: a list under the key nlu is expected"),
        ("nlu.yml", "nlu:\n- intent: greet\n", "2:3: the key examples is missing"),
        ("nlu.yml", "nlu:\n- intent: greet\n  examples: |\n    hallo\n    - dag\n", "4:1: an example begins with '- '"),
        ("stories.yml", "stories:\n- story: x\n", "2:3: a story with steps is expected"),
        ("stories.yml", "stories: x\n", "1:1: a list under the key stories is expected"),
        ("nlu.md", "## intent:greet\n- hallo\n", "1:1: a format of Rasa 1; run 'rasa data convert' first"),
        ("nlu.json", '{"rasa_nlu_data": {}}', "1:1: a format of Rasa 1; run 'rasa data convert' first"),
    ],
)
def test_faults_have_a_place(tmp_path: Path, name: str, text: str, expected: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = said(read_project(tmp_path, {}))
    assert len(found) == 1
    assert found[0].startswith(f"{tmp_path / name}:{expected}")


def test_bytes_that_are_no_text_are_a_fault_too(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_bytes(b"nlu: \xff\xfe")
    assert said(read_project(tmp_path, {})) == [f"{tmp_path / 'nlu.yml'}:1:1: cannot be read: UnicodeDecodeError"]


def test_a_folder_without_rasa_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("# hello")
    with pytest.raises(KiestoonError) as caught:
        read_project(tmp_path, {})
    assert caught.value.code == "rasa.project_empty"


def test_a_mapping_names_acts_or_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text("begroeting: greet+state_name\nfaq/open: ignore\nleeg:\n", encoding="utf-8")
    assert read_mapping(path) == {
        "begroeting": frozenset({Act.GREET, Act.STATE_NAME}), "faq/open": frozenset(), "leeg": frozenset(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: greet\nb: groet+thank\n", "2:4: unknown act 'groet'"),
        ("- greet\n", "1:1: lines such as 'intent: act' are expected"),
        ("a: [greet\n", "2:1: "),
    ],
)
def test_faults_of_a_mapping_have_a_place(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KiestoonError) as caught:
        read_mapping(path)
    assert caught.value.code == "rasa.mapping_invalid"
    assert caught.value.message.startswith(f"{path}:{expected}")


def test_only_end_to_end_stories_count(project: Path) -> None:
    story = StoryTurn("hallo met Sofie", (Act.GREET,), ("opening", "action_listen"))
    last = StoryTurn("bedankt voor uw oproep", (Act.THANK,))
    assert read_project(project, INTENTS).stories == (Story("van begin tot einde", (story, last), ("welkom",)),)


def test_stories_survive_being_written(tmp_path: Path) -> None:
    turns = (
        StoryTurn("goedemorgen: met Sofie - zegt u 't maar?", (Act.GREET, Act.STATE_NAME), ("opening", "fact.x")),
        StoryTurn("# geen commentaar", (Act.OTHER,)),
    )
    stories = (Story("een: twee", turns, ("hello",)), Story("drie", turns[1:]))
    path = tmp_path / "stories.yml"
    path.write_text(stories_text(stories), encoding="utf-8")
    assert read_stories([path], {}) == (stories, ())


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_library(ROOT).scenario("dubbele-factuur~boze-klager")


def test_an_imported_story_is_a_content_test_that_plays_as_written(tmp_path: Path, scenario: Scenario) -> None:
    turns = (
        StoryTurn("goedemorgen telenova met sofie", (Act.GREET, Act.STATE_COMPANY, Act.STATE_NAME)),
        StoryTurn("wat is er precies gebeurd", (Act.ASK_OPEN,)),
        StoryTurn("u moet niet zo roepen", (Act.BE_RUDE,)),
    )
    call = call_of_story(scenario, Story("uit Rasa", turns), seed=3)
    path = tmp_path / "dubbele-factuur.yaml"
    path.write_text(calls_text("dubbele-factuur", [call, deepcopy(call)]), encoding="utf-8")
    found = {problem.code for problem in check_file(load_library(ROOT), read_source(path, path.name))}
    assert found <= {"no_good_end", "no_bad_end"}
    assert any(turn["customer"] for turn in call["turns"])


def test_an_exported_scenario_is_a_rasa_project_that_comes_back_whole(tmp_path: Path, scenario: Scenario) -> None:
    for name, text in export_files(scenario, ROOT, [1]).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_project(tmp_path, {})
    assert said(found) == []
    corpus = read_corpus(corpus_files(ROOT, "nl"))
    assert {(example.text, example.acts) for example in corpus} <= {(e.text, e.acts) for e in found.examples}
    assert len(found.stories) >= 4
    domain = YAML(typ="safe").load(tmp_path / "domain.yml")
    story = next(story for story in found.stories if len(story.turns) > 4)
    for turn in story.turns:
        assert all(domain["responses"][f"utter_{answer}"] for answer in turn.answers)


def test_imported_examples_are_a_corpus_file(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "nlu" / "nl"
    folder.mkdir(parents=True)
    examples = (
        Example("hallo: met Sofie", frozenset({Act.GREET, Act.STATE_NAME})),
        Example("dank u", frozenset({Act.THANK})),
    )
    (folder / "chatbot.yml").write_text(examples_text(examples), encoding="utf-8")
    read = read_corpus(corpus_files(tmp_path, "nl"))
    assert {(example.text, example.acts) for example in read} == {(example.text, example.acts) for example in examples}
