"""Everything about the offer: commitment, extras, objections, terms, benefits, signals, bad news, procedure."""

from __future__ import annotations

import pytest

from evaluators.extras import cross_up_selling
from evaluators.handling import bad_news, buying_signals, procedure
from evaluators.objections import objection_handling
from evaluators.offering import commitment
from evaluators.terms import benefits, right_solution, terms
from tests.evaluators.conftest import MakeCall

START = """
M: Goedemorgen, Telenova, met Sofie, waarmee kan ik u helpen?
K: Dag, ik zoek een abonnement voor mijn dochter. Ze kijkt elke dag filmpjes op de trein.
M: Hoe lang zit ze dan op de trein?
K: Twee uur per dag.
"""
OFFER = "M: Dan raad ik u het abonnement Groot aan. Het kost 20 euro per maand en u kunt maandelijks opzeggen.\n"
ASK = "M: Zal ik het voor u bestellen?\nK: Ja, doe maar.\n"
END = "M: Bedankt en nog een fijne dag.\nK: Dag."


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (OFFER + "K: Dat klinkt goed.\n" + ASK + END, "met"),
        (OFFER + "K: Oké.\nM: Dan bestel ik het voor u.\nK: Ja, goed.\n" + END, "partly"),
        (OFFER + "K: Aha.\n" + END, "missed"),
        (OFFER + "K: Nee, dank u, ik heb geen interesse.\n" + END, "not_applicable"),
        ("M: De winkel is in de Kerkstraat.\nK: Merci.\n" + END, "not_applicable"),
    ],
)
def test_commitment(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert commitment(make_call(START + lines, kind="advice")).verdict == verdict


def test_a_yes_before_the_price_is_known_is_partly(make_call: MakeCall) -> None:
    lines = (
        START
        + "M: Dan raad ik u het abonnement Groot aan.\nK: Goed.\n"
        + ASK
        + "M: Het kost 20 euro per maand.\nK: Oké.\n"
        + END
    )
    result = commitment(make_call(lines, kind="advice", terms=["20 euro per maand"]))
    assert (result.verdict, result.reason_code) == ("partly", "before_terms")


CASE = "M: Wilt u er ook een hoesje bij, voor 12 euro?\n"


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (OFFER + "K: Goed.\n" + ASK + CASE + "K: Nee, dat hoeft niet.\n" + END, "met"),
        (OFFER + "K: Goed.\n" + ASK + CASE + "K: Ja, graag.\n" + END, "met"),
        (OFFER + "K: Goed.\n" + CASE + "K: Misschien.\n" + ASK + END, "partly"),
        (
            OFFER
            + "K: Goed.\n"
            + ASK
            + CASE
            + "K: Nu even niet.\nM: Zo'n hoesje is echt nuttig hoor.\nK: Goed, volgende keer.\n"
            + END,
            "partly",
        ),
        (
            OFFER
            + "K: Goed.\n"
            + ASK
            + CASE
            + "K: Nee, dat wil ik echt niet.\nM: Zo'n hoesje is nochtans nuttig.\nK: Nee!\n"
            + END,
            "missed",
        ),
        (OFFER + "K: Goed.\n" + ASK + END, "missed"),
        (OFFER + "K: Nee, dank u, geen interesse.\n" + END, "not_applicable"),
    ],
)
def test_cross_selling(make_call: MakeCall, lines: str, verdict: str) -> None:
    call = make_call(START + lines, kind="order", cross_up_sell_option="hoesje voor 12 euro")
    assert cross_up_selling(call).verdict == verdict


def test_without_an_option_there_is_nothing_to_sell_beside_it(make_call: MakeCall) -> None:
    assert cross_up_selling(make_call(START + OFFER + "K: Goed.\n" + ASK + END)).verdict == "not_applicable"


