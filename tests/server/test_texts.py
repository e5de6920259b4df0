"""The server's texts say the same things, with the same values filled in, in every language."""

from __future__ import annotations

from string import Formatter

import pytest
from ruamel.yaml import YAML

from bot.acts import Act
from bot.events import Outcome
from evaluators.messages import load_messages
from server.texts import LANGUAGES, text, texts
from tests import ROOT


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def flat(ui: str) -> dict[tuple[str, str], str]:
    """The texts in the file of a language itself, by group and key."""
    loaded = YAML(typ="safe").load((ROOT / "server" / "texts" / f"{ui}.yaml").read_text("utf-8"))
    return {(group, key): value for group, texts_of_group in loaded.items() for key, value in texts_of_group.items()}


@pytest.mark.parametrize("ui", [ui for ui in LANGUAGES if ui != "nl"])
def test_every_language_has_the_same_texts(ui: str) -> None:
    dutch, other = flat("nl"), flat(ui)
    assert other.keys() == dutch.keys()
    assert {key: placeholders(value) for key, value in other.items()} == {
        key: placeholders(value) for key, value in dutch.items()
    }
    assert all(value.strip() for value in other.values())


@pytest.mark.parametrize("ui", LANGUAGES)
def test_every_act_and_outcome_has_a_title_of_its_own_language(ui: str) -> None:
    titles = texts(ui)
    assert set(titles["acts"]) == {act.value for act in Act}
    assert set(titles["outcomes"]) == set(Outcome.__args__)  # type: ignore[attr-defined]
    if ui != "en":
        assert text("outcomes", "bought", ui) != text("outcomes", "bought", "en")


def criteria(ui: str) -> dict[tuple[str, str, str], str]:
    """What is told about each criterion, by criterion, reason (or title and definition) and part."""
    messages = load_messages(ROOT / "data" / "lang", ui)
    told = {("common", code, "says"): template for code, template in messages.common.items()}
    for name, criterion in messages.criteria.items():
        told |= {(name, "title", ""): criterion.title, (name, "definition", ""): criterion.definition}
        told |= {(name, code, "says"): template for code, template in criterion.says.items()}
        told |= {(name, code, "tip"): template for code, template in criterion.tips.items()}
    return told


@pytest.mark.parametrize("ui", [ui for ui in LANGUAGES if ui != "en"])
def test_every_language_explains_every_verdict(ui: str) -> None:
    english, other = criteria("en"), criteria(ui)
    assert other.keys() == english.keys()
    assert {key: placeholders(value) for key, value in other.items()} == {
        key: placeholders(value) for key, value in english.items()
    }
