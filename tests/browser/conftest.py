"""A real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

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
