"""Numbers as people say them, in Dutch, English, French and German, parsed to values.

Written here because the turn's character offsets must survive, digits of a telephone number must stay apart
("dertig vijfenveertig" is 30 45, not 75), and Belgian forms (septante, nonante) count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?:\D|$))")


@dataclass(frozen=True)
class NumberWords:
    """The number words of a language.

    `units` and `tens` map words to values; `scales` hundred, thousand, million; `link` joins unit and ten within a word
    (drie-en-twintig) or between words; `unit_first` says that the unit comes before the ten; `split_tens` that tens and
    units are words apart (twenty five); `twenties` that eighty is four twenties and seventy to ninety run on by
    nineteen.
    """

    units: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, int]
    link: str = ""
    unit_first: bool = False
    split_tens: bool = False
    twenties: bool = False


def _units(words: str) -> dict[str, int]:
    return {word: value for value, group in enumerate(words.split()) for word in group.split("/")}


def _tens(words: str) -> dict[str, int]:
    return {word: 10 * value for value, group in enumerate(words.split(), start=2) for word in group.split("/")}


WORDS = {
    "nl": NumberWords(
        units=_units(
            "nul één/een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
            "zeventien achttien negentien"
        ),
        tens=_tens("twintig dertig veertig vijftig zestig zeventig tachtig negentig"),
        scales={"honderd": 100, "duizend": 1_000, "miljoen": 1_000_000},
        link="en",
        unit_first=True,
    ),
    "de": NumberWords(
        units=_units(
            "null ein/eins/eine zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
            "fünfzehn sechzehn siebzehn achtzehn neunzehn"
        ),
        tens=_tens("zwanzig dreißig/dreissig vierzig fünfzig sechzig siebzig achtzig neunzig"),
        scales={"hundert": 100, "tausend": 1_000, "million": 1_000_000, "millionen": 1_000_000},
        link="und",
        unit_first=True,
    ),
    "en": NumberWords(
        units=_units(
            "zero/oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        ),
        tens=_tens("twenty thirty forty fifty sixty seventy eighty ninety"),
        scales={"hundred": 100, "thousand": 1_000, "million": 1_000_000},
        link="and",
        split_tens=True,
    ),
    "fr": NumberWords(
        units=_units(
            "zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
        ),
        tens={
            "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
            "huitante": 80, "octante": 80, "nonante": 90,
        },
        scales={"cent": 100, "cents": 100, "mille": 1_000, "million": 1_000_000, "millions": 1_000_000},
        link="et",
        split_tens=True,
        twenties=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class SpokenNumber:
    """A number in words `first` up to but not including `last`. `digits` is how it reads inside a longer number."""

    value: float
    first: int
    last: int
    digits: str


@lru_cache(maxsize=4096)
def word_value(word: str, lang: str) -> float | None:
    """The value of a single word: digits (``1.250,50``), a number word, or a compound of them; None for any other."""
    if _DIGITS.fullmatch(word):
        plain = _THOUSANDS.sub("", word).replace(",", ".")
        return float(plain) if plain.count(".") <= 1 else None
    table = WORDS.get(lang)
    return None if table is None else _compound(word.replace("ë", "e").replace("-", ""), table)


def _compound(word: str, table: NumberWords) -> float | None:
    simple = table.units.get(word, table.tens.get(word))
    if simple is not None or word in table.scales:
        return simple if simple is not None else table.scales[word]
    if table.split_tens:
        return _run_together(word, table)
    for scale, value in sorted(table.scales.items(), key=lambda item: -item[1]):
        before, found, after = word.partition(scale)
        if found:
            times = _compound(before, table) if before else 1
            rest = _compound(after.removeprefix(table.link), table) if after else 0
            return times * value + rest if times is not None and rest is not None and rest < value else None
    for ten, value in table.tens.items():
        if word.endswith(ten):
            unit = table.units.get(word.removesuffix(ten).removesuffix(table.link))
            return unit + value if unit is not None and 0 < unit < 10 else None
    return None


def _run_together(word: str, table: NumberWords) -> float | None:
    """Words apart that somebody wrote together (twentyfive, quatrevingtdix)."""
    for known in sorted((*table.tens, *table.units), key=len, reverse=True):
        if word.startswith(known):
            rest = _run_together(word.removeprefix(known), table) if word != known else 0.0
            value = table.tens.get(known, table.units.get(known, 0))
            if rest is None:
                return None
            if table.twenties and known == "quatre" and 20 <= rest < 40:
                return 80 + rest - 20
            return value + rest if not rest or (value % 10 == 0 and rest < 20) else None
    return None


def find_numbers(words: Sequence[str], lang: str) -> list[SpokenNumber]:
    """The numbers in a sequence of lower-case words, in order. Words that belong to one number are joined."""
    table = WORDS.get(lang)
    found: list[SpokenNumber] = []
    at = 0
    while at < len(words):
        value = word_value(words[at], lang)
        if value is None:
            at += 1
            continue
        first, at = at, at + 1
        if table is not None and not words[first][0].isdigit():
            value, at = _run(value, words, at, lang, table)
        written = words[first] if at == first + 1 and words[first].isdigit() else f"{value:g}"
        found.append(SpokenNumber(value, first, at, written))
    return found


def _run(value: float, words: Sequence[str], at: int, lang: str, table: NumberWords) -> tuple[float, int]:
    """The number that begins with `value` and goes on from `at`, and where it ends."""
    total, current = (value - value % 1000, value % 1000) if value >= 1000 else (0.0, value)
    while at < len(words):
        linked = table.split_tens and words[at] == table.link and at + 1 < len(words) and total + current >= 20
        place = at + 1 if linked else at
        following = word_value(words[place], lang)
        if following is None or words[place][0].isdigit():
            break
        scale = table.scales.get(words[place])
        if scale and scale >= 1000 and current > 0 and total == 0:
            total, current = current * scale, 0.0
        elif scale == 100 and 0 < current < 100:
            current *= 100
        elif table.twenties and current % 100 == 4 and words[place] in ("vingt", "vingts"):
            current += 76
        elif not scale and _continues(total, current, following, table):
            current += following
        else:
            break
        at = place + 1
    return total + current, at


def _continues(total: float, current: float, following: float, table: NumberWords) -> bool:
    if current == 0 and total > 0:
        return 0 < following < 1000
    if current >= 100 and current % 100 == 0:
        return 0 < following < 100
    ten = int(current) % 100
    if not table.split_tens or ten % 10 or ten < 20:
        return False
    return 0 < following < 10 or (table.twenties and ten in (60, 80) and 10 <= following < 20)
