from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from bot.event_log import EventLog
from server.app import create_app
from server.keys import STORE
from server.settings import load_settings
from tests.server.conftest import ROOT, SCENARIO, ScriptedEngine, new_call
from tests.server.test_socket import dial, ended


async def finished_call(client: TestClient) -> str:
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="answer")
    await phone.talk(300)
    await phone.talk_until(lambda: phone.audio)
    await phone.send(type="hang_up")
    await phone.take(0.2)
    await ended(client, call_id)
    return call_id


async def test_status_says_plainly_what_is_in_use(client: TestClient) -> None:
    status = await (await client.get("/api/status")).json()
    assert status["recogniser"] == {"name": "Fake", "fallback": True}
    assert {"nl", "en"} <= {voice["lang"] for voice in status["voices"]}
    codes = [warning["code"] for warning in status["warnings"]]
    assert "recogniser.fallback" in codes
    assert "voice.fallback" in codes
    assert status["content_errors"] == []


async def test_scenarios_can_be_chosen_and_briefed(client: TestClient) -> None:
    cards = await (await client.get("/api/scenarios")).json()
    assert SCENARIO in [card["id"] for card in cards]
    for card in cards:
        briefing = await (await client.get(f"/api/scenarios/{card['id']}")).json()
        assert briefing["goal"]
        assert [panel["phase"] for panel in briefing["script_panel"]] == ["contact", "analysis", "offer", "closing"]
        assert all(row["definition"] and row["title"] for row in briefing["criteria"])
        assert (briefing["customer_card"] is not None) == (card["direction"] == "outbound")


async def played_and_best(client: TestClient) -> tuple[int, int | None]:
    """What the start page tells about the scenario."""
    scenarios = await (await client.get("/api/scenarios")).json()
    [shown] = [card for card in scenarios if card["id"] == SCENARIO]
    return shown["calls"], shown["best_points"]


async def test_a_finished_call_is_listed_scored_and_heard(client: TestClient) -> None:
    call_id = await finished_call(client)
    [row] = await (await client.get("/api/calls")).json()
    assert (row["id"], row["state"], row["outcome"]) == (call_id, "ended", "agent_hung_up")
    detail = await (await client.get(f"/api/calls/{call_id}")).json()
    assert [turn["speaker"] for turn in detail["turns"]] == ["agent", "customer"]
    assert detail["turns"][0]["acts"][0]["title"] == "begroeten"
    assert detail["moods"]
    card = await (await client.get(f"/api/calls/{call_id}/scorecard?role=assessor")).json()
    verdicts = {criterion["criterion"]: criterion["verdict"] for criterion in card["criteria"]}
    assert verdicts["opening"] == "met"
    assert verdicts["farewell"] == "missed"
    assert await played_and_best(client) == (1, None), "the trainee has still to judge the call without its points"
    skipped = await client.put(f"/api/calls/{call_id}/report", json={"elapsed_ms": 0, "state": "skipped"})
    assert skipped.status == 200
    answer = await client.post(f"/api/calls/{call_id}/assessment", json={"type": "self_skipped", "author": ""})
    assert answer.status == 201
    card = await (await client.get(f"/api/calls/{call_id}/scorecard")).json()
    assert await played_and_best(client) == (1, card["points"])


async def test_explanations_come_in_the_language_of_the_reader(client: TestClient) -> None:
    call_id = await finished_call(client)
    texts = set()
    for ui in ("nl", "en"):
        card = await (await client.get(f"/api/calls/{call_id}/scorecard?role=assessor&ui={ui}")).json()
        texts.add(card["criteria"][0]["explanation"])
    assert len(texts) == 2


async def test_the_recording_is_served_whole_and_in_ranges(client: TestClient) -> None:
    call_id = await finished_call(client)
    answer = await client.get(f"/api/calls/{call_id}/audio.wav")
    whole = await answer.read()
    assert answer.headers["Content-Type"] == "audio/wav"
    assert whole[:4] == b"RIFF"
    assert int.from_bytes(whole[22:24], "little") == 2
    assert len(whole) == 44 + (client.app[STORE].folder(call_id) / "audio.pcm").stat().st_size
    assert len(whole) >= 44 + 300 * 1280
    part = await client.get(f"/api/calls/{call_id}/audio.wav", headers={"Range": "bytes=40-99"})
    assert part.status == 206
    assert part.headers["Content-Range"] == f"bytes 40-99/{len(whole)}"
    assert await part.read() == whole[40:100]
    tail = await client.get(f"/api/calls/{call_id}/audio.wav", headers={"Range": "bytes=-10"})
    assert await tail.read() == whole[-10:]
    beyond = await client.get(f"/api/calls/{call_id}/audio.wav", headers={"Range": "bytes=99999999-"})
    assert beyond.status == 416


async def test_a_deleted_call_can_be_brought_back(client: TestClient) -> None:
    call_id = await finished_call(client)
    assert (await client.delete(f"/api/calls/{call_id}")).status == 204
    assert await (await client.get("/api/calls")).json() == []
    assert (await client.post(f"/api/calls/{call_id}/restore")).status == 204
    assert len(await (await client.get("/api/calls")).json()) == 1


