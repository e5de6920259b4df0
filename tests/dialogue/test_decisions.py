"""Objections, the decision, extras, and the end of the call."""

from __future__ import annotations

import pytest

from bot.acts import Act
from bot.dialogue.closing import outcome
from bot.dialogue.state import HoldSwitched, Monologue, Quiet, Unclear
from tests.dialogue.calls import COMPLAINT, HOTEL, SALE, SURVEY, Talk, intents, talk

ANSWER = "Het hapert dan niet meer."


@pytest.fixture
def sale() -> Talk:
    """The need is known, the right offer made, the price told: the objection to the price is open."""
    call = talk(SALE)
    call.agent("Met Sofie van Telenova, over internet.", Act.STATE_NAME, Act.STATE_COMPANY, Act.STATE_PURPOSE)
    call.agent("Hoe tevreden bent u over uw internet?", Act.ASK_OPEN)
    call.agent("Dan raad ik u Internet Snel aan.", Act.ADVISE, Act.STATE_BENEFIT)
    made = call.agent("Dat kost negenenveertig euro per maand.", Act.EXPLAIN_TERMS)
    assert made.objection_raised == "prijs"
    return call


def test_acknowledge_probe_answer_resolves(sale: Talk) -> None:
    assert intents(sale.agent("Dat begrijp ik.", Act.ACKNOWLEDGE_OBJECTION)) == ["acknowledged"]
    assert intents(sale.agent("Wat vindt u te duur?", Act.PROBE_OBJECTION)) == ["objection.prijs.behind"]
    assert sale.agent(ANSWER, Act.ANSWER_OBJECTION).objections_resolved == ("prijs",)


def test_all_three_in_one_turn_resolve_too(sale: Talk) -> None:
    made = sale.agent(ANSWER, Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION, Act.ANSWER_OBJECTION)
    assert made.objections_resolved == ("prijs",)


def test_an_answer_that_misses_the_point_does_not_count(sale: Talk) -> None:
    sale.agent("Begrijpelijk. Wat houdt u tegen?", Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION)
    assert sale.agent("Het is gewoon een goed product.", Act.ANSWER_OBJECTION).objections_resolved == ()


def test_who_only_answers_hears_in_the_end_what_lies_behind(sale: Talk) -> None:
    said = [intents(sale.agent(ANSWER, Act.BACKCHANNEL, Act.ANSWER_OBJECTION)) for _ in range(3)]
    assert said == [["objection.prijs.stands"], ["objection.prijs.behind"], ["objection.prijs.resolved"]]


def test_an_open_objection_stands_in_the_way_and_pressing_ends_in_a_no(sale: Talk) -> None:
    made = [sale.agent("Zal ik het bestellen?", Act.ASK_COMMITMENT) for _ in range(5)]
    assert made[-1].state.decided == "refuse" or made[-2].state.decided == "refuse"
    assert all("decision.yes" not in intents(step) for step in made)


def test_what_was_told_before_is_no_objection_any_more(sale: Talk) -> None:
    sale.agent("U kunt elke maand opzeggen.", Act.EXPLAIN_TERMS)
    sale.agent(ANSWER, Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION, Act.ANSWER_OBJECTION)
    assert intents(sale.agent("Zal ik het bestellen?", Act.ASK_COMMITMENT)) == ["decision.yes"]


def test_nothing_was_agreed_before_the_yes(sale: Talk) -> None:
    assert "not_agreed" in intents(sale.agent("Dus we spreken af dat u bestelt.", Act.SUMMARIZE_AGREEMENTS))


def test_a_solution_without_warmth_is_doubted_and_warmth_mends_it() -> None:
    call = talk(COMPLAINT)
    call.agent("Telenova", Act.STATE_COMPANY)
    call.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    assert intents(call.agent("Ik stort het terug.", Act.PROPOSE_SOLUTION)) == ["decision.hesitate"]
    made = call.agent("Het spijt mij echt, dat was heel vervelend.", Act.APOLOGIZE, Act.EMPATHIZE)
    assert made.decision == "accept"


