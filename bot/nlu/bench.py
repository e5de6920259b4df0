"""Figures of a recogniser on held-out turns: scores per act, hard pairs, time, memory, and what each stage adds."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.acts import FAULT_ACTS, Act
from bot.errors import KiestoonError
from bot.nlu.protocol import ActRecogniser
from bot.nlu.recogniser import STAGES, load_recogniser
from bot.percentiles import percentile

_STATUS = Path("/proc/self/status")

HARD_PAIRS = (
    (Act.ASK_OPEN, Act.ASK_CLOSED),
    (Act.STATE_BENEFIT, Act.ANSWER_OBJECTION),
    (Act.SUMMARIZE_AGREEMENTS, Act.PROMISE_FOLLOWUP),
    (Act.EMPATHIZE, Act.ACKNOWLEDGE_OBJECTION),
    (Act.INFORM, Act.EXPLAIN_TERMS),
    (Act.PROPOSE_SOLUTION, Act.PROMISE_FOLLOWUP),
    (Act.DELIVER_BAD_NEWS, Act.NEGATIVE_WORDING),
)
ABLATIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("rules only", frozenset({"rules"})),
    ("TF-IDF only", frozenset({"classifier"})),
    ("tagger only", frozenset({"tagger"})),
    ("TF-IDF + tagger", frozenset({"classifier", "tagger"})),
    ("TF-IDF + tagger + form and context", frozenset({"classifier", "tagger", "context"})),
    ("all but tagger", frozenset({"rules", "classifier", "context"})),
    ("all", STAGES),
)


class Frozen(BaseModel):
    """Immutable."""

    model_config = ConfigDict(frozen=True)


class Case(Frozen):
    """A held-out turn: its `text`, the acts it holds, and where known the customer's line before it."""

    text: str
    acts: frozenset[Act]
    context: str | None = None


class ActScore(Frozen):
    """Counts and rates of one act; a rate is None where it has no denominator."""

    right: int
    wrong: int
    missed: int
    precision: float | None
    recall: float | None
    f1: float


class PairConfusion(Frozen):
    """How often `wanted` was missed in turns where `given` was found without being right."""

    wanted: Act
    given: Act
    times: int


class BenchReport(Frozen):
    """What `kiestoon bench nlu` prints. Times in ms, memory in MiB, rates from 0 to 1.

    `macro_f1` is the mean over the acts that the cases hold; `fault_precision` is over all fault acts together.
    """

    recogniser: str
    lang: str
    turns: int
    micro_f1: float
    macro_f1: float
    precision: float
    recall: float
    fault_precision: float | None
    exact: float
    acts: dict[str, ActScore]
    confusion: tuple[PairConfusion, ...]
    p50_ms: float
    p95_ms: float
    peak_mib: float
    training_seconds: float | None = None


class AblationRow(Frozen):
    """The scores with only some stages at work."""

    stages: str
    micro_f1: float
    macro_f1: float
    fault_precision: float | None
    p95_ms: float


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSON Lines file. Raises KiestoonError ``nlu.cases_invalid`` with file and line."""
    cases: list[Case] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate(json.loads(line)))
        except (ValidationError, json.JSONDecodeError) as error:
            raise KiestoonError("nlu.cases_invalid", f"{path}:{number}:1: {error}", {"line": number}) from error
    return tuple(cases)


def evaluate(
    recogniser: ActRecogniser,
    lang: str,
    cases: Sequence[Case],
    *,
    training_seconds: float | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> BenchReport:
    """Put every case to the recogniser and count."""
    pairs: list[tuple[frozenset[Act], frozenset[Act]]] = []
    times: list[float] = []
    for case in cases:
        began = clock()
        understanding = recogniser.understand(case.text, lang, previous_customer_line=case.context)
        times.append((clock() - began) * 1000)
        pairs.append((case.acts, understanding.act_set()))
    acts = score_acts(pairs)
    right, wrong, missed = (
        sum(getattr(score, name) for score in acts.values()) for name in ("right", "wrong", "missed")
    )
    held = [score.f1 for score in acts.values() if score.right + score.missed]
    faults = [score for act, score in acts.items() if Act(act) in FAULT_ACTS]
    return BenchReport(
        recogniser=recogniser.name,
        lang=lang,
        turns=len(cases),
        micro_f1=_f1(right, wrong, missed),
        macro_f1=sum(held) / len(held) if held else 0.0,
        precision=_rate(right, right + wrong) or 0.0,
        recall=_rate(right, right + missed) or 0.0,
        fault_precision=_rate(sum(s.right for s in faults), sum(s.right + s.wrong for s in faults)),
        exact=_rate(sum(wanted == given for wanted, given in pairs), len(pairs)) or 0.0,
        acts=acts,
        confusion=tuple(_confusions(pairs)),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        peak_mib=peak_mib(),
        training_seconds=training_seconds,
    )


def score_acts(pairs: Iterable[tuple[frozenset[Act], frozenset[Act]]]) -> dict[str, ActScore]:
    """Counts per act over pairs of wanted and given acts, for every act that occurs in either."""
    right: Counter[Act] = Counter()
    wrong: Counter[Act] = Counter()
    missed: Counter[Act] = Counter()
    for wanted, given in pairs:
        right.update(wanted & given)
        wrong.update(given - wanted)
        missed.update(wanted - given)
    return {
        act.value: ActScore(
            right=right[act],
            wrong=wrong[act],
            missed=missed[act],
            precision=_rate(right[act], right[act] + wrong[act]),
            recall=_rate(right[act], right[act] + missed[act]),
            f1=_f1(right[act], wrong[act], missed[act]),
        )
        for act in Act
        if right[act] + wrong[act] + missed[act]
    }


def _confusions(pairs: Sequence[tuple[frozenset[Act], frozenset[Act]]]) -> Iterable[PairConfusion]:
    for one, other in HARD_PAIRS:
        for wanted, given in ((one, other), (other, one)):
            times = sum(wanted in want - got and given in got - want for want, got in pairs)
            yield PairConfusion(wanted=wanted, given=given, times=times)


def ablation(lang: str, content_root: Path, cache_dir: Path, cases: Sequence[Case]) -> tuple[AblationRow, ...]:
    """What each stage adds: the scores with some of them at work."""
    rows: list[AblationRow] = []
    for title, stages in ABLATIONS:
        report = evaluate(load_recogniser(lang, content_root, cache_dir, stages=stages), lang, cases)
        rows.append(
            AblationRow(
                stages=title,
                micro_f1=report.micro_f1,
                macro_f1=report.macro_f1,
                fault_precision=report.fault_precision,
                p95_ms=report.p95_ms,
            )
        )
    return tuple(rows)


def training_time(lang: str, content_root: Path, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds from an empty cache to a recogniser that answers, the embedder's conversion included."""
    with tempfile.TemporaryDirectory() as folder:
        began = clock()
        load_recogniser(lang, content_root, Path(folder)).understand("hallo", lang)
        return clock() - began


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 0.0


def peak_mib() -> float:
    """The most memory that this process ever took, in MiB.

    Linux tells it of the program itself; what `getrusage` tells begins with the memory of the process that started it.
    """
    try:
        status = _STATUS.read_text(encoding="ascii", errors="replace")
        return float(status.partition("VmHWM:")[2].split()[0]) / 2**10
    except (OSError, IndexError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
