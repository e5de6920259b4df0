"""The counting behind `kiestoon bench nlu`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.acts import Act, ActSpan, Understanding
from bot.errors import KiestoonError
from bot.nlu.bench import Case, evaluate, peak_mib, read_cases, score_acts
from bot.nlu.protocol import Explanation
from tests import ROOT

G, T, A, R = Act.GREET, Act.THANK, Act.ASK_OPEN, Act.BE_RUDE


class Told:
    """Recognises what it was told to."""

    name = "told"

    def __init__(self, *answers: set[Act]) -> None:
        self._answers = iter(answers)

    def understand(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Understanding:
        spans = tuple(ActSpan(act=act, confidence=1, start=0, end=len(text)) for act in sorted(next(self._answers)))
        return Understanding(text=text, acts=spans)

    def explain(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Explanation:
        return Explanation(understanding=self.understand(text, lang), reasons=())

    def taught(self, examples: Mapping[Act, Sequence[str]], products: Sequence[str]) -> Any:
        return self


def test_counts_and_rates() -> None:
    pairs = [(frozenset({G, T}), frozenset({G})), (frozenset({T}), frozenset({T, A}))]
    scores = score_acts(pairs)
    assert (scores["greet"].f1, scores["thank"].recall, scores["ask_open"].precision) == (1.0, 0.5, 0.0)
    assert scores["ask_open"].recall is None
    assert set(scores) == {"greet", "thank", "ask_open"}


def test_a_report() -> None:
    cases = [Case(text="a", acts=frozenset({G, A})), Case(text="b", acts=frozenset({T}))]
    ticks = (float(tick) for tick in count())
    report = evaluate(Told({G, Act.ASK_CLOSED}, {T, R}), "nl", cases, clock=lambda: next(ticks))
    assert report.micro_f1 == pytest.approx(2 * 2 / (2 * 2 + 2 + 1))
    assert report.macro_f1 == pytest.approx(2 / 3)
    assert report.fault_precision == 0
    assert report.exact == 0
    assert (report.p50_ms, report.p95_ms) == (1000, 1000)
    confused = {(pair.wanted, pair.given): pair.times for pair in report.confusion}
    assert confused[A, Act.ASK_CLOSED] == 1
    assert confused[Act.ASK_CLOSED, A] == 0


def test_cases_are_read_and_mistakes_have_a_place(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text('{"text": "hallo", "acts": ["greet"]}\n\n{"text": "x", "acts": ["gret"]}\n', encoding="utf-8")
    with pytest.raises(KiestoonError) as caught:
        read_cases(path)
    assert caught.value.message.startswith(f"{path}:3:1: ")
    path.write_text('{"text": "hallo", "acts": ["greet"], "context": "dag"}\n', encoding="utf-8")
    assert read_cases(path) == (Case(text="hallo", acts=frozenset({G}), context="dag"),)


def test_memory_is_that_of_the_program_and_not_of_who_started_it() -> None:
    held = bytearray(300 * 2**20)
    held[:: 2**12] = b"x" * len(held[:: 2**12])
    child = "from bot.nlu.bench import peak_mib; print(peak_mib())"
    told = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True, cwd=ROOT)
    assert peak_mib() > 300
    assert 20 < float(told.stdout) < 300
