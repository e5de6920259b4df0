"""What follows what in a call, by the marks of its turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.events import Speaker
from evaluators.chains import chains, first_likely
from evaluators.features import seen_in
from evaluators.marks import marked, marks
from evaluators.record import CallRecord
from evaluators.told import told
from tests.evaluators.conftest import MakeCall

LINES = """
    M: [greet] Telenova, goeiemorgen.
    K: Ik ben het beu, drie dagen zonder internet. #feel
    M: [empathize] Drie dagen zonder, dat is zwaar. #emp
    K: Ja.
    M: [propose_solution] Ik stuur morgen iemand. #offer
    K: Morgen, dat is te laat voor mij. #obj
    M: [other] Dat is nu eenmaal zo. #evade slip
    K: Doe dan maar. #yes
    M: [cross_sell] En een snellere lijn, is dat iets? #extra
    K: Nee. #xno
    M: [cross_sell] Weet u het zeker? #push
    K: Heel zeker.
"""
CUSTOMER = ("feel", "obj", "yes", "xno")
AGENT = ("emp", "offer", "evade", "slip", "extra", "push")


def call_with(make_call: MakeCall, lines: str = LINES, **context: object) -> CallRecord:
    """A call whose marks stand behind each line, told for sure."""
    told: dict[str, set[str]] = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        said, _, names = line.partition(" #")
        told[said.split(": ", 1)[1].split("] ")[-1]] = set(names.split())

    def marker(text: str, before: str, speaker: Speaker) -> Mapping[str, float]:
        names = (
            ("feel", "obj", "yes", "xno")
            if speaker == "customer"
            else ("emp", "offer", "evade", "slip", "extra", "push")
        )
        return {name: 0.9 if name in told[text] else 0.1 for name in names}

    bare = "\n".join(line.partition(" #")[0] for line in lines.splitlines())
    return replace(make_call(bare, **context), marker=marker)


def test_each_turn_is_read_with_what_was_said_before_it(make_call: MakeCall) -> None:
    seen: list[tuple[str, str, str]] = []

    def marker(text: str, before: str, speaker: Speaker) -> Mapping[str, float]:
        seen.append((text, before, speaker))
        return {}

    call = replace(make_call("M: Dag.\nK: Dag, met Jan.\nM: Jan!"), marker=marker)
    assert marks(call) == ({}, {}, {})
    assert seen == [
        ("Dag.", "", "agent"),
        ("Dag, met Jan.", "Dag.", "customer"),
        ("Jan!", "Dag, met Jan.", "agent"),
    ]


def test_a_feeling_that_is_met_and_an_objection_that_is_not(make_call: MakeCall) -> None:
    found = chains(call_with(make_call))
    assert found["chain:surest met"].value == pytest.approx(0.9)
    assert found["chain:surest met"].turns == (1,)
    assert found["chain:last objection, evade"].value == pytest.approx(0.9)
    assert found["chain:worst objection"].value == pytest.approx(-0.9)
    assert found["chain:worst objection"].turns == (5,)


def test_the_extra_comes_after_the_yes_and_is_pressed_after_the_no(make_call: MakeCall) -> None:
    found = chains(call_with(make_call))
    assert found["chain:extra after yes"].value == 1
    assert found["chain:pressed after no"].value == pytest.approx(0.9)
    assert found["chain:pressed after no"].turns == (10,)


def test_order_is_told_by_the_first_turn_that_likely_has_a_mark(make_call: MakeCall) -> None:
    call = call_with(make_call)
    assert first_likely(call, call.agent, "offer") == 4
    assert first_likely(call, call.agent, "book") == len(call.turns)
    assert marked(call, 6, "slip", "blame") == pytest.approx(0.9)


def test_chains_and_marks_are_weighed_with_the_rest(make_call: MakeCall) -> None:
    features = seen_in(call_with(make_call))
    assert features["mark:evade"].value == pytest.approx(0.9)
    assert features["mark:evade"].turns == (6,)
    assert features["chain:surest met"].turns == (1,)


def test_without_a_reader_of_turns_there_is_nothing_to_chain(make_call: MakeCall) -> None:
    call = make_call("M: Dag.\nK: Dag.")
    assert chains(call) == {}
    assert not [name for name in seen_in(call) if name.startswith(("mark", "chain"))]


def test_what_the_script_lists_is_told_before_or_after_the_offer_and_the_decision(make_call: MakeCall) -> None:
    context = {"key_facts": ["Drie dagen zonder internet.", "Werkt thuis."], "terms": ["De technieker komt morgen."]}
    found = told(call_with(make_call, **context))
    assert found["told:facts early, share"].value == 0.5
    assert found["told:facts early, share"].turns == (1,)
    assert found["told:facts, worst"].value == 0
    assert found["told:taken up, share"].value == 0.5
    assert 0 < found["told:terms early, mean"].value < 1
    assert told(make_call("M: Dag.\nK: Dag.", **context)) == {}
