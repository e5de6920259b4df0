"""The main screens have no serious fault that axe-core can find, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from server.settings import load_settings
from tests import ROOT
from tests.browser.conftest import Launch
from tests.browser.scripted import scripted_line
from tests.server.conftest import SCENARIO, ScriptedEngine
from tests.stored_calls import played, store

pytestmark = pytest.mark.browser

AXE = ROOT / "server" / "web" / "node_modules" / "axe-core" / "axe.min.js"
JUDGED = "20260105-120000-0000000a"
OPEN = "20260105-130000-0000000b"
FIRST_SCORE_MS = 30_000


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[str]:
    """A line with a call whose trainee skipped the form, and one that waits for it."""
    settings = load_settings(content=ROOT, data_dir=tmp_path, min_free_mb=1)
    for call in (JUDGED, OPEN):
        store(settings.calls_dir, played(call), call)
    engine = ScriptedEngine(settings)
    engine.lexicon("nl")
    with scripted_line(engine) as url:
        yield url


def faults(page: Page) -> list[str]:
    """What is serious or critical on the page as it stands: rule, place, and what is the matter."""
    page.evaluate("document.fonts.ready")
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["testEngine"]["name"] == "axe-core"
    return [
        f"{rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_has_a_serious_fault(launch: Launch, scripted: str, scheme: Literal["light", "dark"]) -> None:
    context = launch().new_context(
        viewport={"width": 1366, "height": 768}, locale="nl-BE", permissions=["microphone"], color_scheme=scheme,
        reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(FIRST_SCORE_MS)
    context.add_init_script(path=AXE)
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(screen: str, address: str, ready: str) -> None:
        page.goto(f"{scripted}/#/{address}")
        expect(page.get_by_test_id(ready).first).to_be_visible(timeout=FIRST_SCORE_MS)
        found[screen] = faults(page)

    look("start", "", f"scenario-card-{SCENARIO}")
    look("calls", "calls", "calls-table")
    look("gate", f"result/{OPEN}", "self-gate")
    page.get_by_test_id("self-begin").click()
    found["form"] = faults(page)
    look("gate", f"result/{JUDGED}", "self-gate")
    page.get_by_test_id("self-skip").click()
    for tab in ("timing", "language"):
        page.get_by_test_id(f"tab-{tab}").click()
        found[f"scorecard, {tab}"] = faults(page)
    look("headset check", "headset", "allow-microphone")
    look("briefing", f"scenario/{SCENARIO}", "start-call")
    page.get_by_test_id("agent-name").fill("Sofie")
    page.get_by_test_id("start-call").click()
    expect(page.get_by_test_id("answer")).to_be_visible()
    found["ringing"] = faults(page)
    page.get_by_test_id("answer").click()
    expect(page.get_by_test_id("hint")).to_contain_text("Tip")
    found["call"] = faults(page)
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="true"]', state="attached")
    page.get_by_test_id("customer-file-de-smet").click()
    found["customer file"] = faults(page)
    page.get_by_test_id("hang-up").click()
    page.get_by_test_id("to-score").click()
    page.get_by_test_id("signal-begin").click()
    page.get_by_test_id("report-file").click()
    found["report"] = faults(page)
    look("messages", "messages", "message-internet-sneller")
    page.get_by_test_id("message-internet-sneller").click()
    expect(page.get_by_test_id("reply")).to_be_visible()
    found["message"] = faults(page)
    serious = [f"{screen}: {fault}" for screen, these in found.items() for fault in these]
    assert not serious, "\n".join(serious)
