"""A real server in its own process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRAINED = ROOT / "var" / "cache"
"""What is trained or rendered once is kept under a hash of what it was made from, so that tests may share it."""
LISTENS = re.compile(r"(http://127\.0\.0\.1:\d+)/")


@dataclass
class Line:
    """A running practice line: its address, its data, its process."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def call_folders(self) -> list[Path]:
        return sorted(path for path in (self.data / "calls").iterdir() if path.name != "trash")


@contextmanager
def serving(data: Path, models: Path, **settings: str) -> Iterator[Line]:
    """Start `kiestoon serve` on a free port; it shares the installed models but nothing else."""
    data.mkdir(parents=True, exist_ok=True)
    TRAINED.mkdir(parents=True, exist_ok=True)
    for name, shared in (("models", models), ("cache", TRAINED)):
        if not (data / name).exists():
            (data / name).symlink_to(shared)
    environment = os.environ | {
        "KIESTOON_DATA_DIR": str(data), "KIESTOON_PORT": "0", "KIESTOON_OFFLINE": "true", "PYTHONUNBUFFERED": "1",
        "COLUMNS": "200", "KIESTOON_MIN_FREE_MB": "10",
    } | {f"KIESTOON_{name.upper()}": value for name, value in settings.items()}  # fmt: skip
    log = (data / "server.log").open("a")
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "serve"], stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
        env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = next((found[1] for text in process.stdout if (found := LISTENS.search(text))), None)
        assert url, (data / "server.log").read_text()
        yield Line(url, data, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()
