"""The REST calls about the work on screen: the company's files during a call, and the report after it."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.errors import KiestoonError
from evaluators.after_call import desk_work
from server import desk_views
from server.keys import ENGINE, LIVE, STORE
from server.reporting import Draft, report_state, save
from server.texts import ui_of

routes = web.RouteTableDef()


@routes.get("/api/calls/{id}/desk")
async def desk(request: web.Request) -> web.Response:
    """What may be looked up, from the moment that the call exists."""
    engine, store, call_id = request.app[ENGINE], request.app[STORE], request.match_info["id"]

    def shown() -> dict[str, Any]:
        log = store.read(call_id).log
        company = engine.library.companies.get(log.start.company)
        if company is None:
            raise KiestoonError("not_found", "the files of this company are not here any more")
        return desk_views.desk(company, log.start.desk, desk_work(log.events))

    return web.json_response(await asyncio.to_thread(shown))


@routes.get("/api/calls/{id}/report")
async def report(request: web.Request) -> web.Response:
    """The report of a call as far as it is written."""
    return web.json_response(await asyncio.to_thread(_shown, request))


@routes.put("/api/calls/{id}/report")
async def write_report(request: web.Request) -> web.Response:
    """Keep the report, hand it in, or go on without."""
    draft = Draft.model_validate_json(await request.read())
    engine, store, call_id = request.app[ENGINE], request.app[STORE], _over(request)
    await asyncio.to_thread(save, engine, store, call_id, draft, ui_of(request))
    return web.json_response(await asyncio.to_thread(_shown, request))


def _over(request: web.Request) -> str:
    call_id = request.match_info["id"]
    if call_id in request.app[LIVE]:
        raise KiestoonError("call.live", "this call is going on")
    return call_id


def _shown(request: web.Request) -> dict[str, Any]:
    engine, call = request.app[ENGINE], request.app[STORE].read(_over(request))
    return desk_views.report(call, report_state(engine, call), engine.messages(ui_of(request)))
