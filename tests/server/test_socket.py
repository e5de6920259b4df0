from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient

from bot.audio import FRAME_BYTES
from bot.errors import KiestoonError
from bot.event_log import read_log
from bot.events import CallEnded, ConnectionLost, ConnectionResumed, ScreenAction
from server import sockets
from server.keys import LIVE, STORE
from tests.server.conftest import ScriptedEngine, new_call

FRAME = bytes(FRAME_BYTES)


class Phone:
    """The browser's end of a call's socket: keeps what came, by type."""

    def __init__(self, socket) -> None:
        self.socket = socket
        self.messages: list[dict] = []
        self.audio: list[tuple[int, bytes]] = []

    def of(self, kind: str) -> list[dict]:
        return [message for message in self.messages if message["type"] == kind]

    async def send(self, **message) -> None:
        await self.socket.send_str(json.dumps(message))

    async def talk(self, frames: int) -> None:
        """Send frames of the microphone and take in what comes meanwhile."""
        for _ in range(frames):
            with suppress(ConnectionError):
                await self.socket.send_bytes(FRAME)
            await self.take(0)
            await asyncio.sleep(0.0005)
        await self.take(0.05)

    async def talk_until(self, heard: Callable[[], object]) -> None:
        """Send frames until something has come."""
        for _ in range(400):
            await self.talk(10)
            if heard():
                return
        raise AssertionError("it never came")

    async def take(self, seconds: float) -> None:
        while True:
            try:
                message = await asyncio.wait_for(self.socket.receive(), seconds or 0.001)
            except TimeoutError:
                return
            if message.type is WSMsgType.TEXT:
                self.messages.append(json.loads(message.data))
            elif message.type is WSMsgType.BINARY:
                self.audio.append((int.from_bytes(message.data[:4], "little"), message.data[4:]))
            else:
                return


async def dial(client: TestClient, call_id: str, resume: str = "", **headers: str) -> Phone:
    suffix = f"?resume={resume}" if resume else ""
    phone = Phone(await client.ws_connect(f"/api/calls/{call_id}/socket{suffix}", headers=headers))
    await phone.take(0.1)
    return phone


async def ended(client: TestClient, call_id: str) -> None:
    for _ in range(200):
        if call_id not in client.app[LIVE]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the call did not end")


async def test_a_call_rings_is_answered_and_speaks(client: TestClient) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    hello = phone.of("hello")[0]
    assert hello["frame_samples"] == 320
    assert hello["captions"] is True
    assert phone.of("state")[-1]["state"] == "ringing"
    await phone.send(type="answer")
    await phone.send(type="captions", on=True)
    await phone.talk_until(lambda: phone.audio and phone.of("phase"))
    assert phone.of("state")[-1]["state"] == "connected"
    assert [m["speaker"] for m in phone.of("speaking") if m["on"]] == ["agent", "customer"]
    assert phone.of("caption")[0]["speaker"] == "agent"
    assert phone.of("caption")[1]["text"]
    assert {len(frame) for _, frame in phone.audio} == {FRAME_BYTES}
    assert phone.of("phase")
    await phone.send(type="hang_up")
    await phone.take(0.2)
    assert phone.of("ended")[0]["by"] == "agent"
    await ended(client, call_id)


async def test_assessment_mode_has_no_captions(client: TestClient) -> None:
    phone = await dial(client, await new_call(client, mode="assessment"))
    assert phone.of("hello")[0]["captions"] is False
    await phone.send(type="answer")
    await phone.send(type="captions", on=True)
    await phone.talk_until(lambda: phone.audio)
    await phone.talk(100)
    assert phone.of("caption") == []
    assert phone.of("hint") == phone.of("phase") == []


async def test_practice_mode_gives_a_hint_when_it_is_the_trainees_turn(client: TestClient) -> None:
    phone = await dial(client, await new_call(client))
    await phone.send(type="answer")
    await phone.talk_until(lambda: len(phone.of("hint")) > 1)
    first, second = phone.of("hint")[:2]
    assert first["code"] == "greet"
    assert first["text"].startswith("Begroet de klant")
    assert second | {"at_ms": 0} == {"type": "hint", "code": "", "text": "", "at_ms": 0}


async def test_nothing_that_is_to_be_found_out_reaches_the_browser(client: TestClient, engine: ScriptedEngine) -> None:
    scenario = engine.library.scenario("dubbele-factuur~boze-klager")
    hidden = [
        line for name, lines in scenario.lines.items() if name.startswith(("fact.", "decision.")) for line in lines
    ]
    hidden += [fact.summary for fact in scenario.script.facts.values()] + [scenario.script.solution.summary]
    phone = await dial(client, await new_call(client))
    await phone.send(type="answer")
    await phone.talk(200)
    seen = json.dumps(phone.messages, ensure_ascii=False)
    for path in ("/api/scenarios", f"/api/scenarios/{scenario.id}", "/api/status"):
        seen += await (await client.get(path)).text()
    said = seen.replace("\\", "")
    assert [line for line in hidden if line in said] == []


async def test_a_second_tab_is_sent_away_and_the_first_goes_on(client: TestClient) -> None:
    call_id = await new_call(client)
    first = await dial(client, call_id)
    second = await dial(client, call_id)
    assert second.of("error")[0]["error"]["code"] == "call.busy"
    assert second.socket.close_code == 4409
    await first.send(type="answer")
    await first.talk(10)
    assert first.of("state")[-1]["state"] == "connected"


