"""The REST calls about written exercises (docs/protocol.md)."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from server.keys import ENGINE, STORE
from server.messaging import Answer, begin, save, shown
from server.texts import ui_of

routes = web.RouteTableDef()


class NewAttempt(BaseModel):
    """The body of `POST /api/messages/{id}`."""

    model_config = ConfigDict(extra="forbid")

    agent_name: str = Field(default="", max_length=60)
    mode: Literal["practice", "assessment"] = "practice"


@routes.get("/api/messages")
async def messages(request: web.Request) -> web.Response:
    """All written exercises."""
    library = request.app[ENGINE].library
    rows = [
        {
            "id": one.id, "title": one.title, "medium": one.medium, "kind": one.kind, "level": one.level,
            "lang": one.lang, "minutes": one.minutes, "company_name": library.companies[one.company].name,
            "objectives": list(one.objectives), "questions": len(one.questions),
        }
        for one in sorted(library.messages.values(), key=lambda one: (one.lang != "nl", one.level, one.title))
    ]  # fmt: skip
    return web.json_response(rows)


@routes.post("/api/messages/{id}")
async def begin_message(request: web.Request) -> web.Response:
    """Begin one; answers with the id of the attempt, which is listed among the calls."""
    wanted = NewAttempt.model_validate_json(await request.read() or b"{}")
    engine, store, ident = request.app[ENGINE], request.app[STORE], request.match_info["id"]
    call_id = await asyncio.to_thread(begin, engine, store, ident, wanted.agent_name.strip(), wanted.mode)
    return web.json_response({"id": call_id}, status=201)


@routes.get("/api/calls/{id}/message")
async def message(request: web.Request) -> web.Response:
    """The exercise, and what is written so far."""
    return web.json_response(await asyncio.to_thread(_shown, request))


@routes.put("/api/calls/{id}/message")
async def write_message(request: web.Request) -> web.Response:
    """Keep what is written, or send it."""
    answer = Answer.model_validate_json(await request.read())
    engine, store = request.app[ENGINE], request.app[STORE]
    await asyncio.to_thread(save, engine, store, request.match_info["id"], answer, ui_of(request))
    return web.json_response(await asyncio.to_thread(_shown, request))


def _shown(request: web.Request) -> dict[str, Any]:
    return shown(request.app[ENGINE], request.app[STORE].read(request.match_info["id"]).log)
