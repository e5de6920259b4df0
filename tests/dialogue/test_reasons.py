"""Every reason that the customer gives for a step can be shown to people."""

from __future__ import annotations

import re

from server.texts import text
from tests import ROOT

GIVEN = re.compile(r'"([a-z_]+)"')
CALLS = re.compile(r"because\(([^)]*)\)")


def test_every_reason_has_its_words() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "bot" / "dialogue").glob("*.py"))
    reasons = {reason for call in CALLS.findall(sources) for reason in GIVEN.findall(call)}
    assert len(reasons) > 30
    assert [reason for reason in sorted(reasons) if text("reasons", reason, "nl") == reason] == []
