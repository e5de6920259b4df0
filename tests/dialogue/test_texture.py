"""What makes customers talk like people: sighs, false starts, remarks about holds, repetition and being asked again."""

from __future__ import annotations

from bot.acts import Act
from bot.dialogue.state import HoldSwitched
from tests.dialogue.calls import COMPLAINT, Talk, intents, talk

TALKATIVE = "bundel-op~praatgraag"


def opened(scenario_id: str, seed: int = 1) -> Talk:
    call = talk(scenario_id, seed)
    call.agent("Goedemorgen, met Sofie van Telenova.", Act.GREET, Act.STATE_NAME, Act.STATE_COMPANY)
    return call


def test_a_hold_without_a_word_is_remarked_upon_once() -> None:
    call = opened(TALKATIVE)
    call.happens(HoldSwitched(on=True))
    call.happens(HoldSwitched(on=False, waited_ms=12_000))
    assert "hold_unannounced" in intents(call.agent("Vertelt u eens, wat is er gebeurd?", Act.ASK_OPEN))
    assert "hold_unannounced" not in intents(call.agent("En wat nog?", Act.ASK_OPEN))


def test_every_hold_has_to_be_announced() -> None:
    call = opened(TALKATIVE)
    call.agent("Een ogenblikje, ik zoek het op.", Act.ANNOUNCE_HOLD)
    assert "hold_unannounced" not in call.happens(HoldSwitched(on=True)).reasons
    call.happens(HoldSwitched(on=False, waited_ms=12_000))
    call.agent("Bedankt om te wachten.", Act.RETURN_FROM_HOLD)
    call.agent("Wat is er gebeurd?", Act.ASK_OPEN)
    assert "hold_unannounced" in call.happens(HoldSwitched(on=True)).reasons


def test_thanks_may_stand_between_the_announcement_and_the_wait() -> None:
    call = opened(TALKATIVE)
    call.agent("Een ogenblikje, ik zoek het op.", Act.ANNOUNCE_HOLD)
    call.agent("Dank u.", Act.THANK)
    assert "hold_unannounced" not in call.happens(HoldSwitched(on=True)).reasons


def test_a_long_hold_is_remarked_upon_whatever_the_agent_says_next() -> None:
    call = opened(TALKATIVE)
    call.agent("Een ogenblikje, ik zoek het op.", Act.ANNOUNCE_HOLD)
    call.happens(HoldSwitched(on=True))
    call.happens(HoldSwitched(on=False, waited_ms=70_000))
    said = intents(call.agent("Wat is er precies gebeurd?", Act.ASK_OPEN))
    assert said[0] == "hold_too_long"
    assert any(intent.startswith("fact.") for intent in said)


def test_a_datum_is_given_again_and_the_third_time_with_a_remark() -> None:
    call = opened(COMPLAINT)
    said = [intents(call.agent("Mag ik uw klantnummer?", Act.VERIFY_IDENTITY)) for _ in range(3)]
    assert said == [["identity_customer_number"], ["identity_customer_number"], ["already_said", said[0][0]]]


def test_saying_the_same_again_is_noticed() -> None:
    call = opened(TALKATIVE)
    text = "Die bundel was op en daarna betaalt u per gigabyte."
    first, second = call.agent(text, Act.INFORM), call.agent(text, Act.INFORM)
    assert "agent_repeats" not in intents(first)
    assert intents(second) == ["agent_repeats"]
    assert second.state.mood.patience < first.state.mood.patience


def test_the_same_question_again_and_again_gets_no_new_facts() -> None:
    call = opened("sneller-internet~twijfelende-koper")
    call.agent("Ik bel over sneller internet.", Act.STATE_PURPOSE)
    question = "Hoe tevreden bent u over uw internet?"
    said = [intents(call.agent(question, Act.ASK_OPEN)) for _ in range(3)]
    assert said[2] == ["already_said", "fact.hapert"]


def test_somebody_short_of_patience_sighs_now_and_then_and_the_calm_do_not() -> None:
    def sighing(scenario_id: str) -> int:
        asked = (opened(scenario_id, seed).agent("Wat is er gebeurd?", Act.ASK_OPEN) for seed in range(60))
        return sum("sigh" in intents(made) for made in asked)

    assert 3 <= sighing(COMPLAINT) <= 25
    assert sighing(TALKATIVE) == 0


def test_talkative_people_begin_wrong_now_and_then() -> None:
    asked = (opened(TALKATIVE, seed).agent("Wat is er gebeurd?", Act.ASK_OPEN) for seed in range(60))
    said = [intents(made) for made in asked]
    assert 3 <= sum("self_correct" in one for one in said) <= 25
    assert all(one[one.index("self_correct") + 1].startswith("fact.") for one in said if "self_correct" in one)
