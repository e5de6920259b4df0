"""Mini transcripts for the judges: lines that begin with M (medewerker) or K (klant)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.acts import Act, ActSpan, Understanding
from evaluators.lexicon import Lexicon, load_lexicon
from evaluators.messages import Messages, load_messages
from evaluators.record import CallRecord
from evaluators.transcript_file import TranscriptFile, record_from_transcript

LANGUAGES = Path(__file__).parents[2] / "data" / "lang"
MakeCall = Callable[..., CallRecord]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon(LANGUAGES, "nl")


@pytest.fixture(scope="session")
def messages() -> Messages:
    return load_messages(LANGUAGES, "nl")


def understood(marks: str, text: str) -> Understanding:
    """Acts marked by hand before a line, such as '[greet state_name]', each over the whole line; none is `other`."""
    acts = [Act(name) for name in marks.split()] or [Act.OTHER]
    return Understanding(
        text=text, acts=tuple(ActSpan(act=act, confidence=0.9, start=0, end=len(text)) for act in acts)
    )


def read_lines(lines: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Turns of a mini transcript, 3 s each, and the acts marked by hand per text."""
    turns: list[dict[str, Any]] = []
    marks: dict[str, str] = {}
    for i, line in enumerate(filter(None, map(str.strip, lines.splitlines()))):
        who, text = line.split(":", 1)
        text = text.strip()
        if text.startswith("["):
            mark, text = text[1:].split("] ", 1)
            marks[text] = mark
        speaker = {"M": "agent", "K": "customer"}[who]
        turns.append({"i": i, "speaker": speaker, "text": text, "start_ms": i * 3000, "end_ms": i * 3000 + 2800})
    return turns, marks


@pytest.fixture
def make_call(lexicon: Lexicon, messages: Messages) -> MakeCall:
    """A call from a mini transcript: `make_call(lines, kind=…, direction=…, **context)`."""

    def make(lines: str, kind: str = "service", direction: str = "inbound", **context: Any) -> CallRecord:
        turns, marks = read_lines(lines)
        names = {"company": "Telenova", "agent_name": "Sofie", "customer_name": "mevrouw Peeters"}
        file = TranscriptFile.model_validate(
            {"lang": "nl", "kind": kind, "direction": direction, "turns": turns, "context": context, **names}
        )
        return record_from_transcript(
            file, lambda text, before: understood(marks.get(text, ""), text), lexicon, messages
        )

    return make
