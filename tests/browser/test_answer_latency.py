"""How long the trainee waits in the browser: from the true end of the speech to the first sample that sounds.

The figures are recorded with the result of the test. What may be added to the delay of the server is asserted loosely:
a browser and a server that share two busy cores are measured here, not the page alone.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.event_log import read_log
from bot.events import AgentTurn, CustomerSpoke
from bot.speech.speaking import TAIL_MS
from tests.browser.conftest import Launch, dutch_context
from tests.browser.test_english_call import open_call
from tests.browser.trainee import MICROPHONE, Voice, say, wait_for_customer
from tests.line import Line

pytestmark = [pytest.mark.browser, pytest.mark.models]

PADDED_MS = 100
ADDED_AT_MOST_MS = 300
SENTENCES = (
    "Good morning, The Harbour Hotel, this is Emma speaking, how can I help you?",
    "On what date would you like to arrive?",
    "And what is important to you in a room?",
    "May I have your name please?",
)


def test_the_first_sample_sounds_soon_after_it_leaves_the_server(
    line: Line, launch: Launch, models: Path, record_property: Callable[[str, object], None]
) -> None:
    voice = Voice(models)
    spoken = [voice.render(text) for text in SENTENCES]
    context = dutch_context(launch())
    context.add_init_script(MICROPHONE)
    page = context.new_page()
    open_call(page, line)
    ended = []
    for samples in spoken:
        say(page, samples)
        ended.append(page.evaluate("performance.now()") - PADDED_MS - TAIL_MS)
        wait_for_customer(page)
    stats = page.evaluate("window.kiestoonStats")
    sounded = sorted(stats["firstSampleAt"].values())
    page.get_by_test_id("hang-up").click()

    waited = [min(at for at in sounded if at > end) - end for end in ended]
    events = read_log(line.call_folders()[-1] / "events.jsonl").events
    ends = [event.end_ms for event in events if isinstance(event, AgentTurn)]
    starts = [event.start_ms for event in events if isinstance(event, CustomerSpoke)]
    server = [min((at for at in starts if at > end), default=end) - end for end in ends[: len(waited)]]
    added = statistics.median(waited) - statistics.median(server)
    record_property("browser_ms", [round(wait) for wait in waited])
    record_property("server_ms", server)
    record_property("added_ms", round(added))
    record_property("underruns", stats["underruns"])
    assert len(ends) >= len(SENTENCES) - 1
    assert added <= ADDED_AT_MOST_MS
