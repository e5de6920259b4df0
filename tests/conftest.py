"""What tests of several packages share."""

from __future__ import annotations

import os

import pytest

from tests.human_dutch import GAME, Clip, read_clips


@pytest.fixture(scope="session")
def human_dutch() -> list[Clip]:
    """Recordings of people who speak Dutch, each with its text. Only where there is no apt may a machine do without."""
    clips = read_clips()
    if not clips and os.environ.get("CI"):
        pytest.fail("no human Dutch speech in var/test-audio: make test unpacks it")
    if not clips:
        pytest.skip(f"no human Dutch speech at {GAME}: make test unpacks it where there is apt")
    return clips
