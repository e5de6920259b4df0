"""Who may talk to the server: known hosts only, and no changes from a foreign page."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from bot.errors import KiestoonError
from server.errors import Handler
from server.keys import SETTINGS
from server.settings import Settings

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@web.middleware
async def known_callers_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a foreign Host (a name that was made to point here) and a foreign Origin (another page's script).

    Pages of other origins may read nothing anyway; what they could do is open a socket or send a change.
    """
    settings = request.app[SETTINGS]
    if not _host_is_known(request, settings):
        raise KiestoonError("origin.foreign", "this host name is not known here")
    origin = request.headers.get(hdrs.ORIGIN)
    changing = request.method not in SAFE_METHODS or request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"
    if changing and origin is not None and origin not in {f"{request.scheme}://{request.host}", *settings.origins}:
        raise KiestoonError("origin.foreign", "a foreign page may not do this")
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
        )
    return response


def _host_is_known(request: web.Request, settings: Settings) -> bool:
    host = urlsplit(f"//{request.host}").hostname or ""
    further = {urlsplit(origin).hostname for origin in settings.origins}
    open_to_all = settings.host in ("0.0.0.0", "::")  # noqa: S104
    return open_to_all or host in LOCAL_HOSTS or host == settings.host or host in further
