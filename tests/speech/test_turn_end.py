"""What tells the end of a turn from a pause: words, the recogniser's own expectations, and the sound."""

import json
from base64 import b64encode

import numpy as np
import pytest

from bot.speech.ending_sound import EndingSound, load_ending_sound
from bot.speech.ending_words import learn
from bot.speech.transcriber import Closing, Hearing
from bot.speech.turn_end import TurnEnds
from tests import ROOT

TURNS = [
    "How can I help you?", "May I have your name please?", "I will send you a new bill.", "Thank you for calling.",
    "I will call you back tomorrow.", "Can you give me your address please?", "Is that correct?",
    "I will look into it for you.", "What is your customer number please?", "Have a nice day.",
] * 8  # fmt: skip
END = Closing(final=0.95, going_on=0.01, nothing=0.03, sureness=0.9)
PAUSE = Closing(final=0.1, going_on=0.2, nothing=0.5, sureness=0.9)


def test_words_are_learned_from_whole_turns():
    words = learn(TURNS)
    assert words.log_odds("May I have your name please") > 1
    assert words.log_odds("May I have your") < -1
    assert words.log_odds("") == 0
    assert np.array_equal(words.weights, learn(TURNS).weights)


@pytest.mark.parametrize("sound", [None, 0.0])
def test_words_recogniser_and_sound_all_count(sound):
    judge = TurnEnds("en", learn(TURNS))

    def of(text: str, closing: Closing) -> float:
        return judge.finished(Hearing(text, Closing(*closing_values(closing), sound)))

    assert of("May I have your name please?", END) > of("May I have your name please", PAUSE)
    assert of("May I have your name please?", END) > of("May I have your", END)
    assert of("May I have your", PAUSE) < 0.2


def closing_values(closing: Closing) -> tuple[float, float, float, float]:
    return closing.final, closing.going_on, closing.nothing, closing.sureness


def test_a_text_that_the_recogniser_guessed_at_counts_for_nothing():
    judge = TurnEnds("nl")
    guessed = [Closing(final, 0.1, 0.1, sureness=0.2, sound=1.0) for final in (0.05, 0.95)]
    assert judge.finished(Hearing("tja", guessed[0])) == judge.finished(Hearing("tja", guessed[1]))
    louder = Closing(0.05, 0.1, 0.1, sureness=0.2, sound=3.0)
    assert judge.finished(Hearing("tja", louder)) > judge.finished(Hearing("tja", guessed[0]))


def test_without_any_model_what_breaks_off_visibly_goes_on():
    judge = TurnEnds("nl")
    assert judge.finished(Hearing("Dat komt omdat")) < judge.finished(Hearing("Dat is in orde."))


def test_the_sound_is_read_around_the_end_of_the_voice():
    reading = EndingSound(np.outer([1, 2], np.ones(4)).astype(np.float32), bias=0.5)
    states = np.zeros((100, 4), np.float32)
    states[40:50], states[50:56] = 1.0, 3.0
    assert reading.log_odds(states, 1000) == pytest.approx(4 * 1.0 + 4 * 2 * 3.0 + 0.5)
    assert reading.log_odds(states, 100) is None
    assert reading.log_odds(states, 1990) is None
    assert reading.log_odds(np.zeros((100, 8), np.float32), 1000) is None


def test_the_reading_for_the_offline_recogniser_is_there():
    reading = load_ending_sound(ROOT / "data" / "turn_ends" / "whisper-base.json")
    assert reading is not None
    assert reading.weights.shape == (2, 512)


@pytest.mark.parametrize("content", ["", "[]", '{"bias": 1}', '{"bias": 1, "weights": "%"}'])
def test_a_file_that_cannot_be_read_is_done_without(tmp_path, content):
    path = tmp_path / "x.json"
    assert load_ending_sound(path) is None
    path.write_text(content)
    assert load_ending_sound(path) is None
    path.write_text(json.dumps({"bias": 0.0, "weights": b64encode(bytes(16)).decode()}))
    assert load_ending_sound(path) is not None
