"""Fixtures of the NLU tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.recogniser import SpacyRecogniser
from tests.nlu.small import small_recogniser, write_corpus


@pytest.fixture(scope="session")
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small content root; read only."""
    return write_corpus(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="session")
def small(small_root: Path) -> SpacyRecogniser:
    """The small recogniser."""
    return small_recogniser(small_root)
