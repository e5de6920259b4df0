"""The calls that weights are fitted on, read on all cores, and each only once.

To understand a call's turns, to read their marks and to hear its sentences takes some two seconds of a core, and a fit
reads thousands of calls. What was found lies under the cache, named by the call and by what understands its sentences,
and serves the next fit; what a reader of whole calls found serves for as long as that reader is the same. Rules and
features are worked out anew every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

import joblib
from rich.console import Console
from rich.progress import track

from bot.event_log import StoredLog
from bot.events import CallEvent
from bot.nlu.adapter import adapter_path, reader_path
from evaluators.features import attend
from evaluators.gold import FITTED_ON, GoldCall
from evaluators.hearing import Ear
from evaluators.record import CallRecord, Reader, Turns
from server.engine import Engine
from server.judging_kept import UNREADABLE, keep
from server.settings import load_settings

FOLDS = 5
"""So many times all is fitted anew, each time without the calls of some authors."""


class Authored(Protocol):
    """What is known to be of somebody's hand."""

    @property
    def author(self) -> str:
        """Whose calls it belongs to."""
        ...


Chances = Mapping[str, float]
Made = TypeVar("Made")
Case = TypeVar("Case", bound=Authored)
Fitted = TypeVar("Fitted")
Work = Callable[[GoldCall, CallRecord], Made]
"""What is made of one call; a function of a module that can be imported, as processes of their own call it."""


@dataclass
class Found:
    """What was found in one call: its events, the marks of its turns, what each turn tells of the things it was asked
    for, and how the customer's and the agent's sentences were heard. Marks and telling are those of the reader of calls
    that `read_by` names, by its digest.
    """

    events: tuple[CallEvent, ...]
    marks: tuple[Chances, ...] = ()
    told: dict[tuple[int, str], Chances] = field(default_factory=dict)
    heard: dict[str, Chances] = field(default_factory=dict)
    said: dict[str, Chances] = field(default_factory=dict)
    read_by: str = ""

    def fit_for(self, reader: str) -> Found:
        """The same, without the marks and the telling where another reader found them."""
        return self if self.read_by == reader else replace(self, marks=(), told={}, read_by=reader)

    @property
    def size(self) -> tuple[int, ...]:
        """How much was found of each kind: it only ever grows."""
        return len(self.marks), len(self.told), len(self.heard), len(self.said)


@dataclass(frozen=True)
class KeepingReader:
    """Tells what was found before; asks `reader` for the rest and keeps it."""

    found: Found
    reader: Reader

    def marks(self, turns: Turns) -> Sequence[Chances]:
        """See `evaluators.record.Reader`."""
        if not self.found.marks:
            self.found.marks = tuple(self.reader.marks(turns))
        return self.found.marks

    def told(self, turns: Turns, asked: Sequence[tuple[int, str]]) -> Sequence[Chances]:
        """See `evaluators.record.Reader`."""
        new = [pair for pair in dict.fromkeys(asked) if pair not in self.found.told]
        if new:
            self.found.told.update(zip(new, self.reader.told(turns, new), strict=True))
        return [self.found.told[pair] for pair in asked]


def over(calls: Sequence[GoldCall], work: Work[Made]) -> Iterator[Made]:
    """What `work` makes of each call, in their order, with a progress bar on stderr."""
    tasks = (joblib.delayed(worked)(work, call) for call in calls)
    made = joblib.Parallel(n_jobs=-1, return_as="generator")(tasks)
    return iter(track(made, "reading", total=len(calls), console=Console(stderr=True)))


def left_out(
    cases: Sequence[Case], fit: Callable[[Sequence[Case]], Fitted], judge: Callable[[Case, Fitted], Made]
) -> list[Made]:
    """What is judged of each case by what was fitted without its author's calls, who are alike."""
    fold = {author: order % FOLDS for order, author in enumerate(sorted({case.author for case in cases}))}
    by_fold = [fit([case for case in cases if fold[case.author] != held]) for held in range(FOLDS)]
    return [judge(case, by_fold[fold[case.author]]) for case in cases]


def worked(work: Work[Made], gold: GoldCall) -> Made:
    """What `work` makes of one call, with what was found in it before."""
    engine = _engine()
    path = engine.settings.cache_dir / "fits" / f"{_name(engine, gold)}.found"
    found = kept(path) or Found(engine.log_of(gold.transcript, gold.id).events)
    found = found.fit_for(_digest(reader_path(engine.settings.content)))
    before = found.size
    call = engine.record(StoredLog(found.events), FITTED_ON)
    if call.reader is not None:
        call = replace(call, reader=KeepingReader(found, call.reader))
    ears = _ears(call, found)
    for ear, known, _ in ears:
        ear.know(known)
    attend(call)
    made = work(gold, call)
    for ear, known, positions in ears:
        known.update({one.text: ear.hear(one.text) for position in positions for one in call.sentences(position)})
    if found.size != before:
        keep(path, found)
    return made


def _ears(call: CallRecord, found: Found) -> list[tuple[Ear, dict[str, Chances], Sequence[int]]]:
    """Each ear, what was found by it, and the positions of the turns that it hears."""
    ears = ((call.lexicon.ear, found.heard, call.customer), (call.lexicon.agent_ear, found.said, call.agent))
    return [(ear, known, positions) for ear, known, positions in ears if ear is not None]


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(load_settings())


def _name(engine: Engine, gold: GoldCall) -> str:
    return sha256(f"{_edition(engine)} {gold.transcript.model_dump_json()}".encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _edition(engine: Engine) -> str:
    content = engine.settings.content
    files = (adapter_path(content), content / "data" / "lang" / FITTED_ON / "heard.yaml")
    return " ".join([engine.acts(FITTED_ON).name, *map(_digest, files)])


@lru_cache(maxsize=4)
def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def kept(path: Path) -> Found | None:
    """What was found before; None where there is nothing, or nothing that can be read."""
    try:
        found = joblib.load(path)
    except UNREADABLE:
        return None
    return found if isinstance(found, Found) else None
