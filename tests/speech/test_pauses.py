from hypothesis import given
from hypothesis import strategies as st

from bot.speech.pauses import PauseMemory, PauseSettings


def test_nobody_known_pauses_as_people_do():
    memory = PauseMemory()
    shares = [memory.longer_than(ms) for ms in (100, 300, 500, 700, 900, 1200)]
    assert shares[0] == 1
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.01


def test_the_silence_follows_from_how_finished_it_sounds():
    memory = PauseMemory()
    assert memory.silence_ms(0.99) == PauseSettings().min_silence_ms
    assert memory.silence_ms(0.0) == PauseSettings().max_silence_ms
    assert memory.silence_ms(1.0) == PauseSettings().min_silence_ms
    assert memory.silence_ms(PauseSettings().sure) == PauseSettings().min_silence_ms
    assert 600 < memory.silence_ms(0.5) < 800


def test_long_pauses_make_patient_and_short_ones_quick():
    patient, quick = PauseMemory(), PauseMemory()
    for _ in range(30):
        patient.note(850)
        quick.note(220)
    assert patient.silence_ms(0.6) > PauseMemory().silence_ms(0.6) > quick.silence_ms(0.6)


def test_breaks_between_turns_and_dips_do_not_count():
    memory = PauseMemory()
    for _ in range(30):
        memory.note(5000)
        memory.note(80)
    assert not memory.pauses


def test_only_the_latest_pauses_count():
    memory = PauseMemory()
    for _ in range(30):
        memory.note(900)
    for _ in range(30):
        memory.note(250)
    assert set(memory.pauses) == {250}


@given(st.lists(st.integers(0, 5000), max_size=60), st.floats(0, 1))
def test_the_silence_stays_in_its_bounds(pauses, finished):
    memory = PauseMemory()
    for pause in pauses:
        memory.note(pause)
    assert 260 <= memory.silence_ms(finished) <= 900
