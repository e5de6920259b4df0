"""A stored log of a voice call must load and be judged the same for ever, or the evaluators' version must be raised."""

from __future__ import annotations

import json
from pathlib import Path

from bot.event_log import read_log
from evaluators.lexicon import Lexicon
from evaluators.messages import Messages
from evaluators.record import record
from evaluators.registry import VERSION
from evaluators.rubric import load_rubric
from evaluators.scorecard import score

HERE = Path(__file__).parent / "golden"
RUBRIC = Path(__file__).parents[2] / "data" / "rubrics" / "uitgebreid.yaml"


def test_the_golden_log_is_judged_as_it_was(lexicon: Lexicon, messages: Messages) -> None:
    log = read_log(HERE / "dubbele-factuur.jsonl")
    card = score(record(log.events, lexicon, messages), load_rubric(RUBRIC))
    expected = json.loads((HERE / "dubbele-factuur.json").read_text(encoding="utf-8"))
    assert expected["evaluators"] == VERSION
    assert {result.criterion: [result.verdict, result.reason_code, list(result.turns)] for result in card.criteria} == (
        expected["criteria"]
    )
    assert [[span.phase, span.from_turn, span.to_turn] for span in card.phases] == expected["phases"]
    assert card.points == expected["points"]


def test_evidence_points_at_the_words_in_the_recording(lexicon: Lexicon, messages: Messages) -> None:
    log = read_log(HERE / "dubbele-factuur.jsonl")
    call = record(log.events, lexicon, messages)
    card = score(call, load_rubric(RUBRIC))
    farewell = next(result for result in card.criteria if result.criterion == "farewell")
    turns = {turn.i: turn for turn in call.turns}
    for item in farewell.evidence:
        first = next(word for word in turns[item.turn].words if word.start_ms == item.start_ms)
        last = next(word for word in turns[item.turn].words if word.end_ms == item.end_ms)
        assert item.quote.split()[0] in first.text
        assert item.quote.split()[-1] in last.text
