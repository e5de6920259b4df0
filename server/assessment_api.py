"""The REST calls about scorecards and what people say about them (docs/protocol.md)."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.errors import KiestoonError
from evaluators.assessment import Judged
from server import assessment_views
from server.assessing import WISH, add
from server.assessment_log import read_assessment
from server.keys import ENGINE, LIVE, STORE
from server.score_hold import check_may_see
from server.scoring import form_of, level_of, rescore, standing
from server.texts import ui_of

routes = web.RouteTableDef()


class Again(BaseModel):
    """The body of `POST /api/calls/{id}/scorecard`."""

    model_config = ConfigDict(extra="forbid")

    form: str = Field(default="", pattern=r"^[a-z0-9_-]{0,40}$")


def _call(request: web.Request) -> str:
    """The id of a call that is over. Raises KiestoonError ``call.live``."""
    call_id = request.match_info["id"]
    if call_id in request.app[LIVE]:
        raise KiestoonError("call.live", "this call is going on")
    return call_id


async def _scorecard(request: web.Request) -> web.Response:
    engine, store, ui, call_id = request.app[ENGINE], request.app[STORE], ui_of(request), _call(request)

    check_may_see(request, await asyncio.to_thread(store.read, call_id))

    def shown() -> dict[str, Any]:
        start = store.read(call_id).log.start
        return assessment_views.scorecard(standing(engine, store, call_id, ui), start, engine.messages(ui), ui)

    return web.json_response(await asyncio.to_thread(shown))


@routes.get("/api/forms")
async def forms(request: web.Request) -> web.Response:
    """The forms that a call can be judged by."""
    engine, ui = request.app[ENGINE], ui_of(request)
    default = engine.rubric().id
    heads = [assessment_views.form_head(rubric, ui) for rubric in engine.rubrics()[0].values()]
    return web.json_response([head | {"default": head["id"] == default} for head in heads])


@routes.get("/api/calls/{id}/scorecard")
async def call_scorecard(request: web.Request) -> web.Response:
    """The scorecard that stands; a call that was not judged yet is judged now."""
    return await _scorecard(request)


@routes.post("/api/calls/{id}/scorecard")
async def judge_again(request: web.Request) -> web.Response:
    """Judge a call again, and keep that beside the older scorecards."""
    wanted = Again.model_validate_json(await request.read() or b"{}")
    engine, store = request.app[ENGINE], request.app[STORE]
    check_may_see(request, await asyncio.to_thread(store.read, _call(request)))
    await asyncio.to_thread(rescore, engine, store, _call(request), ui_of(request), wanted.form or None)
    return await _scorecard(request)


@routes.get(r"/api/calls/{id}/scorecards/{entry:\d{1,6}}")
async def old_scorecard(request: web.Request) -> web.Response:
    """A scorecard of the evaluators as it was kept."""
    store, call_id, number = request.app[STORE], _call(request), int(request.match_info["entry"])
    check_may_see(request, await asyncio.to_thread(store.read, call_id))
    entries = (await asyncio.to_thread(read_assessment, store.folder(call_id))).entries
    entry = entries[number] if number < len(entries) else None
    if not isinstance(entry, Judged):
        raise KiestoonError("not_found", "there is no scorecard of this number")
    return web.json_response(assessment_views.plain_scorecard(entry.card, request.app[ENGINE].messages(ui_of(request))))


@routes.get("/api/calls/{id}/assessment")
async def blank_form(request: web.Request) -> web.Response:
    """The form for a call, for who still has to judge it: no verdicts and nobody's marks."""
    engine, store, ui, call_id = request.app[ENGINE], request.app[STORE], ui_of(request), _call(request)

    def shown() -> dict[str, Any]:
        log = store.read(call_id).log
        assessment = read_assessment(store.folder(call_id))
        rubric = assessment.judged.rubric if assessment.judged else form_of(engine, assessment)
        return assessment_views.blank_form(rubric, ui, log.start, level_of(engine, log), assessment)

    return web.json_response(await asyncio.to_thread(shown))


@routes.post("/api/calls/{id}/assessment")
async def say(request: web.Request) -> web.Response:
    """Add an entry: an override, a correction, a dispute, its settlement, a form, or what undoes one of them."""
    wish = WISH.validate_json(await request.read())
    engine, store, ui, call_id = request.app[ENGINE], request.app[STORE], ui_of(request), _call(request)
    number = await asyncio.to_thread(add, engine, store, call_id, wish, ui)
    return web.json_response({"entry": number}, status=201)
