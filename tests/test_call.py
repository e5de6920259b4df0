from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.acts import Act
from bot.content.library import load_library
from bot.content.models import Scenario
from bot.errors import KiestoonError
from bot.events import (
    AgentTurn,
    BargeIn,
    CallAnswered,
    CallEnded,
    ConnectionLost,
    ConnectionResumed,
    CustomerDecided,
    CustomerSpoke,
    CustomerTurn,
    Fault,
    HoldChanged,
    Mood,
    MuteChanged,
    Silence,
    SpeechEnded,
    SpeechStarted,
)
from bot.speech.transcriber import Transcription
from tests.call_driver import Driver

ROOT = Path(__file__).resolve().parents[1]
GREETING = "goedemorgen telenova met sofie waarmee kan ik u helpen"
OPENS = {GREETING: [Act.GREET, Act.STATE_COMPANY, Act.STATE_NAME, Act.OFFER_HELP]}


@pytest.fixture(scope="module")
def complaint() -> Scenario:
    return load_library(ROOT).scenario("dubbele-factuur~boze-klager")


@pytest.fixture(scope="module")
def survey() -> Scenario:
    library = load_library(ROOT)
    ident = next(ident for ident in library.scenario_ids() if library.scenario(ident).script.kind == "survey")
    return library.scenario(ident)


async def test_a_turn_is_heard_and_answered(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS)
    driver.call.answer()
    await driver.run(8000)

    [turn] = driver.events(AgentTurn)
    assert turn.text == GREETING
    assert 350 <= turn.start_ms <= 650
    assert 2900 <= turn.end_ms <= 3100
    assert turn.at_ms >= turn.end_ms
    answer = driver.events(CustomerTurn)[0]
    assert answer.intents[-1] == "opening"
    assert answer.text in complaint.lines["opening"] or any(line in answer.text for line in complaint.lines["opening"])
    assert {sent for sent, _ in driver.tape.sent} == {answer.turn}


async def test_the_customer_is_recorded_where_they_sounded(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS)
    driver.call.answer()
    await driver.run(12000)
    [spoke] = driver.events(CustomerSpoke)[:1]
    loud = [index * 20 for index, (_, customer) in enumerate(driver.tape.frames) if any(customer)]
    assert loud[0] == spoke.start_ms
    assert abs(loud[-1] + 20 - spoke.end_ms) <= 40
    assert not spoke.interrupted
    assert spoke.heard_text == driver.events(CustomerTurn)[0].text


async def test_sending_runs_at_most_400_ms_ahead(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS)
    driver.call.answer()
    while not driver.tape.sent:
        await driver.run(driver.call.now_ms + 20)
    began = driver.call.now_ms
    await driver.run(began + 1000)
    assert len(driver.tape.sent) <= 1000 // 20 + 21


async def test_barging_in_silences_the_customer_within_150_ms(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000), (5000, 7000)], [GREETING, "wacht even mevrouw"], OPENS)
    driver.call.answer()
    await driver.run(9000)

    [barge_in] = driver.events(BargeIn)
    spoke = driver.events(CustomerSpoke)[0]
    assert barge_in.by == "agent"
    assert spoke.interrupted
    assert spoke.end_ms - 5000 <= 150
    assert driver.tape.flushed == [spoke.turn]
    planned = driver.events(CustomerTurn)[0].text
    assert planned.startswith(spoke.heard_text)
    assert len(spoke.heard_text) < len(planned)
    after = [customer for index, (_, customer) in enumerate(driver.tape.frames) if 5150 <= index * 20 < 7000]
    assert not any(any(frame) for frame in after)
    assert any("interrupted" in event.reasons for event in driver.events(CustomerDecided))


