"""Calls that lack something: a clear error, or a scorecard that says what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from aiohttp.test_utils import TestClient

from bot.events import CallEvent
from server.settings import Settings
from tests.stored_calls import CALL, agent_turns, played, store

URL = f"/api/calls/{CALL}"
Cut = Callable[[list[CallEvent]], list[CallEvent]]


async def fetched(client: TestClient, path: str) -> tuple[int, dict]:
    answer = await client.get(path)
    return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("cut", "missing"),
    [
        (lambda events: events[:1], {"no_turns", "broken_off"}),
        (
            lambda events: [e for e in events if e.type not in ("agent_turn", "agent_acts", "speech_started")],
            {"no_agent_turns"},
        ),
        (lambda events: events[: len(events) // 2], {"broken_off"}),
    ],
    ids=["empty", "no word of the trainee", "half"],
)
async def test_what_there_is_is_judged_and_what_lacks_is_said(
    client: TestClient, settings: Settings, cut: Cut, missing: set[str]
) -> None:
    store(settings.calls_dir, cut(played()))
    status, card = await fetched(client, f"{URL}/scorecard?role=assessor")
    assert status == 200
    assert set(card["missing"]) - {"no_recording"} == missing
    if missing == {"broken_off"}:
        assert card["points"] is not None
    else:
        assert card["points"] is None
        assert {row["verdict"] for row in card["criteria"]} == {"not_scored"}
        assert {item["mark"] for item in card["items"]} == {"not_scored"}
    assert (await fetched(client, URL))[0] == 200


async def test_words_of_silence_are_no_words(client: TestClient, settings: Settings) -> None:
    spoken = {turn.turn for turn in agent_turns(played())}
    silent = [
        event.model_copy(update={"text": " … ", "words": ()}) if event.type == "agent_turn" else event
        for event in played()
    ]
    assert spoken
    store(settings.calls_dir, silent)
    card = (await fetched(client, f"{URL}/scorecard?role=assessor"))[1]
    assert "no_agent_turns" in card["missing"]
    assert card["points"] is None


async def test_a_log_cut_in_the_middle_of_a_line_is_judged_as_broken_off(
    client: TestClient, settings: Settings
) -> None:
    log = store(settings.calls_dir, played()) / "events.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole[: len(whole) * 2 // 3])
    status, card = await fetched(client, f"{URL}/scorecard?role=assessor")
    assert status == 200
    assert set(card["missing"]) - {"no_recording"} == {"broken_off"}
    assert card["points"] is not None


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        (b"", "log.empty"),
        (b'{"type": "call_sta', "log.invalid"),
        (b'{"type":"phone_ringing","at_ms":0}\n', "log.empty"),
    ],
)
async def test_a_log_without_a_beginning_is_an_error_with_a_message(
    client: TestClient, settings: Settings, contents: bytes, code: str
) -> None:
    (store(settings.calls_dir, played()) / "events.jsonl").write_bytes(contents)
    for path in (URL, f"{URL}/scorecard?role=assessor", f"{URL}/assessment"):
        status, answer = await fetched(client, path)
        assert (status, answer["error"]["code"]) == (400, code)
        assert answer["error"]["message"]


@pytest.mark.parametrize(("schema", "code"), [(0, "log.old"), (99, "log.schema")])
async def test_a_log_of_another_schema_says_so(client: TestClient, settings: Settings, schema: int, code: str) -> None:
    log = store(settings.calls_dir, played()) / "events.jsonl"
    first, *rest = log.read_text().splitlines()
    changed = json.dumps(json.loads(first) | {"schema_version": schema})
    unknown = json.dumps({"type": "sung", "at_ms": 5, "song": "Marina"})
    log.write_text("\n".join([changed, unknown, *rest]) + "\n")
    status, answer = await fetched(client, f"{URL}/scorecard?role=assessor")
    assert (status, answer["error"]["code"]) == (400, code)
    assert "versie" in answer["error"]["message"]


async def test_a_log_of_an_older_schema_that_can_be_read_is_judged(client: TestClient, settings: Settings) -> None:
    store(settings.calls_dir, played(schema_version=0))
    status, card = await fetched(client, f"{URL}/scorecard?role=assessor")
    assert status == 200
    assert card["points"] is not None