def test_an_extra_comes_after_the_main_matter() -> None:
    call = talk(COMPLAINT)
    call.agent("Telenova", Act.STATE_COMPANY)
    offer = "Ik stel u domiciliëring voor."
    assert intents(call.agent(offer, Act.CROSS_SELL)) == ["extra.too_early"]
    call.agent("Mijn excuses, wat is er gebeurd?", Act.APOLOGIZE, Act.EMPATHIZE, Act.ASK_OPEN)
    assert call.agent("Ik stort het terug.", Act.PROPOSE_SOLUTION).decision == "accept"
    assert intents(call.agent(offer, Act.CROSS_SELL)) == ["extra.yes"]
    assert intents(call.agent(offer, Act.CROSS_SELL)) == ["extra.unwanted"]


def test_the_buying_signal_comes_once_when_the_price_is_known_and_nothing_stands_in_the_way() -> None:
    call = talk(HOTEL)
    call.agent("Good morning", Act.GREET)
    call.agent("What matters to you?", Act.ASK_OPEN, Act.EMPATHIZE)
    assert not call.agent("I suggest the garden double.", Act.PROPOSE_SOLUTION).buying_signal
    call.agent("It is one hundred and forty euros.", Act.EXPLAIN_TERMS)
    call.agent("It is on the quiet side.", Act.ANSWER_OBJECTION)
    made = [call.agent("You will sleep well.", Act.STATE_BENEFIT) for _ in range(2)]
    assert [step.buying_signal for step in made] == [True, False]


def test_a_goodbye_before_the_matter_is_settled_meets_one_protest() -> None:
    call = talk(COMPLAINT)
    call.agent("Telenova", Act.STATE_COMPANY)
    assert intents(call.agent("Dag.", Act.SAY_GOODBYE)) == ["protest_goodbye"]
    made = call.agent("Dag.", Act.SAY_GOODBYE)
    assert made.hang_up
    assert outcome(call.scenario, call.state, "customer") == "undecided"


def test_the_last_question_and_the_goodbye_in_one_turn() -> None:
    call = talk(SURVEY)
    call.agent("Met Sofie van Kompas, voor een onderzoek van de stad.", Act.STATE_NAME, Act.EXPLAIN_SURVEY_GOAL)
    call.agent("Dat begrijp ik, het duurt vijf minuten, anoniem.", Act.ACKNOWLEDGE_OBJECTION, Act.STATE_DURATION,
               Act.ASSURE_PRIVACY)  # fmt: skip
    made = call.agent("Doet u mee? Hoe tevreden bent u?", Act.ASK_COMMITMENT, Act.ASK_SURVEY_QUESTION)
    assert intents(made) == ["decision.yes", "survey.0"]
    made = call.agent("Nog iets? Dank u, tot ziens.", Act.ASK_ANYTHING_ELSE, Act.THANK, Act.SAY_GOODBYE)
    assert intents(made) == ["nothing_else", "goodbye"]
    assert outcome(call.scenario, call.state, "customer") == "participated"


def test_after_a_no_the_customer_leaves(sale: Talk) -> None:
    while sale.state.decided is None:
        sale.agent("Zal ik het bestellen?", Act.ASK_COMMITMENT)
    made = sale.agent("Maar het is echt goedkoop!", Act.ANSWER_OBJECTION)
    assert intents(made) == ["goodbye_refused"]
    assert made.hang_up


@pytest.mark.parametrize(
    ("acts", "ended_by", "result"),
    [((), "system", "broken_off"), ((), "agent", "agent_hung_up"), ((Act.BE_RUDE,) * 3, "customer", "hung_up_angry")],
)
def test_outcomes_without_a_decision(acts: tuple[Act, ...], ended_by: str, result: str) -> None:
    call = talk(COMPLAINT)
    call.agent("Telenova", Act.STATE_COMPANY)
    for act in acts:
        call.agent("Doe eens rustig.", act)
    assert outcome(call.scenario, call.state, ended_by) == result  # type: ignore[arg-type]


