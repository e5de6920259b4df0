"""A call with its work on screen: files looked up, fields filled in, the report and its verdicts. Ears are scripted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bot.event_log import read_log
from bot.events import FieldRegistered, PageOpened, ReportFiled, ReportSaved
from evaluators.lexicon import Lexicon, lexicon_from
from server.settings import load_settings
from tests import ROOT
from tests.browser.conftest import Launch, dutch_context
from tests.browser.scripted import scripted_line
from tests.server.conftest import SCENARIO, ScriptedEngine

pytestmark = pytest.mark.browser

HEARD_MS = 40_000
SUMMARY = (
    "De klant heeft de factuur van september dubbel betaald. Wij storten het bedrag terug en schrappen de aanmaning."
)


class WordlessEngine(ScriptedEngine):
    """The work on screen is judged without the word lists, which take seconds to learn."""

    def lexicon(self, lang: Any) -> Lexicon:
        return lexicon_from(lang, {})


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[str]:
    with scripted_line(WordlessEngine(load_settings(content=ROOT, data_dir=tmp_path, min_free_mb=1))) as url:
        yield url


def call_log(tmp_path: Path) -> Path:
    [folder] = [path for path in (tmp_path / "calls").iterdir() if path.name != "trash"]
    return folder / "events.jsonl"


def work_beside_the_call(launch: Launch, url: str) -> Page:
    """Greet, open the caller's file while he talks, fill in his number, hang up."""
    page = dutch_context(launch()).new_page()
    page.goto(f"{url}/#/scenario/{SCENARIO}")
    page.get_by_test_id("agent-name").fill("Sofie")
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("answer").click()
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="true"]', state="attached", timeout=HEARD_MS)
    page.get_by_test_id("customer-search").fill("204871")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("record")).to_contain_text("Molenstraat 14")
    page.get_by_test_id("panel-procedures").click()
    page.get_by_test_id("field-klantnummer").fill("204871")
    page.get_by_test_id("notes").fill("dubbel betaald, 54 euro")
    page.get_by_test_id("notes").blur()
    page.get_by_test_id("hang-up").click()
    page.get_by_test_id("to-score").click()
    expect(page.get_by_test_id("report")).to_be_visible()
    return page


def write(page: Page) -> None:
    page.get_by_test_id("disposition-call_back").check()
    page.get_by_test_id("follow-up-none").check()
    page.get_by_test_id("summary").fill(SUMMARY)


def test_what_is_looked_up_registered_and_reported_is_judged(scripted: str, launch: Launch, tmp_path: Path) -> None:
    page = work_beside_the_call(launch, scripted)
    assert page.request.get(scripted + scorecard_path(page)).status == 403, "the score waits"
    expect(page.get_by_test_id("report-field-klantnummer")).to_have_value("204871")
    page.get_by_test_id("report-file").click()
    expect(page.get_by_test_id("disposition-resolved")).to_be_focused()
    write(page)
    expect(page.get_by_test_id("report-status")).to_have_attribute("data-saved", "true")
    page.reload()
    expect(page.get_by_test_id("summary")).to_have_value(SUMMARY)
    page.get_by_test_id("summary").press("Control+Enter")

    expect(page.get_by_test_id("self-gate")).to_be_visible(timeout=HEARD_MS)
    assert page.request.get(scripted + scorecard_path(page)).status == 403, "the score waits for the own judgement"
    page.get_by_test_id("self-skip").click()
    expect(page.get_by_test_id("scorecard")).to_be_visible(timeout=HEARD_MS)
    expect(page.get_by_test_id("criterion-lookup")).to_have_attribute("data-verdict", "met")
    expect(page.get_by_test_id("criterion-registration")).to_have_attribute("data-verdict", "met")
    expect(page.get_by_test_id("criterion-call_report")).to_have_attribute("data-verdict", "partly")
    page.get_by_test_id("report-card").locator("summary").click()
    expect(page.get_by_test_id("report-card")).to_contain_text("Terugbellen")

    events = read_log(call_log(tmp_path)).events
    assert [event.page for event in events if isinstance(event, PageOpened)] == ["customer:de-smet", "procedures"]
    assert FieldRegistered in {type(event) for event in events}
    assert isinstance(events[-1], ReportFiled)


def scorecard_path(page: Page) -> str:
    return f"/api/calls/{page.url.rpartition('/')[2]}/scorecard"


def test_a_report_outlives_a_broken_connection_and_a_closed_window(
    scripted: str, launch: Launch, tmp_path: Path
) -> None:
    page = work_beside_the_call(launch, scripted)
    expect(page.get_by_test_id("report-status")).to_have_attribute("data-saved", "true")

    def away(route: Route) -> None:
        route.abort() if route.request.method == "PUT" else route.continue_()

    page.route("**/report", away)
    write(page)
    expect(page.get_by_test_id("report-status")).to_contain_text("Geen verbinding")
    page.reload()
    expect(page.get_by_test_id("summary")).to_have_value(SUMMARY)
    page.unroute("**/report")
    expect(page.get_by_test_id("report-status")).to_have_attribute("data-saved", "true")
    saved = [event for event in read_log(call_log(tmp_path)).events if isinstance(event, ReportSaved)]
    assert saved[-1].summary == SUMMARY
