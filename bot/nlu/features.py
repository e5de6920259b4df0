"""Features of a clause, split over its words so that every stretch of a turn can be scored from running sums.

A clause's features are those of its words (the word, character n-grams within it), of its neighbouring pairs, of its
first words and of its end. None reaches outside the clause, and the sum over parts is the whole: that is what lets the
segmentation try every stretch of a turn at the cost of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.nlu.normalise import NormalWord

_SHORTEST, _LONGEST = 2, 5


def word_features(word: str) -> tuple[str, ...]:
    """The word and the character n-grams of 2 to 5 within it, its edges marked by a space (char_wb)."""
    padded = f" {word} "
    grams = (
        padded[at : at + size]
        for size in range(_SHORTEST, min(_LONGEST, len(padded)) + 1)
        for at in range(len(padded) - size + 1)
    )
    return (f"w:{word}", *(f"c:{gram}" for gram in grams))


def pair_features(first: str, second: str) -> tuple[str, ...]:
    """The pair of neighbours."""
    return (f"p:{first} {second}",)


def skip_features(first: str, third: str) -> tuple[str, ...]:
    """Two words with one between them."""
    return (f"s:{first} {third}",)


def start_features(first: str) -> tuple[str, ...]:
    """The first word of a clause."""
    return (f"^:{first}",)


def start_pair_features(first: str, second: str) -> tuple[str, ...]:
    """The first two words of a clause."""
    return (f"^^:{first} {second}",)


def end_features(last: str, mark: str) -> tuple[str, ...]:
    """The last word of a clause and whether a question mark follows."""
    return (f"$:{last}", "?") if mark == "?" else (f"$:{last}",)


def clause_parts(words: Sequence[NormalWord]) -> Iterator[tuple[str, ...]]:
    """The features of a whole clause, part by part."""
    shapes = [word.shape for word in words]
    for at, shape in enumerate(shapes):
        yield word_features(shape)
        if at + 1 < len(shapes):
            yield pair_features(shape, shapes[at + 1])
        if at + 2 < len(shapes):
            yield skip_features(shape, shapes[at + 2])
    if shapes:
        yield start_features(shapes[0])
        yield end_features(shapes[-1], words[-1].mark)
    if len(shapes) > 1:
        yield start_pair_features(shapes[0], shapes[1])
