"""Misspelt words are found; names, numbers and addresses are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.spelling import load_dictionary, misspellings
from server.engine import SPELLING
from tests import ROOT


class Knows:
    """A dictionary of the words that it was given."""

    def __init__(self, *words: str) -> None:
        self.words = set(words)

    def spell(self, word: str) -> bool:
        return word in self.words

    def suggest(self, word: str) -> tuple[str, ...]:
        return ("factuur",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("de factuur", ()),
        ("de facktuur", ("facktuur",)),
        ("De facktuur en de Facktuur", ("facktuur",)),
        ("Facktuur de", ("Facktuur",)),
        ("de Wimpie", ()),
        ("de BTW, a@b.be, www.x.be en 4e", ()),
        ("de factuur-de", ()),
        ("de Telenova telenova", ()),
    ],
)
def test_what_is_no_mistake_is_left_alone(text: str, found: tuple[str, ...]) -> None:
    wrong = misspellings(text, Knows("de", "en", "factuur"), known=("Telenova",))
    assert tuple(item.word for item in wrong) == found
    assert all(text[item.start : item.end] == item.word and item.meant == "factuur" for item in wrong)


def test_where_nouns_have_capitals_they_are_looked_at_too() -> None:
    assert misspellings("die Rechnug", Knows("die"), nouns_capitalised=True)
    assert not misspellings("die Rechnug", Knows("die"))


@given(st.text(max_size=80))
def test_every_place_is_in_the_text(text: str) -> None:
    for item in misspellings(text, Knows()):
        assert text[item.start : item.end] == item.word


def test_a_language_without_a_dictionary_has_none(tmp_path: Path) -> None:
    assert load_dictionary(tmp_path, "nl") is None


@pytest.mark.parametrize(("lang", "right", "wrong"), [
    ("nl", "De terugbetaling van uw factuur volgt", "terugbetalling"), ("fr", "Votre facture est payée", "facturre"),
    ("en", "Your invoice was paid", "recieved"), ("de", "Die Rechnung ist bezahlt", "bezalht"),
])  # fmt: skip
def test_the_dictionaries_of_the_web_app_know_their_language(lang: str, right: str, wrong: str) -> None:
    assert SPELLING.is_relative_to(ROOT)
    dictionary = load_dictionary(SPELLING, lang)
    assert dictionary is not None, "build the web app: make"
    assert misspellings(right, dictionary) == ()
    assert [item.word for item in misspellings(f"{right} {wrong}", dictionary)] == [wrong]
