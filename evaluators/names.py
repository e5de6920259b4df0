"""Finding names in a turn: the company's, the agent's, the customer's, whatever a recogniser makes of them."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

from evaluators.lexicon import Lexicon
from evaluators.words import plain, words

LIKE = 0.78
"""Similarity from which a word that was heard counts as a name that was meant (recognisers misspell names)."""

SPLIT_FROM = 5
"""Letters from which a name may have been cut in two."""

_WORD = re.compile(r"\w+(?:['-]\w+)*")
_PARTICLES = frozenset(
    [
        "van",
        "de",
        "den",
        "der",
        "het",
        "'t",
        "ter",
        "ten",
        "vander",
        "vanden",
        "el",
        "al",
        "ben",
        "di",
        "da",
        "von",
        "zu",
        "le",
        "la",
        "du",
        "des",
    ]
)


def surname(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words of the surname: without title and first name, with its particles."""
    parts = [part for part in words(name) if not lexicon.has("title", part)]
    titled = len(parts) < len(words(name))
    if len(parts) > 1 and parts[0] not in _PARTICLES and not (titled and len(parts) == 1):
        parts = parts[1:]
    return tuple(parts)


def find_surname(name: str, text: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """Where a surname stands in a text: its last word, or one much like it. Character offsets, None where it is
    absent.
    """
    wanted = surname(name, lexicon)
    if not wanted:
        return None
    return find_like(wanted[-1], text) or (find_like("".join(wanted), text) if len(wanted) > 1 else None)


def find_like(wanted: str, text: str) -> tuple[int, int] | None:
    """Where a word like the wanted one stands, also when a recogniser cut it in two ("tele nova"). Character offsets,
    None where there is none.
    """
    heard = [(plain(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]
    for word, start, end in heard:
        if word == wanted or word.rstrip("'s") == wanted or _alike(word, wanted):
            return start, end
    if len(wanted) < SPLIT_FROM:
        return None
    for (first, start, _), (second, _, end) in pairwise(heard):
        if abs(len(first + second) - len(wanted)) <= 1 and _alike(first + second, wanted):
            return start, end
    return None


def _alike(heard: str, wanted: str) -> bool:
    if min(len(heard), len(wanted)) < 4:
        return False
    match = SequenceMatcher(None, heard, wanted)
    return match.real_quick_ratio() >= LIKE and match.quick_ratio() >= LIKE and match.ratio() >= LIKE


def names_company(company: str, text: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """Where a company is named, a short form included. Character offsets, None where it is not."""
    all_words = [word for word in words(company.replace("_", " ").replace("-", " ")) if len(word) >= 2]
    own = [word for word in all_words if not lexicon.has("generic_company", word) and word not in lexicon.stopwords]
    for word in own or all_words:
        if (place := find_like(word, text)) and len(word) >= 2:
            return place
    joined = "".join(all_words)
    return find_like(joined, text) if joined else None
