"""Whether something that the script writes down was said: content words and figures compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluators.record import CallRecord, remembered
from evaluators.words import content_stems, shared_stems, stem, words

MEANING = "same_"
"""How the names begin of cues that list wordings of one meaning."""

FIGURE_WEIGHT = 1.5
"""A figure says more than a word: 'twaalf maanden' is about the twelve."""


@dataclass(frozen=True)
class _Fact:
    """A written fact taken apart: how much each stem weighs, its figures, and by cue the stems of one meaning that
    other wordings of that cue say as well.
    """

    weights: Mapping[str, float]
    figures: frozenset[float]
    meanings: Mapping[str, frozenset[str]]


def coverage(call: CallRecord, wanted: str, text: str) -> float:
    """The share of a written fact that words cover: 0 to 1, figures weighing more than words."""
    lexicon, fact = call.lexicon, _fact(call, wanted)
    total = sum(fact.weights.values()) + FIGURE_WEIGHT * len(fact.figures)
    if not total:
        return 0.0
    heard = shared_stems(fact.weights, content_stems(text, lexicon.stopwords))
    for cue, meant in fact.meanings.items():
        if not meant <= heard and lexicon.has(cue, text):
            heard |= meant
    return (sum(fact.weights[one] for one in heard) + FIGURE_WEIGHT * len(fact.figures & lexicon.numbers(text))) / total


@remembered
def _fact(call: CallRecord, wanted: str) -> _Fact:
    """What a written fact holds; rules ask after the same few over and over."""
    lexicon = call.lexicon
    stems = content_stems(wanted, lexicon.stopwords)
    keys = {stem(word) for word in words(wanted) if lexicon.has("key_word", word)}
    said = {cue: lexicon.find(cue, wanted) for cue in lexicon.cues if cue.startswith(MEANING)}
    return _Fact(
        {one: FIGURE_WEIGHT if one in keys else 1.0 for one in stems},
        lexicon.numbers(wanted) - {1.0},
        {cue: stems & content_stems(match.group(), lexicon.stopwords) for cue, match in said.items() if match},
    )


def best(call: CallRecord, wanted: str, texts: Iterable[tuple[int, str]]) -> tuple[float, int | None]:
    """The best coverage among places in the call, and that place; (0, None) where nothing is covered."""
    scored = [(coverage(call, wanted, text), -position) for position, text in texts]
    top = max(scored, default=(0.0, 0))
    return (top[0], -top[1]) if top[0] > 0 else (0.0, None)


def exchanges(call: CallRecord) -> tuple[tuple[int, str], ...]:
    """Each turn of the customer with the agent's turn before it: a question and its answer belong together."""
    return tuple(
        (p, f"{call.text(p - 1)} {call.text(p)}" if p and call.turns[p - 1].speaker == "agent" else call.text(p))
        for p in call.customer
    )
