"""The sentences of a turn that a recogniser wrote without question marks: cut where a question opens."""

from __future__ import annotations

from itertools import pairwise

from evaluators.lexicon import Lexicon
from evaluators.words import Sentence, sentences

QUESTION = "question_opens"
"""The cue of words with which a question opens, also in the middle of a turn."""

SUMMARY = "summary_opens"
"""The same of a summary."""


def spoken_sentences(text: str, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """The sentences of an unpunctuated text; from where a question or a summary opens a new one begins."""
    return tuple(part for sentence in sentences(text) for part in _cut(sentence, lexicon))


def _cut(sentence: Sentence, lexicon: Lexicon) -> list[Sentence]:
    asking = _places(sentence.text, lexicon, QUESTION)
    starts = sorted({*asking, *_places(sentence.text, lexicon, SUMMARY)})
    if not starts:
        return [sentence]
    edges = [*([0] if starts[0] else []), *starts, len(sentence.text)]
    parts = []
    for start, end in pairwise(edges):
        body = sentence.text[start:end].rstrip()
        place = sentence.start + start
        parts.append(Sentence(body, place, place + len(body), start in asking))
    return parts


def _places(text: str, lexicon: Lexicon, cue: str) -> list[int]:
    pattern = lexicon.cues.get(cue)
    return [match.start() for match in pattern.finditer(text)] if pattern else []
