"""The recording of a call as a WAV, served in ranges without copying it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import hdrs, web

from bot.audio import WAV_HEADER_BYTES, wav_header
from bot.errors import KiestoonError

CHUNK = 256 * 1024


async def recording_response(request: web.Request, pcm: Path) -> web.StreamResponse:
    """Header and samples as one WAV; answers `Range`. Raises KiestoonError ``call.unknown`` without a recording."""
    try:
        data_bytes = pcm.stat().st_size // 4 * 4
    except FileNotFoundError as error:
        raise KiestoonError("call.unknown", "this call has no recording") from error
    header = wav_header(data_bytes, channels=2)
    total = WAV_HEADER_BYTES + data_bytes
    start, stop, status = _range(request, total)
    headers = {hdrs.ACCEPT_RANGES: "bytes", hdrs.CONTENT_LENGTH: str(stop - start), hdrs.CACHE_CONTROL: "no-store"}
    if status == 206:
        headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{total}"
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type = "audio/wav"
    await response.prepare(request)
    if start < WAV_HEADER_BYTES:
        await response.write(header[start : min(stop, WAV_HEADER_BYTES)])
    with pcm.open("rb") as file:
        file.seek(max(0, start - WAV_HEADER_BYTES))
        left = stop - max(start, WAV_HEADER_BYTES)
        while left > 0 and (block := await asyncio.to_thread(file.read, min(CHUNK, left))):
            await response.write(block)
            left -= len(block)
    await response.write_eof()
    return response


def _range(request: web.Request, total: int) -> tuple[int, int, int]:
    try:
        asked = request.http_range
    except ValueError as error:
        raise web.HTTPRequestRangeNotSatisfiable from error
    if asked.start is None and asked.stop is None:
        return 0, total, 200
    start, stop, _ = asked.indices(total)
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable
    return start, stop, 206
