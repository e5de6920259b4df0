"""The REST calls of docs/protocol.md."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime
from importlib.metadata import version
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.audio import wav_bytes
from bot.content.problems import Problem
from bot.customer_voice import voice_of
from bot.errors import KiestoonError
from bot.events import HeadsetChecked, Lang
from evaluators.judge import GROUPS
from server import views
from server.keys import ENGINE, LIVE, SETTINGS, STORE
from server.live import Ticket
from server.recording import recording_response
from server.reporting import report_state
from server.score_hold import check_may_see, held_back, is_assessor
from server.scoring import measures_of
from server.storage import StoredCall
from server.texts import error_text, texts, ui_of
from server.understanding import FALLBACK, NluState

routes = web.RouteTableDef()
MAX_LISTED_PROBLEMS = 50


class HeadsetLevels(BaseModel):
    """What the headset check measured, in dBFS (RMS)."""

    model_config = ConfigDict(extra="forbid")

    noise_floor_dbfs: float = Field(ge=-120, le=0)
    speech_level_dbfs: float = Field(ge=-120, le=0)
    gain_control: bool = False


class NewCall(BaseModel):
    """The body of `POST /api/calls`."""

    model_config = ConfigDict(extra="forbid")

    scenario: str = Field(max_length=130)
    mode: Literal["practice", "assessment"] = "practice"
    agent_name: str = Field(default="", max_length=60)
    seed: int | None = Field(default=None, ge=0, le=2**31)
    headset: HeadsetLevels | None = None


@routes.get("/api/status")
async def status(request: web.Request) -> web.Response:
    """Which voices and recogniser are in use, and what is wrong."""
    engine, ui = request.app[ENGINE], ui_of(request)
    library = engine.library
    langs = sorted({script.lang for script in library.scripts.values()}, key=lambda lang: (lang != "nl", lang))
    voices = [_voice_row(request, lang) for lang in langs]
    recogniser, warnings = _recogniser_row(request, ui)
    simple = [f"{row['engine']} {row['name']}" for row in voices if row["fallback"]]
    if simple:
        warnings.append(_warning("voice.fallback", ui, name=", ".join(simple)))
    nlu = await asyncio.to_thread(engine.nlu_state)
    if nlu.fallback:
        warnings.append(_warning(FALLBACK, ui, langs=", ".join(nlu.fallback)))
    problems = [*library.problems, *engine.rubrics()[1]]
    if problems:
        warnings.append(_warning("content.errors", ui, count=len(problems)))
    return web.json_response(
        {
            "version": version("kiestoon"), "voices": voices, "recogniser": recogniser,
            "nlu": _nlu_row(nlu), "warnings": warnings,
            "content_errors": [_problem_row(problem, ui) for problem in problems[:MAX_LISTED_PROBLEMS]],
        }
    )  # fmt: skip


def _voice_row(request: web.Request, lang: Lang) -> dict[str, Any]:
    engine = request.app[ENGINE]
    persona = next((persona for persona in engine.library.personas.values() if persona.lang == lang), None)
    if persona is None:
        return {"lang": lang, "engine": "", "name": "", "fallback": True}
    spoken = engine.spoken_by(persona)
    return {"lang": lang, "engine": spoken.engine, "name": spoken.name, "fallback": spoken.fallback}


def _nlu_row(nlu: NluState) -> dict[str, Any]:
    return {"backend": nlu.backend, "name": ", ".join(nlu.names) or nlu.backend, "fallback": bool(nlu.fallback)}


def _recogniser_row(request: web.Request, ui: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    try:
        found = request.app[ENGINE].recogniser("nl")
    except KiestoonError:
        return {"name": "", "fallback": True}, [_warning("recogniser.missing", ui)]
    warnings = [_warning("recogniser.fallback", ui, name=found.title)] if found.fallback else []
    return {"name": found.title, "fallback": found.fallback}, warnings


def _warning(code: str, ui: str, **values: object) -> dict[str, Any]:
    template = str(texts(ui).get("warnings", {}).get(code, code))
    return {"code": code, "message": template.format(**values)} | values


def _problem_row(problem: Problem, ui: str) -> dict[str, Any]:
    message = problem.message("nl" if ui == "nl" else "en")
    return {"file": problem.file, "line": problem.line, "column": problem.column, "message": message}


@routes.get("/api/scenarios")
async def scenarios(request: web.Request) -> web.Response:
    """All playable pairs."""
    library = request.app[ENGINE].library
    done = await asyncio.to_thread(_results, request)
    cards = [views.card(library.scenario(ident), *done.get(ident, (0, None))) for ident in library.scenario_ids()]
    return web.json_response(cards)


@routes.get("/api/scenarios/{id}")
async def scenario(request: web.Request) -> web.Response:
    """The briefing of one."""
    engine = request.app[ENGINE]
    found = engine.library.scenario(request.match_info["id"])
    done = await asyncio.to_thread(_results, request)
    names = engine.rubric().criteria_for(found.script.kind, found.script.level)
    criteria = [(name, GROUPS[name]) for name in names]
    shown = views.briefing(found, engine.messages(ui_of(request)), criteria, *done.get(found.id, (0, None)))
    return web.json_response(shown)


def _results(request: web.Request) -> dict[str, tuple[int, int | None]]:
    """Calls and best points by scenario; a call counts for the best once its trainee may see the score."""
    results: dict[str, tuple[int, int | None]] = {}
    for call in _stored(request):
        key = f"{call.log.start.script}~{call.log.start.persona}"
        count, best = results.get(key, (0, None))
        shown = None if held_back(request.app[ENGINE], call) else call.points
        points = [value for value in (best, shown) if value is not None]
        results[key] = (count + 1, max(points) if points else None)
    return results


def _stored(request: web.Request) -> list[StoredCall]:
    store = request.app[STORE]
    calls = []
    for ident in store.ids():
        try:
            calls.append(store.read(ident))
        except KiestoonError:
            continue
    return calls


@routes.post("/api/calls")
async def new_call(request: web.Request) -> web.Response:
    """Agree on a call; it begins when its socket opens."""
    wanted = NewCall.model_validate_json(await request.read())
    engine, store, live = request.app[ENGINE], request.app[STORE], request.app[LIVE]
    found = engine.library.scenario(wanted.scenario)
    engine.recogniser(found.script.lang)
    await asyncio.to_thread(engine.acts, found.script.lang)
    await asyncio.to_thread(engine.lexicon, found.script.lang)
    await asyncio.to_thread(engine.turn_ends, found.script.lang)
    store.check_space(request.app[SETTINGS].min_free_mb)
    call_id = store.new_id(datetime.now().astimezone())
    levels = wanted.headset
    live.reserve(
        Ticket(
            call_id=call_id, scenario=found, mode=wanted.mode, agent_name=wanted.agent_name.strip(),
            seed=secrets.randbelow(2**31) if wanted.seed is None else wanted.seed,
            headset=HeadsetChecked(at_ms=0, **levels.model_dump()) if levels else None,
            created=asyncio.get_running_loop().time(), ui=ui_of(request),
        )
    )  # fmt: skip
    return web.json_response({"id": call_id, "socket": f"/api/calls/{call_id}/socket"}, status=201)


@routes.get("/api/calls")
async def calls(request: web.Request) -> web.Response:
    """Earlier calls, newest first; a damaged one does not hide the others."""
    stored = await asyncio.to_thread(_stored, request)
    return web.json_response([_row(request, call) for call in stored])


def _row(request: web.Request, call: StoredCall) -> dict[str, Any]:
    engine, start = request.app[ENGINE], call.log.start
    library = engine.library
    persona = library.personas.get(start.persona)
    script = (library.messages if start.message else library.scripts).get(start.script)
    held = not is_assessor(request) and held_back(engine, call) is not None
    return views.call_row(
        call, script.title if script else start.script or start.company_name or start.kind,
        persona.name if persona else start.persona or start.customer_name,
        report=report_state(engine, call), held=held, live=call.id in request.app[LIVE], ui=ui_of(request),
    )  # fmt: skip


@routes.get("/api/calls/{id}")
async def call_detail(request: web.Request) -> web.Response:
    """One call in full."""
    call = await asyncio.to_thread(request.app[STORE].read, request.match_info["id"])
    return web.json_response(views.call_detail(call, _row(request, call), ui_of(request)))


@routes.get("/api/calls/{id}/measures")
async def call_measures(request: web.Request) -> web.Response:
    """What was measured in a call: voice, timing and language."""
    call_id = request.match_info["id"]
    if call_id in request.app[LIVE]:
        raise KiestoonError("call.live", "this call is going on")
    check_may_see(request, await asyncio.to_thread(request.app[STORE].read, call_id))
    made = await asyncio.to_thread(measures_of, request.app[ENGINE], request.app[STORE], call_id, ui_of(request))
    return web.json_response(made.model_dump())


@routes.get("/api/calls/{id}/audio.wav")
async def call_audio(request: web.Request) -> web.StreamResponse:
    """The recording as a stereo WAV; byte ranges are served."""
    return await recording_response(request, request.app[STORE].folder(request.match_info["id"]) / "audio.pcm")


@routes.delete("/api/calls/{id}")
async def delete_call(request: web.Request) -> web.Response:
    """Move a call to the trash."""
    if request.match_info["id"] in request.app[LIVE]:
        raise KiestoonError("call.busy", "this call is going on")
    await asyncio.to_thread(request.app[STORE].delete, request.match_info["id"])
    return web.Response(status=204)


@routes.post("/api/calls/{id}/restore")
async def restore_call(request: web.Request) -> web.Response:
    """Take a call out of the trash."""
    await asyncio.to_thread(request.app[STORE].restore, request.match_info["id"])
    return web.Response(status=204)


@routes.get("/api/voice-sample")
async def voice_sample(request: web.Request) -> web.Response:
    """The customer's voice with a test sentence, for the headset check."""
    engine = request.app[ENGINE]
    found = engine.library.scenario(request.query.get("scenario", ""))
    line = found.lines["hello"][0]
    samples = await engine.synthesizer.render(line, voice_of(found.persona, found.persona.mood))
    return web.Response(body=wav_bytes(samples), content_type="audio/wav")


@routes.route("*", "/api/{rest:.*}")
async def nothing_here(request: web.Request) -> web.Response:
    """Any other path under /api."""
    error = KiestoonError("not_found", "there is nothing here")
    body = {"error": {"code": error.code, "message": error_text(error, ui_of(request)), "details": {}}}
    return web.json_response(body, status=404)