async def test_a_dropped_call_goes_on_for_the_same_browser(client: TestClient) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="answer")
    await phone.talk(20)
    await phone.socket.close()
    stranger = await dial(client, call_id, resume="guessed")
    assert stranger.of("error")[0]["error"]["code"] == "call.busy"
    back = await dial(client, call_id, resume=phone.of("hello")[0]["resume"])
    assert back.of("hello")[0]["state"] == "connected"
    await back.talk(300)
    await back.send(type="hang_up")
    await back.take(0.2)
    await ended(client, call_id)
    events = read_log(client.app[STORE].folder(call_id) / "events.jsonl").events
    kinds = [type(event) for event in events]
    assert ConnectionLost in kinds
    assert ConnectionResumed in kinds
    assert events[-1].outcome == "agent_hung_up"


async def test_a_call_whose_browser_stays_away_is_broken_off(client: TestClient) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="answer")
    await phone.talk(20)
    await phone.socket.close()
    await ended(client, call_id)
    rows = await (await client.get("/api/calls")).json()
    assert rows[0]["state"] == "broken_off"
    assert (await client.get(f"/api/calls/{call_id}/scorecard?role=assessor")).status == 200
    assert (await client.get(f"/api/calls/{call_id}/audio.wav")).status == 200


async def test_leaving_the_page_on_purpose_ends_the_call_at_once(client: TestClient) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="bye")
    await phone.socket.close()
    await asyncio.wait_for(ended(client, call_id), 2)


@pytest.mark.parametrize("size", [0, 639, 641, 1280, 1764])
async def test_frames_of_the_wrong_size_are_refused_clearly(client: TestClient, size: int) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.talk(5)
    await phone.socket.send_bytes(bytes(size))
    await phone.take(0.2)
    assert phone.of("error")[0]["error"]["code"] == "frame.size"
    assert phone.socket.close_code == 4422
    again = await dial(client, call_id, resume=phone.of("hello")[0]["resume"])
    assert again.of("hello")


async def test_audio_at_another_rate_is_refused_clearly(client: TestClient, monkeypatch) -> None:
    monkeypatch.setattr(sockets, "BURST_MS", 1000)
    phone = await dial(client, await new_call(client))
    await phone.talk(300)
    assert phone.of("error")[0]["error"]["code"] == "frame.rate"


async def test_messages_that_are_none_are_left_out(client: TestClient) -> None:
    phone = await dial(client, await new_call(client))
    for text in (
        "",
        "{",
        "[]",
        '{"type": "fly"}',
        '{"type": "mute"}',
        '{"type": "played", "turn": -1, "played_ms": 1}',
    ):
        await phone.socket.send_str(text)
    await phone.send(type="answer")
    await phone.talk(5)
    assert phone.of("state")[-1]["state"] == "connected"


async def test_screen_actions_are_kept(client: TestClient) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="screen", action="note", target="notes", value="belt terug")
    await phone.send(type="hang_up")
    await phone.take(0.2)
    await ended(client, call_id)
    events = read_log(client.app[STORE].folder(call_id) / "events.jsonl").events
    [action] = [event for event in events if isinstance(event, ScreenAction)]
    assert (action.action, action.value) == ("note", "belt terug")


async def test_a_full_disk_stops_the_call_and_keeps_what_there_was(client: TestClient, monkeypatch) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="answer")
    await phone.talk(50)
    live = client.app[LIVE]._calls[call_id]

    def full(*_: object) -> None:
        raise KiestoonError("disk.full", "the disk is full")

    monkeypatch.setattr(live.journal, "audio", full)
    await phone.talk(5)
    assert phone.of("error")[0]["error"]["code"] == "disk.full"
    assert "schijf" in phone.of("error")[0]["error"]["message"]
    await ended(client, call_id)
    stored = client.app[STORE].read(call_id)
    assert stored.audio_bytes >= 50 * FRAME_BYTES * 2
    assert not any(isinstance(event, CallEnded) for event in stored.log.events)
    assert (await client.get("/api/status")).status == 200
    another = await new_call(client)
    assert (await dial(client, another)).of("hello")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
async def test_a_foreign_origin_may_not_open_a_call(client: TestClient, origin: str) -> None:
    call_id = await new_call(client)
    answer = await client.get(
        f"/api/calls/{call_id}/socket",
        headers={
            "Origin": origin, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        },
    )  # fmt: skip
    assert answer.status == 403
    assert (await answer.json())["error"]["code"] == "origin.foreign"


async def test_the_servers_own_origin_may(client: TestClient) -> None:
    phone = await dial(client, await new_call(client), Origin=f"http://{client.host}:{client.port}")
    assert phone.of("hello")


async def test_calls_that_are_over_or_unknown_are_named_so(client: TestClient) -> None:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="hang_up")
    await phone.take(0.2)
    await ended(client, call_id)
    over = await dial(client, call_id)
    assert over.of("error")[0]["error"]["code"] == "call.over"
    unknown = await dial(client, "20260101-000000-00000000")
    assert unknown.of("error")[0]["error"]["code"] == "call.unknown"


async def test_more_calls_than_lines_are_refused(client: TestClient) -> None:
    for _ in range(2):
        await dial(client, await new_call(client))
    answer = await client.post("/api/calls", json={"scenario": "dubbele-factuur~boze-klager"})
    assert answer.status == 503
    assert (await answer.json())["error"]["code"] == "calls.full"
