"""The words by which a language shows what happens in a call: cues read from a language pack's `judging.yaml`.

A cue is a list of patterns. In a pattern a space stands for any space or comma, ` … ` for up to five words in between,
and the rest is a regular expression without regard to case, bounded by whole words. `address` names words of address
that stand for others too (u for je), so that informal calls are understood; the cues under `verbatim` are left as
they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import KiestoonError
from evaluators.hearing import Ear, Keep, Vectors, fit_anew
from evaluators.words import REMEMBERED, numbers, plain, straight

_GAP = r"\W+(?:[\w'-]+\W+){0,5}?"


@dataclass(frozen=True)
class Lexicon:
    """Cues, stop words and number words of one language. A cue that a language lacks is simply never seen."""

    lang: str
    cues: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    stopwords: frozenset[str] = frozenset()
    number_words: Mapping[str, int] = field(default_factory=dict)
    ear: Ear | None = None
    agent_ear: Ear | None = None

    def find(self, cue: str, text: str) -> re.Match[str] | None:
        """The first place where a cue shows in a text."""
        pattern = self.cues.get(cue)
        return pattern.search(straight(text)) if pattern else None

    def has(self, cue: str, text: str) -> bool:
        """Whether a cue shows in a text."""
        return self.find(cue, text) is not None

    def is_only(self, cue: str, text: str) -> bool:
        """Whether a text is nothing but a cue."""
        pattern = self.cues.get(cue)
        return pattern is not None and pattern.fullmatch(straight(text)) is not None

    def count(self, cue: str, text: str) -> int:
        """How many different wordings of a cue a text holds."""
        pattern = self.cues.get(cue)
        return len({match.group().casefold() for match in pattern.finditer(straight(text))}) if pattern else 0

    def hears(self, label: str, text: str) -> float:
        """How sure it is that a customer's sentence does this (0 to 1); 0 where the language has no examples."""
        return self.ear.hear(text).get(label, 0.0) if self.ear else 0.0

    def said(self, label: str, text: str) -> float:
        """How sure it is that an agent's sentence does this (0 to 1); 0 where the language has no examples."""
        return self.agent_ear.hear(text).get(label, 0.0) if self.agent_ear else 0.0

    def mostly(self, label: str, text: str) -> bool:
        """Whether a customer's sentence does this rather than anything else."""
        chances = self.ear.hear(text) if self.ear else {}
        return bool(chances) and max(chances, key=lambda name: chances[name]) == label

    def numbers(self, text: str) -> frozenset[float]:
        """The numbers in a text, spoken ones included."""
        return self._numbers(text)

    @cached_property
    def _numbers(self) -> Callable[[str], frozenset[float]]:
        return lru_cache(maxsize=REMEMBERED)(partial(numbers, number_words=self.number_words))


def load_lexicon(languages: Path, lang: str, vectors: Vectors | None = None, keep: Keep = fit_anew) -> Lexicon:
    """Read `<languages>/<lang>/judging.yaml` and `heard.yaml`; a language without the first has an empty lexicon (acts
    alone decide), one without the second hears only the cues. `vectors` of sentences sharpen the hearing, `keep`
    spares fitting it at every start.

    Raises KiestoonError ``lexicon.invalid`` with the cue that cannot be read.
    """
    folder = languages / lang
    lexicon = lexicon_from(lang, _read(folder / "judging.yaml", lang))
    examples = _read(folder / "heard.yaml", lang)
    heard, said = examples.get("heard"), examples.get("said")
    return replace(
        lexicon,
        ear=Ear(heard, vectors, keep) if heard else None,
        agent_ear=Ear(said, vectors, keep) if said else None,
    )


def _read(path: Path, lang: str) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
    except YAMLError as error:
        raise KiestoonError("lexicon.invalid", f"{path.name} of {lang} is no YAML", {"lang": lang}) from error


def lexicon_from(lang: str, raw: Mapping[str, Any]) -> Lexicon:
    """A lexicon from the contents of a `judging.yaml`. Raises KiestoonError ``lexicon.invalid``."""
    swaps = {str(word): "|".join(forms) for word, forms in (raw.get("address") or {}).items()}
    verbatim = frozenset(raw.get("verbatim") or ())
    return Lexicon(
        lang=lang,
        cues={
            name: _compiled(name, patterns, swaps, name in verbatim)
            for name, patterns in (raw.get("cues") or {}).items()
        },
        stopwords=frozenset(str(word) for word in raw.get("stopwords") or ()),
        number_words={plain(str(word)): int(value) for word, value in (raw.get("numbers") or {}).items()},
    )


def _compiled(name: str, patterns: list[str], swaps: Mapping[str, str], verbatim: bool) -> re.Pattern[str]:
    parts = []
    for pattern in patterns:
        swapped = pattern
        for word, forms in () if verbatim else swaps.items():
            swapped = re.sub(rf"(?<![\w\\]){word}(?!\w)", f"(?:{forms})", swapped)
        spaced = r"[\s,]+".join(re.split(r" +", "\0".join(swapped.split(" … "))))
        parts.append(spaced.replace("\0", _GAP))
    try:
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
    except re.error as error:
        raise KiestoonError("lexicon.invalid", f"cue {name}: {error}", {"cue": name}) from error
