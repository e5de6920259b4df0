"""What follows what in a call, by the marks of its turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from evaluators.chains import chains, first_likely
from evaluators.features import seen_in
from evaluators.marks import ASKED, facts_told, marked, marks, terms_told
from evaluators.record import CallRecord, Turns
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
CUSTOMER = ("feel", "obj", "yes", "xno", "fact")
AGENT = ("emp", "offer", "evade", "slip", "extra", "push", "term", "open")


@dataclass
class ScriptedReader:
    """Is sure of the marks given by text, and that a turn tells what it shares a pair of `tells` with."""

    marked: Mapping[str, set[str]]
    tells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    asked: list[tuple[int, str]] = field(default_factory=list)
    seen: list[Turns] = field(default_factory=list)

    def marks(self, turns: Turns) -> Sequence[Mapping[str, float]]:
        self.seen.append(turns)
        return [
            {
                name: 0.9 if name in self.marked.get(text, ()) else 0.1
                for name in (CUSTOMER if speaker == "customer" else AGENT)
            }
            for speaker, text in turns
        ]

    def told(self, turns: Turns, asked: Sequence[tuple[int, str]]) -> Sequence[Mapping[str, float]]:
        self.asked += asked
        found = [self.tells.get((turns[position][1], item)) for position, item in asked]
        return [{name: 0.95 if name == told else 0.05 for name in ("told", "wrong")} for told in found]


def call_with(
    make_call: MakeCall, lines: str = LINES, tells: Mapping[tuple[str, str], str] | None = None, **context: object
) -> CallRecord:
    """A call whose marks stand behind each line, told for sure."""
    marked: dict[str, set[str]] = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        said, _, names = line.partition(" #")
        marked[said.split(": ", 1)[1].split("] ")[-1]] = set(names.split())
    bare = "\n".join(line.partition(" #")[0] for line in lines.splitlines())
    return replace(make_call(bare, **context), reader=ScriptedReader(marked, tells or {}))


def test_a_call_is_read_once_and_as_a_whole(make_call: MakeCall) -> None:
    reader = ScriptedReader({})
    call = replace(make_call("M: Dag.\nK: Dag, met Jan.\nM: Jan!"), reader=reader)
    assert len(marks(call)) == len(marks(call)) == 3
    assert reader.seen == [[("agent", "Dag."), ("customer", "Dag, met Jan."), ("agent", "Jan!")]]


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


def test_without_a_reader_of_calls_there_is_nothing_to_chain(make_call: MakeCall) -> None:
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


def test_a_term_told_after_the_yes_is_late_and_a_wrong_one_is_wrong(make_call: MakeCall) -> None:
    lines = """
        M: [propose_solution] Het kost 20 euro per maand. #offer term
        K: Goed, doe maar. #yes
        M: [other] U zit er wel een jaar aan vast. #term
        K: O.
    """
    terms = ["18 euro per maand", "contract van 12 maanden"]
    tells = {
        ("Het kost 20 euro per maand.", terms[0]): "wrong",
        ("U zit er wel een jaar aan vast.", terms[1]): "told",
    }
    found = told(call_with(make_call, lines, tells, terms=terms))
    assert found["told:terms wrong, most"].value == 0.95
    assert found["told:terms read, share"].value == 0.5
    assert found["told:terms read early, share"].value == 0
    assert found["told:terms read late, most"].value == pytest.approx(0.9)
    assert found["told:terms read late, most"].turns == (2,)


def test_a_fact_counts_as_asked_for_where_a_question_stands_before_it(make_call: MakeCall) -> None:
    lines = """
        M: [other] Hoe gebruikt u het internet? #open
        K: Ik werk thuis. #fact
        M: [other] Zo.
        K: En mijn zoon gamet. #fact
        M: [propose_solution] Dan raad ik de snelle lijn aan. #offer
        K: Ja.
    """
    facts = ["Werkt thuis", "Zoon gamet"]
    tells = {("Ik werk thuis.", facts[0]): "told", ("En mijn zoon gamet.", facts[1]): "told"}
    found = told(call_with(make_call, lines, tells, key_facts=facts))
    assert found["told:facts heard early, share"].value == 1
    assert found["told:facts asked for, most"].value == pytest.approx(0.95 * 0.9)
    assert found["told:facts asked for, least"].value == pytest.approx(0.95 * 0.1)
    assert found["told:facts asked for, share"].turns == (1,)


def test_only_turns_that_likely_tell_something_are_asked_what(make_call: MakeCall) -> None:
    lines = "\n".join(f"M: Dit is zin {number}.\nK: Ik zeg {number}. #fact" for number in range(8))
    call = call_with(make_call, lines, key_facts=["Komt morgen"], terms=["Gratis levering"])
    assert len(facts_told(call)[0]) == ASKED
    assert terms_told(call) == ({},)


def test_an_offer_before_any_question_and_questions_before_any_offer(make_call: MakeCall) -> None:
    blind = chains(call_with(make_call))
    asked = chains(call_with(make_call, "M: Wat zoekt u? #open\nK: Een fiets.\nM: Neem deze. #offer\nK: Goed. #yes"))
    assert blind["chain:offer without a question"].value > 0.6
    assert asked["chain:offer without a question"].value < 0.2
    assert asked["chain:open before any offer"].value > 0.4 > blind["chain:open before any offer"].value
    assert asked["chain:cut in"].value == 0