DOUBT = "K: Dat vind ik toch wat te duur.\n"


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (
            DOUBT
            + "M: Dat begrijp ik. Wat had u in gedachten?\nK: Een euro of vijftien.\n"
            + "M: Er is ook Middel, dat kost 15 euro en volstaat voor twee uur film. Is dat beter voor u?\nK: Ja.\n",
            "met",
        ),
        (DOUBT + "M: Er zit heel veel data in voor die prijs hoor.\nK: Hm, goed.\n", "partly"),
        (DOUBT + "M: Dat is helemaal niet duur, u overdrijft.\nK: Laat maar.\n", "missed"),
        ("K: Dat is goed.\n", "not_applicable"),
    ],
)
def test_objections(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert objection_handling(make_call(START + OFFER + lines + END, kind="advice")).verdict == verdict


def test_steps_that_lack_are_named_in_the_explanation(make_call: MakeCall) -> None:
    lines = START + OFFER + DOUBT + "M: Er zit heel veel data in voor die prijs hoor.\nK: Hm.\n" + END
    result = objection_handling(make_call(lines, kind="advice"))
    assert "erkennen" in result.explanation
    assert "te duur" in result.explanation


TERMS = ["20 euro per maand", "maandelijks opzegbaar"]


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (OFFER + "K: Goed.\n" + ASK + END, "met"),
        ("M: Dan raad ik u Groot aan, voor 20 euro per maand.\nK: Goed.\n" + ASK + END, "partly"),
        ("M: Dan raad ik u Groot aan.\nK: Goed.\n" + ASK + END, "missed"),
        (
            "M: Dan raad ik u Groot aan, dat kost twintig euro per maand, maandelijks opzegbaar.\nK: Ja.\n" + ASK + END,
            "met",
        ),
    ],
)
def test_terms(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert terms(make_call(START + lines, kind="order", terms=TERMS)).verdict == verdict


@pytest.mark.parametrize(
    ("gain", "verdict"),
    [
        ("Zo kan uw dochter op de trein zonder zorgen filmpjes kijken.", "met"),
        ("Zo bent u altijd voordelig af.", "partly"),
        ("Het heeft 40 gigabyte.", "missed"),
    ],
)
def test_benefits(make_call: MakeCall, gain: str, verdict: str) -> None:
    lines = START + f"M: Dan raad ik u het abonnement Groot aan. {gain}\nK: Goed.\n" + ASK + END
    assert benefits(make_call(lines, kind="advice")).verdict == verdict


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ("K: Hoe snel kan dat in orde zijn?\nM: Morgen al. Zal ik het bestellen?\nK: Ja.\n" + END, "met"),
        ("K: Hoe snel kan dat in orde zijn?\nM: Morgen. Dan bestel ik het voor u.\nK: Ja.\n" + END, "partly"),
        ("K: Hoe snel kan dat in orde zijn?\nM: Morgen.\nK: Ah.\n" + END, "missed"),
        ("K: Oké.\n" + ASK + END, "not_applicable"),
    ],
)
def test_buying_signals(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert buying_signals(make_call(START + OFFER + lines, kind="advice")).verdict == verdict


BROKEN = "M: Goedemorgen, Telenova, met Sofie.\nK: Dag, mijn toestel is kapot en ik wil mijn geld terug.\n"
BROKEN += "M: Wat is er gebeurd?\nK: Het is in het water gevallen.\n"
PLAIN = "Helaas kan ik het toestel niet terugbetalen."
KIND = "Ik begrijp dat dat tegenvalt."
OTHER = "Wat ik wel kan doen, is u een leentoestel meegeven."


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (f"{PLAIN} {KIND} {OTHER}", "met"),
        (f"{PLAIN} {KIND}", "partly"),
        (f"{PLAIN} {OTHER}", "partly"),
        (PLAIN, "missed"),
        ("Wij bekijken dat nog eens.", "missed"),
    ],
)
def test_bad_news(make_call: MakeCall, told: str, verdict: str) -> None:
    lines = BROKEN + f"M: {told}\nK: Oké.\nM: Bedankt, dag.\nK: Dag."
    call = make_call(lines, kind="bad_news", bad_news="het toestel wordt niet terugbetaald")
    assert bad_news(call).verdict == verdict


HOLD = "M: Een ogenblikje, ik zoek het op in het magazijn.\nK: Ja.\n"
BACK = "M: Bedankt om te wachten. Er zijn er nog drie.\nK: Goed.\n"


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (HOLD + BACK, "met"),
        (HOLD + "M: Er zijn er nog drie.\nK: Goed.\n", "partly"),
        ("M: Er zijn er nog drie.\nK: Goed.\n", "missed"),
    ],
)
def test_procedure_hold(make_call: MakeCall, lines: str, verdict: str) -> None:
    call = make_call(START + lines + END, hold_or_transfer="wachtstand aankondigen met reden, bedanken bij terugkeer")
    assert procedure(call).verdict == verdict


def test_the_right_solution_is_the_one_that_the_script_has(make_call: MakeCall) -> None:
    lines = START + OFFER + "K: Goed.\n" + ASK + END
    assert right_solution(make_call(lines, right_solution="abonnement Groot")).verdict == "met"
    assert right_solution(make_call(lines, right_solution="prepaidkaart met herlaadbonus")).verdict == "missed"