async def test_a_damaged_call_does_not_hide_the_others(client: TestClient) -> None:
    good = await finished_call(client)
    store = client.app[STORE]
    bad = store.root / "20260101-120000-00000000"
    bad.mkdir()
    (bad / "events.jsonl").write_text("no event\nnone either\n")
    empty = store.root / "20260101-120001-00000000"
    empty.mkdir()
    assert [row["id"] for row in await (await client.get("/api/calls")).json()] == [good]
    answer = await client.get(f"/api/calls/{bad.name}")
    assert (await answer.json())["error"]["code"] == "log.invalid"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "request.invalid"),
        ("{}", "request.invalid"),
        (json.dumps({"scenario": SCENARIO, "mode": "fun"}), "request.invalid"),
        (json.dumps({"scenario": SCENARIO, "extra": 1}), "request.invalid"),
        (json.dumps({"scenario": "nee~nee"}), "scenario.unknown"),
        (json.dumps({"scenario": "dubbele-factuur~businesslike-guest"}), "scenario.mismatch"),
        ("x" * 70_000, "request.too_large"),
    ],
)
async def test_bad_requests_get_one_shape_of_error_in_dutch(client: TestClient, body: str, code: str) -> None:
    answer = await client.post("/api/calls", data=body)
    error = (await answer.json())["error"]
    assert error["code"] == code
    assert answer.status in (404, 413, 422)
    english = (await (await client.post("/api/calls?ui=en", data=body)).json())["error"]
    assert english["message"] != error["message"]


@pytest.mark.parametrize("path", ["/api/nothing", "/api/calls/..%2f..%2fetc", "/api/calls/x/scorecard", "/api/calls/x"])
async def test_what_is_not_there_is_a_404_in_the_same_shape(client: TestClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert set((await answer.json())["error"]) == {"code", "message", "details"}


async def test_a_foreign_host_name_is_refused(client: TestClient) -> None:
    answer = await client.get("/api/status", headers={"Host": "rebound.example"})
    assert answer.status == 403


async def test_a_foreign_page_may_not_change_anything(client: TestClient) -> None:
    call_id = await finished_call(client)
    answer = await client.delete(f"/api/calls/{call_id}", headers={"Origin": "http://evil.example"})
    assert answer.status == 403
    assert len(await (await client.get("/api/calls")).json()) == 1


async def test_too_little_disk_space_is_said_before_the_call(settings, engine, aiohttp_client) -> None:
    app = create_app(settings.model_copy(update={"min_free_mb": 10**9}), engine)
    client = await aiohttp_client(app)
    answer = await client.post("/api/calls", json={"scenario": SCENARIO})
    assert answer.status == 507
    assert "schijfruimte" in (await answer.json())["error"]["message"]


async def test_broken_content_is_reported_and_the_rest_served(tmp_path: Path, aiohttp_client) -> None:
    content = tmp_path / "content"
    for folder in ("personas", "dialogue_scripts", "data"):
        shutil.copytree(ROOT / folder, content / folder, ignore=shutil.ignore_patterns("nlu", "eval", "gold"))
    settings = load_settings(content=content, data_dir=tmp_path / "var", min_free_mb=1)
    client = await aiohttp_client(create_app(settings, ScriptedEngine(settings)))
    before = [card["id"] for card in await (await client.get("/api/scenarios")).json()]
    persona = content / "personas" / "boze-klager.yaml"
    persona.write_text(persona.read_text().replace("patience:", "patiense:"))
    status = await (await client.get("/api/status")).json()
    [*_, problem] = [row for row in status["content_errors"] if "patiense" in row["message"]]
    assert problem["file"] == "personas/boze-klager.yaml"
    assert "patience" in problem["message"]
    assert problem["line"] > 1
    after = [card["id"] for card in await (await client.get("/api/scenarios")).json()]
    assert after
    assert set(after) < set(before)


async def test_a_call_cut_short_by_a_crash_is_listed_as_broken_off_and_scored(client: TestClient) -> None:
    call_id = await finished_call(client)
    folder = client.app[STORE].folder(call_id)
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    for judged in ("scorecard.json", "assessments.jsonl"):
        (folder / judged).unlink()
    [row] = await (await client.get("/api/calls")).json()
    assert row["state"] == "broken_off"
    card = await (await client.get(f"/api/calls/{call_id}/scorecard?role=assessor")).json()
    assert "broken_off" in card["missing"]
    with EventLog(folder / "events.jsonl"):
        pass
    assert (await client.get(f"/api/calls/{call_id}")).status == 200


async def test_the_voice_can_be_tried(client: TestClient) -> None:
    answer = await client.get(f"/api/voice-sample?scenario={SCENARIO}")
    assert (await answer.read())[:4] == b"RIFF"
    assert (await client.get("/api/voice-sample?scenario=nee~nee")).status == 404


async def test_without_a_recogniser_the_pages_are_there_and_a_call_says_what_is_missing(
    settings, engine: ScriptedEngine, aiohttp_client, monkeypatch
) -> None:
    monkeypatch.setattr(engine, "recogniser", engine.models.resolve_transcriber)
    client = await aiohttp_client(create_app(settings, engine))
    status = await (await client.get("/api/status")).json()
    assert status["recogniser"] == {"name": "", "fallback": True}
    assert "recogniser.missing" in [warning["code"] for warning in status["warnings"]]
    answer = await client.post("/api/calls", json={"scenario": SCENARIO})
    assert answer.status == 503
    error = (await answer.json())["error"]
    assert error["code"] == "model.missing"
    assert "kiestoon models fetch" in error["message"]
