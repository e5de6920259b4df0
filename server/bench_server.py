"""The server of a benchmark, in a process of its own, so that its memory and its lag are its own.

``python -m server.bench_server STARTED DATA_DIR MAX_CALLS LANG…`` prints one JSON line when a call can be made (`port`,
`ready_s`), then one for each line on its standard input: `rss_mb` and `cpu_s` so far. Where that ends, it stops and
prints the lag of its event loop (`lag_ms`).
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from aiohttp import web

from bot.events import Lang
from server.app import create_app
from server.engine import Engine
from server.settings import Settings, load_settings

_TICK_S = 0.02


async def serve(settings: Settings, langs: list[Lang], started: float) -> None:
    """Serve as described."""
    engine = Engine(settings)
    await asyncio.to_thread(engine.models.install_packaged)
    runner = web.AppRunner(create_app(settings, engine))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for lang in langs:
        await engine.warm(lang)
    _tell({"port": runner.addresses[0][1], "ready_s": time.time() - started})
    lag_ms: list[float] = []
    watcher = asyncio.create_task(_watch(lag_ms))
    while await asyncio.to_thread(sys.stdin.readline):
        _tell({"rss_mb": _rss_mb(), "cpu_s": time.process_time()})
    watcher.cancel()
    await runner.cleanup()
    _tell({"lag_ms": [round(lag, 2) for lag in lag_ms]})


async def _watch(lag_ms: list[float]) -> None:
    while True:
        due = time.monotonic() + _TICK_S
        await asyncio.sleep(_TICK_S)
        lag_ms.append((time.monotonic() - due) * 1000)


def _rss_mb() -> float:
    """Memory held now; where the system does not tell, the most that was ever held."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1024**2
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tell(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    """Run as the module's docstring says; the first argument is when the process was started (seconds, wall clock)."""
    started, data_dir, max_calls, *langs = arguments
    settings = load_settings(data_dir=Path(data_dir), max_calls=int(max_calls), resume_seconds=1.0)
    asyncio.run(serve(settings, langs, float(started)))  # type: ignore[arg-type]


if __name__ == "__main__":
    main(sys.argv[1:])