async def test_a_sign_of_listening_does_not_stop_the_customer(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000), (5000, 5260)], [GREETING, "ja"], OPENS)
    driver.call.answer()
    await driver.run(15_000)

    assert driver.events(BargeIn) == []
    spoke = driver.events(CustomerSpoke)[0]
    assert not spoke.interrupted
    assert spoke.heard_text == driver.events(CustomerTurn)[0].text
    assert [turn.text for turn in driver.events(AgentTurn)] == [GREETING, "ja"]
    assert len(driver.events(CustomerTurn)) == 1
    silent = [index * 20 for index, (_, customer) in enumerate(driver.tape.frames) if 5150 <= index * 20 < 5300]
    assert silent
    assert not any(any(driver.tape.frames[at // 20][1]) for at in silent)
    loud = [index * 20 for index, (_, customer) in enumerate(driver.tape.frames) if any(customer)]
    assert any(5500 <= at <= 5700 for at in loud)
    assert abs(loud[-1] + 20 - spoke.end_ms) <= 40


async def test_a_short_no_is_answered(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000), (5000, 5260)], [GREETING, "nee"], OPENS)
    driver.call.answer()
    await driver.run(8_000)
    assert len(driver.events(CustomerTurn)) == 2


async def test_the_answer_is_ready_before_the_turn_is_over(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS)
    driver.call.answer()
    while not driver.events(AgentTurn):
        await driver.run(driver.call.now_ms + 20)
    assert driver.synthesizer.prepared == [driver.events(CustomerTurn)[0].text]
    assert driver.events(AgentTurn)[0].at_ms == driver.events(CustomerTurn)[0].at_ms


async def test_what_was_got_ready_for_half_a_turn_leaves_no_trace(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 2000), (2400, 4000)], ["goedemorgen met", GREETING], OPENS)
    driver.call.answer()
    await driver.run(12_000)
    [turn] = driver.events(AgentTurn)
    assert turn.text == GREETING
    assert driver.events(CustomerDecided)[0].reply_to == turn.turn
    assert len(driver.events(CustomerDecided)) == 1


async def test_a_long_turn_is_recognised_in_pieces(complaint: Scenario) -> None:
    texts = ["ik heb uw dossier hier voor mij", "en ik bekijk dat voor u"]
    driver = Driver(complaint, [(500, 8000), (8500, 12_000)], texts)
    driver.call.answer()
    await driver.run(16_000)
    [turn] = driver.events(AgentTurn)
    assert turn.text == " ".join(texts)
    assert (turn.start_ms, turn.end_ms) == pytest.approx((500, 12_000), abs=60)
    lengths = [length for length, _, _ in driver.transcriber.asked]
    assert max(lengths) < 9000
    assert turn.words[-1].start_ms > 8000
    assert [word.start_ms for word in turn.words] == sorted(word.start_ms for word in turn.words)


async def test_the_browser_knows_best_how_much_was_heard(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000), (6000, 7000)], [GREETING, "ja"], OPENS)
    driver.call.answer()
    await driver.run(5900)
    driver.call.played(driver.events(CustomerTurn)[0].turn, 2600)
    await driver.run(9000)
    spoke = driver.events(CustomerSpoke)[0]
    assert spoke.end_ms - spoke.start_ms >= 2540


async def test_silence_makes_the_customer_ask_and_in_the_end_hang_up(complaint: Scenario) -> None:
    driver = Driver(complaint)
    driver.call.answer()
    await driver.run(120_000)
    silences = driver.events(Silence)
    assert len(silences) == 3
    assert all(event.duration_ms >= complaint.persona.traits.silence_ms for event in silences)
    lines = [event.intents for event in driver.events(CustomerTurn)]
    assert ("hello",) in lines
    ended = driver.events(CallEnded)[0]
    assert (ended.by, ended.outcome) == ("customer", "hung_up_silence")
    assert driver.events(CustomerSpoke)[-1].at_ms <= ended.at_ms


async def test_outbound_the_customer_picks_up_and_speaks_first(survey: Scenario) -> None:
    driver = Driver(survey)
    await driver.run(8000)
    assert driver.events(CallAnswered)[0].by == "customer"
    assert driver.events(CustomerTurn)[0].intents == ("pick_up",)


async def test_an_unsure_recogniser_makes_the_customer_ask_to_repeat(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [(GREETING, 0.2)], OPENS)
    driver.call.answer()
    await driver.run(6000)
    assert driver.events(AgentTurn)[0].confidence == 0.2
    assert driver.events(CustomerTurn)[0].intents == ("repeat_please",)
    assert driver.events(CustomerDecided)[0].reasons == ("unclear",)


async def test_a_failing_recogniser_is_noted_and_the_call_goes_on(complaint: Scenario) -> None:
    async def fail() -> None:
        raise KiestoonError("model.corrupt", "the model is damaged")

    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS, decode=fail)
    driver.call.answer()
    await driver.run(6000)
    assert driver.events(Fault)[0].code == "model.corrupt"
    assert driver.events(CustomerTurn)[0].intents == ("repeat_please",)
    assert driver.call.state == "connected"


async def test_a_cough_is_no_turn(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 760)], [""], {})
    driver.call.answer()
    await driver.run(4000)
    assert driver.events(AgentTurn) == []


async def test_while_muted_nothing_is_heard(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 2500)], [GREETING], OPENS)
    driver.call.answer()
    driver.call.mute(True)
    await driver.run(3000)
    driver.call.mute(False)
    await driver.run(4500)
    assert driver.events(AgentTurn) == []
    assert [event.muted for event in driver.events(MuteChanged)] == [True, False]


