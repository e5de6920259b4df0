"""Logits of any stretches of a turn, all at once, from running sums over the features of its words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bot.nlu.features import (
    end_features,
    pair_features,
    skip_features,
    start_features,
    start_pair_features,
)
from bot.nlu.linear import Floats, Ints, LinearModel
from bot.nlu.normalise import NormalWord


def stretch_logits(words: Sequence[NormalWord], model: LinearModel, firsts: Ints, lasts: Ints) -> Floats:
    """Logits of the words from each of `firsts` up to but not including the last beside it, shape (stretches, labels).

    The same as those of `features.clause_parts` of each stretch.
    """
    shapes = [word.shape for word in words]
    rows = model.rows
    kinds = [
        [model.word_rows(shape) for shape in shapes],
        [rows(pair_features(*two)) for two in pairwise(shapes)],
        [rows(skip_features(*two)) for two in zip(shapes, shapes[2:], strict=False)],
        [rows(start_features(shape)) for shape in shapes],
        [rows(start_pair_features(*two)) for two in pairwise(shapes)],
        [rows(end_features(word.shape, word.mark)) for word in words],
    ]
    inside = [
        (firsts, lasts),
        (firsts, lasts - 1),
        (firsts, np.maximum(lasts - 2, firsts)),
        (firsts, firsts + 1),
        (firsts, np.minimum(firsts + 1, lasts - 1)),
        (lasts - 1, lasts),
    ]
    offsets = np.cumsum([0] + [len(kind) for kind in kinds[:-1]])[:, None]
    begins, ends = (np.array(bounds) + offsets for bounds in zip(*inside, strict=True))
    running = model.running([part for kind in kinds for part in kind])
    return model.logits(
        (running.scores[ends] - running.scores[begins]).sum(axis=0),
        (running.squares[ends] - running.squares[begins]).sum(axis=0),
    )
