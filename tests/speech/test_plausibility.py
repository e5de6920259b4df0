import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.plausibility import doubt, loops

GOOD = {"seconds": 3.0, "avg_logprob": -0.2, "no_speech_probability": 0.02}


@pytest.mark.parametrize(
    "text", ["Ja.", "Goedemorgen, met Sofie.", "Ja, ja, ja, dat klopt.", "0 0 0 0 0 0 0", "Bedankt voor uw geduld."]
)
def test_what_people_say_stands(text):
    assert doubt(text, **GOOD) == ""


@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        ("", {}, "no_speech"),
        ("Thank you.", {"no_speech_probability": 0.8, "avg_logprob": -0.9}, "no_speech"),
        ("Ik ga naar huis", {"avg_logprob": -1.8}, "unsure"),
        ("Ondertitels ingediend door de Amara.org gemeenschap", {}, "subtitle"),
        ("MUZIEK.", {}, "subtitle"),
        ("Bedankt voor het kijken!", {}, "subtitle"),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z", {"seconds": 0.3}, "too_fast"),
        ("nee nee nee nee nee nee nee", {}, "loop"),
        ("dat is goed zo en " * 12, {"seconds": 10.0}, "loop"),
    ],
)
def test_what_is_invented_falls(text, change, why):
    assert doubt(text, **(GOOD | change)) == why


def test_a_sure_text_stands_although_the_model_hears_no_speech():
    assert doubt("Ja.", seconds=0.5, avg_logprob=-0.1, no_speech_probability=0.9) == ""


@given(st.text(max_size=200))
def test_any_text_can_be_judged(text):
    assert loops(text) in (True, False)
