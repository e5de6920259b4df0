"""The counting behind `kiestoon bench latency` and `bench load`."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bot.events import AgentTurn, BargeIn, CustomerTurn
from server.bench_caller import Overlap, Playback, Said
from server.bench_calls import Measured, judge, judge_overlaps
from server.bench_voices import PAUSES_MS, talking_over, turns_of, with_pause
from server.cli.bench_latency import figures


class Heard:
    """What is left of a caller after the call."""

    def __init__(self, said: list[Said], sounded: dict[int, float], overlaps: list[Overlap] | None = None) -> None:
        self.said, self.sounded, self.overlaps = said, sounded, overlaps or []


def agent(turn: int, start_ms: int, end_ms: int) -> AgentTurn:
    return AgentTurn(at_ms=end_ms + 300, turn=turn, text="x", start_ms=start_ms, end_ms=end_ms, confidence=1.0)


def customer(turn: int, at_ms: int) -> CustomerTurn:
    return CustomerTurn(at_ms=at_ms, turn=turn, text="x", line="x#0", intents=("x",))


def judged(said: list[Said], sounded: dict[int, float], events) -> Measured:
    measured = Measured()
    judge(measured, Heard(said, sounded), events)  # type: ignore[arg-type]
    return measured


def test_an_answer_is_timed_from_the_true_end_of_the_speech() -> None:
    found = judged([Said(10.0, 12.0, None)], {1: 12.4}, [agent(0, 0, 2000), customer(1, 2300)])
    assert found.answers == [pytest.approx(400)]
    assert (found.turns, found.early, found.unanswered) == (1, 0, 0)
    assert found.stages["answered"] == [300]


def test_a_murmur_is_no_answer() -> None:
    found = judged([Said(10.0, 12.0, None)], {0: 11.0, 1: 12.5}, [agent(0, 0, 2000), customer(1, 2300)])
    assert found.early == 0
    assert found.answers == [pytest.approx(500)]


def test_a_turn_taken_inside_its_pause_is_cut() -> None:
    said = [Said(10.0, 13.0, (1000, 1600))]
    whole = judged(said, {1: 13.5}, [agent(0, 0, 3000), customer(1, 3300)])
    assert (whole.paused, whole.cut) == (1, 0)
    halved = judged(said, {2: 13.5}, [agent(0, 0, 1000), agent(1, 1600, 3000), customer(2, 3300)])
    assert (halved.paused, halved.cut) == (1, 1)
    spoken_over = judged(said, {1: 11.5}, [agent(0, 0, 3000), customer(1, 1300)])
    assert (spoken_over.cut, spoken_over.answers) == (1, [])


def test_nobody_answering_is_counted() -> None:
    assert judged([Said(10.0, 12.0, None)], {}, [agent(0, 0, 2000)]).unanswered == 1


def test_taking_the_floor_is_timed_and_a_sign_of_listening_must_not_take_it() -> None:
    overlaps = [
        Overlap(10.0, 10.12, (1000, 2500), listening=False),
        Overlap(20.0, None, (8000, 9000), listening=False),
        Overlap(30.0, 30.1, (20_000, 20_400), listening=True),
        Overlap(40.0, 40.1, (30_000, 30_400), listening=True),
    ]
    stops = [BargeIn(at_ms=1400, by="agent", during_turn=1), BargeIn(at_ms=30_500, by="agent", during_turn=5)]
    measured = Measured()
    judge_overlaps(measured, Heard([], {}, overlaps), stops)  # type: ignore[arg-type]
    assert measured.silenced_ms == [pytest.approx(120)]
    assert (measured.took_floor, measured.listened, measured.stopped) == (2, 2, 1)


def test_what_is_said_over_the_customer_begins_with_its_first_sound() -> None:
    tone = np.concatenate([np.zeros(1600, np.int16), (8000 * np.sin(np.arange(16_000) / 10)).astype(np.int16)])
    first, second = talking_over([tone], [tone[:8000]], 2)
    assert (first.listening, second.listening) == (False, True)
    assert first.onset_ms == pytest.approx(100, abs=21)


def test_underruns_are_gaps_in_what_sounds() -> None:
    steady = Playback([0.0] * 20 + [0.02 * n for n in range(1, 40)])
    assert steady.underruns() == 0
    late = Playback([0.0] * 5 + [0.5] * 20)
    assert late.underruns() == 1


def test_a_pause_lies_inside_and_nothing_is_lost_but_silence() -> None:
    tone = (8000 * np.sin(np.arange(32_000) / 10)).astype(np.int16)
    spoken = with_pause(tone, random.Random(1))
    assert spoken.pause is not None
    start_ms, end_ms = spoken.pause
    assert PAUSES_MS[0] <= end_ms - start_ms <= PAUSES_MS[1]
    assert not spoken.samples[start_ms * 16 + 16 : end_ms * 16].any()
    assert len(spoken.samples) - len(tone) == pytest.approx((end_ms - start_ms) * 16, abs=400)


def test_every_other_turn_has_a_pause_and_the_same_seed_gives_the_same_turns() -> None:
    tone = (8000 * np.sin(np.arange(32_000) / 10)).astype(np.int16)
    turns = turns_of([tone], 6, 4)
    assert [turn.pause is not None for turn in turns] == [False, True] * 3
    assert [turn.pause for turn in turns] == [turn.pause for turn in turns_of([tone], 6, 4)]


def test_runs_add_up_and_show_what_each_call_costs() -> None:
    one, more = Measured(answers=[400.0], turns=1, rss_mb={1: 500.0}), Measured(answers=[600.0], turns=1)
    more.rss_mb = {8: 640.0}
    one.add(more)
    shown = figures(one)
    assert shown["turns"] == 2
    assert shown["answer_ms"]["p95"] == 600
    assert shown["memory_per_call_mb"] == 20.0
