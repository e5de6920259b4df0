"""Facts come out when asked for, and offers are heard after the need."""

from __future__ import annotations

import pytest

from bot.acts import Act
from bot.dialogue.matching import mentions
from tests.dialogue.calls import COMPLAINT, SALE, Talk, intents, talk


@pytest.fixture
def complaint() -> Talk:
    call = talk(COMPLAINT)
    call.agent("Goedemorgen", Act.GREET)
    return call


def test_the_question_with_the_words_brings_the_fact(complaint: Talk) -> None:
    made = complaint.agent("Om welk bedrag gaat het?", Act.ASK_OPEN)
    assert made.revealed[0] == "bedrag"


def test_a_closed_fact_does_not_come_on_an_open_question(complaint: Talk) -> None:
    made = [complaint.agent("Vertelt u eens?", Act.ASK_OPEN) for _ in range(6)]
    assert "betaalwijze" not in made[-1].state.revealed
    assert intents(made[-1]) == ["nothing_more"]
    assert "betaalwijze" in complaint.agent("Hoe betaalt u normaal?", Act.ASK_OPEN).revealed


def test_asking_again_costs_patience_and_is_said(complaint: Talk) -> None:
    for _ in range(2):
        complaint.agent("Om welk bedrag gaat het?", Act.ASK_CLOSED)
    made = complaint.agent("Om welk bedrag gaat het?", Act.ASK_CLOSED)
    assert intents(made) == ["already_said", "fact.bedrag"]
    assert "asked_again" in made.reasons


def test_a_summary_is_confirmed_not_taken_as_a_question(complaint: Talk) -> None:
    complaint.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    made = complaint.agent("Dus u hebt twee keer betaald, klopt dat?", Act.PARAPHRASE, Act.ASK_CLOSED)
    assert intents(made)[0] == "confirm"
    assert "asked_again" not in made.reasons


def test_understanding_and_a_question_are_both_answered() -> None:
    for seed in range(8):
        call = talk(COMPLAINT, seed)
        call.agent("Goedemorgen", Act.GREET)
        said = intents(call.agent("Wat vervelend. Wat is er gebeurd?", Act.EMPATHIZE, Act.ASK_OPEN))
        assert [intent for intent in said if intent.startswith("fact.")]
        assert said[0] in ("react_empathize", "sigh", "fact.twee-keer-betaald")


def test_listening_brings_out_more() -> None:
    told = []
    for seed in range(20):
        call = talk(COMPLAINT, seed)
        call.agent("Goedemorgen", Act.GREET)
        told.append(bool(call.agent("Ja, ik luister.", Act.BACKCHANNEL).revealed))
    assert 3 < sum(told) < 18


def test_an_offer_before_the_need_is_stopped_once(complaint: Talk) -> None:
    offer = "Ik stort het geld terug."
    assert intents(complaint.agent(offer, Act.PROPOSE_SOLUTION)) == ["too_soon"]
    assert not complaint.state.offered
    assert "right_offer" in complaint.agent(offer, Act.PROPOSE_SOLUTION).reasons


def test_another_offer_is_wrong_but_said_so_only_twice(complaint: Talk) -> None:
    complaint.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    made = [complaint.agent("Ik stuur u een brochure.", Act.PROPOSE_SOLUTION) for _ in range(3)]
    assert [intents(step)[0] == "solution.wrong" for step in made] == [True, True, False]
    assert made[-1].state.mood.trust < 0.45


def test_a_slip_of_the_recogniser_does_not_hide_the_right_offer(complaint: Talk) -> None:
    complaint.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    assert "right_offer" in complaint.agent("wij storten dat terug", Act.OTHER).reasons


def test_promising_what_the_procedure_says_is_no_overpromise(complaint: Talk) -> None:
    complaint.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    made = complaint.agent("Binnen vijf werkdagen staat het er.", Act.OVERPROMISE)
    assert "fault.overpromise" not in made.reasons


def test_words_without_sense_that_name_a_fact_in_a_question(complaint: Talk) -> None:
    assert complaint.agent("bedrag euh welk zegt u?", Act.OTHER).revealed == ("bedrag",)
    assert intents(complaint.agent("bla bla", Act.OTHER)) == ["puzzled"]


def test_a_talkative_customer_volunteers_and_others_do_not() -> None:
    volunteered = 0
    for seed in range(40):
        call = talk(SALE, seed)
        call.agent("Met Sofie, ik bel over internet.", Act.STATE_NAME, Act.STATE_PURPOSE)
        volunteered += len(call.agent("Hoe tevreden bent u?", Act.ASK_OPEN).revealed) == 2
    assert 4 <= volunteered <= 22


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Ik stort het bedrag nog vandaag terug", ("stort … terug",), True),
        ("Terug, dat stort ik niet", ("stort … terug",), False),
        ("de facturen van september", ("factur",), True),
        ("de factuur", ("facturen",), False),
        ("domicilieering", ("domiciliëring",), True),
        ("vijf werk dagen", ("werkdagen",), False),
        ("op de vijfde dag", ("vijf",), True),
        ("een iets grotere bundel", ("iet",), False),
        ("", ("x",), False),
        ("E-mail", ("email",), False),
        ("Internet Snel!", ("internet snel",), True),
    ],
)
def test_words_are_found_with_endings_and_slips(text: str, words: tuple[str, ...], found: bool) -> None:
    assert mentions(text, words) == found
