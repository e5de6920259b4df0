"""Written exercises over REST, from beginning to score; and every exercise of the house."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.content.library import load_library
from evaluators.lexicon import Lexicon, load_lexicon
from evaluators.writing import mentions
from evaluators.written import options_of
from server.app import create_app
from server.messaging import task_of
from server.settings import Settings
from tests import ROOT
from tests.server.conftest import ScriptedEngine

MESSAGES = load_library(ROOT).messages
ANSWERS = {
    "oven-levering": "Uw oven wordt niet meer gemaakt. De garantie is twee jaar. U krijgt anders uw geld terug.",
    "verkeerd-toestel": "Binnen twee werkdagen komt de bezorger; hij neemt het verkeerde toestel mee. Dat is gratis.",
    "post-dubbele-factuur": "Uw geld staat binnen vijf werkdagen op uw rekening en de aanmaning wordt geschrapt.",
    "internet-sneller": "Het kost 49 euro per maand. De installatie kost vijftig euro. U kunt op elk moment opzeggen.",
    "rekening-spreiden": "U mag betalen over drie maanden, zonder kosten. Uw stroom wordt niet afgesloten.",
    "zonnecheck-vraag": "De check is gratis en zonder verplichting, en duurt één uur.",
}


class UnheardEngine(ScriptedEngine):
    """Writing is judged by cues, not by what was learned from speech."""

    def lexicon(self, lang: Any) -> Lexicon:
        return load_lexicon(self.settings.content / "data" / "lang", lang)


@pytest.fixture
def engine(settings: Settings) -> UnheardEngine:
    return UnheardEngine(settings)


@pytest.fixture
async def client(settings: Settings, engine: UnheardEngine, aiohttp_client) -> TestClient:
    return await aiohttp_client(create_app(settings, engine))


async def begun(client: TestClient, ident: str = "internet-sneller") -> str:
    answer = await client.post(f"/api/messages/{ident}", json={"agent_name": "Sofie"})
    assert answer.status == 201
    return (await answer.json())["id"]


async def test_an_exercise_from_the_list_to_the_score(client: TestClient) -> None:
    rows = await (await client.get("/api/messages")).json()
    assert {row["id"] for row in rows} == set(ANSWERS)
    call_id = await begun(client)
    task = await (await client.get(f"/api/calls/{call_id}/message")).json()
    assert "wrong" not in json.dumps(task), "what is right stays with the server"
    asked = {question.summary for question in MESSAGES["internet-sneller"].questions.values()}
    marked = [place for place, option in enumerate(task["options"]) if option in asked]
    reply = f"Beste mevrouw Peeters,\n\n{ANSWERS['internet-sneller']} " + "Wij helpen u graag verder met uw vraag. " * 3
    body = {"elapsed_ms": 60_000, "marked": marked, "reply": reply + "\n\nMet vriendelijke groeten,\nSofie"}
    assert (await client.put(f"/api/calls/{call_id}/message", json=body)).status == 200
    assert (await (await client.get(f"/api/calls/{call_id}/message")).json())["reply"] == body["reply"]
    sent = await client.put(f"/api/calls/{call_id}/message", json=body | {"state": "sent"})
    assert (await sent.json())["state"] == "sent"
    card = await (await client.get(f"/api/calls/{call_id}/scorecard")).json()
    assert {row["criterion"]: row["verdict"] for row in card["criteria"]} == {
        "message_analysis": "met", "message_reply": "met",
    }, card["criteria"]  # fmt: skip
    assert card["points"] == 100
    again = await client.put(f"/api/calls/{call_id}/message", json=body)
    assert (await again.json())["error"]["code"] == "message.sent"
    [row] = await (await client.get("/api/calls")).json()
    assert (row["title"], row["channel"], row["points"]) == ("Vraag over sneller internet", "written", 100)


async def test_what_is_no_message_is_refused(client: TestClient) -> None:
    assert (await client.post("/api/messages/nergens", json={})).status == 404
    call_id = await begun(client)
    for wrong in ({"elapsed_ms": -1}, {"elapsed_ms": 1, "reply": "x" * 3001}, {"elapsed_ms": 1, "marked": [99]}):
        assert (await client.put(f"/api/calls/{call_id}/message", json=wrong)).status == 422


@pytest.mark.parametrize("ident", sorted(ANSWERS))
def test_a_right_answer_is_seen_and_the_options_give_nothing_away(ident: str) -> None:
    message = MESSAGES[ident]
    for name, question in message.questions.items():
        assert mentions(ANSWERS[ident], question.words), name
        assert not mentions(ANSWERS[ident], question.wrong), name
        assert not mentions(message.text, question.words), f"{name}: copying the message answers it"
    assert len(message.others) >= 3
    assert len(options_of_message(ident)) == len(message.questions) + len(message.others)


def options_of_message(ident: str) -> tuple[str, ...]:
    return options_of(task_of(MESSAGES[ident]))
