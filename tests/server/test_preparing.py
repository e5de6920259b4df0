"""What the installation makes, so that the first start need not."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.engine import Engine
from server.preparing import prepare
from server.settings import load_settings


@pytest.mark.models
def test_a_start_after_it_learns_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(load_settings().models_dir.resolve())
    settings = load_settings(data_dir=tmp_path)
    prepare(Engine(settings), ["en"])
    made = {path: path.stat().st_mtime_ns for path in settings.cache_dir.rglob("*") if path.is_file()}
    assert {path.relative_to(settings.cache_dir).parts[0] for path in made} >= {"judging", "nlu", "turn_ends"}
    prepare(Engine(settings), ["en"])
    assert {path: path.stat().st_mtime_ns for path in settings.cache_dir.rglob("*") if path.is_file()} == made
