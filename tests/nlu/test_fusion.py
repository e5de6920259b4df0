"""Weighing what rules, classifier and tagger found."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.acts import Act, ActSpan
from bot.nlu.clauses import Clause
from bot.nlu.fusion import HEARD, Evidence, Fusion, FusionWeights, evidence
from bot.nlu.normalise import NormalWord
from bot.nlu.turn import Turn

TAGGED = ("apologize", "be_rude", "greet", "other", "thank")
LABELS = ("greet", "thank")
WEIGHTS = FusionWeights(weights=(1.0, 0.0, 3.0, 0.0, 3.0, 0.0), constant=0.0, counts=0.4, fault=0.9)
FUSION = Fusion(WEIGHTS, LABELS, TAGGED)


def turn(text: str, **tags: Mapping[int, float]) -> Turn:
    """A turn of these words; `tags` gives per act the chance at some of them, elsewhere it is 0.01."""
    words, at = [], 0
    for word in text.split():
        words.append(NormalWord(word, at, at + len(word)))
        at += len(word) + 1
    table = np.full((len(words), len(TAGGED)), 0.01, np.float32)
    for act, chances in tags.items():
        for word_at, chance in chances.items():
            table[word_at, TAGGED.index(act)] = chance
    return Turn(words=tuple(words), tags=table)


def span(act: Act, confidence: float, source: str, end: int = 5) -> ActSpan:
    return ActSpan(act=act, confidence=confidence, start=0, end=end, source=source)


def test_an_act_that_only_the_tagger_heard_spans_the_words_where_it_is_likely() -> None:
    acts = FUSION.acts(turn("sorry daarvoor hoor dag", apologize={0: 0.9, 1: 0.6, 2: 0.2}, greet={3: 0.8}), [])
    assert [(each.act, each.start, each.end, each.source) for each in acts] == [
        (Act.APOLOGIZE, 0, 14, HEARD),
        (Act.GREET, 20, 23, HEARD),
    ]
    assert acts[0].confidence == pytest.approx(0.9, abs=1e-3)


def test_a_rule_outweighs_a_tagger_in_doubt_and_keeps_its_span_and_source() -> None:
    heard = turn("merci zeg", thank={0: 0.1})
    (act,) = FUSION.acts(heard, [span(Act.THANK, 1.0, "nl.thank")])
    assert (act.source, act.end) == ("nl.thank", 5)
    assert act.confidence == pytest.approx(1 / (1 + np.exp(-(np.log(0.1 / 0.9) + 3))), abs=1e-3)


def test_what_the_tagger_is_sure_is_not_there_does_not_count() -> None:
    heard = turn("dag meneer", greet={0: 0.99})
    assert [each.act for each in FUSION.acts(heard, [span(Act.THANK, 0.3, "classifier")])] == [Act.GREET]


def test_a_fault_must_be_surer_and_is_never_the_last_resort() -> None:
    assert [each.act for each in FUSION.acts(turn("zwijg", be_rude={0: 0.95}), [])] == [Act.BE_RUDE]
    doubtful = FUSION.acts(turn("zwijg", be_rude={0: 0.85}, greet={0: 0.2}), [])
    assert [each.act for each in doubtful] == [Act.GREET]


def test_evidence_knows_the_likeliest_clause_and_who_decided() -> None:
    heard = turn("dag merci", greet={0: 0.5})
    heard.clauses = [
        Clause(0, 1, np.array([0.9, 0.1], np.float32)),
        Clause(1, 2, np.array([0.2, 0.8], np.float32)),
    ]
    found = {item.act: item for item in evidence(heard, [span(Act.THANK, 0.8, "classifier")], LABELS, TAGGED)}
    assert found[Act.GREET].heard == pytest.approx(0.0, abs=1e-6)
    assert found[Act.GREET].likely == pytest.approx(np.log(9), abs=1e-4)
    assert found[Act.THANK].classified == pytest.approx(0.8)
    assert found[Act.THANK].rule == 0.0
    assert {item.rule for item in evidence(heard, [span(Act.GREET, 0.7, "nl.greet")], LABELS, TAGGED)} == {0.0, 0.7}


def test_a_scripts_own_example_counts_by_how_much_it_is_alike_whatever_the_tagger_says() -> None:
    heard = turn("de zilveren blijft", greet={0: 0.9})
    blank = np.zeros(2, np.float32)
    heard.clauses = [Clause(0, 3, blank, taught=frozenset({Act.APOLOGIZE}), likeness=0.8)]
    greet, apologize = FUSION.acts(heard, [])
    assert (apologize.act, apologize.start, apologize.end, apologize.confidence) == (Act.APOLOGIZE, 0, 18, 0.8)
    assert greet.act == Act.GREET
    heard.clauses = [Clause(0, 3, blank, taught=frozenset({Act.APOLOGIZE}), likeness=0.3)]
    assert [each.act for each in FUSION.acts(heard, [])] == [Act.GREET]


@given(st.dictionaries(st.sampled_from([Act(tag) for tag in TAGGED]), st.floats(0, 1), min_size=2))
def test_there_is_always_an_act_and_other_only_alone(chances: dict[Act, float]) -> None:
    if set(chances) <= {Act.BE_RUDE}:
        return
    kept = WEIGHTS.counted(chances)
    assert kept
    assert kept == {Act.OTHER} or Act.OTHER not in kept
    assert all(chances[act] >= 0.9 for act in kept & {Act.BE_RUDE})


def test_more_evidence_never_makes_an_act_less_likely() -> None:
    weak = Evidence(Act.GREET, heard=-1.0, likely=0.0)
    for stronger in (
        Evidence(Act.GREET, heard=0.5, likely=0.0),
        Evidence(Act.GREET, heard=-1.0, likely=0.0, rule=0.9),
        Evidence(Act.GREET, heard=-1.0, likely=0.0, classified=0.4),
    ):
        assert WEIGHTS.chance(stronger) > WEIGHTS.chance(weak)
