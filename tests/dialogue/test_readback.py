"""Data that are read back: a wrong digit, letter or date is corrected from the record, a right one confirmed."""

from __future__ import annotations

import pytest

from bot.acts import Act
from tests.dialogue.calls import COMPLAINT, SALE, Talk, intents, talk


def opened(scenario_id: str = COMPLAINT) -> Talk:
    call = talk(scenario_id)
    call.agent("Goedemorgen, met Sofie van Telenova.", Act.GREET, Act.STATE_NAME, Act.STATE_COMPANY)
    return call


@pytest.mark.parametrize(
    ("text", "pool", "shown"),
    [
        ("Dus uw klantnummer is twee nul vier acht één zeven?", "correct_customer_number", "2 0 4 8 7 1"),
        ("dat is 204872", "correct_customer_number", "2 0 4 8 7 1"),
        ("Uw klantnummer is 993355?", "correct_customer_number", "2 0 4 8 7 1"),
        ("En uw gsm is 0475 21 60 39?", "correct_phone", "0 4 7 5 2 1 6 0 3 8"),
        ("U woont in de Molenstraat 41?", "correct_address", "Molenstraat 14"),
        ("U bent geboren op drie mei negentienhonderd tweeënzeventig?", "correct_birth_date", "3 mei 1971"),
        ("Uw geboortedatum is 3 juni 1971?", "correct_birth_date", "3 mei 1971"),
    ],
)
def test_a_wrong_digit_is_corrected_with_the_right_value(text: str, pool: str, shown: str) -> None:
    made = opened().tells(text, Act.SPELL_BACK, Act.VERIFY_IDENTITY)
    assert intents(made) == [pool]
    assert shown in made.text
    assert made.reasons == ("datum_corrected",)


@pytest.mark.parametrize(
    "text",
    [
        "Dus uw klantnummer is twee nul vier acht zeven één?",
        "Uw gsm is 0475 21 60 38?",
        "U woont in de Molenstraat 14 in Aalst?",
        "U bent geboren op drie mei negentienhonderd eenenzeventig?",
    ],
)
def test_what_is_right_is_confirmed(text: str) -> None:
    assert intents(opened().tells(text, Act.VERIFY_IDENTITY)) == ["identity_confirm"]


@pytest.mark.parametrize(
    "text",
    [
        "U kunt ons altijd bereiken op 02 555 10 10.",
        "Uw bestelnummer is 88341.",
        "Ik bel u terug op dinsdag 4 mei.",
        "Ons kantoor is in de Stationsstraat 12.",
    ],
)
def test_other_numbers_dates_and_addresses_are_left_alone(text: str) -> None:
    made = opened().tells(text, Act.PROMISE_FOLLOWUP)
    assert not any(pool.startswith("correct_") for pool in intents(made))


def test_a_name_is_compared_letter_by_letter() -> None:
    wrong = opened(SALE).tells("Ik spel: P, E, T, E, R, S.", Act.SPELL_BACK)
    right = opened(SALE).tells("Ik spel: P, E, E, T, E, R, S.", Act.SPELL_BACK)
    assert "correct_name" in intents(wrong)
    assert "correct_name" not in intents(right)


def test_being_read_wrong_again_and_again_costs_patience() -> None:
    call = opened("bundel-op~praatgraag")
    moods = [call.state.mood.patience]
    for _ in range(3):
        call.tells("Uw klantnummer is 204872?", Act.VERIFY_IDENTITY)
        moods.append(call.state.mood.patience)
    assert moods[1] == moods[0]
    assert moods[3] < moods[2] < moods[1]
