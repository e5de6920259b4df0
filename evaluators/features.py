"""What a call shows, as named values from 0 to about 1: the explainable features that weighing rests on.

A name begins with what was looked at: ``act`` and ``acts`` for a dialogue act of the agent's (how sure the surest is,
and how often), ``heard`` and ``often_heard`` for the customer's sentences by the examples of the language, ``said``
and ``often_said`` for the agent's, ``mark``, ``marks``, ``second`` and ``third`` for what the reader of calls tells
of both, ``chain`` for how marks follow one another, ``told`` for what the script lists and was said, ``kind`` for the
kind of call, ``script`` for what the script holds, ``rule``, ``reason`` and ``other`` for what the rules say of this
criterion and of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from evaluators.chains import chains
from evaluators.feature import Feature, Features
from evaluators.hearing import Ear
from evaluators.marks import facts_told, marks, terms_told
from evaluators.record import CallRecord, remembered
from evaluators.told import told
from evaluators.verdicts import CriterionResult

HALF = 0.3
"""From so much likeness a turn is named among those that show a feature."""

TRUST = 2.0
"""What the criterion's own rule says weighs more from the start: found best in leaving calls out."""


@remembered
def attend(call: CallRecord) -> None:
    """Hear all sentences of a call at once, and read its turns meanwhile, before rules ask for one after the other.

    Each keeps one core busy outside the interpreter, so side by side they take little more than the longer one.
    """
    with ThreadPoolExecutor(1) as beside:
        read = beside.submit(_read, call) if call.forests is not None else None
        for ear, positions in ((call.lexicon.ear, call.customer), (call.lexicon.agent_ear, call.agent)):
            if ear is not None:
                ear.listen(sentence.text for position in positions for sentence in call.sentences(position))
        if read is not None:
            read.result()


def _read(call: CallRecord) -> None:
    facts_told(call)
    terms_told(call)
    marks(call)


@remembered
def seen_in(call: CallRecord) -> Features:
    """What can be seen in a call without any rule: acts, the likeness of sentences to examples, and the script."""
    found: Features = {f"kind:{call.start.kind}": Feature(1.0), "kind:outbound": Feature(float(call.outbound))}
    for name in ("terms", "bad_news", "cross_up_sell_option", "hold_or_transfer"):
        found[f"script:{name}"] = Feature(float(bool(getattr(call.context, name))))
    found |= _gathered("act", "acts", call, _acts)
    found |= _gathered("heard", "often_heard", call, _heard)
    found |= _gathered("said", "often_said", call, _said)
    found |= _gathered("mark", "marks", call, _marked) | _again(call)
    found |= chains(call) | told(call)
    found["length"] = Feature(len(call.turns) / 20)
    return found


def _gathered(
    most: str, often: str, call: CallRecord, seen: Callable[[CallRecord], Iterator[tuple[str, int, float]]]
) -> Features:
    """Per name the highest value with its turns, and the mean over the agent's turns."""
    places: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for name, position, value in seen(call):
        places[name].append((value, position))
    found: Features = {}
    for name, values in places.items():
        turns = tuple(p for value, p in sorted(values, reverse=True) if value >= HALF)
        found[f"{most}:{name}"] = Feature(max(values)[0], turns)
        found[f"{often}:{name}"] = Feature(3 * sum(value for value, _ in values) / max(len(call.agent), 1), turns)
    return found


def _again(call: CallRecord) -> Features:
    """How sure the second and the third turn with a mark are: many criteria ask for two of a thing."""
    found: Features = {}
    names = {name for of_turn in marks(call) for name in of_turn}
    for name in names:
        ranked = sorted(((of_turn.get(name, 0.0), p) for p, of_turn in enumerate(marks(call))), reverse=True)
        for order, (value, position) in zip(("second", "third"), ranked[1:], strict=False):
            found[f"{order}:{name}"] = Feature(value, (position,) if value >= HALF else ())
    return found


def _acts(call: CallRecord) -> Iterator[tuple[str, int, float]]:
    for position in call.agent:
        for span in call.turns[position].acts:
            yield span.act.value, position, span.confidence


def _heard(call: CallRecord) -> Iterator[tuple[str, int, float]]:
    return _by_ear(call, call.lexicon.ear, call.customer)


def _said(call: CallRecord) -> Iterator[tuple[str, int, float]]:
    return _by_ear(call, call.lexicon.agent_ear, call.agent)


def _marked(call: CallRecord) -> Iterator[tuple[str, int, float]]:
    for position, found in enumerate(marks(call)):
        for name, value in found.items():
            yield name, position, value


def _by_ear(call: CallRecord, ear: Ear | None, positions: Iterable[int]) -> Iterator[tuple[str, int, float]]:
    if ear is None:
        return
    for position in positions:
        for sentence in call.sentences(position):
            for label, value in ear.hear(sentence.text).items():
                yield label, position, value


def judged_as(call: CallRecord, own: CriterionResult, others: Mapping[str, CriterionResult]) -> Features:
    """What the rules say: of the criterion itself with the reason, of the others only the verdict."""
    numbers = {turn.i: position for position, turn in enumerate(call.turns)}
    turns = tuple(numbers[i] for i in own.turns if i in numbers)
    found = {f"rule:{own.verdict}": Feature(TRUST, turns), f"reason:{own.reason_code}": Feature(TRUST, turns)}
    for name, result in others.items():
        found[f"other:{name}={result.verdict}"] = Feature(1.0)
    return found
