from hypothesis import given
from hypothesis import strategies as st

from bot.speech.endpointing import (
    Endpointer,
    SpeculateNow,
    SpeculationVoid,
    TurnEnded,
    VoiceStarted,
    VoiceStopped,
)
from bot.speech.windows import WINDOW_MS

# Windows of the test's own: `V` speech, `.` silence, `?` in between (neither starts nor stops speech).
LEVELS = {"V": 0.9, ".": 0.05, "?": 0.42}


def run(pattern: str, endpointer: Endpointer | None = None, start: int = 0):
    endpointer = endpointer or Endpointer()
    events = []
    for index, kind in enumerate(pattern):
        events += endpointer.feed(start + index * WINDOW_MS, LEVELS[kind])
    return events


def kinds(events):
    return [type(event).__name__ for event in events]


def test_one_turn():
    events = run("....." + "V" * 30 + "." * 40)
    assert kinds(events) == ["VoiceStarted", "SpeculateNow", "VoiceStopped", "TurnEnded"]
    started, speculate, stopped, ended = events
    assert started == VoiceStarted(5 * WINDOW_MS, 7 * WINDOW_MS)
    assert stopped.at_ms == speculate.end_ms == ended.end_ms == 35 * WINDOW_MS
    assert speculate.start_ms == ended.start_ms == 5 * WINDOW_MS
    assert speculate.decided_ms - speculate.end_ms == 64
    assert stopped.decided_ms - stopped.at_ms == 160
    assert ended.decided_ms - ended.end_ms == ended.silence_ms == 928


def test_a_click_is_no_speech():
    assert run("....V....V...." + "." * 40) == []


def test_a_dip_within_a_word_stops_nothing():
    events = run("V" * 10 + "..." + "V" * 10 + "?" * 3 + "V" * 5 + "." * 40)
    assert kinds(events) == [
        "VoiceStarted", "SpeculateNow", "SpeculationVoid", "SpeculateNow", "VoiceStopped", "TurnEnded",
    ]  # fmt: skip


def test_resumed_speech_voids_the_speculation_and_stays_one_turn():
    events = run("V" * 20 + "." * 9 + "V" * 20 + "." * 40)
    assert kinds(events) == [
        "VoiceStarted", "SpeculateNow", "VoiceStopped", "VoiceStarted", "SpeculationVoid",
        "SpeculateNow", "VoiceStopped", "TurnEnded",
    ]  # fmt: skip
    assert events[-1].start_ms == 0
    assert events[-1].end_ms == 49 * WINDOW_MS


def test_noise_in_the_silence_does_not_delay_the_end():
    quiet = run("V" * 20 + "." * 40)[-1]
    noisy = run("V" * 20 + "......V..." + "." * 30)[-1]
    assert isinstance(noisy, TurnEnded)
    assert noisy.end_ms == quiet.end_ms
    assert noisy.decided_ms == quiet.decided_ms


def test_speech_that_may_be_starting_holds_the_decision_back():
    endpointer = Endpointer()
    run("V" * 20 + "." * 7, endpointer)
    endpointer.judge(0.999)
    # The silence is long enough exactly while voice begins again: the turn must go on.
    assert not [event for event in run(".V" + "V" * 20, endpointer, 27 * WINDOW_MS) if isinstance(event, TurnEnded)]


def ended_after(finished: float, endpointer: Endpointer | None = None, start: int = 0) -> int:
    """How long the silence lasts behind a turn that looks so finished."""
    endpointer = endpointer or Endpointer()
    run("V" * 20 + "." * 6, endpointer, start)
    ended = endpointer.judge(finished)
    events = [ended] if ended else run("." * 40, endpointer, start + 26 * WINDOW_MS)
    return events[-1].silence_ms


def test_the_more_finished_it_sounds_the_sooner_it_ends():
    waits = [ended_after(finished) for finished in (0.99, 0.8, 0.5, 0.2, 0.01)]
    assert waits == sorted(waits)
    assert waits[0] <= 352
    assert waits[-1] >= 850


def test_a_late_judgement_ends_the_turn_at_once():
    endpointer = Endpointer()
    run("V" * 20 + "." * 20, endpointer)
    ended = endpointer.judge(0.99)
    assert isinstance(ended, TurnEnded)
    assert ended.silence_ms == 20 * WINDOW_MS
    assert not endpointer.in_turn


def test_a_judgement_is_forgotten_when_the_speech_goes_on():
    endpointer = Endpointer()
    run("V" * 20 + "." * 6, endpointer)
    endpointer.judge(0.99)
    assert endpointer.silence_needed_ms < 350
    run("V" * 10 + "." * 6, endpointer, start=26 * WINDOW_MS)
    assert endpointer.silence_needed_ms == 900


def test_a_dropped_turn_never_ends():
    endpointer = Endpointer()
    run("V" * 8 + "." * 6, endpointer)
    endpointer.drop_turn()
    assert not endpointer.in_turn
    assert endpointer.judge(0.99) is None
    assert run("." * 60, endpointer, start=14 * WINDOW_MS) == []


def test_a_hesitant_trainee_gets_more_time_and_a_fluent_one_less():
    hesitant, fluent = Endpointer(), Endpointer()
    run(("V" * 15 + "." * 26) * 20, hesitant)
    run(("V" * 15 + "." * 7) * 20, fluent)
    usual = ended_after(0.7)
    assert ended_after(0.7, hesitant, 820 * WINDOW_MS) > usual
    assert ended_after(0.7, fluent, 440 * WINDOW_MS) < usual


@given(st.lists(st.floats(0, 1), max_size=300), st.floats(0, 1))
def test_whatever_is_heard_the_events_make_sense(probabilities, finished):
    endpointer = Endpointer()
    events = []
    for index, probability in enumerate(probabilities):
        new = endpointer.feed(index * WINDOW_MS, probability)
        assert all(event.decided_ms == (index + 1) * WINDOW_MS for event in new)
        if any(isinstance(event, SpeculateNow) for event in new) and not isinstance(new[-1], TurnEnded):
            ended = endpointer.judge(finished)
            new += [ended] if ended else []
        events += new
    speaking = speculating = in_turn = False
    last_end = 0
    for event in events:
        match event:
            case VoiceStarted():
                assert not speaking
                speaking = in_turn = True
                assert event.at_ms >= last_end
            case VoiceStopped():
                assert speaking
                speaking = False
                last_end = event.at_ms
            case SpeculateNow():
                assert in_turn
                assert not speculating
                speculating = True
                assert event.start_ms < event.end_ms
            case SpeculationVoid():
                assert speculating
                speculating = False
            case TurnEnded():
                assert speculating
                assert not speaking
                assert event.end_ms == last_end
                assert event.silence_ms >= 260
                speculating = in_turn = False
    assert endpointer.in_turn == in_turn


@given(st.integers(3, 200), st.integers(3, 200))
def test_every_speech_followed_by_enough_silence_is_a_turn(voiced, lead):
    events = run("." * lead + "V" * voiced + "." * 40)
    assert [type(event) for event in events].count(TurnEnded) == 1
    assert events[-1].start_ms == lead * WINDOW_MS
    assert events[-1].end_ms == (lead + voiced) * WINDOW_MS
