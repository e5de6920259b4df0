"""Numbers as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.spoken_numbers import find_numbers, word_value

UNITS = [
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen",
    "tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
]  # fmt: skip
TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]


def _dutch(value: int) -> str:
    if value < 20:
        return UNITS[value]
    if value < 100:
        ten, unit = divmod(value, 10)
        link = "ën" if unit in (2, 3) else "en"
        return f"{UNITS[unit]}{link}{TENS[ten - 2]}" if unit else TENS[ten - 2]
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return ("" if hundreds == 1 else UNITS[hundreds]) + "honderd" + (_dutch(rest) if rest else "")
    thousands, rest = divmod(value, 1000)
    return ("" if thousands == 1 else _dutch(thousands)) + "duizend" + (_dutch(rest) if rest else "")


@given(st.integers(min_value=0, max_value=999_999))
def test_every_dutch_number_word_is_read(value: int) -> None:
    assert word_value(_dutch(value), "nl") == value


@pytest.mark.parametrize(
    ("lang", "text", "values"),
    [
        ("nl", "nul vier acht zes twaalf dertig vijfenveertig", [0, 4, 8, 6, 12, 30, 45]),
        ("nl", "tweehonderd vijftig en drieëntwintig", [250, 23]),
        ("nl", "tweeduizend vierentwintig", [2024]),
        ("nl", "een ogenblikje", [1]),
        ("nl", "1.250,50 en 25,5", [1250.5, 25.5]),
        ("nl", "negentiende zesde", []),
        ("en", "one hundred and twenty five and thirty-two", [125, 32]),
        ("en", "two thousand five hundred", [2500]),
        ("fr", "quatre vingt dix sept", [97]),
        ("fr", "quatre-vingt-douze", [92]),
        ("fr", "septante cinq", [75]),
        ("fr", "deux cent trente et un", [231]),
        ("de", "fünfundzwanzig zweihundertdrei", [25, 203]),
        ("xx", "twee 3", [3]),
    ],
)
def test_numbers_in_a_sentence(lang: str, text: str, values: list[float]) -> None:
    assert [number.value for number in find_numbers(text.split(), lang)] == values


def test_digits_keep_leading_zeros() -> None:
    assert [number.digits for number in find_numbers(["0486", "12", "nul"], "nl")] == ["0486", "12", "0"]


@given(st.lists(st.text(min_size=1, max_size=12), max_size=12), st.sampled_from(["nl", "en", "fr", "de"]))
def test_any_words_give_ordered_numbers(words: list[str], lang: str) -> None:
    last = 0
    for number in find_numbers(words, lang):
        assert last <= number.first < number.last <= len(words)
        last = number.last
