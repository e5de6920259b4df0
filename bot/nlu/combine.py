"""Rules and classifier brought together into the acts of a turn, by the labelling rules of the taxonomy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.acts import FAULT_ACTS, Act, ActSpan
from bot.nlu.clauses import Clause
from bot.nlu.normalise import NormalWord
from bot.nlu.turn import Turn

CARRIED_BY = {
    Act.USE_JARGON: frozenset({Act.INFORM, Act.INSTRUCT, Act.DELIVER_BAD_NEWS, Act.ASK_OPEN, Act.ASK_CLOSED}),
    Act.OVERPROMISE: frozenset({
        Act.PROPOSE_SOLUTION, Act.PROMISE_FOLLOWUP, Act.REASSURE, Act.STATE_BENEFIT, Act.EXPLAIN_TERMS,
    }),
}  # fmt: skip
"""Faults in how something is said keep the act that they carry out; these are the acts that each can carry."""
MANNER = frozenset({Act.INFORMAL_ADDRESS, Act.USE_JARGON})
"""Acts that never make up a turn: something is said in that manner."""


@dataclass(frozen=True)
class Thresholds:
    """Below `abstain` the classifier keeps silent about a clause; a second act counts from `second` on.

    Where the whole turn yields nothing, an act from `guess` on counts, in a clause of which at least `known` of the
    words were seen in training. A fault must be as sure as `fault`, and the clause no shorter than `fault_words`: a
    false reproach costs more than a missed one. `fallback_words` is the least length of a clause that its form alone
    may decide.
    """

    abstain: float = 0.25
    second: float = 0.35
    fault: float = 0.9
    fault_words: int = 3
    fallback_words: int = 4
    guess: float = 0.12
    known: float = 0.5


def combine(turn: Turn, labels: tuple[str, ...], thresholds: Thresholds) -> tuple[ActSpan, ...]:
    """The acts of a turn in the order of its words, each once; `other` alone where nothing else was recognised."""
    spans = [
        _span(turn.words, hit.first, hit.last, hit.rule.act, hit.rule.confidence, hit.rule.id)
        for hit in turn.hits
        if hit.rule.effect == "also"
    ]
    for clause in turn.clauses:
        spans += _clause_spans(turn, clause, labels, thresholds)
    if all(span.act in MANNER for span in spans):
        spans += _by_form(turn, labels, thresholds)
    return _settled(spans)


def _by_form(turn: Turn, labels: tuple[str, ...], limits: Thresholds) -> Iterator[ActSpan]:
    """Where no act was probable enough in the whole turn: what the form of its longest clause suggests."""
    known = (clause for clause in turn.clauses if clause.known >= limits.known)
    longest = max(known, key=lambda clause: clause.last - clause.first, default=None)
    if longest is not None:
        best = int(np.argmax(longest.probabilities))
        act, chance = Act(labels[best]), float(longest.probabilities[best])
        if chance >= limits.guess and act not in FAULT_ACTS and act is not Act.OTHER:
            yield _span(turn.words, longest.first, longest.last, act, chance, "classifier")
            return
    if longest and longest.fallback and longest.last - longest.first >= limits.fallback_words:
        yield _span(turn.words, longest.first, longest.last, longest.fallback, limits.abstain, "form")


def _clause_spans(turn: Turn, clause: Clause, labels: tuple[str, ...], limits: Thresholds) -> Iterator[ActSpan]:
    deciding = turn.clause_hits(clause, "is")
    for hit in deciding:
        yield _span(turn.words, clause.first, clause.last, hit.rule.act, hit.rule.confidence, hit.rule.id)
    carried = [CARRIED_BY[hit.rule.act] for hit in deciding if hit.rule.act in CARRIED_BY]
    if carried:
        yield from _carried(turn, clause, labels, carried[0])
    if deciding:
        return
    added = turn.clause_hits(clause, "also")
    known = frozenset(hit.rule.act for hit in added)
    left = clause.last - clause.first - sum(hit.last - hit.first for hit in added)
    if not added or left >= limits.fault_words:
        yield from _classified(turn, clause, labels, known, limits)


def _classified(
    turn: Turn, clause: Clause, labels: tuple[str, ...], known: frozenset[Act], limits: Thresholds
) -> Iterator[ActSpan]:
    """What the classifier makes of a clause, without the acts that rules found in it and faults it is not sure of."""
    length = clause.last - clause.first
    found: list[Act] = []
    for at in np.argsort(-clause.probabilities)[:3]:
        act, confidence = Act(labels[at]), float(clause.probabilities[at])
        unsure = act in FAULT_ACTS and (confidence < limits.fault or length < limits.fault_words)
        if act in known or unsure or confidence < (limits.second if found else limits.abstain):
            continue
        found.append(act)
        yield _span(turn.words, clause.first, clause.last, act, confidence, "classifier")
        if act in CARRIED_BY:
            yield from _carried(turn, clause, labels, CARRIED_BY[act])
            return


def _carried(turn: Turn, clause: Clause, labels: tuple[str, ...], possible: frozenset[Act]) -> Iterator[ActSpan]:
    """The likeliest of the acts that a fault can carry out."""
    chances = [(float(clause.probabilities[at]), label) for at, label in enumerate(labels) if Act(label) in possible]
    if chances:
        chance, label = max(chances)
        yield _span(turn.words, clause.first, clause.last, Act(label), max(chance, 0.3), "carried by a fault")


def _span(words: Sequence[NormalWord], first: int, last: int, act: Act, confidence: float, source: str) -> ActSpan:
    return ActSpan(
        act=act,
        confidence=round(min(1.0, confidence), 4),
        start=words[first].start,
        end=max(word.end for word in words[first:last]),
        source=source,
    )


def _settled(spans: Iterable[ActSpan]) -> tuple[ActSpan, ...]:
    """Each act once, at its surest; `other` only alone (labelling rule 13)."""
    surest: dict[Act, ActSpan] = {}
    for span in spans:
        known = surest.get(span.act)
        if known is None or span.confidence > known.confidence:
            surest[span.act] = span
    if len(surest) > 1:
        surest.pop(Act.OTHER, None)
    return tuple(sorted(surest.values(), key=lambda span: (span.start, span.end, span.act)))


def nothing_recognised(text: str) -> tuple[ActSpan, ...]:
    """`other` over the whole text."""
    return (ActSpan(act=Act.OTHER, confidence=0.0, start=0, end=len(text), source="nothing recognised"),)
