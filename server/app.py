"""The application: middlewares, routes, the built web pages, and what has to be opened and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from server import api, assessment_api, desk_api, messages_api
from server.engine import Engine
from server.errors import errors_as_json
from server.guards import known_callers_only
from server.keys import ENGINE, LIVE, SETTINGS, STORE
from server.live import LiveCalls
from server.settings import Settings
from server.sockets import call_socket
from server.storage import CallStore

WEB = Path(__file__).parent / "web" / "dist"
MAX_BODY_BYTES = 64 * 1024


def create_app(settings: Settings, engine: Engine | None = None) -> web.Application:
    """The server for these settings. Raises KiestoonError ``disk.unwritable`` where calls cannot be stored."""
    app = web.Application(middlewares=[errors_as_json, known_callers_only], client_max_size=MAX_BODY_BYTES)
    app[SETTINGS] = settings
    app[ENGINE] = engine or Engine(settings)
    app[STORE] = CallStore(settings.calls_dir)
    app[LIVE] = LiveCalls(app[ENGINE], app[STORE])
    app.router.add_get("/api/calls/{id}/socket", call_socket)
    app.add_routes(assessment_api.routes)
    app.add_routes(desk_api.routes)
    app.add_routes(messages_api.routes)
    app.add_routes(api.routes)
    if WEB.is_dir():
        app.router.add_static("/assets", WEB / "assets")
        app.router.add_get("/{path:.*}", _page)
    app.cleanup_ctx.append(_lifetime)
    return app


async def _page(request: web.Request) -> web.StreamResponse:
    """A file of the web application, or the application itself for its own addresses."""
    asked = (WEB / request.match_info["path"]).resolve()
    inside = asked.is_relative_to(WEB.resolve()) and asked.is_file()
    return web.FileResponse(asked if inside else WEB / "index.html", headers={"Cache-Control": "no-cache"})


async def _lifetime(app: web.Application) -> AsyncIterator[None]:
    app[STORE].empty_trash()
    yield
    await app[LIVE].close()
    await app[ENGINE].close()
