"""An e-mail is analysed and answered, with the files of the company beside it, and judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from evaluators.lexicon import Lexicon, load_lexicon
from server.settings import load_settings
from tests import ROOT
from tests.browser.conftest import Launch, dutch_context
from tests.browser.scripted import scripted_line
from tests.server.conftest import ScriptedEngine

pytestmark = pytest.mark.browser

REPLY = """Beste mevrouw Peeters,

Bedankt voor uw bericht. Internet Snel kost 49 euro per maand. Er komt iemand langs; de installatie kost 50 euro.
U zit nergens aan vast: u kunt op elk moment kosteloos opzeggen.

Met vriendelijke groeten,
Sofie"""
ASKED = (
    "Wat Internet Snel per maand kost.",
    "Of er iemand aan huis komt en wat dat kost.",
    "Of ze vastzit aan een contract.",
)


class UnheardEngine(ScriptedEngine):
    """Writing is judged by cues, not by what was learned from speech."""

    def lexicon(self, lang: Any) -> Lexicon:
        return load_lexicon(self.settings.content / "data" / "lang", lang)


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[str]:
    with scripted_line(UnheardEngine(load_settings(content=ROOT, data_dir=tmp_path, min_free_mb=1))) as url:
        yield url


def test_a_message_from_the_list_to_the_verdicts(scripted: str, launch: Launch) -> None:
    page = dutch_context(launch()).new_page()
    page.goto(scripted)
    page.get_by_test_id("nav-messages").click()
    page.get_by_test_id("message-internet-sneller").click()
    expect(page.get_by_test_id("letter")).to_contain_text("Wat kost Internet Snel per maand?")
    page.get_by_test_id("message-send").click()
    expect(page.get_by_test_id("reply")).to_be_focused()
    page.get_by_test_id("panel-products").click()
    page.get_by_test_id("product-file-internet-snel").click()
    for question in ASKED:
        page.get_by_label(question).check()
    page.get_by_test_id("reply").fill(REPLY)
    expect(page.get_by_test_id("message-status")).to_have_attribute("data-saved", "true")
    page.reload()
    expect(page.get_by_test_id("reply")).to_have_value(REPLY)
    for question in ASKED:
        expect(page.get_by_label(question)).to_be_checked()
    page.get_by_test_id("reply").press("Control+Enter")

    expect(page.get_by_test_id("scorecard")).to_be_visible()
    expect(page.get_by_test_id("criterion-message_analysis")).to_have_attribute("data-verdict", "met")
    expect(page.get_by_test_id("criterion-message_reply")).to_have_attribute("data-verdict", "met")
    expect(page.get_by_test_id("sent-reply")).to_contain_text("kosteloos opzeggen")
    page.goto(f"{scripted}/#/calls")
    expect(page.get_by_test_id("calls-table")).to_contain_text("Vraag over sneller internet")
