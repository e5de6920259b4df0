"""What a killed server leaves behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from pathlib import Path

import aiohttp
import pytest

from bot.audio import FRAME_BYTES, FRAME_MS
from bot.event_log import read_log
from server.storage import BYTES_PER_MS
from tests.line import Line, serving

pytestmark = pytest.mark.models
SCENARIO = "dubbele-factuur~boze-klager"
TALKS_S = 4.0


async def _talk_until_killed(line: Line) -> tuple[str, int]:
    """Call in real time and kill the server in mid-call; the call's id and how many ms of audio had been sent."""
    async with aiohttp.ClientSession(line.url) as session:
        async with session.post("/api/calls", json={"scenario": SCENARIO, "agent_name": "Sofie"}) as answer:
            call = await answer.json()
        async with session.ws_connect(call["socket"]) as socket:
            await socket.send_str(json.dumps({"type": "answer"}))
            start, sent = time.monotonic(), 0
            while time.monotonic() - start < TALKS_S:
                await socket.send_bytes(b"\x01\x00" * (FRAME_BYTES // 2))
                sent += FRAME_MS
                await asyncio.sleep(max(0.0, start + sent / 1000 - time.monotonic()))
            os.kill(line.process.pid, signal.SIGKILL)
            line.process.wait()
    return call["id"], sent


async def test_kill_9_loses_at_most_a_second_and_the_call_can_be_scored(tmp_path: Path, models: Path) -> None:
    with serving(tmp_path, models) as line:
        call_id, sent_ms = await _talk_until_killed(line)
    folder = tmp_path / "calls" / call_id
    kept_ms = (folder / "audio.pcm").stat().st_size // BYTES_PER_MS
    assert sent_ms - 1000 <= kept_ms <= sent_ms
    log = read_log(folder / "events.jsonl")
    assert not log.ended
    assert [event.type for event in log.events[:3]] == ["call_started", "phone_ringing", "call_answered"]

    with serving(tmp_path, models) as line:
        async with aiohttp.ClientSession(line.url) as session:
            async with session.get("/api/calls") as answer:
                [row] = await answer.json()
            assert (row["id"], row["state"], row["outcome"]) == (call_id, "broken_off", "broken_off")
            assert row["duration_ms"] == kept_ms
            async with session.get(f"/api/calls/{call_id}/audio.wav") as answer:
                assert len(await answer.read()) == 44 + kept_ms * BYTES_PER_MS
            async with session.get(f"/api/calls/{call_id}/scorecard?role=assessor") as answer:
                assert answer.status == 200
                assert "broken_off" in (await answer.json())["missing"]