async def test_hold_keeps_the_customer_quiet_and_costs_patience_unannounced(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS)
    driver.call.answer()
    await driver.run(12_000)
    before = driver.call.customer.mood
    driver.call.hold(True)
    await driver.run(40_000)
    assert driver.events(Silence) == [] or driver.events(Silence)[-1].at_ms < 12_000
    driver.call.hold(False)
    assert [event.on_hold for event in driver.events(HoldChanged)] == [True, False]
    assert driver.call.customer.mood.patience < before.patience


async def test_speech_that_goes_on_while_the_text_is_awaited_is_one_turn(complaint: Scenario) -> None:
    gate = asyncio.Event()
    driver = Driver(complaint, [(500, 2000), (2700, 4000)], [GREETING], OPENS, decode=gate.wait)
    driver.call.answer()
    await driver.run(3500)
    gate.set()
    await driver.run(7000)
    turns = driver.events(AgentTurn)
    assert len(turns) == 1
    assert turns[0].start_ms <= 650
    assert turns[0].end_ms >= 3900
    assert driver.transcriber.cancelled >= 1


async def test_an_impatient_customer_cuts_in_on_a_monologue(complaint: Scenario) -> None:
    persona = complaint.persona.model_copy(
        update={
            "mood": Mood(patience=0.4, trust=0.3, interest=0.3),
            "traits": complaint.persona.traits.model_copy(update={"interrupts": 1.0, "monologue_ms": 4000}),
        }
    )
    scenario = complaint.model_copy(update={"persona": persona})
    driver = Driver(scenario, [(500, 3000), (9000, 22_000)], [GREETING, "een lang verhaal"], OPENS)
    driver.call.answer()
    await driver.run(24_000)
    cuts = [event for event in driver.events(BargeIn) if event.by == "customer"]
    assert cuts
    assert 9000 + 4000 <= cuts[0].at_ms <= 9000 + 4000 + 300
    assert any("cut_in" in turn.intents for turn in driver.events(CustomerTurn))


async def test_hanging_up_ends_the_call_for_good(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS)
    driver.call.answer()
    await driver.run(4500)
    driver.call.hang_up()
    count = len(driver.tape.events)
    driver.call.frame(bytes(640))
    driver.call.hold(True)
    driver.call.mute(True)
    assert driver.events(CallEnded)[0].by == "agent"
    assert len(driver.tape.events) == count


async def test_a_lost_browser_stops_the_clock_and_may_come_back(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000)], [GREETING], OPENS)
    driver.call.answer()
    await driver.run(4600)
    driver.call.lost()
    driver.call.resumed()
    await driver.run(12_000)
    assert len(driver.events(ConnectionLost)) == len(driver.events(ConnectionResumed)) == 1
    assert driver.events(CustomerSpoke)[0].heard_text == driver.events(CustomerTurn)[0].text

    driver.call.lost()
    driver.call.abandon()
    assert driver.events(CallEnded)[0].outcome == "broken_off"


async def test_times_in_the_log_never_point_past_the_clock(complaint: Scenario) -> None:
    driver = Driver(complaint, [(500, 3000), (5000, 7000)], [GREETING, "wacht even"], OPENS)
    driver.call.answer()
    await driver.run(15_000)
    assert all(event.at_ms <= driver.call.now_ms for event in driver.tape.events)
    spoken = driver.events(SpeechStarted), driver.events(SpeechEnded)
    for speaker in ("agent", "customer"):
        started, ended = ([event.at_ms for event in kind if event.speaker == speaker] for kind in spoken)
        assert all(begin <= end for begin, end in zip(started, ended, strict=False))


def test_a_transcription_without_words_can_be_moved() -> None:
    text = Transcription("ja", (), 0.9, "fake", 3)
    assert text.at(500).words == ()


async def test_what_the_customer_asked_decides_how_long_a_begun_number_is_waited_for(complaint: Scenario) -> None:
    async def waited_ms(asks: str, says: str) -> int:
        scenario = complaint.model_copy(update={"lines": {**complaint.lines, "opening": (asks,)}})
        driver = Driver(scenario, [(500, 3000), (9000, 10500)], [GREETING, says], OPENS)
        driver.call.answer()
        await driver.run(13_000)
        _, answer = driver.events(AgentTurn)
        return answer.at_ms - answer.end_ms

    assert await waited_ms("Hoeveel is dat?", "nul vier") > await waited_ms("Dat is raar.", "nul vier")
    assert await waited_ms("Klopt dat?", "Ja.") <= await waited_ms("Dat is raar.", "Ja.") - 50
