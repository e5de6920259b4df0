"""An imported recording is shown, played and scored by the server like any other call."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp.test_utils import TestClient

from server.importing import import_recording
from server.keys import STORE
from tests.server.test_import import AGENT, CALL, CUSTOMER, SAID, parts, spoken, start, write


async def test_an_imported_call_is_listed_played_and_scored(client: TestClient, tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", spoken(*AGENT), spoken(*CUSTOMER, hertz=330))
    store = client.app[STORE]
    await asyncio.to_thread(import_recording, path, start(), "left", 1, store, parts())
    [row] = await (await client.get("/api/calls?role=assessor")).json()
    assert (row["id"], row["title"], row["persona_name"]) == (CALL, "Telenova", "mevrouw Peeters")
    detail = await (await client.get(f"/api/calls/{CALL}")).json()
    assert [turn["text"] for turn in detail["turns"]] == SAID
    sound = await (await client.get(f"/api/calls/{CALL}/audio.wav")).read()
    assert len(sound) == 44 + 8000 * 64
    card = await (await client.get(f"/api/calls/{CALL}/scorecard?role=assessor")).json()
    assert {"opening", "farewell"} <= {criterion["criterion"] for criterion in card["criteria"]}
