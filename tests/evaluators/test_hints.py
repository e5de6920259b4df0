"""Hints follow from what was said, and from nothing else."""

from __future__ import annotations

import pytest

from bot.events import CallContext, CustomerDecided, Mood
from evaluators.hints import hint_for
from evaluators.record import record
from tests.evaluators.conftest import MakeCall

OPENING = "M: [greet state_company state_name offer_help] Goedemorgen, Telenova, met Sofie, waarmee kan ik u helpen?\n"
ASKED = OPENING + "K: Ik heb een vraag over mijn factuur.\nM: [ask_open] Wat wilt u precies weten?\n"
TOLD = ASKED + "K: Waarom ze hoger is.\nM: [ask_open] Wanneer zag u dat?\nK: In maart.\n"
SUMMED = (
    TOLD
    + "M: [paraphrase] Dus als ik het goed begrijp, is de factuur sinds maart hoger, klopt dat?\nK: Ja, dat klopt.\n"
)
OFFERED = SUMMED + "M: [propose_solution] Ik stel voor dat ik u overzet naar het goedkopere tarief.\nK: Ah zo.\n"
AGREED = OFFERED + "M: [ask_commitment] Gaat u daarmee akkoord?\nK: Ja, dat is goed, doe maar.\n"


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        ("K: Hallo?", "greet"),
        ("M: [greet] Goedemorgen.\nK: Met Peeters.", "introduce"),
        (OPENING + "K: Ik heb een vraag over mijn factuur.", "ask_need"),
        (OPENING + "K: Ik heb twee keer betaald, ik ben het beu!", "empathy"),
        (TOLD, "paraphrase"),
        (SUMMED, "propose"),
        (OFFERED, "commitment"),
        (
            OPENING + "K: Een vraag.\nM: [propose_solution] Ik stel voor dat ik u een nieuwe modem stuur.\nK: Euh.",
            "back_to_need",
        ),
        (OFFERED.replace("Ah zo.", "Dat vind ik toch wel duur."), "objection"),
        (AGREED, "summarize"),
        (AGREED + "M: [say_goodbye] Tot ziens.\nK: Dag.", None),
    ],
)
def test_a_hint_fits_the_moment(make_call: MakeCall, lines: str, hint: str | None) -> None:
    assert hint_for(make_call(lines)) == hint


def test_who_calls_out_says_why(make_call: MakeCall) -> None:
    assert hint_for(make_call("K: Met Peeters.", direction="outbound")) == "greet_outbound"
    greeted = "K: Met Peeters.\nM: [greet state_company state_name] Goedemorgen, Telenova, met Sofie.\nK: Ja?"
    assert hint_for(make_call(greeted, direction="outbound", kind="sale")) == "purpose"


def test_where_help_is_needed_goes_first_in_an_emergency(make_call: MakeCall) -> None:
    lines = "M: [greet state_company state_name] Noodcentrale Telenova, met Sofie.\nK: Hij valt om!"
    assert hint_for(make_call(lines, kind="emergency")) == "emergency_place"


@pytest.mark.parametrize("lines", [OPENING + "K: Een vraag.", TOLD, SUMMED, OFFERED, AGREED])
def test_nothing_of_the_script_shows_in_a_hint(make_call: MakeCall, lines: str) -> None:
    call = make_call(lines)
    secret = CallContext(
        key_facts=("de factuur is in maart hoger",), right_solution="goedkopere tarief", terms=("een jaar",),
        cross_up_sell_option="modem", bad_news="hogere factuur", hold_or_transfer="doorverbinden",
    )  # fmt: skip
    decided = CustomerDecided(
        at_ms=9000, reply_to=call.turns[-2].i, mood=Mood(patience=0, trust=0, interest=1), buying_signal=True,
        objection_raised="price", decision="accept",
    )  # fmt: skip
    told = (call.start.model_copy(update={"context": secret}), *call.events[1:], decided)
    assert hint_for(record(told, call.lexicon, call.messages)) == hint_for(call)
