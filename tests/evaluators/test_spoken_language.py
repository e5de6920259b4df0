"""The language in figures, with what to say instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import KiestoonError
from evaluators.lexicon import load_lexicon
from evaluators.spoken_language import LanguageUse, Wording, language_use, load_wording, wording_from
from tests.evaluators.conftest import LANGUAGES, MakeCall


@pytest.fixture(scope="module")
def wording() -> Wording:
    return load_wording(LANGUAGES, "nl")


def used(make_call: MakeCall, wording: Wording, *lines: str) -> LanguageUse:
    return language_use(make_call("\n".join(f"M: {line}\nK: Ja." for line in lines)), wording)


def test_sentences_and_words_are_counted(make_call: MakeCall, wording: Wording) -> None:
    long = "Ik heb " + "echt " * 22 + "gekeken."
    found = used(make_call, wording, "Goedemorgen. Waarmee kan ik u helpen?", long)
    assert (found.sentences, found.words) == (3, 31)
    assert found.words_per_sentence == pytest.approx(31 / 3, abs=0.05)
    assert found.long_sentences == 1
    assert found.longest_words == 25
    assert found.longest_sentence is not None
    assert found.longest_sentence.quote == long


def test_address_is_counted_by_its_form(make_call: MakeCall, wording: Wording) -> None:
    found = used(make_call, wording, "Hebt u uw nummer?", "Wat is je naam?", "Als je niet betaalt, komt er een boete.")
    assert (found.formal, found.informal) == (2, 1)


def test_fillers_are_counted_by_the_minute_of_speech(make_call: MakeCall, wording: Wording) -> None:
    found = used(make_call, wording, "Euh, ik kijk even, euh, na.", "Dat is in orde.")
    assert found.fillers == 2
    assert found.fillers_per_minute == pytest.approx(2 / (5.6 / 60), abs=0.1)


@pytest.mark.parametrize(
    ("line", "quote", "kind", "rather"),
    [
        ("Dat weet ik niet.", "Dat weet ik niet", "negative", "zoek het voor u uit"),
        ("Sorry, dat kan echt niet.", "dat kan echt niet", "negative", "wel voor u kan doen"),
        ("U moet dat formulier invullen.", "U moet", "forbidden", "Wilt u"),
        ("Rustig aan, mevrouw.", "Rustig aan", "forbidden", "Ik begrijp"),
        ("Ik maak een ticket aan.", "ticket", "jargon", "uw melding"),
        ("Ik zal proberen te bellen.", "Ik zal proberen", "hedging", "Ik regel dat"),
        ("Wat is je nummer?", "je nummer", "informal", "«u»"),
        ("Uw CPE is stuk.", "CPE", "jargon", "gewone woorden"),
    ],
)
def test_a_remark_says_what_to_say_instead(
    make_call: MakeCall, wording: Wording, line: str, quote: str, kind: str, rather: str
) -> None:
    found = used(make_call, wording, line)
    assert [(remark.place.quote, remark.kind) for remark in found.remarks] == [(quote, kind)]
    assert rather in found.remarks[0].rather
    assert found.remarks[0].place.role == "fault"


@pytest.mark.parametrize(
    "line",
    [
        "Ik kijk het meteen voor u na.",
        "Helaas kan ik dat bedrag niet terugbetalen, dat gaat niet zonder factuur.",
        "Uw CPE, dat is het kastje aan de muur, is stuk.",
        "Hebt u een ogenblik?",
    ],
)
def test_good_language_gets_no_remark(make_call: MakeCall, wording: Wording, line: str) -> None:
    assert [remark.place.quote for remark in used(make_call, wording, line).remarks if remark.kind != "negative"] == []


def test_the_customers_words_do_not_count(make_call: MakeCall, wording: Wording) -> None:
    found = language_use(make_call("M: Goedemorgen.\nK: Dat kan niet! Je moet dat oplossen, euh, nu."), wording)
    assert (found.remarks, found.fillers, found.words) == ((), 0, 1)


def test_what_was_recognised_badly_is_left_out(make_call: MakeCall, wording: Wording) -> None:
    call = make_call("M: Goedemorgen.\nK: Ja.\nM: Dat weet ik niet, euh.")
    turns = tuple(turn.model_copy(update={"confidence": 0.2}) if turn.i == 2 else turn for turn in call.turns)
    found = language_use(replace(call, turns=turns), wording)
    assert (found.words, found.fillers, found.remarks, found.unclear_turns) == (1, 0, (), 1)


def test_a_call_without_a_word_has_no_figures(make_call: MakeCall, wording: Wording) -> None:
    found = language_use(make_call("K: Hallo?"), wording)
    assert found.words_per_sentence is None
    assert found.fillers_per_minute is None


@pytest.mark.parametrize("lang", ["nl", "fr", "en", "de"])
def test_every_language_has_advice_that_can_be_read(lang: str) -> None:
    wording = load_wording(LANGUAGES, lang)
    assert {entry.kind for entry, _ in wording.advice} == {"informal", "jargon", "negative", "forbidden", "hedging"}
    assert wording.fillers.cues
    assert all(entry.rather for entry, _ in wording.advice)
    assert load_lexicon(LANGUAGES, lang).cues


def test_a_language_without_advice_only_counts(tmp_path: Path) -> None:
    assert load_wording(tmp_path, "nl").advice == ()


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (
            {"version": 1, "lang": "nl", "fillers": [], "general": {}, "advice": [{"kind": "rude", "says": ["x"]}]},
            "advice.0",
        ),
        ({"version": 2, "lang": "nl", "fillers": [], "general": {}, "advice": []}, "version"),
    ],
)
def test_advice_that_makes_no_sense_is_a_clear_error(raw: dict[str, object], place: str) -> None:
    with pytest.raises(KiestoonError) as caught:
        wording_from(raw)
    assert caught.value.code == "wording.invalid"
    assert place in str(caught.value)
