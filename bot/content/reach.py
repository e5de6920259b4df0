"""What can never happen in a call: facts that nothing brings out, objections and offers that nothing is heard as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.acts import Act
from bot.content.models import Objection, Script
from bot.content.problems import Problem
from bot.content.yaml_source import Path_, Source

WORD = re.compile(r"[^\W_]")
ENDS_THE_CALL = frozenset({Act.SAY_GOODBYE, Act.OTHER})
"""An objection that comes only after these never comes: the customer says goodbye as well, or is puzzled."""


def check_reach(script: Script, source: Source) -> Iterator[Problem]:
    """What in a script can never happen."""
    for name, fact in script.facts.items():
        yield from check_words(fact.about, ("facts", name, "about"), source)
        if fact.about and not fact.open and not any(map(_can_be_said, fact.about)):
            yield source.problem(("facts", name), "unreachable_fact", key=True, value=name)
    for name, objection in script.objections.items():
        yield from check_objection(name, objection, source)
    yield from check_words(script.solution.words, ("solution", "words"), source)
    if script.solution.words and not any(map(_can_be_said, script.solution.words)):
        yield source.problem(("solution", "words"), "unheard_solution", key=True)
    for number, term in enumerate(script.terms):
        if not any(map(_can_be_said, term.words)) and term.figure is None:
            yield source.problem(("terms", number), "untold_term", value=term.summary)


def check_objection(name: str, objection: Objection, source: Source) -> Iterator[Problem]:
    """Whether an objection can come up, and whether it can go away."""
    at = ("objections", name)
    yield from check_words((*objection.about, *objection.answer_words, *objection.spared_by), at, source)
    if objection.answer_words and not any(map(_can_be_said, objection.answer_words)):
        yield source.problem((*at, "answer_words"), "unresolvable", key=True, value=name)
    if set(objection.after) <= ENDS_THE_CALL:
        yield source.problem((*at, "after"), "never_raised_after", key=True, value=name)
    if objection.about and _all_spared(objection):
        yield source.problem((*at, "spared_by"), "never_raised_spared", key=True, value=name)


def _all_spared(objection: Objection) -> bool:
    """Whether every word that brings the objection up also makes it needless."""
    spared = [word.casefold() for word in objection.spared_by]
    return all(any(word.casefold().startswith(other) for other in spared) for word in objection.about)


def check_words(words: Iterable[str], path: Path_, source: Source) -> Iterator[Problem]:
    """Words that nobody can say or write."""
    for word in words:
        if not _can_be_said(word):
            yield source.problem(path, "unsayable_word", value=word)


def _can_be_said(phrase: str) -> bool:
    """Whether anybody can say this: letters or digits, on both sides of `…` where that stands between."""
    begin, gap, end = phrase.partition("…")
    return bool(WORD.search(begin)) and (not gap or bool(WORD.search(end)))
