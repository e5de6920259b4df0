"""Words, sentences and spoken numbers of a turn, with their places: the plain text work under every judgement."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

REMEMBERED = 16_384
"""Texts whose words are kept: rules ask the same of the same sentences over and over."""

BEGINS, ENDS = 4, 5
"""Letters of a stem, at least, with which another may begin or end and count as the same."""

_SENTENCE = re.compile(r"[^.?!…]+(?:[.?!…]+(?=\s|$)|[.?!…]+|$)")
_WORD = re.compile(r"\w+(?:['-]\w+)*")
_DECIMAL = re.compile(r"(?<!\d)(\d{1,3}(?:[ .]\d{3})+|\d+)(?:[,.](\d{1,2}))?(?!\d)")
_EURO_CENT = re.compile(r"(?<!\d)(\d+)\s*(?:euro|eur|€)\s*(?:en\s+)?(\d{2})(?!\d)", re.IGNORECASE)
_ENDINGS = ("heden", "ingen", "tjes", "ing", "jes", "tje", "en", "es", "je", "er", "e", "s", "t", "n")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a turn: `start` and `end` are character offsets into the turn's text (end exclusive)."""

    text: str
    start: int
    end: int
    question: bool


@lru_cache(maxsize=REMEMBERED)
def straight(text: str) -> str:
    """The text with straight quotes and plain dashes, of the same length."""
    return text.translate(str.maketrans("‘’´`“”–—\u00a0", "''''\"\"-- "))


@lru_cache(maxsize=REMEMBERED)
def plain(text: str) -> str:
    """Lower case without accents, for comparing words."""
    folded = straight(text).casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order; a question is one that ends on a question mark."""
    found = []
    for match in _SENTENCE.finditer(_mask_decimals(text)):
        raw = text[match.start() : match.end()]
        body = raw.strip()
        if not body or not any(char.isalnum() for char in body):
            continue
        start = match.start() + raw.index(body)
        found.append(Sentence(body, start, start + len(body), "?" in body[-3:]))
    return tuple(found)


def _mask_decimals(text: str) -> str:
    return re.sub(r"(?<=\d)\.(?=\d)", ",", text)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, plain."""
    return tuple(_WORD.findall(plain(text)))


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """A crude stem: enough to see that 'facturen' and 'factuur' are about the same thing."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending == "en" else 4):
            word = word[: -len(ending)]
            break
    return re.sub(r"(.)\1", r"\1", word).replace("v", "f").replace("z", "s")


@lru_cache(maxsize=REMEMBERED)
def content_stems(text: str, stopwords: frozenset[str]) -> frozenset[str]:
    """Stems of the words that carry meaning: no stop words, no bare digits, three letters or more."""
    return frozenset(
        stem(word) for word in words(text) if len(word) >= 3 and word not in stopwords and not word.isdigit()
    )


def shared_stems(wanted: Iterable[str], heard: frozenset[str]) -> frozenset[str]:
    """Those of the wanted stems that were heard: the same, or one begins or ends with the other (compounds)."""
    beginnings, endings = _parts(heard)
    return frozenset(
        one
        for one in wanted
        if one in heard
        or (len(one) >= BEGINS and (one in beginnings or any(one[:size] in heard for size in range(BEGINS, len(one)))))
        or (len(one) >= ENDS and (one in endings or any(one[size:] in heard for size in range(len(one) - ENDS + 1))))
    )


@lru_cache(maxsize=REMEMBERED)
def _parts(stems: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """All that these stems begin with, and all that they end with, of a length that counts."""
    return (
        frozenset(one[:size] for one in stems for size in range(BEGINS, len(one))),
        frozenset(one[size:] for one in stems for size in range(1, len(one) - ENDS + 1)),
    )


def numbers(text: str, number_words: Mapping[str, int]) -> frozenset[float]:
    """All numbers in a text, in digits or in words: '39,90', '39 euro 90' and 'negenendertig euro negentig' are
    39.9.
    """
    digits = _spelled_out(_joined(plain(text), number_words), number_words)
    found = {float(f"{euro}.{cent}") for euro, cent in _EURO_CENT.findall(digits)}
    for whole, cents in _DECIMAL.findall(_EURO_CENT.sub(" ", digits)):
        found.add(float(re.sub(r"\D", "", whole) + (f".{cents}" if cents else "")))
    return frozenset(found)


def _joined(text: str, number_words: Mapping[str, int]) -> str:
    """Number words that belong together written as one: 'one hundred and twenty five' becomes
    'onehundredtwentyfive'.
    """
    by_size: dict[str, list[str]] = {"unit": [], "ten": [], "hundred": []}
    for word, value in number_words.items():
        size = "unit" if 0 < value < 10 else "ten" if 20 <= value < 100 else "hundred" if value == 100 else ""
        by_size.get(size, []).append(word)
    if not all(by_size.values()):
        return text
    unit, ten, hundred = (f"(?:{'|'.join(by_size[size])})" for size in ("unit", "ten", "hundred"))
    below = rf"{ten}(?:[ -]{unit})?|{unit}"
    together = re.compile(rf"\b(?:(?:{unit} )?{hundred}(?: (?:and )?(?:{below}))?|{ten}[ -]{unit})\b")
    return together.sub(lambda match: re.sub(r"[ -](?:and )?", "", match.group()), text)


def _spelled_out(text: str, number_words: Mapping[str, int]) -> str:
    def digits(match: re.Match[str]) -> str:
        value = number_of(match.group(), number_words)
        return match.group() if value is None else str(value)

    return _WORD.sub(digits, text)


def number_of(word: str, number_words: Mapping[str, int]) -> int | None:
    """The value of a number word such as 'vijfentwintig' or 'tweehonderdvijftig'; None for any other word."""
    if word in number_words:
        return number_words[word]
    total = current = 0
    rest = word.replace("-", "")
    beginning = _beginning(tuple(number_words))
    while rest:
        found = beginning.match(rest)
        if found is None:
            joiner = next((join for join in ("en", "und", "and", "et") if rest.startswith(join)), None)
            if joiner is None or not current:
                return None
            rest = rest[len(joiner) :]
            continue
        value = number_words[found.group()]
        if value in (100, 1000):
            total, current = (total + max(current, 1) * value, 0)
        else:
            current += value
        rest = rest[found.end() :]
    return total + current


@lru_cache(maxsize=16)
def _beginning(known: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the longest of these words at the beginning of another; without any it never does."""
    return re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))) or r"(?!)")
