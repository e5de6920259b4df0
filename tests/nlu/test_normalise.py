"""The normal view drops what carries no meaning and still knows where each word came from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.normalise import NormalWord, normalise
from bot.nlu.pack import LanguagePack

PACK = LanguagePack(
    lang="nl",
    fillers=("euh", "hm"),
    spellings={"goeie morgen": "goedemorgen", "heb u": "hebt u", "aub": "alstublieft"},
    shapes={"je": "u"},
)


def _normal(text: str) -> tuple[NormalWord, ...]:
    tokens = []
    at = 0
    for part in text.split(" "):
        if part:
            tokens.append((part, at))
        at += len(part) + 1
    return normalise(tokens, PACK)


def test_words_know_their_characters() -> None:
    text = "Euh goeie morgen, heb u even?"
    words = _normal(text)
    assert [word.text for word in words] == ["goedemorgen", "hebt", "u", "even"]
    assert text[words[0].start : words[0].end] == "goeie morgen,"
    assert [word.mark for word in words] == [",", "", "", "?"]


def test_stutter_goes_but_numbers_stay() -> None:
    assert [word.text for word in _normal("met met sofie twee twee vier")] == ["met", "sofie", "twee", "twee", "vier"]


def test_shapes_are_for_the_classifier_only() -> None:
    words = _normal("heb je 25,50 euro")
    assert [word.text for word in words] == ["heb", "je", "25,50", "euro"]
    assert [word.shape for word in words] == ["heb", "u", "#", "euro"]


def test_nothing_but_fillers_stays() -> None:
    assert [word.text for word in _normal("euh hm")] == ["euh", "hm"]


@given(st.text(max_size=200))
def test_any_text_gives_words_within_it(text: str) -> None:
    for word in _normal(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.text
