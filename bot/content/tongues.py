"""Telling in which language a line is written, by the small words that belong to one language only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.events import Lang

WORD = re.compile(r"[^\W\d_]+")
LEAST_WORDS = 3
_SMALL_WORDS: Mapping[Lang, str] = {
    "nl": "ik u het een niet dat maar ook nog naar heb hebt voor zijn geen mijn uw wij jullie bij moet deze",
    "en": "i you the not that but also have has for with are my your we can must this what it how to and",
    "fr": "je vous le la les une ne pas que est mais pour avec mon votre nous ce cette il elle à et du des",
    "de": "ich sie das ein eine nicht dass aber auch noch nach habe haben für mit sind kein mein ihr ist und der",
}
SMALL_WORDS = {tongue: frozenset(words.split()) for tongue, words in _SMALL_WORDS.items()}


def other_language(line: str, lang: Lang) -> Lang | None:
    """The language that a line seems to be in, where that is surely not this one."""
    words = [word.casefold() for word in WORD.findall(line)]
    hits = {tongue: sum(word in small for word in words) for tongue, small in SMALL_WORDS.items()}
    own = hits.pop(lang)
    likely = max(hits, key=lambda tongue: hits[tongue])
    return likely if own == 0 and hits[likely] >= LEAST_WORDS else None
