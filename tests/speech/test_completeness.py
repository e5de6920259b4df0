import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.completeness import unfinished

UNFINISHED = [
    ("nl", "Ik wil graag een afspraak maken, want"),
    ("nl", "Dat komt omdat"),
    ("nl", "En dan heb ik nog een vraag over de"),
    ("nl", "Mijn klantnummer is 2 0 4"),
    ("nl", "Dat is nul vier zeven drie"),
    ("nl", "Kan ik u nog even..."),
    ("nl", "Goedemorgen, met Sofie van"),
    ("nl", "Ik bekijk het en"),
    ("nl", "Ja, euh"),
    ("nl", "Dan bel ik u terug omdat ik"),
    ("nl", "Ik stuur het op naar"),
    ("nl", "Dus als ik u goed begrijp,"),
    ("en", "I would like to know whether the"),
    ("en", "Yes, because"),
    ("en", "My number is 4 7 3"),
    ("en", "So if I"),
    ("fr", "Je vous appelle parce que"),
    ("fr", "Votre contrat et"),
    ("fr", "Mon numéro est le 0 4 7"),
    ("de", "Ich rufe an, weil"),
    ("de", "Die Rechnung für den"),
    ("de", "Meine Nummer ist null vier sieben"),
]
FINISHED = [
    ("nl", "Goedemorgen, Telenova, met Sofie, waarmee kan ik u helpen?"),
    ("nl", "Dat is in orde."),
    ("nl", "Ja."),
    ("nl", "Ik begrijp dat heel goed."),
    ("nl", "Dat doe ik ook."),
    ("nl", "Hoe gaat het met u?"),
    ("nl", "Wie bent u?"),
    ("nl", "Dat is dan 45 euro."),
    ("nl", "Ik dank u."),
    ("nl", "Mijn nummer is 0 4 7 3 1 2 3 4 5 6."),
    ("nl", "Wat kan ik voor u doen?"),
    ("nl", "Dat weet ik."),
    ("nl", "Ik bel u morgen op."),
    ("nl", "Ik zoek dat voor u uit."),
    ("nl", "Dat komt omdat het pakje te zwaar is."),
    ("nl", "Dat begrijp ik."),
    ("nl", "Ik geef het door aan u."),
    ("nl", "Is het goed zo?"),
    ("nl", "Een goede dag nog!"),
    ("nl", "In 2024."),
    ("nl", "Daar help ik u graag mee."),
    ("en", "How can I help you?"),
    ("en", "That is fine."),
    ("en", "Nice to talk to you."),
    ("en", "Yes, I am."),
    ("fr", "Comment puis-je vous aider ?"),
    ("fr", "C'est bien."),
    ("fr", "Je suis là pour vous."),
    ("de", "Wie kann ich Ihnen helfen?"),
    ("de", "Das ist gut."),
    ("de", "Ich rufe Sie morgen an."),
    ("de", "Vielen Dank."),
]


@pytest.mark.parametrize(("lang", "text"), UNFINISHED)
def test_half_sentences_ask_for_more_time(lang, text):
    assert unfinished(text, lang)


@pytest.mark.parametrize(("lang", "text"), FINISHED)
def test_whole_sentences_do_not(lang, text):
    assert not unfinished(text, lang)


@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_nothing_said_is_not_unfinished(text):
    assert not unfinished(text, "nl")


@given(st.text(max_size=80), st.sampled_from(["nl", "en", "fr", "de"]))
def test_any_text_gets_an_answer_that_case_does_not_change(text, lang):
    if text.isascii():
        assert unfinished(text, lang) == unfinished(text.upper(), lang)
    else:
        assert unfinished(text, lang) in (True, False)
