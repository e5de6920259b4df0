"""A hint under the telephone in practice, which can be hidden and stays so, and none in a test. Ears are scripted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.settings import load_settings
from tests import ROOT
from tests.browser.conftest import Launch, dutch_context
from tests.browser.scripted import scripted_line
from tests.server.conftest import SCENARIO, ScriptedEngine

pytestmark = pytest.mark.browser

HEARD_MS = 40_000
"""The call runs at the pace of people: the scripted trainee has greeted and was answered long before this."""


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[str]:
    settings = load_settings(content=ROOT, data_dir=tmp_path, min_free_mb=1)
    engine = ScriptedEngine(settings)
    engine.lexicon("nl")
    with scripted_line(engine) as url:
        yield url


def in_call(launch: Launch, url: str, mode: str) -> Page:
    page = dutch_context(launch()).new_page()
    page.goto(f"{url}/#/scenario/{SCENARIO}")
    page.get_by_test_id("agent-name").fill("Sofie")
    page.get_by_test_id(f"mode-{mode}").check()
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("answer").click()
    expect(page.get_by_test_id("call-state")).to_have_attribute("data-state", "connected")
    return page


def test_a_hint_goes_once_it_was_followed_and_the_next_follows_the_customer(scripted: str, launch: Launch) -> None:
    page = in_call(launch, scripted, "practice")
    hint = page.get_by_test_id("hint")
    expect(hint).to_contain_text("Begroet de klant")
    expect(hint).not_to_contain_text("Begroet de klant", timeout=HEARD_MS)
    expect(hint).to_contain_text("Tip:", timeout=HEARD_MS)

    shown = hint.text_content()
    page.get_by_test_id("hint-toggle").click()
    expect(hint).to_be_empty()
    page.get_by_test_id("hint-toggle").click()
    expect(hint).to_have_text(shown or "")


def test_hints_that_were_hidden_stay_hidden_in_the_next_call(scripted: str, launch: Launch) -> None:
    page = in_call(launch, scripted, "practice")
    expect(page.get_by_test_id("hint")).to_contain_text("Begroet de klant")
    page.get_by_test_id("hint-toggle").click()
    again = page.context.new_page()
    page.close()
    again.goto(f"{scripted}/#/scenario/{SCENARIO}")
    again.get_by_test_id("start-call").click()
    again.get_by_test_id("answer").click()
    expect(again.get_by_test_id("hint-toggle")).to_have_attribute("aria-pressed", "false")
    expect(again.get_by_test_id("hint")).to_be_empty()


def test_a_test_gives_no_hints(scripted: str, launch: Launch) -> None:
    page = in_call(launch, scripted, "assessment")
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="true"]', state="attached", timeout=HEARD_MS)
    expect(page.get_by_test_id("hint")).to_have_count(0)
    expect(page.get_by_test_id("hint-toggle")).to_have_count(0)
