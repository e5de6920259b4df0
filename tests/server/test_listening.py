"""What is measured in a recording is kept beside it, found again, and made anew when the recording is another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from bot.audio import to_bytes
from bot.event_log import StoredLog
from bot.events import (
    AgentTurn,
    CallEnded,
    CallEvent,
    CallStarted,
    Channel,
    HeadsetChecked,
    SpeechEnded,
    SpeechStarted,
)
from server.listening import listened
from server.scoring import measures_of, standing
from server.settings import load_settings
from server.storage import CallStore
from tests.evaluators.voices import Recording, recorded, speech
from tests.server.conftest import ScriptedEngine
from tests.server.test_rest import finished_call

TEXT = "Goedemorgen, Telenova, u spreekt met Sofie. Dat weet ik niet, ik kijk het na."


def events(call_id: str, channel: Channel = "voice") -> list[CallEvent]:
    """A call in which the trainee speaks for 14 s in one turn, and 3 s more that were never recognised."""
    return [
        CallStarted(
            at_ms=0, call_id=call_id, started_at="2026-01-05T12:00:00+00:00", channel=channel, mode="practice",
            lang="nl", kind="service", direction="inbound", script="s", persona="p", company="telenova",
            company_name="Telenova", agent_name="Sofie", customer_name="mevrouw Peeters", customer_type="boos", seed=1,
        ),
        HeadsetChecked(at_ms=0, noise_floor_dbfs=-66, speech_level_dbfs=-21, gain_control=False),
        SpeechStarted(at_ms=1000, speaker="agent"),
        SpeechEnded(at_ms=15_000, speaker="agent"),
        AgentTurn(at_ms=15_500, turn=0, text=TEXT, start_ms=1000, end_ms=15_000, confidence=0.9),
        SpeechStarted(at_ms=17_000, speaker="agent"),
        SpeechEnded(at_ms=20_000, speaker="agent"),
        CallEnded(at_ms=22_000, by="agent", outcome="agent_hung_up"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def sound() -> Recording:
    return recorded([(1000, speech(14)), (17_000, speech(3))], 22_000)


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    return CallStore(tmp_path / "calls")


def stored(store: CallStore, sound: Recording | None, channel: Channel = "voice") -> str:
    call_id = store.new_id(datetime(2026, 1, 5, 12))
    journal = store.create(call_id, 0)
    for event in events(call_id, channel):
        journal.append(event)
    journal.close()
    (store.folder(call_id) / "audio.pcm").write_bytes(b"" if sound is None else to_bytes(sound.reshape(-1)))
    return call_id


def test_the_voice_and_both_lanes_are_heard_and_kept(store: CallStore, sound: Recording) -> None:
    call_id = stored(store, sound)
    log = store.read(call_id).log
    found = listened(store, call_id, log)
    assert found is not None
    assert found.voice.problem is None
    assert found.voice.headset_dbfs == -21
    assert len(found.lanes.agent) == 2, "speech that was not recognised is heard too"
    kept = store.folder(call_id) / "listened.json"
    kept.write_text(kept.read_text().replace('"headset_dbfs":-21.0', '"headset_dbfs":-30.0'))
    again = listened(store, call_id, log)
    assert again is not None
    assert again.voice.headset_dbfs == -30, "what was kept is not measured a second time"


def test_another_recording_is_heard_anew(store: CallStore, sound: Recording) -> None:
    call_id = stored(store, sound)
    log = store.read(call_id).log
    listened(store, call_id, log)
    (store.folder(call_id) / "audio.pcm").write_bytes(to_bytes(sound[:160_000].reshape(-1)))
    cut = listened(store, call_id, log)
    assert cut is not None
    assert cut.voice.truncated
    assert cut.voice.problem == "little_speech"


@pytest.mark.parametrize("damage", ["", "{", '{"of": "x"}', "\x00\xff"])
def test_a_damaged_file_of_measures_is_made_anew(store: CallStore, sound: Recording, damage: str) -> None:
    call_id = stored(store, sound)
    (store.folder(call_id) / "listened.json").write_text(damage)
    found = listened(store, call_id, store.read(call_id).log)
    assert found is not None
    assert found.voice.problem is None


@pytest.mark.parametrize(("channel", "problem"), [("voice", "no_recording"), ("text", None)])
def test_without_sound_a_voice_call_says_so_and_a_text_call_has_no_voice(
    store: CallStore, channel: Channel, problem: str | None
) -> None:
    call_id = stored(store, None, channel)
    found = listened(store, call_id, StoredLog(tuple(events(call_id, channel))))
    assert (found.voice.problem if found else None) == problem


def test_an_odd_number_of_bytes_is_no_obstacle(store: CallStore, sound: Recording) -> None:
    call_id = stored(store, sound)
    with (store.folder(call_id) / "audio.pcm").open("ab") as file:
        file.write(b"\x01\x02\x03")
    found = listened(store, call_id, store.read(call_id).log)
    assert found is not None
    assert found.voice.problem is None


def test_the_scorecard_judges_the_voice_and_the_measures_stand_beside_it(
    tmp_path: Path, store: CallStore, sound: Recording
) -> None:
    engine = ScriptedEngine(load_settings(data_dir=tmp_path))
    call_id = stored(store, sound)
    card = standing(engine, store, call_id, "nl").assessment.card
    assert card is not None
    verdicts = {result.criterion: result.verdict for result in card.criteria}
    assert [verdicts[name] for name in ("volume", "intonation", "speed")] == ["met", "met", "met"]
    assert verdicts["articulation"] == "not_scored"
    made = measures_of(engine, store, call_id, "nl")
    assert made.voice is not None
    assert made.timing is not None
    assert made.timing.source == "recording"
    assert made.reference_dbfs == -21
    assert [remark.place.quote for remark in made.language.remarks] == ["Dat weet ik niet"]


def test_a_cut_recording_is_named_on_the_scorecard(tmp_path: Path, store: CallStore, sound: Recording) -> None:
    engine = ScriptedEngine(load_settings(data_dir=tmp_path))
    call_id = stored(store, sound[:200_000])
    card = standing(engine, store, call_id, "nl").assessment.card
    assert card is not None
    assert "recording_truncated" in card.missing


async def test_the_page_gets_the_measures_of_a_call(client: TestClient) -> None:
    call_id = await finished_call(client)
    answer = await client.get(f"/api/calls/{call_id}/measures?role=assessor")
    made = await answer.json()
    assert answer.status == 200
    assert made["call_id"] == call_id
    assert made["voice"]["problem"] in ("silent_recording", "little_speech")
    assert made["timing"]["duration_ms"] > 0
    assert made["language"]["words"] > 5
    assert (await client.get("/api/calls/20260101-000000-00000000/measures?role=assessor")).status == 404
