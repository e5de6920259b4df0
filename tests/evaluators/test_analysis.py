"""Open questions, listening, key facts, summing up and empathy, near the boundaries between the verdicts."""

from __future__ import annotations

import pytest

from evaluators.exploring import empathy, open_questions, paraphrase
from evaluators.need import active_listening, need_found
from tests.evaluators.conftest import MakeCall

OPEN = "M: Goedemorgen, Telenova, met Sofie, waarmee kan ik u helpen?\n"
OPEN += "K: Dag, mijn internet is zo traag de laatste tijd.\n"
OFFER = "M: Ik stel voor dat ik u een nieuwe modem opstuur.\nK: Ja, dat is goed.\nM: Bedankt, dag.\nK: Dag."
HOW = "M: Hoe gebruikt u het internet vooral?\nK: Om films te kijken, elke avond.\n"
WHAT = "M: Wat gebeurt er dan precies?\nK: Het beeld blijft hangen.\n"
NUMBER = "M: Wat is uw klantnummer?\nK: 45 67 89.\n"
CLOSED = "M: Hebt u de modem al herstart?\nK: Ja, al twee keer.\n"
OWN = "M: Wat is er dan aan de hand, is het de kabel?\nK: Ja, misschien.\n"


@pytest.mark.parametrize(
    ("lines", "verdict", "reason"),
    [
        (OPEN + HOW + WHAT + OFFER, "met", "two_open"),
        (OPEN + HOW + NUMBER + CLOSED + OFFER, "partly", "one_open"),
        (OPEN + OWN + OFFER, "partly", "own_answer"),
        (OPEN + CLOSED + OFFER.replace("M: Bedankt", HOW + "M: Bedankt"), "partly", "after_offer"),
        (OPEN + NUMBER + CLOSED + OFFER, "missed", "none_open"),
    ],
)
def test_open_questions(make_call: MakeCall, lines: str, verdict: str, reason: str) -> None:
    result = open_questions(make_call(lines))
    assert (result.verdict, result.reason_code) == (verdict, reason)


def test_a_missed_question_points_at_the_moment_where_it_could_have_come(make_call: MakeCall) -> None:
    result = open_questions(make_call(OPEN + CLOSED + OFFER))
    assert [item.role for item in result.evidence] == ["occasion"]
    assert result.turns == (1,)
    assert result.tip is not None


SUM = "M: Als ik het goed begrijp, is het internet traag en blijft het beeld van uw films hangen. Klopt dat?\n"


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (OPEN + HOW + WHAT + SUM + "K: Ja, dat klopt.\n" + OFFER, "met"),
        (OPEN + HOW + WHAT + SUM + "K: Min of meer.\n" + OFFER, "met"),
        (OPEN + HOW + WHAT + SUM + "K: Nee, de films zijn het probleem niet.\n" + OFFER, "partly"),
        (OPEN + HOW + WHAT + OFFER.replace("M: Bedankt", SUM + "K: Ja.\nM: Bedankt"), "partly"),
        (OPEN + HOW + WHAT + "M: Films, ja.\nK: Ja.\n" + OFFER, "missed"),
    ],
)
def test_paraphrase(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert paraphrase(make_call(lines)).verdict == verdict


ANGRY = "K: Ik heb twee keer dezelfde factuur moeten betalen. Ik ben het beu!\n"
START = "M: Goedemorgen, Telenova, met Sofie.\n"
SOLVE = "M: Ik stort u het bedrag vandaag terug.\nK: Goed.\nM: Bedankt, dag.\nK: Dag."


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (START + ANGRY + "M: Dat is heel vervelend, mijn excuses daarvoor.\nK: Ja.\n" + SOLVE, "met"),
        (START + ANGRY + "M: Ik begrijp dat u daar boos om bent.\nK: Ja.\n" + SOLVE, "partly"),
        (START + ANGRY + "M: Wat is uw klantnummer?\nK: 45 67.\n" + SOLVE, "missed"),
        (START + "K: Hoe laat sluit u vandaag?\nM: Om zes uur.\nK: Merci.\nM: Bedankt, dag.", "not_applicable"),
    ],
)
def test_empathy(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert empathy(make_call(lines, kind="complaint")).verdict == verdict


FACTS = ["kijkt elke avond films", "modem twee keer herstart"]


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (OPEN + HOW + CLOSED + OFFER, "met"),
        (OPEN + HOW + NUMBER + OFFER, "partly"),
        (OPEN + NUMBER + OFFER, "missed"),
    ],
)
def test_need_found(make_call: MakeCall, lines: str, verdict: str) -> None:
    result = need_found(make_call(lines, key_facts=FACTS))
    assert result.verdict == verdict


def test_facts_told_at_once_are_shown_once_and_end_no_sentence_early(make_call: MakeCall) -> None:
    told = "M: Wat kijkt u zoal?\nK: Ik kijk elke avond films en ik heb de modem twee keer herstart.\n"
    facts = [f"{fact}." for fact in (*FACTS, "werkt ook thuis met video")]
    result = need_found(make_call(OPEN + told + OFFER, key_facts=facts))
    assert result.reason_code == "some_found"
    assert len(result.evidence) == 1
    assert result.explanation.endswith("video.")
    assert ".." not in result.explanation + (result.tip or "")


def test_without_key_facts_there_is_no_need_to_find(make_call: MakeCall) -> None:
    assert need_found(make_call(OPEN + HOW + OFFER)).verdict == "not_applicable"


REPEAT = "M: Wat zei u ook weer?\nK: Dat het beeld hangt.\n"


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (OPEN + WHAT + "M: Oké, het beeld blijft dus hangen.\nK: Ja.\n" + OFFER, "met"),
        (OPEN + WHAT + REPEAT + "M: Oké, het beeld blijft hangen.\nK: Ja.\n" + OFFER, "partly"),
        (OPEN + NUMBER + REPEAT + NUMBER + OFFER, "missed"),
    ],
)
def test_active_listening(make_call: MakeCall, lines: str, verdict: str) -> None:
    assert active_listening(make_call(lines)).verdict == verdict
