"""How the customer opens, and what is said about names and data."""

from __future__ import annotations

import pytest

from bot.acts import Act
from bot.dialogue.state import Interrupted
from tests.dialogue.calls import COMPLAINT, HOTEL, SALE, SURVEY, intents, talk


def test_inbound_the_first_turn_brings_out_the_matter() -> None:
    assert intents(talk(COMPLAINT).agent("Ja hallo.", Act.OTHER)) == ["opening"]


def test_inbound_a_question_in_the_first_turn_is_answered_too() -> None:
    made = talk(COMPLAINT).agent("Telenova, mag ik uw klantnummer?", Act.STATE_COMPANY, Act.VERIFY_IDENTITY)
    assert intents(made) == ["identity_customer_number", "opening"]


def test_outbound_the_customer_asks_what_it_is_about() -> None:
    call = talk(SALE)
    made = call.agent("Goedemiddag, met Sofie van Telenova.", Act.GREET, Act.STATE_NAME, Act.STATE_COMPANY)
    assert intents(made) == ["ask_purpose"]
    assert not made.state.opened
    assert intents(call.agent("Ik bel over sneller internet.", Act.STATE_PURPOSE)) == ["opening"]


def test_outbound_the_customer_asks_who_is_calling_once_and_remembers_the_purpose() -> None:
    call = talk(SALE)
    assert intents(call.agent("Ik bel over sneller internet.", Act.STATE_PURPOSE)) == ["who_is_calling"]
    assert intents(call.agent("Met Sofie van Telenova.", Act.STATE_NAME, Act.STATE_COMPANY)) == ["opening"]


def test_the_check_of_the_moment_is_answered_before_the_matter() -> None:
    call = talk(SALE)
    made = call.agent("Met Sofie, ik bel over internet. Past het?", Act.STATE_NAME, Act.STATE_PURPOSE,
                      Act.CHECK_AVAILABILITY)  # fmt: skip
    assert intents(made) == ["available", "opening"]


def test_two_data_asked_at_once_are_both_given() -> None:
    call = talk(COMPLAINT)
    call.agent("Hallo", Act.GREET)
    made = call.agent("Uw klantnummer en geboortedatum?", Act.VERIFY_IDENTITY)
    assert intents(made) == ["identity_customer_number", "identity_birth_date"]
    assert "2 0 4 8 7 1" in made.text


def test_identity_and_an_open_question_in_one_turn_are_both_answered() -> None:
    call = talk(COMPLAINT)
    call.agent("Hallo", Act.GREET)
    made = call.agent("Mag ik uw klantnummer, en wat is er gebeurd?", Act.VERIFY_IDENTITY, Act.ASK_OPEN)
    assert intents(made)[:2] == ["identity_customer_number", "fact.twee-keer-betaald"]


def test_a_datum_that_the_customer_has_not() -> None:
    call = talk(HOTEL)
    call.agent("Hotel", Act.STATE_COMPANY)
    assert intents(call.agent("Your date of birth?", Act.VERIFY_IDENTITY)) == ["identity_unknown"]


def test_a_name_read_out_is_confirmed() -> None:
    call = talk(SURVEY)
    assert intents(call.agent("Spreek ik met mevrouw Claes?", Act.VERIFY_IDENTITY)) == ["identity_confirm"]


@pytest.mark.parametrize("name", ["De Smet", "Desmet", "De Smedt", "de Smet", "Smets"])
def test_the_own_name_is_never_corrected_even_as_a_recogniser_writes_it(name: str) -> None:
    call = talk(COMPLAINT)
    call.agent("Hallo", Act.GREET)
    assert "wrong_name" not in intents(call.agent(f"Dank u, meneer {name}.", Act.USE_CUSTOMER_NAME))


def test_another_name_is_corrected_at_most_twice() -> None:
    call = talk(COMPLAINT)
    call.agent("Hallo", Act.GREET)
    made = [call.agent("Goed, mevrouw Janssens.", Act.USE_CUSTOMER_NAME) for _ in range(3)]
    assert ["wrong_name" in intents(step) for step in made] == [True, True, False]
    assert made[0].state.mood.trust < call.scenario.persona.mood.trust + 0.03


def test_a_colleague_to_whom_the_call_goes_is_no_wrong_name() -> None:
    call = talk(COMPLAINT)
    call.agent("Hallo", Act.GREET)
    made = call.agent("Ik verbind u door met mevrouw Janssens.", Act.ANNOUNCE_TRANSFER, Act.USE_CUSTOMER_NAME)
    assert intents(made) == ["transfer_ok"]


def test_the_second_interruption_is_spoken_of() -> None:
    call = talk(COMPLAINT)
    call.agent("Hallo", Act.GREET)
    patience = [call.happens(Interrupted()).state.mood.patience for _ in range(2)]
    assert patience[1] < patience[0] < call.scenario.persona.mood.patience
    made = call.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    assert intents(made)[0] == "let_me_finish"
    assert any(intent.startswith("fact.") for intent in intents(made))
    assert "let_me_finish" not in intents(call.agent("En verder?", Act.ASK_OPEN))


@pytest.mark.parametrize(
    ("scenario_id", "text", "given"),
    [
        ("buffet-pour-samedi~client-presse", "Quelle est votre adresse mail ?", ["identity_email"]),
        ("buffet-pour-samedi~client-presse", "Quelle est votre adresse e-mail ?", ["identity_email"]),
        ("buffet-pour-samedi~client-presse", "Quelle est votre adresse ?", ["identity_address"]),
        (
            "buffet-pour-samedi~client-presse",
            "Votre adresse et votre adresse mail ?",
            ["identity_address", "identity_email"],
        ),
        ("kaarten-reserveren~praatgraag", "Mag ik uw e-mail adres?", ["identity_email"]),
        ("familienzimmer~hoeflicher-anrufer", "Wie ist Ihre E-Mail-Adresse?", ["identity_email"]),
        (HOTEL, "Could I have your e-mail address?", ["identity_email"]),
    ],
)
def test_a_mail_address_is_no_postal_address(scenario_id: str, text: str, given: list[str]) -> None:
    call = talk(scenario_id)
    call.agent("…", Act.GREET)
    assert intents(call.agent(text, Act.VERIFY_IDENTITY)) == given
