"""What the customer asked tells a pause from an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.asked import asked_for, says_yes_or_no
from bot.speech.completeness import dictating
from bot.speech.pauses import PauseMemory
from bot.speech.transcriber import Hearing
from bot.speech.turn_end import TurnEnds

QUESTIONS = [
    ("nl", "Dat is raar. En hoeveel moet ik dan nog betalen?", "datum"),
    ("nl", "Mag ik uw naam?", "datum"),
    ("nl", "Kunt u mij dat nummer geven?", "datum"),
    ("nl", "Wat is het nummer van het dossier?", "datum"),
    ("nl", "Maar kunt u dat nakijken?", "yes_or_no"),
    ("nl", "Klopt dat?", "yes_or_no"),
    ("nl", "Klopt dat? Ik wil het zeker weten.", "yes_or_no"),
    ("nl", "Waarom is dat zo?", None),
    ("nl", "Ik weet niet hoeveel dat is.", None),
    ("en", "And how much is that a night?", "datum"),
    ("en", "Could you give me your name?", "datum"),
    ("en", "Is breakfast included?", "yes_or_no"),
    ("en", "Why would I do that?", None),
    ("fr", "Et ça coûte combien ?", "datum"),
    ("fr", "Pouvez-vous me donner le numéro ?", "datum"),
    ("fr", "Est-ce que c’est possible ?", "yes_or_no"),
    ("fr", "Pourquoi ?", None),
    ("de", "Was kostet das denn?", "datum"),
    ("de", "Darf ich Ihren Namen wissen?", "datum"),
    ("de", "Und ist das sicher?", "yes_or_no"),
    ("de", "Warum denn?", None),
]


@pytest.mark.parametrize(("lang", "line", "asked"), QUESTIONS)
def test_a_question_for_a_datum_is_told_from_one_for_a_yes_or_no(lang, line, asked):
    assert asked_for(line, lang) == asked


@pytest.mark.parametrize("text", ["nul", "het is nul vier", "S, O, F", "dat is S-O-F", "04 78"])
def test_a_number_or_spelling_that_may_go_on(text):
    assert dictating(text, "nl")


@pytest.mark.parametrize("text", ["vijfendertig euro", "0478 12 34 56", "voor u", "Sofie", ""])
def test_a_datum_that_is_whole(text):
    assert not dictating(text, "nl")


def silence_ms(text: str, line: str | None) -> int:
    return PauseMemory().silence_ms(TurnEnds("nl").finished(Hearing(text), line))


def test_a_number_begun_is_waited_for_longer_where_a_number_was_asked_for():
    for text in ("nul", "dat is nul vier"):
        assert silence_ms(text, "Hoeveel is dat?") >= silence_ms(text, "Dat is raar.") + 50
    whole = "dat is vijfendertig euro"
    assert silence_ms(whole, "Hoeveel is dat?") == silence_ms(whole, None)


def test_a_yes_ends_sooner_where_one_was_asked_for():
    for text in ("Ja.", "Nee, dat kan niet."):
        assert silence_ms(text, "Klopt dat?") <= silence_ms(text, "Waarom?") - 50
    assert silence_ms("Ja, maar", "Klopt dat?") == silence_ms("Ja, maar", "Waarom?")
    assert silence_ms("Goed.", "Klopt dat?") == silence_ms("Goed.", "Waarom?")


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["nl", "en", "fr", "de"]))
def test_any_text_gets_an_answer(line, text, lang):
    assert asked_for(line, lang) in ("datum", "yes_or_no", None)
    assert says_yes_or_no(text, lang) in (True, False)
    assert 0 <= TurnEnds(lang).finished(Hearing(text), line) <= 1
