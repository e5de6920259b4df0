"""Do these words sound like a whole turn? Learned from turns that are written whole: each is an example of an end, and
each beginning of it an example of what goes on. A linear model over hashed features of the words; pure.

Learning takes seconds and the model 64 kB, so it is made where the examples are and kept as an array.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float16]

BUCKETS = 1 << 15
_PASSES = 4
_BATCH = 512
_RATE = 0.1
_DECAY = 1e-5
_LONGEST = 12
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True)
class EndingWords:
    """The learned weights: (`BUCKETS` + 1,), the last of them the bias."""

    weights: Weights

    def log_odds(self, text: str) -> float:
        """Log-odds (natural) that a turn ends behind these words, where ends and pauses are as frequent; 0 for none."""
        tokens = tokens_of(text)
        if not tokens:
            return 0.0
        return float(self.weights[_buckets(tokens)].astype(np.float32).sum() + self.weights[-1])


def tokens_of(text: str) -> list[str]:
    """The words in lower case, without marks: recognisers put a full stop behind half a sentence too."""
    return _TOKEN.findall(text.lower())


def learn(turns: Iterable[str]) -> EndingWords:
    """Learn from whole turns; the same turns give the same weights."""
    rows, targets, shares = [], [], []
    for tokens in filter(None, map(tokens_of, turns)):
        for length in range(1, len(tokens) + 1):
            rows.append(_buckets(tokens[:length]))
            targets.append(length == len(tokens))
            shares.append(1.0 if length == len(tokens) else 1.0 / (len(tokens) - 1))
    return EndingWords(_fit(rows, np.array(targets, np.float32), np.array(shares, np.float32)))


def _features(tokens: Sequence[str]) -> Iterator[str]:
    last, before, third = ["^", "^", "^", *tokens][:-4:-1]
    yield f"1 {last}"
    yield f"2 {before} {last}"
    yield f"3 {third} {before} {last}"
    yield f"b {before}"
    yield f"s {last[-3:]}"
    yield f"n {min(len(tokens), _LONGEST)}"
    yield f"f {tokens[0]} {min(len(tokens), 8)}"
    yield f"g {' '.join(tokens[:2])}"
    for word in sorted(set(tokens[:-1])):
        yield f"w {word}"


def _buckets(tokens: Sequence[str]) -> NDArray[np.int64]:
    return np.array([zlib.crc32(feature.encode()) % BUCKETS for feature in _features(tokens)], dtype=np.int64)


def _fit(rows: list[NDArray[np.int64]], targets: NDArray[np.float32], shares: NDArray[np.float32]) -> Weights:
    """Logistic regression by AdaGrad, in an order that never changes."""
    weights, squares = np.zeros(BUCKETS + 1, np.float32), np.full(BUCKETS + 1, 1e-3, np.float32)
    order = np.random.default_rng(1)
    for _ in range(_PASSES):
        for batch in np.array_split(order.permutation(len(rows)), max(1, math.ceil(len(rows) / _BATCH))):
            _learn_batch(weights, squares, [rows[i] for i in batch], targets[batch], shares[batch])
    return weights.astype(np.float16)


def _learn_batch(
    weights: NDArray[np.float32],
    squares: NDArray[np.float32],
    rows: list[NDArray[np.int64]],
    targets: NDArray[np.float32],
    shares: NDArray[np.float32],
) -> None:
    if not rows:
        return
    places = np.concatenate([np.append(row, BUCKETS) for row in rows])
    owners = np.repeat(np.arange(len(rows)), [len(row) + 1 for row in rows])
    scores = np.bincount(owners, weights[places], len(rows))
    wrong = (1 / (1 + np.exp(-scores)) - targets) * shares
    gradient = np.bincount(places, wrong[owners], BUCKETS + 1).astype(np.float32) + _DECAY * len(rows) * weights
    squares += np.square(gradient)
    weights -= _RATE * gradient / np.sqrt(squares)
