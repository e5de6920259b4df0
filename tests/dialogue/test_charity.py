"""A recogniser slips; the customer makes sense of it where the matter allows."""

from __future__ import annotations

import pytest

from bot.acts import Act
from tests.dialogue.calls import COMPLAINT, SALE, intents, talk


@pytest.mark.parametrize("mistaken", [Act.SUMMARIZE_AGREEMENTS, Act.EXPLAIN_TERMS, Act.INFORM, Act.BACKCHANNEL])
def test_a_summary_is_known_by_its_last_words(mistaken: Act) -> None:
    call = talk(COMPLAINT)
    call.agent("Telenova", Act.STATE_COMPANY)
    call.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    made = call.agent("Dus u betaalde twee keer en u wilt uw geld terug, klopt dat?", mistaken)
    assert intents(made)[0] == "confirm"
    assert not made.state.offered


def test_a_solution_said_again_as_a_condition_is_still_the_solution() -> None:
    call = talk(COMPLAINT)
    call.agent("Telenova", Act.STATE_COMPANY)
    call.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    call.agent("Ik stort het bedrag terug.", Act.PROPOSE_SOLUTION)
    call.agent("Het spijt mij.", Act.REASSURE)
    made = call.agent("Sorry nog eens, ik stort het terug op uw rekening.", Act.EXPLAIN_TERMS, Act.APOLOGIZE)
    assert call.state.decided == "accept", intents(made)


def test_a_late_greeting_is_a_goodbye_and_an_early_one_is_not() -> None:
    call = talk(SALE)
    assert "goodbye_refused" not in intents(call.agent("Dag.", Act.GREET))
    call.agent("Met Sofie van Telenova, over internet.", Act.STATE_NAME, Act.STATE_PURPOSE)
    call.agent("Hoe tevreden bent u?", Act.ASK_OPEN)
    assert call.agent("Dag.", Act.GREET).hang_up


def test_of_a_long_turn_only_the_apology_was_recognised_but_its_words_show_the_offer() -> None:
    call = talk(COMPLAINT)
    call.agent("Telenova", Act.STATE_COMPANY)
    call.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    made = call.agent(
        "mijn excuses meneer wij storten het terug binnen vijf werkdagen u krijgt uw geld terug", Act.APOLOGIZE
    )
    assert "right_offer" in made.reasons
    short = talk(COMPLAINT)
    short.agent("Telenova", Act.STATE_COMPANY)
    short.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    assert "right_offer" not in short.agent("U wilt uw geld terug, begrijpelijk.", Act.EMPATHIZE).reasons
