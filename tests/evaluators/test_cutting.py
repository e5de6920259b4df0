"""Cutting a whole call into phases by weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import KiestoonError
from evaluators.cutting import phase_starts, weigh_cuts, weighed_starts
from evaluators.phase_weights import PhaseWeights, load_phase_weights
from evaluators.phases import phase_of_turns
from evaluators.turn_features import turn_features
from tests.evaluators.conftest import MakeCall

NOTHING = (0.0,) * 7
WEIGHTS = PhaseWeights(
    langs=("nl",),
    back=-1.0,
    bias=NOTHING,
    features={
        "asks": (0.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0),
        "offers": (0.0, 0.0, 2.0, 0.0, 0.0, 1.0, 0.0),
        "ends": (0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 1.0),
        "greets": (2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    },
)


def cut(turns: tuple[dict[str, float], ...]) -> tuple[int, int, int]:
    return weigh_cuts(WEIGHTS, turns)[0]


GREETS, ASKS, OFFERS, ENDS = ({name: 1.0} for name in ("greets", "asks", "offers", "ends"))


def test_each_turn_gets_the_phase_that_it_goes_with() -> None:
    assert cut((GREETS, ASKS, ASKS, OFFERS, OFFERS, ENDS)) == (1, 3, 5)


def test_a_phase_that_nothing_speaks_for_lacks() -> None:
    assert cut((GREETS, ASKS, ASKS, ENDS)) == (1, 4, 3)
    assert cut((GREETS, ASKS, OFFERS)) == (1, 2, 3)


def test_an_offer_may_come_before_the_analysis() -> None:
    assert cut((GREETS, OFFERS, OFFERS, ASKS, ASKS, ENDS)) == (3, 1, 5)


def test_one_turn_out_of_place_does_not_move_a_phase() -> None:
    assert cut((GREETS, ASKS, OFFERS, ASKS, ASKS, OFFERS, OFFERS, OFFERS, ENDS)) == (1, 5, 8)


def test_chances_of_a_start_add_up_and_are_highest_at_the_likeliest() -> None:
    chosen, chances = weigh_cuts(WEIGHTS, (GREETS, ASKS, ASKS, OFFERS, OFFERS, ENDS))
    assert chances.sum(axis=1) == pytest.approx([1, 1, 1])
    assert tuple(chances.argmax(axis=1)) == chosen
    assert chances[0][0] == chances[1][0] == 0


def test_between_two_likely_turns_the_customers_opens_the_analysis_but_never_the_offer() -> None:
    unsure = {"asks": 0.5, "greets": 0.5}
    clear, doubtful = (GREETS, ASKS, OFFERS, ENDS), (GREETS, unsure, ASKS, OFFERS, ENDS)
    assert phase_starts(WEIGHTS, clear, (0, 2, 4, 6)) == {"analysis": 2, "offer": 4, "closing": 6}
    assert phase_starts(WEIGHTS, doubtful, (0, 2, 4, 6, 8)) == {"analysis": 3, "offer": 6, "closing": 8}
    assert phase_starts(WEIGHTS, doubtful, (0, 1, 2, 3, 4))["analysis"] in (1, 2)
    offered = (GREETS, ASKS, {"asks": 0.5, "offers": 0.5}, OFFERS, ENDS)
    assert phase_starts(WEIGHTS, offered, (0, 2, 4, 6, 8))["offer"] in (4, 6)


def test_a_file_that_is_broken_says_so(tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    assert load_phase_weights(path) is None
    path.write_text('{"langs": ["nl"]}')
    with pytest.raises(KiestoonError) as caught:
        load_phase_weights(path)
    assert caught.value.code == "weights.invalid"


CALL = """
M: Goedemorgen, Telenova, met Sofie.
K: Mijn internet is traag.
M: Sinds wanneer is dat zo?
K: Sinds vorige week.
M: Ik raad u een nieuwe modem aan, die kost niets.
K: Goed.
M: Hebt u nog een andere vraag?
K: Nee, dank u.
M: Dank u wel en tot ziens.
"""


def test_weights_cut_a_call_of_their_language_only(make_call: MakeCall) -> None:
    call = make_call(CALL)
    weights = WEIGHTS.model_copy(
        update={
            "features": {
                "place:first_0": (3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
                "move:asks": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
                "move:offers": (0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0),
                "earlier:move:offers": (0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0),
                "place:last_0": (0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0),
            }
        }
    )
    weighed = replace(call, phase_weights=weights, memo={})
    assert weighed_starts(weighed) == {"offer": 4, "closing": 8}
    assert phase_of_turns(weighed) == ("contact",) * 4 + ("offer",) * 4 + ("closing",)
    foreign = replace(call, phase_weights=weights.model_copy(update={"langs": ("fr",)}), memo={})
    assert weighed_starts(foreign) is None
    assert phase_of_turns(foreign) == phase_of_turns(call)


def test_a_call_that_goes_on_is_cut_by_the_rules(make_call: MakeCall) -> None:
    call = make_call(CALL)
    live = replace(call, phase_weights=WEIGHTS, ended=None, memo={})
    assert weighed_starts(live) is None
    assert phase_of_turns(live)[4] == "offer"


def test_features_tell_what_came_before_and_what_follows(make_call: MakeCall) -> None:
    first, asks, offers, more, last = turn_features(make_call(CALL))
    assert first["place:first_0"] == last["place:last_0"] == 1.0
    assert asks["move:asks_need"] == asks["later:move:offers"] == 1.0
    assert "earlier:move:offers" not in offers
    assert more["earlier:move:offers"] == 1.0
    assert offers["next:cue:ask_anything_else"] == more["cue:ask_anything_else"] == 1.0
