"""One shape for every error, in the language of whoever reads it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from bot.errors import KiestoonError
from server.texts import error_text, ui_of

LOG = logging.getLogger("kiestoon.server")
STATUS = {
    "call.unknown": 404, "scenario.unknown": 404, "not_found": 404, "log.missing": 404,
    "call.busy": 409, "call.over": 409, "calls.full": 503, "scenario.mismatch": 422, "request.invalid": 422,
    "rubric.missing": 404, "rubric.invalid": 422, "assessment.unknown": 404, "assessment.incomplete": 422,
    "assessment.same": 422, "assessment.customer": 422, "assessment.disputed": 409, "assessment.settled": 409,
    "assessment.full": 409, "call.live": 409, "report.off": 409, "report.closed": 409, "report.incomplete": 422,
    "report.needed": 409, "report.full": 409, "message.sent": 409, "score.report_first": 403,
    "score.self_first": 403, "origin.foreign": 403,
    "disk.low": 507, "disk.full": 507, "disk.unwritable": 507, "model.missing": 503,
    "model.corrupt": 503, "request.too_large": 413, "request.method": 405,
}  # fmt: skip

HTTP_CODES = {404: "not_found", 405: "request.method", 413: "request.too_large"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def error_body(error: KiestoonError, ui: str) -> dict[str, Any]:
    """The JSON of an error."""
    return {"error": {"code": error.code, "message": error_text(error, ui), "details": error.details}}


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure in the one shape; what nobody foresaw is logged without its data."""
    try:
        return await handler(request)
    except KiestoonError as error:
        return _answer(request, error, STATUS.get(error.code, 400))
    except ValidationError as error:
        return _answer(request, _invalid(error), 422)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _answer(
            request, KiestoonError(HTTP_CODES.get(error.status, "request.invalid"), error.reason), error.status
        )
    except Exception as error:
        LOG.exception("unexpected %s while answering %s", type(error).__name__, request.match_info.route.name)
        return _answer(request, KiestoonError("internal", "something went wrong in the server"), 500)


def _answer(request: web.Request, error: KiestoonError, status: int) -> web.Response:
    return web.json_response(error_body(error, ui_of(request)), status=status)


def _invalid(error: ValidationError) -> KiestoonError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return KiestoonError("request.invalid", f"{where}: {first['msg']}", {"where": where, "what": first["msg"]})
