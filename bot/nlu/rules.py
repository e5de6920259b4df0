"""The language pack's rules, applied to a whole turn so that they do not depend on how it is cut into clauses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.nlu.normalise import NormalWord
from bot.nlu.pack import LanguagePack, Rule

_SENTENCE_END = re.compile(r" [.?](?= |$)")


@dataclass(frozen=True)
class RuleHit:
    """A rule that matched words `first` up to but not including `last` of the turn."""

    rule: Rule
    first: int
    last: int


class RuleBook:
    """The compiled rules of one language."""

    def __init__(self, pack: LanguagePack) -> None:
        self._rules = [
            (
                rule,
                re.compile(pack.expanded(rule.pattern)),
                re.compile(pack.expanded(rule.unless)) if rule.unless else None,
            )
            for rule in pack.rules
        ]

    def hits(self, words: Sequence[NormalWord]) -> list[RuleHit]:
        """Every match in the turn, in the order of the words; of overlapping ``is`` matches only the first rule's."""
        text, starts = joined(words)
        found: list[RuleHit] = []
        for rule, pattern, unless in self._rules:
            for begin, end in _matches(text, pattern, unless):
                first, last = bisect_right(starts, begin) - 1, bisect_right(starts, max(begin, end - 1))
                hit = RuleHit(rule, max(first, 0), last)
                if rule.effect == "also" or not any(_compete(hit, other) for other in found):
                    found.append(hit)
        return sorted(found, key=lambda hit: (hit.first, hit.last))


def _matches(text: str, pattern: re.Pattern[str], unless: re.Pattern[str] | None) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        begin, end = match.span("span") if "span" in pattern.groupindex and match["span"] is not None else match.span()
        while begin < end and text[begin] in " .?":
            begin += 1
        if begin < end and not (unless and unless.search(_sentence(text, begin, end))):
            yield begin, end


def _sentence(text: str, begin: int, end: int) -> str:
    """The sentence around a stretch."""
    before = [found.end() for found in _SENTENCE_END.finditer(text, 0, begin)]
    after = _SENTENCE_END.search(text, end)
    return text[before[-1] if before else 0 : after.end() if after else len(text)].strip()


def _compete(one: RuleHit, other: RuleHit) -> bool:
    return other.rule.effect == "is" and one.first < other.last and other.first < one.last


def joined(words: Sequence[NormalWord]) -> tuple[str, list[int]]:
    """The words with one space between them, sentence ends as words of their own, and where each word starts."""
    starts: list[int] = []
    text = ""
    for word in words:
        text += " " if text else ""
        starts.append(len(text))
        text += word.text + (f" {word.mark}" if word.mark in (".", "?") else "")
    return text, starts
