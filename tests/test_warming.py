from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.content.library import load_library
from bot.content.models import Scenario
from bot.content.pools import all_lines
from bot.dialogue.customer import begin
from bot.errors import KiestoonError
from bot.warming import MOST_LINES, Warmer, likely_lines

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def complaint() -> Scenario:
    return load_library(ROOT).scenario("dubbele-factuur~boze-klager")


class Voice:
    def __init__(self) -> None:
        self.made: list[str] = []

    async def ahead(self, text: str, mood) -> None:
        await asyncio.sleep(0)
        self.made.append(text)


def test_the_opening_comes_first_and_every_line_once_it_is_its_turn(complaint: Scenario) -> None:
    lines = list(likely_lines(complaint, begin(complaint, 3)))
    assert set(complaint.lines["opening"]) & set(lines[:8])
    assert set(lines) >= set(all_lines(complaint))


async def test_lines_are_made_once_and_progress_is_told(complaint: Scenario) -> None:
    voice, told = Voice(), []
    warmer = Warmer(complaint, voice, lambda: begin(complaint, 3), lambda ready, total: told.append((ready, total)))
    task = asyncio.create_task(warmer.run(lambda mood: "one voice"))
    wanted = min(MOST_LINES, len(all_lines(complaint)))
    while len(voice.made) < wanted and not task.done():
        await asyncio.sleep(0)
    task.cancel()
    assert len(voice.made) == len(set(voice.made)) == wanted
    assert [ready for ready, _ in told] == list(range(1, len(told) + 1))
    assert told[-1][1] == len(all_lines(complaint))


async def test_a_voice_that_fails_ends_it(complaint: Scenario) -> None:
    class Broken(Voice):
        async def ahead(self, text: str, mood) -> None:
            raise KiestoonError("voice.failed", "no voice")

    warmer = Warmer(complaint, Broken(), lambda: begin(complaint, 3), lambda ready, total: None)
    await asyncio.wait_for(warmer.run(lambda mood: "one voice"), 5)
