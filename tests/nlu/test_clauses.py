"""Dividing a turn into clauses: stretches scored at once are scored as each would be by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.acts import Act
from bot.nlu.clauses import boundary_log_odds, segment
from bot.nlu.features import clause_parts
from bot.nlu.linear import LinearModel
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import Rule
from bot.nlu.rules import RuleHit
from bot.nlu.stretches import stretch_logits

FEATURES = (
    "w:dag", "c:da", "c:ag ", "w:meneer", "c:ee", "w:merci", "p:dag meneer", "s:dag merci", "^:dag", "^:merci",
    "^^:dag meneer", "$:meneer", "$:merci", "?",
)  # fmt: skip
CHANCE = np.random.default_rng(5)
ACTS = LinearModel(
    labels=("greet", "thank", "inform"),
    index={name: row for row, name in enumerate(FEATURES)},
    idf=CHANCE.uniform(1, 4, len(FEATURES)).astype(np.float32),
    weights=CHANCE.normal(0, 2, (len(FEATURES), 3)).astype(np.float32),
    bias=np.array([0.1, 0.0, -0.1], np.float32),
)
BOUNDARIES = LinearModel(
    labels=("boundary", "inside"),
    index={"r1:merci": 0},
    idf=np.ones(1, np.float32),
    weights=np.array([[2.0, -2.0]], np.float32),
    bias=np.array([-1.0, 1.0], np.float32),
)
WORDS = st.lists(
    st.builds(
        lambda text, mark: NormalWord(text, 0, len(text), mark, text),
        st.sampled_from(["dag", "meneer", "merci", "onbekend"]),
        st.sampled_from(["", ",", "?"]),
    ),
    min_size=1,
    max_size=9,
)


def one_by_one(words: list[NormalWord], first: int, last: int) -> list[float]:
    """The logits of a stretch as the definition gives them: summed rows over the root of their summed squares."""
    known = [ACTS.index[name] for part in clause_parts(words[first:last]) for name in part if name in ACTS.index]
    norm = float(np.sqrt(np.square(ACTS.idf[known]).sum())) or 1.0
    return [float(value) for value in ACTS.weights[known].sum(axis=0) / norm + ACTS.bias]


@given(WORDS)
def test_all_stretches_at_once_are_scored_like_each_by_itself(words: list[NormalWord]) -> None:
    pairs = [(first, last) for last in range(1, len(words) + 1) for first in range(last)]
    firsts, lasts = np.array(pairs).T
    scored = stretch_logits(words, ACTS, firsts, lasts)
    assert np.allclose(scored, [one_by_one(words, *pair) for pair in pairs], atol=1e-5)


@given(WORDS)
def test_the_clauses_cover_every_word_once_and_in_order(words: list[NormalWord]) -> None:
    clauses = segment(words, ACTS, BOUNDARIES, frozenset())
    assert [at for clause in clauses for at in range(clause.first, clause.last)] == list(range(len(words)))


def test_a_clause_begins_where_features_or_punctuation_say_so() -> None:
    words = [NormalWord(text, 0, 1, mark, text) for text, mark in (("dag", ""), ("meneer", "."), ("merci", ""))]
    odds = boundary_log_odds(words, BOUNDARIES, frozenset())
    assert odds[0] == np.inf
    assert odds[1:].tolist() == [-2.0, 12.0 + 2.0]


def test_a_rule_is_not_cut_and_a_closed_one_stands_alone() -> None:
    words = [NormalWord(text, 0, 1, "", text) for text in ("dag", "meneer", "merci", "onbekend")]
    hit = RuleHit(Rule(id="nl.greet", act=Act.GREET, pattern="dag meneer", closed=True), 0, 2)
    first, *_ = segment(words, ACTS, BOUNDARIES, frozenset(), [hit])
    assert (first.first, first.last) == (0, 2)
    assert [clause.known for clause in segment(words[3:], ACTS, BOUNDARIES, frozenset())] == [0.0]
