"""Whether something that the script writes down was said: content words and figures compared."""

from __future__ import annotations

from collections.abc import Iterable

from evaluators.record import CallRecord
from evaluators.words import content_stems, shared_stems, stem, words

MEANING = "same_"
"""How the names begin of cues that list wordings of one meaning."""

FIGURE_WEIGHT = 1.5
"""A figure says more than a word: 'twaalf maanden' is about the twelve."""


def coverage(call: CallRecord, wanted: str, text: str) -> float:
    """The share of a written fact that words cover: 0 to 1, figures weighing more than words."""
    lexicon = call.lexicon
    stems = content_stems(wanted, lexicon.stopwords)
    keys = {stem(word) for word in words(wanted) if lexicon.has("key_word", word)}
    figures = lexicon.numbers(wanted) - {1.0}
    weight = {one: FIGURE_WEIGHT if one in keys else 1.0 for one in stems}
    total = sum(weight.values()) + FIGURE_WEIGHT * len(figures)
    if not total:
        return 0.0
    heard = shared_stems(stems, content_stems(text, lexicon.stopwords)) | (stems & _meant(call, wanted, text))
    return (sum(weight[one] for one in heard) + FIGURE_WEIGHT * len(figures & lexicon.numbers(text))) / total


def _meant(call: CallRecord, wanted: str, text: str) -> frozenset[str]:
    """Stems of the wanted words that the text says in other words of the same meaning."""
    found: set[str] = set()
    for name in (cue for cue in call.lexicon.cues if cue.startswith(MEANING)):
        if (said := call.lexicon.find(name, wanted)) and call.lexicon.has(name, text):
            found |= content_stems(said.group(), call.lexicon.stopwords)
    return frozenset(found)


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
