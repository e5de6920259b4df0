"""The end of the call, its order, its tone and its language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.acts import Act
from bot.events import Approach
from evaluators.closing import agreements, anything_else, farewell
from evaluators.conduct import phase_order
from evaluators.manner import customer_type, language, tone
from tests.evaluators.conftest import MakeCall

START = """
M: Goedemorgen, Telenova, met Sofie, waarmee kan ik u helpen?
K: Dag, mijn modem is stuk.
M: Wat doet hij precies?
K: Er brandt geen lampje meer.
M: Ik kan u morgen een nieuwe modem opsturen. Is dat goed voor u?
K: Ja, dat is goed.
"""


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        ("M: Dus ik stuur u morgen een nieuwe modem op.\nK: Goed.\nM: Bedankt, dag.\nK: Dag.", "met"),
        ("M: Samengevat: ik stuur u een nieuwe modem op.\nK: Goed.\nM: Bedankt, dag.\nK: Dag.", "partly"),
        ("M: Dat komt in orde.\nK: Goed.\nM: Bedankt, dag.\nK: Dag.", "missed"),
    ],
)
def test_agreements(make_call: MakeCall, last: str, verdict: str) -> None:
    assert agreements(make_call(START + last)).verdict == verdict


def test_nothing_agreed_nothing_to_sum_up(make_call: MakeCall) -> None:
    lines = "M: Goedemorgen, Telenova, met Sofie.\n"
    lines += "K: Tot hoe laat bent u open?\nM: Tot zes uur.\nK: Merci.\nM: Bedankt, dag."
    assert agreements(make_call(lines)).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        ("M: Kan ik u nog ergens mee helpen?\nK: Nee.\nM: Bedankt, dag.\nK: Dag.", "met"),
        ("M: Verder nog iets?\nK: Nee.\nM: Bedankt, dag.\nK: Dag.", "met"),
        ("M: Hebt u nog vragen? Nee? Bedankt en tot ziens.\nK: Dag.", "partly"),
        ("M: Bedankt, dag.\nK: Dag.", "missed"),
    ],
)
def test_anything_else(make_call: MakeCall, last: str, verdict: str) -> None:
    assert anything_else(make_call(START + last)).verdict == verdict


def test_anything_else_does_not_apply_where_the_customer_breaks_off(make_call: MakeCall) -> None:
    lines = START + "M: Dan hebt u hem overmorgen.\nK: Overmorgen pas? Laat maar, ik hang op."
    assert anything_else(make_call(lines)).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        ("M: Bedankt voor uw oproep en nog een fijne dag.\nK: Dag.", "met"),
        ("M: Merci, en veel beterschap.\nK: Dag.", "met"),
        ("M: Nog een prettige avond.\nK: Dag.", "partly"),
        ("M: Bedankt voor uw oproep.\nK: Dag.", "partly"),
        ("M: Oké.\nK: Dag.", "missed"),
        ("M: Goed zo.\nK: Maar wanneer komt hij dan precies?\nM: Bedankt, tot ziens.", "missed"),
    ],
)
def test_farewell(make_call: MakeCall, last: str, verdict: str) -> None:
    assert farewell(make_call(START + last)).verdict == verdict


def test_phase_order(make_call: MakeCall) -> None:
    end = "M: Bedankt, dag.\nK: Dag."
    assert phase_order(make_call(START + end)).verdict == "met"
    first = "M: Goedemorgen, Telenova, met Sofie.\nK: Dag, mijn modem is stuk.\n"
    first += "M: Ik stel voor dat ik u een nieuwe modem stuur.\nK: Oké.\n"
    result = phase_order(make_call(first + end))
    assert (result.verdict, result.reason_code) == ("missed", "offer_first")


def test_a_survey_needs_goal_and_consent_before_its_questions(make_call: MakeCall) -> None:
    questions = "M: Hoe reist u naar uw werk?\nK: Met de trein.\nM: Wat vindt u daarvan?\nK: Goed.\nM: Bedankt, dag."
    rude = "M: Dag, met Sofie van Telenova.\nK: Dag.\n" + questions
    kind = {"kind": "survey", "direction": "outbound"}
    assert phase_order(make_call(rude, **kind)).verdict == "missed"
    polite = (
        "M: Dag, met Sofie van Telenova. Wij doen een onderzoek over reizen. Wilt u meewerken?\nK: Ja.\n" + questions
    )
    assert phase_order(make_call(polite, **kind)).verdict == "met"


@pytest.mark.parametrize(
    ("turn", "verdict"),
    [
        ("Ik kijk het meteen voor u na.", "met"),
        ("Dat weet ik niet.", "met"),
        ("Dan had u maar beter moeten lezen.", "missed"),
        ("Dat is uw eigen schuld.", "missed"),
        ("Doe eens rustig!", "missed"),
    ],
)
def test_tone(make_call: MakeCall, turn: str, verdict: str) -> None:
    assert tone(make_call(START + f"M: {turn}\nK: Oké.\nM: Bedankt, dag.")).verdict == verdict


def test_two_light_slips_are_partly(make_call: MakeCall) -> None:
    lines = START + "M: Dat weet ik niet.\nK: Ah.\nM: Dat is nu eenmaal zo.\nK: Oké.\nM: Bedankt, dag."
    assert tone(make_call(lines)).verdict == "partly"


@pytest.mark.parametrize(
    ("turns", "verdict"),
    [
        ("M: Uw modem komt morgen.\nK: Goed.", "met"),
        ("M: Allez, das dan geregeld, merci.\nK: Goed.", "met"),
        ("M: Heb je je adres bij de hand?\nK: Ja.\nM: Dat doen we nie.\nK: Nee?", "partly"),
        (
            "M: Heb je een adres?\nK: Ja.\nM: Wat is je naam?\nK: Els.\nM: Dat gaat naar jou.\nK: Ja.\nM: Bel je dan?",
            "missed",
        ),
    ],
)
def test_language(make_call: MakeCall, turns: str, verdict: str) -> None:
    opening = "M: Goedemorgen, Telenova, met Sofie.\nK: Dag, mijn modem is stuk.\n"
    assert language(make_call(opening + turns + "\nM: Bedankt, dag.")).verdict == verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("[paraphrase thank] Dus u wilt een afspraak. Dank u.", "met"),
        ("[inform] Dat kan.", "partly"),
        ("[be_rude] U moet niet zo zagen.", "missed"),
        ("[paraphrase thank be_rude] Dus u wilt een afspraak, zeurkous. Dank u.", "partly"),
    ],
)
def test_the_manner_is_judged_by_what_the_persona_lists(make_call: MakeCall, said: str, verdict: str) -> None:
    call = make_call(f"K: Goedemiddag.\nM: {said}\nK: Goed.")
    approach = Approach(fitting=(Act.PARAPHRASE, Act.THANK), unfitting=(Act.BE_RUDE,), advice="Vat samen.")
    listed = replace(call, start=call.start.model_copy(update={"approach": approach}), memo={})
    result = customer_type(listed)
    assert result.verdict == verdict
    assert verdict == "met" or "Vat samen." in f"{result.explanation} {result.tip}"
