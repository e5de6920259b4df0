"""Who spoke when: figures from the log, and from what is heard in the recording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.events import BargeIn, CallAnswered, CallEvent, HoldChanged
from evaluators.record import CallRecord
from evaluators.timing import Moment, timing
from evaluators.voice_measures import Heard, Lanes
from tests.evaluators.conftest import MakeCall

LINES = """
M: Goedemorgen, Telenova, u spreekt met Sofie. Waarmee kan ik u helpen?
K: Ik heb twee keer dezelfde factuur betaald.
M: Dat is vervelend. Ik kijk het meteen voor u na in het systeem.
"""


def lanes(agent: list[tuple[int, int]], customer: list[tuple[int, int]]) -> Lanes:
    heard = [tuple(Heard(start_ms=start, end_ms=end) for start, end in lane) for lane in (agent, customer)]
    return Lanes(agent=heard[0], customer=heard[1])


@pytest.fixture
def call(make_call: MakeCall) -> CallRecord:
    """Three turns of 2.8 s, one every 3 s."""
    return make_call(LINES)


def with_events(call: CallRecord, *events: CallEvent) -> CallRecord:
    return replace(call, events=(*call.events, *events))


def test_the_log_alone_gives_the_figures(call: CallRecord) -> None:
    found = timing(call)
    assert found is not None
    assert found.source == "log"
    assert (found.agent_ms, found.customer_ms) == (5600, 2800)
    assert found.agent_share == pytest.approx(2 / 3, abs=0.001)
    assert found.response_ms == 200
    assert found.dead_air == ()
    assert found.talk_overs == ()
    assert found.longest_monologue == Moment(start_ms=0, end_ms=2800)


def test_what_is_heard_comes_before_the_log(call: CallRecord) -> None:
    found = timing(replace(call, lanes=lanes([(0, 1000), (5000, 8000)], [(1500, 4000)])))
    assert found is not None
    assert found.source == "recording"
    assert (found.agent_ms, found.customer_ms) == (4000, 2500)
    assert [(response.ms, response.by) for response in found.responses] == [(500, "customer"), (1000, "agent")]
    assert (found.response_ms, found.response_p95_ms) == (1000, 1000)


@pytest.mark.parametrize(
    ("agent", "customer", "by", "signal"),
    [
        ((3000, 6000), (1000, 4000), "agent", False),
        ((1000, 4000), (3000, 6000), "customer", False),
        ((3000, 3600), (1000, 6000), "agent", True),
        ((3000, 4600), (1000, 6000), "agent", False),
    ],
)
def test_a_talk_over_names_who_cut_whom(
    call: CallRecord, agent: tuple[int, int], customer: tuple[int, int], by: str, signal: bool
) -> None:
    found = timing(replace(call, lanes=lanes([agent], [customer])))
    assert found is not None
    assert [(talk.by, talk.signal) for talk in found.talk_overs] == [(by, signal)]
    talk = found.talk_overs[0]
    assert (talk.start_ms, talk.end_ms) == (max(agent[0], customer[0]), min(agent[1], customer[1]))


def test_a_touch_is_no_talk_over(call: CallRecord) -> None:
    found = timing(replace(call, lanes=lanes([(3800, 6000)], [(1000, 4000)])))
    assert found is not None
    assert found.talk_overs == ()


def test_a_barge_in_of_the_log_counts_once(call: CallRecord) -> None:
    quick = replace(call, lanes=lanes([(3900, 6000)], [(1000, 4000)]))
    found = timing(with_events(quick, BargeIn(at_ms=4000, by="agent", during_turn=1)))
    assert found is not None
    assert [talk.by for talk in found.talk_overs] == ["agent"]
    long = replace(call, lanes=lanes([(3000, 6000)], [(1000, 4000)]))
    found = timing(with_events(long, BargeIn(at_ms=3400, by="agent", during_turn=1)))
    assert found is not None
    assert len(found.talk_overs) == 1


def test_dead_air_is_long_silence_that_is_no_hold(call: CallRecord) -> None:
    heard = replace(call, lanes=lanes([(5000, 6000), (20_000, 21_000)], [(10_000, 11_000)]))
    found = timing(with_events(heard, CallAnswered(at_ms=1000, by="agent")))
    assert found is not None
    assert [(gap.start_ms, gap.end_ms) for gap in found.dead_air] == [(1000, 5000), (6000, 10_000), (11_000, 20_000)]
    assert found.dead_air_ms == 17_000
    held = timing(
        with_events(
            heard,
            CallAnswered(at_ms=4500, by="agent"),
            HoldChanged(at_ms=12_000, on_hold=True),
            HoldChanged(at_ms=19_000, on_hold=False),
        )
    )
    assert held is not None
    assert [(gap.start_ms, gap.end_ms) for gap in held.dead_air] == [(6000, 10_000)]
    assert [(hold.start_ms, hold.end_ms) for hold in held.holds] == [(12_000, 19_000)]
    assert held.hold_ms == 7000
    assert held.response_ms is None


def test_a_hold_that_never_ends_lasts_until_the_end(call: CallRecord) -> None:
    found = timing(with_events(call, HoldChanged(at_ms=8000, on_hold=True)))
    assert found is not None
    assert found.hold_ms == found.duration_ms - 8000


def test_the_longest_monologue_goes_on_over_pauses_but_not_over_the_customer(call: CallRecord) -> None:
    spoken = lanes([(0, 4000), (6000, 9000), (15_000, 19_000)], [(10_000, 14_000)])
    found = timing(replace(call, lanes=spoken))
    assert found is not None
    assert found.longest_monologue == Moment(start_ms=0, end_ms=9000)


def test_a_question_asked_again_is_named(make_call: MakeCall) -> None:
    lines = """
    M: Goedemorgen, Telenova. Mag ik uw klantnummer?
    K: Mijn klantnummer is 45 67 89.
    M: Dank u. Waarover gaat het?
    K: Over mijn factuur.
    M: Wat is uw klantnummer?
    K: Dat heb ik al gezegd.
    """
    found = timing(make_call(lines))
    assert found is not None
    assert [place.turn for place in found.asked_again] == [4]


def test_turns_without_times_give_no_timing(call: CallRecord) -> None:
    timeless = tuple(turn.model_copy(update={"start_ms": 0, "end_ms": 0}) for turn in call.turns)
    assert timing(replace(call, turns=timeless)) is None
