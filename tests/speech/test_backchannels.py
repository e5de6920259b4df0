import pytest

from bot.speech.backchannels import Backchannels
from bot.speech.barge_in import Resume

MHM = Resume(start_ms=1000, end_ms=1250, decided_ms=1400, backchannel=True)


@pytest.mark.parametrize("text", ["", "Ja.", "Mhm", "Oké, goed.", "Ja ja."])
def test_signs_of_listening_ask_for_no_answer(text):
    listening = Backchannels("nl")
    listening.note(MHM, left_ms=3000)
    assert listening.holds(990, 1260, text)


@pytest.mark.parametrize("text", ["Nee.", "Stop!", "Wacht even."])
def test_other_words_are_a_turn_however_short(text):
    listening = Backchannels("nl")
    listening.note(MHM, left_ms=3000)
    assert not listening.holds(990, 1260, text)


def test_a_yes_at_the_very_end_answers():
    listening = Backchannels("nl")
    listening.note(MHM, left_ms=400)
    assert not listening.holds(990, 1260, "Ja.")


def test_who_speaks_on_takes_a_turn():
    listening = Backchannels("nl")
    listening.note(MHM, left_ms=3000)
    assert not listening.holds(990, 3000, "Ja.")


def test_without_a_voice_under_the_customers_there_is_none():
    assert not Backchannels("en").holds(0, 200, "yes")