def test_an_announced_wait_is_borne_longer() -> None:
    announced, unannounced = talk(COMPLAINT), talk(COMPLAINT)
    for call in (announced, unannounced):
        call.agent("Telenova", Act.STATE_COMPANY)
    announced.agent("Een ogenblikje, ik zoek het op.", Act.ANNOUNCE_HOLD)
    assert intents(announced.happens(Quiet())) == []
    assert intents(unannounced.happens(Quiet())) == ["hello"]
    assert [announced.happens(Quiet()).hang_up for _ in range(4)] == [False, False, False, True]


def test_a_hold_costs_patience_and_a_long_one_is_spoken_of() -> None:
    call = talk(HOTEL)
    call.agent("Hotel", Act.STATE_COMPANY)
    unannounced = call.happens(HoldSwitched(on=True))
    assert "hold_unannounced" in unannounced.reasons
    back = call.happens(HoldSwitched(on=False, waited_ms=90_000))
    assert back.state.mood.patience < unannounced.state.mood.patience < call.scenario.persona.mood.patience
    assert intents(call.agent("Thank you for waiting.", Act.RETURN_FROM_HOLD)) == ["hold_too_long"]


def test_unclear_words_are_asked_for_again_and_not_held_against_the_trainee_at_first() -> None:
    call = talk(COMPLAINT)
    made = [call.happens(Unclear()) for _ in range(4)]
    assert {intent for step in made for intent in intents(step)} == {"repeat_please"}
    patience = [step.state.mood.patience for step in made]
    assert patience[0] == patience[2] > patience[3]


def test_an_impatient_customer_cuts_into_a_monologue_and_a_calm_one_does_not() -> None:
    angry, calm = talk(COMPLAINT), talk(SALE)
    cut = [angry.happens(Monologue()).cuts_in for _ in range(4)]
    assert any(cut)
    assert not any(calm.happens(Monologue()).cuts_in for _ in range(2))


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("Wat vindt u er precies te duur aan?", (Act.ASK_OPEN,)),
        ("Wat is voor u te veel aan negenenveertig euro?", (Act.PROBE_OBJECTION, Act.EXPLAIN_TERMS)),
        ("Wat betaalt u dan nu?", (Act.ASK_OPEN,)),
        ("Ligt het aan het bedrag zelf?", (Act.ASK_CLOSED,)),
        ("Vertelt u eens.", (Act.OFFER_HELP,)),
    ],
)
def test_a_question_straight_after_an_objection_asks_what_lies_behind(text: str, acts: tuple[Act, ...]) -> None:
    call = talk(SALE)
    call.agent("Ik bel over sneller internet.", Act.STATE_NAME, Act.STATE_PURPOSE)
    call.agent("Hoe loopt uw internet?", Act.ASK_OPEN)
    assert call.agent("Internet Snel kost 49 euro per maand.", Act.EXPLAIN_TERMS).objection_raised == "prijs"
    assert intents(call.agent(text, *acts)) == ["objection.prijs.behind"]
    assert call.state.objections["prijs"].steps == {"probe"}


def test_later_on_a_question_about_a_fact_is_just_that() -> None:
    call = talk(SALE)
    call.agent("Ik bel over sneller internet.", Act.STATE_NAME, Act.STATE_PURPOSE)
    call.agent("Hoe loopt uw internet?", Act.ASK_OPEN)
    call.agent("Internet Snel kost 49 euro per maand.", Act.EXPLAIN_TERMS)
    call.agent("Dat begrijp ik.", Act.ACKNOWLEDGE_OBJECTION)
    made = call.agent("Hoeveel mensen zijn er thuis?", Act.ASK_OPEN)
    assert made.revealed == ("gezin",)
    assert "probe" not in call.state.objections["prijs"].steps
