from hypothesis import given
from hypothesis import strategies as st

from bot.speech.endpointing import (
    Endpointer,
    EndpointingSettings,
    PauseMemory,
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
    events = run("....." + "V" * 30 + "." * 20)
    assert kinds(events) == ["VoiceStarted", "VoiceStopped", "SpeculateNow", "TurnEnded"]
    started, stopped, speculate, ended = events
    assert started == VoiceStarted(5 * WINDOW_MS, 7 * WINDOW_MS)
    assert stopped.at_ms == speculate.end_ms == ended.end_ms == 35 * WINDOW_MS
    assert speculate.start_ms == ended.start_ms == 5 * WINDOW_MS
    assert speculate.decided_ms - speculate.end_ms == 160
    assert ended.decided_ms - ended.end_ms == ended.silence_ms == 480


def test_a_click_is_no_speech():
    assert run("....V....V...." + "." * 20) == []


def test_a_dip_within_a_word_changes_nothing():
    events = run("V" * 10 + "..." + "V" * 10 + "?" * 3 + "V" * 5 + "." * 20)
    assert kinds(events) == ["VoiceStarted", "VoiceStopped", "SpeculateNow", "TurnEnded"]


def test_resumed_speech_voids_the_speculation_and_stays_one_turn():
    events = run("V" * 20 + "." * 9 + "V" * 20 + "." * 20)
    assert kinds(events) == [
        "VoiceStarted", "VoiceStopped", "SpeculateNow", "VoiceStarted", "SpeculationVoid",
        "VoiceStopped", "SpeculateNow", "TurnEnded",
    ]  # fmt: skip
    assert events[-1].start_ms == 0
    assert events[-1].end_ms == 49 * WINDOW_MS


def test_noise_in_the_silence_does_not_delay_the_end():
    quiet = run("V" * 20 + "." * 20)[-1]
    noisy = run("V" * 20 + "......V..." + "." * 10)[-1]
    assert isinstance(noisy, TurnEnded)
    assert noisy.end_ms == quiet.end_ms
    assert noisy.decided_ms == quiet.decided_ms


def test_speech_that_may_be_starting_holds_the_decision_back():
    # The silence is long enough exactly while voice begins again: the turn must go on.
    events = run("V" * 20 + "." * 14 + "V" * 20)
    assert not [event for event in events if isinstance(event, TurnEnded)]


def test_hold_waits_longer_once():
    endpointer = Endpointer()
    assert kinds(run("V" * 20 + "." * 6, endpointer))[-1] == "SpeculateNow"
    endpointer.hold(600)
    later = run("." * 40, endpointer, start=26 * WINDOW_MS)
    assert later[-1].silence_ms >= 450 + 600
    again = run("V" * 20 + "." * 20, endpointer, start=66 * WINDOW_MS)
    assert again[-1].silence_ms < 500


def test_hold_has_a_limit():
    endpointer = Endpointer()
    run("V" * 20 + "." * 6, endpointer)
    endpointer.hold(60_000)
    assert endpointer.silence_needed_ms == EndpointingSettings().hold_limit_ms


def test_a_dropped_turn_never_ends():
    endpointer = Endpointer()
    run("V" * 8 + "." * 6, endpointer)
    endpointer.drop_turn()
    assert not endpointer.in_turn
    assert run("." * 40, endpointer, start=14 * WINDOW_MS) == []


def test_a_hesitant_trainee_gets_more_time_and_a_fluent_one_less():
    hesitant, fluent = Endpointer(), Endpointer()
    run(("V" * 15 + "." * 12) * 8, hesitant)
    run(("V" * 15 + "." * 5) * 8, fluent)
    assert Endpointer().silence_needed_ms == 450
    assert hesitant.silence_needed_ms == 12 * WINDOW_MS + 100
    assert fluent.silence_needed_ms == 300


def test_a_turn_cut_too_early_is_learned_from():
    endpointer = Endpointer()
    for turn in range(10):
        run("V" * 20 + "." * 22, endpointer, start=turn * 42 * WINDOW_MS)
    assert endpointer.silence_needed_ms > 700


@given(st.lists(st.integers(0, 5000), max_size=60))
def test_the_silence_needed_stays_in_its_bounds(pauses):
    memory = PauseMemory(EndpointingSettings())
    for pause in pauses:
        memory.note(pause)
    assert 300 <= memory.silence_ms() <= 1000


@given(st.lists(st.floats(0, 1), max_size=300), st.integers(0, 2000))
def test_whatever_is_heard_the_events_make_sense(probabilities, hold_ms):
    endpointer = Endpointer()
    events = []
    for index, probability in enumerate(probabilities):
        new = endpointer.feed(index * WINDOW_MS, probability)
        if any(isinstance(event, SpeculateNow) for event in new):
            endpointer.hold(hold_ms)
        assert all(event.decided_ms == (index + 1) * WINDOW_MS for event in new)
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
                assert not speaking
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
                assert 300 <= event.silence_ms <= 1800 + WINDOW_MS or hold_ms == 0
                speculating = in_turn = False
    assert endpointer.in_turn == in_turn


@given(st.integers(3, 200), st.integers(3, 200))
def test_every_speech_followed_by_enough_silence_is_a_turn(voiced, lead):
    events = run("." * lead + "V" * voiced + "." * 40)
    assert [type(event) for event in events].count(TurnEnded) == 1
    assert events[-1].start_ms == lead * WINDOW_MS
    assert events[-1].end_ms == (lead + voiced) * WINDOW_MS
