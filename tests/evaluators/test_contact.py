"""Opening, purpose, identification and the customer's name, near the boundaries between the verdicts."""

from __future__ import annotations

import pytest

from evaluators.identity import identification
from evaluators.opening import customer_name, opening, purpose
from tests.evaluators.conftest import MakeCall

REST = """
K: Goeiedag, ik heb een vraag over mijn factuur.
M: Wat is er precies mee?
K: Het bedrag is hoger dan anders.
"""


@pytest.mark.parametrize(
    ("first", "verdict", "reason"),
    [
        ("Goedemorgen, Telenova, u spreekt met Sofie.", "met", "all_three"),
        ("Telenova, met Sofie, goeiemiddag, zegt u het maar.", "met", "all_three"),
        ("Dag, Sofie hier van Telenova.", "met", "all_three"),
        ("Goedemorgen, Telenova, waarmee kan ik u helpen?", "partly", "no_name"),
        ("Telenova, met Sofie.", "partly", "no_greeting"),
        ("Goedemiddag, u spreekt met Sofie.", "partly", "no_company"),
        ("Goedemiddag, Telenova, u spreekt met Katrien.", "partly", "no_name"),
        ("Ja, hallo?", "missed", "two_lacking"),
    ],
)
def test_opening(make_call: MakeCall, first: str, verdict: str, reason: str) -> None:
    result = opening(make_call(f"M: {first}{REST}"))
    assert (result.verdict, result.reason_code) == (verdict, reason)
    assert all(item.turn == 0 for item in result.evidence)


def test_opening_quotes_the_words_that_show_it(make_call: MakeCall) -> None:
    call = make_call("M: Goedemorgen, Telenova, u spreekt met Sofie." + REST)
    for item in opening(call).evidence:
        assert call.turns[0].text[item.start : item.end] == item.quote
        assert 0 <= item.start_ms < item.end_ms <= 2800


SALE = "M: {first}\nK: Ja, met mevrouw Peeters.\nM: {second}\nK: Goed.\nM: {third}\nK: Met de trein."


@pytest.mark.parametrize(
    ("first", "second", "third", "verdict"),
    [
        (
            "Goedemiddag, met Sofie van Telenova.",
            "Ik bel u omdat uw contract eind mei afloopt. Komt het even gelegen?",
            "Hoe gebruikt u het internet?",
            "met",
        ),
        (
            "Goedemiddag, met Sofie van Telenova. Wij doen een onderzoek over reizen. Hebt u vijf minuten?",
            "Fijn.",
            "Hoe reist u naar uw werk?",
            "met",
        ),
        (
            "Goedemiddag, met Sofie van Telenova.",
            "Ik bel u omdat uw contract eind mei afloopt.",
            "Hoe gebruikt u het internet?",
            "partly",
        ),
        (
            "Goedemiddag, met Sofie van Telenova.",
            "Het gaat over uw tuin. Stoor ik u niet?",
            "Hoe groot is die tuin?",
            "partly",
        ),
        ("Goedemiddag, met Sofie.", "Het gaat over uw tuin.", "Hoe groot is die tuin?", "missed"),
        (
            "Goedemiddag, met Sofie van Telenova. U hebt een prijs gewonnen! Hebt u even tijd?",
            "Ik bel u omdat u geselecteerd bent.",
            "Hoe gebruikt u het internet?",
            "missed",
        ),
    ],
)
def test_purpose(make_call: MakeCall, first: str, second: str, third: str, verdict: str) -> None:
    call = make_call(SALE.format(first=first, second=second, third=third), kind="sale", direction="outbound")
    assert purpose(call).verdict == verdict


def test_purpose_does_not_apply_to_a_call_that_the_customer_made(make_call: MakeCall) -> None:
    assert purpose(make_call("M: Telenova, goeiedag." + REST)).verdict == "not_applicable"


FILE = "M: Ik zie in uw dossier dat er nog 45 euro openstaat.\nK: Ah, dat wist ik niet."


@pytest.mark.parametrize(
    ("check", "verdict", "reason"),
    [
        (
            "M: Mag ik uw klantnummer en uw geboortedatum?\nK: 45 67 89, en ik ben geboren op 12 maart 1970.\n" + FILE,
            "met",
            "two_data",
        ),
        ("M: Wat is uw klantnummer?\nK: Dat is 45 67 89.\n" + FILE, "partly", "one_datum"),
        (FILE + "\nM: Mag ik uw klantnummer en uw adres?\nK: 45 67 89, Kerkstraat 12 in Gent.", "partly", "late"),
        ("M: U woont in de Kerkstraat 12, klopt dat?\nK: Ja.\n" + FILE, "partly", "read_out"),
        ("M: Spreek ik met mevrouw Peeters?\nK: Ja.\n" + FILE, "missed", "no_check"),
        (
            "M: Wat wilt u precies weten?\nK: Tot hoe laat u open bent.\nM: Tot zes uur.",
            "not_applicable",
            "nothing_personal",
        ),
    ],
)
def test_identification(make_call: MakeCall, check: str, verdict: str, reason: str) -> None:
    call = make_call(f"M: Goedemorgen, Telenova, met Sofie.\nK: Dag, ik heb een vraag.\n{check}\nM: Bedankt, dag.")
    result = identification(call)
    assert (result.verdict, result.reason_code) == (verdict, reason)


def test_nothing_medical_to_somebody_unchecked(make_call: MakeCall) -> None:
    call = make_call(
        """
        M: Goedemorgen, Ziekenfonds Telenova, met Sofie.
        K: Dag, ik bel voor mijn buurvrouw.
        M: Uw buurvrouw ligt in het ziekenhuis voor haar heup.
        K: O.
        """
    )
    assert identification(call).reason_code == "medical_unchecked"


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ("M: Dag mevrouw Peeters.\nK: Dag.\nM: Bedankt, mevrouw Peeters.", "met"),
        ("M: Spreek ik met mevrouw Peeters?\nK: Ja.\nM: Bedankt, mevrouw Peeters.", "partly"),
        ("M: Spreek ik met mevrouw Peeters?\nK: Ja.\nM: Bedankt, mevrouw.", "missed"),
        ("M: Ik mail het naar peeters@telenet.be.\nK: Ja.\nM: U bent mevrouw Peeters?", "missed"),
    ],
)
def test_customer_name(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert customer_name(make_call(lines)).verdict == verdict
