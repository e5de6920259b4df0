"""Names as a recogniser writes them."""

from __future__ import annotations

import pytest

from evaluators.lexicon import Lexicon
from evaluators.names import find_like, find_surname, names_company


@pytest.mark.parametrize(
    ("company", "text"),
    [
        ("Telenova", "goeie middag tele nova u spreekt met yasmine"),
        ("Zonnewind", "goeiedag zonne wind u spreekt met karim"),
        ("Telenova", "Telenova klantendienst, goedemorgen"),
        ("Reisbureau Zonneweg", "goedemorgen met zonnewech"),
    ],
)
def test_a_company_is_found_however_it_was_written(company: str, text: str, lexicon: Lexicon) -> None:
    assert names_company(company, text, lexicon) is not None


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("meneer Dewit", "dank u meneer de wit", "de wit"),
        ("meneer De Smet", "dank u meneer de smed", "de smed"),
        ("mevrouw Peeters", "dank u mevrouw peters", "peters"),
    ],
)
def test_a_surname_is_found_in_one_word_or_two(name: str, text: str, found: str, lexicon: Lexicon) -> None:
    place = find_surname(name, text, lexicon)
    assert place is not None
    assert text[slice(*place)] == found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("meneer Dewit", "dat is de weg naar het huis"),
        ("meneer De Smet", "de smeris komt"),
        ("mevrouw Claes", "een glas"),
    ],
)
def test_other_words_are_no_name(name: str, text: str, lexicon: Lexicon) -> None:
    assert find_surname(name, text, lexicon) is None


def test_two_words_of_another_length_are_not_joined() -> None:
    assert find_like("telenova", "ja met telenovaklant en nova") is None
