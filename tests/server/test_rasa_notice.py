"""What the trainee is told when Rasa falls away during a call."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient

from server.texts import texts
from tests.server.conftest import ScriptedEngine, new_call
from tests.server.test_socket import dial, ended


@pytest.mark.parametrize("away", [False, True])
async def test_a_call_tells_that_spacy_stands_in_for_rasa(
    client: TestClient, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    monkeypatch.setattr(engine, "fallen_back", lambda lang: away)
    engine.lexicon("nl")
    call_id = await new_call(client)
    phone = await dial(client, call_id)
    await phone.send(type="answer")
    await phone.talk_until(lambda: phone.audio and phone.of("phase"))
    told = {"type": "notice", "code": "nlu.fallback", "message": texts("nl")["errors"]["nlu.fallback"]}
    assert phone.of("notice") == ([told] if away else [])
    await phone.send(type="hang_up")
    await phone.take(0.2)
    await ended(client, call_id)
