"""What a message asks, and the reply to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.events import AskedInMessage, CallEnded, CallStarted, MessageTask, MessageWorked
from evaluators.lexicon import Lexicon
from evaluators.messages import Messages
from evaluators.record import CallRecord, record
from evaluators.rubric import load_rubric
from evaluators.scorecard import score
from evaluators.written import message_analysis, message_reply, options_of
from tests import ROOT

TASK = MessageTask(
    subject="Vraag", text="Wat kost het? En zit ik vast?", shortest=10, longest=60,
    questions=(
        AskedInMessage(id="prijs", summary="Wat het kost.", words=("49", "negenenveertig"), wrong=("59",)),
        AskedInMessage(id="vast", summary="Of hij vastzit.", words=("opzegbaar", "opzeggen")),
    ),
    others=("Hoe snel het is.",),
)  # fmt: skip
GOOD = """Beste meneer De Smet,

Bedankt voor uw bericht. Internet Snel kost 49 euro per maand. U kunt het elke maand opzeggen.

Met vriendelijke groeten,
Sofie"""


class FewWords:
    """A dictionary that does not know two words."""

    def spell(self, word: str) -> bool:
        return word.casefold() not in ("berigt", "opzegen")

    def suggest(self, word: str) -> tuple[str, ...]:
        return ()


def attempt(
    lexicon: Lexicon, messages: Messages, reply: str, marked: tuple[int, ...] = (), sent: bool = True
) -> CallRecord:
    start = CallStarted(
        at_ms=0, call_id="x", started_at="2026-01-05T12:00:00+01:00", channel="written", mode="practice", lang="nl",
        kind="advice", direction="inbound", script="m", persona="", company="telenova", company_name="Telenova",
        customer_name="meneer De Smet", customer_type="", seed=0, message=TASK,
    )  # fmt: skip
    events = [start, MessageWorked(at_ms=9, marked=marked, reply=reply)]
    end = [CallEnded(at_ms=10, by="agent", outcome="informed")] if sent else []
    return replace(record([*events, *end], lexicon, messages), dictionary=FewWords())


@pytest.mark.parametrize(
    ("marked", "verdict"),
    [
        (("Wat het kost.", "Of hij vastzit."), "met"),
        (("Wat het kost.",), "partly"),
        (("Wat het kost.", "Of hij vastzit.", "Hoe snel het is."), "partly"),
        (("Wat het kost.", "Hoe snel het is."), "missed"),
        ((), "missed"),
    ],
)
def test_the_questions(lexicon: Lexicon, messages: Messages, marked: tuple[str, ...], verdict: str) -> None:
    places = tuple(options_of(TASK).index(one) for one in marked)
    assert message_analysis(attempt(lexicon, messages, GOOD, places)).verdict == verdict


@pytest.mark.parametrize(
    ("was", "now", "verdict", "named"),
    [
        ("", "", "met", ""),
        ("Beste meneer De Smet,\n\n", "", "partly", "aanhef"),
        ("Met vriendelijke groeten,\n", "", "partly", "slotgroet"),
        ("U kunt het", "Je kunt het", "partly", "«Je»"),
        ("U kunt het elke maand opzeggen.", "Tot later.", "missed", "Of hij vastzit"),
        ("49 euro", "59 euro", "partly", "Wat het kost"),
        ("bericht", "berigt", "met", ""),
        ("Bedankt voor uw bericht.", "Bedankt voor uw berigt. Niet opzegen.", "partly", "berigt"),
        ("U kunt", "Allez dan, " * 40 + "u kunt", "partly", "woorden"),
        (GOOD, " \n ", "missed", "geen antwoord"),
    ],
)
def test_the_reply(lexicon: Lexicon, messages: Messages, was: str, now: str, verdict: str, named: str) -> None:
    result = message_reply(attempt(lexicon, messages, GOOD.replace(was, now) if was else GOOD))
    assert result.verdict == verdict
    assert named in result.explanation


@pytest.mark.parametrize("judge", [message_analysis, message_reply])
def test_what_was_not_sent_is_not_judged(lexicon: Lexicon, messages: Messages, judge) -> None:
    assert judge(attempt(lexicon, messages, GOOD, sent=False)).verdict == "not_scored"


def test_the_form_of_a_message_holds_nothing_of_a_call_and_the_other_way_round(
    lexicon: Lexicon, messages: Messages
) -> None:
    rubric = load_rubric(ROOT / "data" / "rubrics" / "standaard.yaml")
    card = score(attempt(lexicon, messages, GOOD), rubric)
    assert {result.criterion for result in card.criteria} == {"message_analysis", "message_reply"}
    assert card.missing == ()
    assert card.points is not None
    assert not {"message_analysis", "message_reply"} & set(rubric.criteria_for("advice"))
