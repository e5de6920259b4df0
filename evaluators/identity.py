"""Whether the customer's identity was checked before anything on him was given out, changed or registered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.acts import Act
from evaluators.judge import judge
from evaluators.moves import decision, says_no, says_yes
from evaluators.record import CallRecord, remembered
from evaluators.verdicts import CriterionResult, Evidence

KINDS = ("number", "address", "birth", "phone", "email", "code", "account")
"""Kinds of data that identify a customer; the address counts once."""


BOOKING = frozenset(("sale", "acquisition", "order", "complaint", "service", "debt_collection"))
"""Kinds of call in which a yes changes or registers something on the customer."""


@dataclass(frozen=True)
class Datum:
    """A datum about the customer: its kind, the customer's turn that gave it (or the agent's that read it out)."""

    kind: str
    position: int
    evidence: Evidence


def identification(call: CallRecord) -> CriterionResult:
    """Two data from the customer before file data are given or the order is closed: met. One, only a read-out, or
    after the file was opened: partly. None: missed. Nothing on a person given out or registered: not applicable.
    """
    given = given_data(call)
    opened = file_opened(call)
    registered = registered_at(call)
    medical = _medical_unchecked(call, given)
    if medical:
        return judge(call, "identification", "missed", "medical_unchecked", [medical])
    untouched = opened is None and registered is None
    if untouched and (not given or call.start.kind == "emergency"):
        return judge(call, "identification", "not_applicable", "nothing_personal", confidence=0.6)
    limit = min(opened[0] if opened else len(call.turns), _closed_at(call))
    early = {datum.kind for datum in given if datum.position <= limit}
    everything = {datum.kind for datum in given}
    shown = [datum.evidence for datum in given]
    fault = opened[1].model_copy(update={"role": "occasion"}) if opened else call.occasion(registered or 0)
    if len(early) >= 2:
        return judge(call, "identification", "met", "two_data", shown, 0.85)
    if len(everything) >= 2:
        return judge(call, "identification", "partly", "late", [*shown, fault], 0.7)
    if everything:
        return judge(call, "identification", "partly", "one_datum", [*shown, fault], 0.75)
    read = read_out(call)
    if read:
        return judge(call, "identification", "partly", "read_out", [read], 0.7)
    return judge(call, "identification", "missed", "no_check", [fault], 0.75)


@remembered
def given_data(call: CallRecord) -> tuple[Datum, ...]:
    """What the customer gave himself: asked for and answered, or volunteered and read back."""
    found: dict[str, Datum] = {}
    for position in call.customer:
        text = call.text(position)
        asked = _asked_before(call, position)
        for kind in KINDS:
            if kind in found:
                continue
            if _answered(call, kind, asked, text) or _volunteered(call, kind, position):
                found[kind] = Datum(kind, position, call.quote(position))
    return tuple(found.values())


def _asked_before(call: CallRecord, position: int) -> str:
    """What the agent asked before a customer's turn; the turn before it too where the customer first asked why."""
    before = [p for p in call.agent if p < position][-2:]
    if not before or before[-1] != position - 1:
        return ""
    put_off = len(before) == 2 and call.lexicon.has("datum_refused", call.before_text(before[-1]))
    return " ".join(call.text(p) for p in (before if put_off else before[-1:]))


def _answered(call: CallRecord, kind: str, asked: str, text: str) -> bool:
    """Whether the agent asked for this kind of datum, without saying it himself, and the customer gave something."""
    question = [s for s in _question_parts(asked) if call.lexicon.has(f"datum_{kind}", s)]
    if not question or (call.marked and not any("?" in s or call.lexicon.has("demands", s) for s in question)):
        return False
    if any(len(re.findall(r"\d", part)) >= 2 for part in question):
        return False
    if _has_value(call, kind, text):
        return True
    refused = says_no(call, text) or call.lexicon.has("datum_refused", text)
    return not refused and kind in ("code", "email", "address") and len(text.split()) >= 2 and not says_yes(call, text)


def _question_parts(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!;])\s+", text) if part]


def _has_value(call: CallRecord, kind: str, text: str) -> bool:
    if kind == "email":
        return "@" in text or call.lexicon.has("email_value", text)
    if kind == "code":
        return False
    return len(re.findall(r"\d", text)) >= 2 or call.lexicon.count("number_word", text) >= 1


def _volunteered(call: CallRecord, kind: str, position: int) -> bool:
    """Whether the customer named a datum unasked, with its value, and the agent read it back."""
    text = call.text(position)
    sentence = next((s for s in call.sentences(position) if call.lexicon.has(f"datum_{kind}", s.text)), None)
    if sentence is None or not _has_value(call, kind, sentence.text):
        return False
    numbers = {n for n in call.lexicon.numbers(text) if n >= 3}
    later = call.next_agent(position, 2)
    return any(numbers & call.lexicon.numbers(call.text(p)) or call.act(p, Act.SPELL_BACK) for p in later)


@remembered
def file_opened(call: CallRecord) -> tuple[int, Evidence] | None:
    """The first agent turn that gives data from the customer's file."""
    start = 1
    for position in call.agent[start:]:
        for sentence in call.sentences(position):
            match = call.lexicon.find("file_data", sentence.text)
            if match and not call.lexicon.has("no_file_data", sentence.text):
                return position, call.quote(position, sentence.start, sentence.end)
    return None


def registered_at(call: CallRecord) -> int | None:
    """Position at which something on the customer was changed or registered: an order, an appointment, a correction."""
    if call.survey:
        return next((p for p in call.agent if call.cue("registers", p) and call.cue("request_datum", p)), None)
    if call.start.kind in ("emergency", "crisis"):
        return None
    chosen = decision(call)
    if chosen and chosen.accepted and chosen.asked is not None and call.start.kind in BOOKING:
        return chosen.position
    return next((p for p in call.agent[1:] if call.cue("registers", p)), None)


def _closed_at(call: CallRecord) -> int:
    """Position up to which a check is in time where no file is opened: the end of the order, before the goodbye."""
    return next((p for p in call.agent[1:] if call.cue("say_goodbye", p) and p > len(call.turns) // 2), len(call.turns))


def read_out(call: CallRecord) -> Evidence | None:
    """A datum that the agent read out himself for a mere yes."""
    for position in call.agent:
        for sentence in call.sentences(position):
            if not sentence.question:
                continue
            for kind in KINDS:
                said = len(re.findall(r"\d", sentence.text)) >= 2
                if said and call.lexicon.has(f"datum_{kind}", sentence.text):
                    return call.fault(position, sentence.start, sentence.end)
    return None


def _medical_unchecked(call: CallRecord, given: tuple[Datum, ...]) -> Evidence | None:
    if call.start.kind in ("emergency", "crisis"):
        return None
    for position in call.agent:
        if any(datum.position < position for datum in given):
            return None
        match = call.cue("medical_told", position)
        if match:
            return match.model_copy(update={"role": "fault"})
    return None
