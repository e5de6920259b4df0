from hypothesis import given
from hypothesis import strategies as st

from bot.speech.barge_in import BargeInDetector, BargeInPolicy, Duck, Resume, Stop
from bot.speech.windows import WINDOW_MS


def run(detector: BargeInDetector, pattern: str, start: int = 0, *, speaking: bool = True):
    """`V` speech, `.` silence; the actions with the index of their window."""
    actions = []
    for index, kind in enumerate(pattern):
        action = detector.feed(start + index * WINDOW_MS, 0.95 if kind == "V" else 0.1, customer_speaking=speaking)
        if action:
            actions.append(action)
    return actions


def test_the_customer_pauses_within_100_ms_of_a_voice_and_stops_for_somebody_who_goes_on():
    duck, stop = run(BargeInDetector(), "....." + "V" * 40)
    assert isinstance(duck, Duck)
    assert duck.at_ms == 5 * WINDOW_MS
    assert duck.decided_ms - duck.at_ms <= 100
    assert isinstance(stop, Stop)
    assert stop.at_ms == 5 * WINDOW_MS
    longest = BargeInPolicy().backchannel_ms
    assert longest <= stop.decided_ms - stop.at_ms <= longest + WINDOW_MS


def test_a_click_pauses_nobody():
    assert run(BargeInDetector(), "..V......V......V....") == []


def test_a_cough_stops_nobody():
    assert [type(action) for action in run(BargeInDetector(), "..VVV......VVV..........")] == [Duck, Resume] * 2


def test_dips_within_the_speech_do_not_save_the_customer():
    _, stop = run(BargeInDetector(), "VV.VV." * 9)
    assert isinstance(stop, Stop)


def test_nothing_is_an_interruption_while_the_customer_is_silent():
    assert run(BargeInDetector(), "V" * 40, speaking=False) == []


def test_one_stop_per_customer_turn():
    detector = BargeInDetector()
    assert [type(action) for action in run(detector, "V" * 60)] == [Duck, Stop]
    run(detector, "....", start=60 * WINDOW_MS, speaking=False)
    assert [type(action) for action in run(detector, "V" * 60, start=64 * WINDOW_MS)] == [Duck, Stop]


def test_a_sign_of_listening_pauses_the_customer_and_lets_them_go_on():
    duck, resume = run(BargeInDetector(), ".." + "V" * 7 + "." * 20)
    assert isinstance(duck, Duck)
    assert duck.decided_ms - duck.at_ms <= 100
    assert resume == Resume(2 * WINDOW_MS, 9 * WINDOW_MS, 14 * WINDOW_MS, backchannel=True)


def test_overlap_at_the_end_of_the_customer_is_no_backchannel():
    detector = BargeInDetector()
    (duck,) = run(detector, "V" * 6)
    assert isinstance(duck, Duck)
    (resume,) = run(detector, "VVV", start=6 * WINDOW_MS, speaking=False)
    assert resume.backchannel is False


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=200))
def test_duck_and_resume_always_pair_and_stop_comes_once(windows):
    detector = BargeInDetector()
    ducked = stopped = False
    for index, (probability, speaking) in enumerate(windows):
        action = detector.feed(index * WINDOW_MS, probability, customer_speaking=speaking)
        match action:
            case Duck():
                assert not ducked
                assert not stopped
                ducked = True
            case Resume():
                assert ducked
                ducked = False
            case Stop():
                assert not stopped
                assert speaking
                assert probability >= detector.policy.probability
                assert ducked
                stopped, ducked = True, False
        if not speaking:
            stopped = False
            assert not ducked
