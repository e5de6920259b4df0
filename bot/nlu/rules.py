"""The language pack's rules applied to clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.nlu.normalise import NormalWord
from bot.nlu.pack import Rule
from bot.nlu.turn import RuleHit


class RuleBook:
    """Compiled rules of one language."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [
            (rule, re.compile(rule.pattern), re.compile(rule.unless) if rule.unless else None) for rule in rules
        ]

    def hits(self, words: Sequence[NormalWord], first: int, last: int) -> list[RuleHit]:
        """The rules that match words `first` up to but not including `last`, with the words that each covers."""
        text, starts = _joined(words[first:last])
        found: list[RuleHit] = []
        for rule, pattern, unless in self._rules:
            match = pattern.fullmatch(text) if rule.full else pattern.search(text)
            if match and not (unless and unless.search(text)):
                begin, end = match.span()
                inside = [at for at, start in enumerate(starts) if begin <= start < max(end, begin + 1)]
                inside = inside or [0]
                found.append(RuleHit(rule, first + inside[0], first + inside[-1] + 1))
        return found


def _joined(words: Sequence[NormalWord]) -> tuple[str, list[int]]:
    """The words with one space between them and a question mark where one ended the clause, with each word's place."""
    starts: list[int] = []
    text = ""
    for word in words:
        text += " " if text else ""
        starts.append(len(text))
        text += word.text
    return text + ("?" if words and words[-1].mark == "?" else ""), starts
