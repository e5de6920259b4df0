"""Prices and conditions are held against the company's data: wrong ones are doubted, right ones count as told."""

from __future__ import annotations

import pytest

from bot.acts import Act
from bot.dialogue.figures import figures_of
from bot.dialogue.state import Step
from tests.dialogue.calls import HOTEL, LIBRARY, SALE, Talk, intents, talk

ROOM = "chambre-anniversaire~client-presse"


def offered(scenario_id: str = SALE) -> Talk:
    """A sale in which the need is known and nothing was told yet."""
    call = talk(scenario_id)
    call.agent("Dag, met Sofie van Telenova, ik bel over sneller internet.", Act.STATE_NAME, Act.STATE_PURPOSE)
    call.agent("Hoe loopt uw internet?", Act.ASK_OPEN)
    return call


def doubted(made: Step) -> bool:
    return bool({"wrong_price", "wrong_condition"} & set(intents(made)))


@pytest.mark.parametrize(
    "text",
    [
        "Internet Snel kost negenenvijftig euro per maand.",
        "internet snel dat is dan 45 euro per maand",
        "Dat kost u vijfenvijftig euro per maand, met alles erbij.",
        "De installatie kost vijfenzeventig euro.",
        "Voor de plaatsing rekenen wij honderd euro.",
        "Het contract loopt twee jaar.",
    ],
)
def test_a_wrong_figure_is_doubted_and_costs_trust(text: str) -> None:
    made = offered().tells(text, Act.EXPLAIN_TERMS)
    unvalued = offered().agent(text, Act.EXPLAIN_TERMS)
    assert doubted(made)
    assert "wrong_figure" in made.reasons
    assert made.state.mood.trust < unvalued.state.mood.trust


@pytest.mark.parametrize(
    "text",
    [
        "Internet Snel kost negenenveertig euro per maand.",
        "internet snel kost 49 euro, de installatie kost eenmalig 50 euro",
        "Dat kost tien euro meer per maand dan nu, honderdtwintig euro per jaar.",
        "Met Internet Snel betaalt u vijfhonderdachtentachtig euro per jaar.",
        "Nu betaalt u negenendertig euro, met Internet Snel wordt dat negenenveertig euro.",
        "Met Mobiel Onbeperkt en Internet Snel samen kost dat vierenzeventig euro per maand.",
        "Internet Snel kost ongeveer vijftig euro per maand.",
        "U bespaart met Internet Snel zeventien euro per maand aan databundels.",
        "De technieker komt binnen twee weken, tussen acht en tien.",
        "Internet Snel is vijf keer sneller.",
    ],
)
def test_what_is_right_or_about_something_else_is_not_doubted(text: str) -> None:
    assert not doubted(offered().tells(text, Act.EXPLAIN_TERMS))


def test_a_question_or_a_summary_of_the_customers_words_is_no_statement() -> None:
    call = offered()
    assert not doubted(call.tells("Betaalt u nu vijfenvijftig euro voor Internet Snel?", Act.ASK_CLOSED))
    assert not doubted(call.tells("U zei dat Internet Snel 55 euro kost, klopt dat?", Act.PARAPHRASE))


def test_a_right_value_counts_as_told_in_whatever_words_and_a_wrong_one_does_not() -> None:
    right, wrong = offered(), offered()
    right.tells("Voor Internet Snel betaalt u maandelijks 49,00 euro.", Act.PROPOSE_SOLUTION)
    wrong.tells("De installatie kost vijfenzeventig euro.", Act.EXPLAIN_TERMS)
    assert right.state.terms_told == {0}
    assert wrong.state.terms_told == frozenset()


def test_putting_it_right_is_noticed_and_mends_some_of_the_trust() -> None:
    call = offered()
    call.tells("De installatie kost vijfenzeventig euro.", Act.EXPLAIN_TERMS)
    low = call.state.mood.trust
    made = call.tells("Excuseer, ik vergis mij: de installatie kost vijftig euro.", Act.EXPLAIN_TERMS)
    assert "figure_mended" in intents(made)
    assert made.state.misinformed == frozenset()
    assert made.state.mood.trust > low
    assert 1 in made.state.terms_told


def test_a_customer_who_doubted_twice_says_no_more_about_it_but_trusts_less() -> None:
    call = offered()
    steps = [call.tells("De installatie kost vijfenzeventig euro.", Act.EXPLAIN_TERMS) for _ in range(3)]
    assert [doubted(made) for made in steps] == [True, True, False]
    assert steps[2].state.mood.trust < steps[1].state.mood.trust


def test_the_line_follows_the_mood() -> None:
    calm = talk("koffiemachine-kiezen~praatgraag")
    angry = talk("dubbele-factuur~boze-klager")
    for call in (calm, angry):
        call.agent("Goeiedag, met Sofie.", Act.GREET)
    angry.agent("Hoe hebt u betaald?", Act.ASK_OPEN)
    angry.agent("Dat gaat niet.", Act.NEGATIVE_WORDING)
    says = calm.tells("Koffiemachine Bona kost 399 euro.", Act.EXPLAIN_TERMS).says[0]
    assert says.line.partition("#")[0] == "wrong_price"
    says = angry.tells("Ik stort het geld binnen tien dagen terug.", Act.PROPOSE_SOLUTION).says[0]
    assert says.line.partition("#")[0] == "wrong_condition@angry"


@pytest.mark.parametrize(
    ("scenario_id", "wrong", "right"),
    [
        (HOTEL, "The garden double costs 160 euros a night.", "The garden double costs 140 euros a night."),
        (HOTEL, "You can cancel until 15:00 the day before.", "You can cancel until 18:00 the day before."),
        (ROOM, "La chambre vue mer coûte 165 euros par nuit.", "La chambre vue mer coûte 155 euros par nuit."),
        (
            "zimmer-mit-hund~freundlicher-gast",
            "Das Gartenzimmer kostet hundertfünfundsechzig Euro pro Nacht.",
            "Das Gartenzimmer kostet hundertvierzig Euro pro Nacht.",
        ),
    ],
)
def test_in_every_language(scenario_id: str, wrong: str, right: str) -> None:
    for text, expected in ((wrong, True), (right, False)):
        call = talk(scenario_id)
        call.agent("…", Act.GREET)
        assert doubted(call.tells(text, Act.EXPLAIN_TERMS)) is expected, text


def test_every_figure_that_a_condition_names_is_one_that_is_listened_for() -> None:
    for scenario_id in LIBRARY.scenario_ids():
        scenario = LIBRARY.scenario(scenario_id)
        named = {term.figure for term in scenario.script.terms if term.figure}
        assert named <= set(figures_of(scenario)), scenario_id
