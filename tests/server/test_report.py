"""The report after a call, and the score that waits for it and for the trainee's own judgement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot import call_events
from bot.event_log import read_log
from bot.events import CallStarted, ReportFiled
from evaluators.lexicon import Lexicon, lexicon_from
from server.app import create_app
from server.settings import Settings
from tests.server.conftest import ScriptedEngine
from tests.stored_calls import CALL, SCENARIO, agent_turns, played, store

URL = f"/api/calls/{CALL}"
DRAFT = {"elapsed_ms": 40_000, "fields": {"klantnummer": "204871", "niets": "x"}, "disposition": "resolved",
         "follow_up": "2026-01-08", "summary": "De klant kreeg een dubbele factuur; ik stort het terug."}  # fmt: skip


class WordlessEngine(ScriptedEngine):
    """What is judged here needs no word lists, which take seconds to learn."""

    def lexicon(self, lang: Any) -> Lexicon:
        return lexicon_from(lang, {})


@pytest.fixture
def engine(settings: Settings) -> WordlessEngine:
    return WordlessEngine(settings)


@pytest.fixture
async def client(settings: Settings, engine: WordlessEngine, aiohttp_client) -> TestClient:
    return await aiohttp_client(create_app(settings, engine))


@pytest.fixture
def folder(settings: Settings, engine: WordlessEngine, client: TestClient) -> Path:
    return store(settings.calls_dir, asked(engine))


def asked(engine: WordlessEngine, **start: Any) -> list[Any]:
    """A call for which a report is asked."""
    return played(desk=call_events.desk_of(engine.library.scenario(SCENARIO)), **start)


async def put(client: TestClient, **more: Any) -> tuple[int, Any]:
    answer = await client.put(f"{URL}/report", json=DRAFT | more)
    return answer.status, await answer.json()


async def score_status(client: TestClient, role: str = "") -> tuple[int, str]:
    answer = await client.get(f"{URL}/scorecard{role}")
    body = await answer.json()
    return answer.status, body.get("error", {}).get("code", "")


async def test_the_score_waits_for_the_report_and_for_the_own_judgement(client: TestClient, folder: Path) -> None:
    assert await score_status(client) == (403, "score.report_first")
    assert (await put(client, state="filed"))[0] == 200
    assert await score_status(client) == (403, "score.self_first")
    for path in ("scorecard", "measures", "scorecards/0"):
        answer = await client.get(f"{URL}/{path}")
        assert answer.status == 403
    [row] = await (await client.get("/api/calls")).json()
    assert row["points"] is None
    assert (await client.post(f"{URL}/assessment", json={"type": "self_skipped"})).status == 201
    assert await score_status(client) == (200, "")


async def test_an_assessor_sees_the_score_at_once_and_the_report_changes_it(client: TestClient, folder: Path) -> None:
    before = await (await client.get(f"{URL}/scorecard?role=assessor")).json()
    verdicts = {row["criterion"]: row["verdict"] for row in before["criteria"]}
    assert {verdicts[name] for name in ("registration", "call_report")} == {"not_scored"}
    await put(client, state="filed")
    after = await (await client.get(f"{URL}/scorecard?role=assessor")).json()
    verdicts = {row["criterion"]: row["verdict"] for row in after["criteria"]}
    assert verdicts["registration"] in ("partly", "missed")
    assert verdicts["call_report"] in ("met", "partly")
    judged = [row for row in after["history"] if row["type"] == "judged"]
    assert [cause["part"] for cause in judged[-1]["causes"]] == ["report"]


async def test_what_is_saved_is_there_again_and_only_changes_are_kept(client: TestClient, folder: Path) -> None:
    assert (await put(client))[0] == 200
    lines = len(read_log(folder / "events.jsonl").events)
    assert (await put(client, elapsed_ms=50_000))[0] == 200
    assert len(read_log(folder / "events.jsonl").events) == lines, "nothing changed"
    report = await (await client.get(f"{URL}/report")).json()
    assert (report["state"], report["disposition"], report["follow_up"]) == ("open", "resolved", "2026-01-08")
    assert {field["id"]: field["value"] for field in report["fields"]}["klantnummer"] == "204871"
    assert report["elapsed_ms"] == 40_000
    assert "niets" not in json.dumps(report["fields"])


async def test_a_report_that_is_in_cannot_be_changed(client: TestClient, folder: Path) -> None:
    await put(client, state="filed")
    status, body = await put(client, summary="Anders.")
    assert (status, body["error"]["code"]) == (409, "report.closed")
    assert isinstance(read_log(folder / "events.jsonl").events[-1], ReportFiled)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"disposition": None, "state": "filed"}, "report.incomplete"),
        ({"follow_up": "", "state": "filed"}, "report.incomplete"),
        ({"disposition": "dispatched"}, "report.incomplete"),
        ({"follow_up": "morgen"}, "request.invalid"),
        ({"summary": "x" * 601}, "request.invalid"),
        ({"elapsed_ms": -1}, "request.invalid"),
        ({"disposition": "nonsense"}, "request.invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused(client: TestClient, folder: Path, more: Any, code: str) -> None:
    before = (folder / "events.jsonl").read_bytes()
    status, body = await put(client, **more)
    assert (status, body["error"]["code"]) == (422, code)
    assert (folder / "events.jsonl").read_bytes() == before


async def test_a_signal_can_be_taken_back_until_the_report_is_in(client: TestClient, folder: Path) -> None:
    await put(client, signal={"where": "planning", "text": "Dinsdag in plaats van maandag."})
    report = await (await client.get(f"{URL}/report")).json()
    assert report["signal"] == {"where": "planning", "text": "Dinsdag in plaats van maandag."}
    await put(client, signal=None)
    assert (await (await client.get(f"{URL}/report")).json())["signal"] is None


async def test_a_line_torn_by_a_crash_does_not_make_the_log_unreadable(client: TestClient, folder: Path) -> None:
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes() + b'{"type": "screen_ac')
    assert (await put(client, state="filed"))[0] == 200
    log = read_log(path)
    assert (log.torn_lines, log.ended) == (0, True)


async def test_practice_goes_on_without_a_report_and_a_test_does_not(
    client: TestClient, engine: WordlessEngine, settings: Settings
) -> None:
    ids = {mode: f"20260105-12000{n}-0000000a" for n, mode in enumerate(("practice", "assessment"), 1)}
    for mode, ident in ids.items():
        store(settings.calls_dir, asked(engine, mode=mode, call_id=ident), ident)
    skip = {"elapsed_ms": 0, "state": "skipped"}
    assert (await client.put(f"/api/calls/{ids['practice']}/report", json=skip)).status == 200
    answer = await client.put(f"/api/calls/{ids['assessment']}/report", json=skip)
    assert (await answer.json())["error"]["code"] == "report.needed"
    card = await (await client.get(f"/api/calls/{ids['practice']}/scorecard?role=assessor")).json()
    [found] = [row for row in card["criteria"] if row["criterion"] == "call_report"]
    assert (found["verdict"], found["reason_code"]) == ("missed", "skipped")


@pytest.mark.parametrize("start", [{"desk": None}, {"channel": "simulated"}])
async def test_no_report_is_asked_where_there_was_no_screen(
    client: TestClient, engine: WordlessEngine, settings: Settings, start: dict[str, Any]
) -> None:
    first, *rest = asked(engine)
    store(settings.calls_dir, [first.model_copy(update=start), *rest])
    assert (await (await client.get(f"{URL}/report")).json())["state"] == "off"
    status, body = await put(client)
    assert (status, body["error"]["code"]) == (409, "report.off")


async def test_a_call_without_a_word_of_the_trainee_asks_for_nothing(
    client: TestClient, engine: WordlessEngine, settings: Settings
) -> None:
    events = asked(engine)
    silent = agent_turns(events)[0].at_ms
    store(settings.calls_dir, [event for event in events if event.at_ms < silent])
    assert await score_status(client) == (200, "")


async def test_the_files_of_the_company_can_be_looked_up(client: TestClient, folder: Path) -> None:
    desk = await (await client.get(f"{URL}/desk")).json()
    record = next(one["record"] for one in desk["customers"] if one["id"] == "de-smet")
    assert record["customer_number"] == "204871"
    assert {one["id"] for one in desk["products"]} >= {"internet-thuis", "domiciliering"}
    assert desk["procedures"]
    assert [field["id"] for field in desk["fields"]] == ["klantnummer", "bedrag", "aanmaning"]
    start = read_log(folder / "events.jsonl").start
    assert isinstance(start, CallStarted)
    assert start.desk is not None
    assert "54" not in json.dumps(desk["fields"]), "what is right stays with the server"
