"""The real server with scripted ears and voice, in a thread of its own, for a real browser; no model is loaded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from server.app import create_app
from tests.server.conftest import ScriptedEngine

STARTS_WITHIN_S = 30


@contextmanager
def scripted_line(engine: ScriptedEngine) -> Iterator[str]:
    """Its address while it runs."""
    loop = asyncio.new_event_loop()
    listens = threading.Event()
    address: list[str] = []

    async def start() -> web.AppRunner:
        runner = web.AppRunner(create_app(engine.settings, engine), shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        address.append(f"http://{host}:{port}")
        listens.set()
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert listens.wait(STARTS_WITHIN_S), "the scripted line did not start"
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STARTS_WITHIN_S)
