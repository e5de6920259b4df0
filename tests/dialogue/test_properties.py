"""What holds for every customer, whatever happens in the call."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.acts import FAULT_ACTS, Act, ActSpan, Understanding
from bot.content.models import Scenario
from bot.content.pools import all_lines
from bot.dialogue.customer import begin, replay, step
from bot.dialogue.state import Heard, HoldSwitched, Input, Interrupted, Monologue, PickedUp, Quiet, Step, Unclear
from bot.events import Mood
from tests.dialogue.calls import LIBRARY, heard

SCENARIOS = [LIBRARY.scenario(ident) for ident in LIBRARY.scenario_ids()]
BY_ID = {scenario.id: scenario for scenario in SCENARIOS}
COURTESIES = (
    Act.EMPATHIZE,
    Act.APOLOGIZE,
    Act.REASSURE,
    Act.BACKCHANNEL,
    Act.USE_CUSTOMER_NAME,
    Act.ACKNOWLEDGE_OBJECTION,
)
WORDS = sorted({
    word
    for scenario in SCENARIOS
    for words in (
        scenario.script.solution.words,
        *(fact.about for fact in scenario.script.facts.values()),
        *(objection.answer_words for objection in scenario.script.objections.values()),
        *(term.words for term in scenario.script.terms),
        scenario.script.extra.words if scenario.script.extra else (),
    )
    for word in words
})  # fmt: skip


def said(acts: frozenset[Act], text: str) -> Heard:
    spans = tuple(ActSpan(act=act, confidence=1.0, start=0, end=len(text)) for act in sorted(acts))
    return Heard(Understanding(text=text, acts=spans))


texts = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=12)), max_size=6).map(" ".join)
turns = st.builds(said, st.frozensets(st.sampled_from(list(Act)), max_size=5), texts)
inputs: st.SearchStrategy[list[Input]] = st.lists(
    st.one_of(
        turns,
        turns,
        turns,
        st.just(Unclear()),
        st.just(Quiet()),
        st.just(Interrupted()),
        st.just(Monologue()),
        st.just(PickedUp()),
        st.builds(HoldSwitched, st.booleans(), st.integers(0, 300_000)),
    ),
    max_size=14,
)
scenarios = st.sampled_from(LIBRARY.scenario_ids())
seeds = st.integers(0, 10_000)


def values(mood: Mood) -> tuple[float, float, float]:
    return mood.patience, mood.trust, mood.interest


def check_step(scenario: Scenario, before: Step | None, made: Step) -> None:
    assert all(0 <= value <= 1 for value in values(made.state.mood))
    known = set(all_lines(scenario))
    assert all(line.text in known for line in made.says)
    assert made.hang_up == (made.state.gone and not (before and before.state.gone))


@settings(deadline=None, max_examples=150)
@given(scenarios, seeds, inputs)
def test_any_call_plays_and_plays_again_the_same(scenario_id: str, seed: int, happened: list[Input]) -> None:
    scenario = BY_ID[scenario_id]
    steps = replay(scenario, seed, happened)
    for before, made in zip([None, *steps], steps, strict=False):
        check_step(scenario, before, made)
    assert replay(scenario, seed, happened) == steps


@settings(deadline=None, max_examples=60)
@given(scenarios, seeds, inputs)
def test_gone_stays_gone(scenario_id: str, seed: int, happened: list[Input]) -> None:
    scenario = BY_ID[scenario_id]
    steps = replay(scenario, seed, happened)
    after = [made for before, made in pairwise(steps) if before.state.gone]
    assert all(made.state.gone and not made.says and not made.hang_up for made in after)


@settings(deadline=None, max_examples=100)
@given(scenarios, seeds, inputs)
def test_no_line_twice_in_a_row(scenario_id: str, seed: int, happened: list[Input]) -> None:
    scenario = BY_ID[scenario_id]
    last: dict[str, str] = {}
    for made in replay(scenario, seed, happened):
        for line in made.says:
            pool = line.line.partition("#")[0]
            assert len(scenario.lines[pool]) < 2 or last.get(pool) != line.line
            last[pool] = line.line


@settings(deadline=None, max_examples=60)
@given(scenarios, seeds, inputs)
def test_goodbyes_end_every_call(scenario_id: str, seed: int, happened: list[Input]) -> None:
    scenario = BY_ID[scenario_id]
    goodbyes: list[Input] = [heard("Tot ziens.", Act.SAY_GOODBYE)] * 3
    assert replay(scenario, seed, [*happened, *goodbyes])[-1].state.gone


@settings(deadline=None, max_examples=60)
@given(scenarios, seeds, inputs)
def test_silence_ends_every_call(scenario_id: str, seed: int, happened: list[Input]) -> None:
    scenario = BY_ID[scenario_id]
    assert replay(scenario, seed, [*happened, *[Quiet()] * 6])[-1].state.gone


@settings(deadline=None, max_examples=150)
@given(scenarios, seeds, inputs, turns, st.sampled_from(COURTESIES))
def test_courtesy_never_hurts(scenario_id: str, seed: int, happened: list[Input], turn: Heard, courtesy: Act) -> None:
    scenario = BY_ID[scenario_id]
    state = replay(scenario, seed, [*happened, Unclear()])[-1].state
    plain = step(scenario, state, turn)
    kind = step(scenario, state, said(turn.said.act_set() | {courtesy}, turn.said.text))
    assume(not plain.hang_up and turn.said.act_set() - {Act.OTHER})
    assert not kind.hang_up
    assert all(a >= b for a, b in zip(values(kind.state.mood), values(plain.state.mood), strict=True))


@settings(deadline=None, max_examples=150)
@given(scenarios, seeds, inputs, turns, st.sampled_from(sorted(FAULT_ACTS)))
def test_a_fault_never_helps(scenario_id: str, seed: int, happened: list[Input], turn: Heard, fault: Act) -> None:
    scenario = BY_ID[scenario_id]
    state = replay(scenario, seed, [*happened, Unclear()])[-1].state
    clean = frozenset(turn.said.act_set() - FAULT_ACTS)
    plain = step(scenario, state, said(clean, turn.said.text))
    rude = step(scenario, state, said(clean | {fault}, turn.said.text))
    assume(plain.hang_up or not rude.hang_up)
    assert all(a <= b for a, b in zip(values(rude.state.mood), values(plain.state.mood), strict=True))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_begins_with_the_mood_of_the_persona(scenario: Scenario) -> None:
    state = begin(scenario, 3)
    assert state.mood == scenario.persona.mood
    assert replace(state, seed=4) == begin(scenario, 4)
