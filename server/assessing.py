"""What people may say about a call: each wish is checked against what stands, and becomes an entry of its log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from bot.errors import KiestoonError
from bot.event_log import StoredLog
from bot.events import Lang
from bot.transcript import Turn, turns_of
from evaluators.assessment import (
    AnyEntry,
    Assessment,
    Corrected,
    Disputed,
    FormFilled,
    FormMark,
    Judged,
    Overridden,
    Role,
    SelfSkipped,
    Settled,
    Undone,
)
from evaluators.verdicts import Verdict
from server.assessment_log import append_entry, read_assessment
from server.engine import Engine
from server.listening import listened
from server.scoring import corrected_log, form_of, judge_now, keep_standing, level_of
from server.storage import CallStore

MOST_ENTRIES = 300
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    author: Name


class Override(_Wish):
    """An assessor's verdict in the place of the automatic one."""

    type: Literal["override"]
    criterion: str = Field(max_length=60)
    verdict: Verdict
    reason: Reason


class Correct(_Wish):
    """What was really said in a turn."""

    type: Literal["correction"]
    turn: int = Field(ge=0)
    text: Said
    reason: Reason


class DisputeVerdict(_Wish):
    """A trainee does not agree with a verdict."""

    type: Literal["dispute"]
    criterion: str = Field(max_length=60)
    reason: Reason


class Settle(_Wish):
    """The assessor's answer to a dispute; no verdict where the one that was disputed stands."""

    type: Literal["settlement"]
    dispute: int = Field(ge=0)
    verdict: Verdict | None
    reason: Reason


class FillForm(_Wish):
    """The form, filled in."""

    type: Literal["form"]
    role: Role
    marks: dict[str, FormMark] = Field(max_length=60)
    remarks: dict[str, Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]] = Field(
        default={}, max_length=60
    )


class SkipSelf(_Wish):
    """On to the score, without judging oneself first."""

    type: Literal["self_skipped"]
    author: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""


class Undo(_Wish):
    """Take an earlier entry back."""

    type: Literal["undo"]
    entry: int = Field(ge=0)


Wish = Annotated[Override | Correct | DisputeVerdict | Settle | FillForm | SkipSelf | Undo, Field(discriminator="type")]
WISH: TypeAdapter[Wish] = TypeAdapter(Wish)


def add(engine: Engine, store: CallStore, call_id: str, wish: Wish, ui: str) -> int:
    """Do what a person wishes; the number of the new entry. Where the transcript changes, the call is judged again.

    Raises KiestoonError ``assessment.…`` where what stands does not allow it, and as the readers and writers do.
    """
    log, folder = store.read(call_id).log, store.folder(call_id)
    with store.assessing[call_id]:
        assessment = read_assessment(folder)
        if len(assessment.entries) >= MOST_ENTRIES:
            raise KiestoonError("assessment.full", "there are too many entries on this call")
        entry = _entry(engine, log, assessment, wish)
        append_entry(folder, entry)
        after = Assessment((*assessment.entries, entry))
        if after.corrections != assessment.corrections and after.judged is not None:
            judged = judge_now(engine, log, after, after.judged.rubric, ui, listened(store, call_id, log))
            append_entry(folder, judged)
            after = Assessment((*after.entries, judged))
        keep_standing(store, after)
    return len(assessment.entries)


def _entry(engine: Engine, log: StoredLog, assessment: Assessment, wish: Wish) -> AnyEntry:
    by = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "author": wish.author}
    match wish:
        case Override():
            _judged_on(assessment, wish.criterion)
            return Overridden(criterion=wish.criterion, verdict=wish.verdict, reason=wish.reason, **by)
        case Correct():
            return _correction(engine, log, assessment, wish, by)
        case DisputeVerdict():
            _judged_on(assessment, wish.criterion)
            if any(d.entry.criterion == wish.criterion and d.answer is None for d in assessment.disputes):
                raise KiestoonError("assessment.disputed", "this verdict is disputed already")
            return Disputed(criterion=wish.criterion, reason=wish.reason, **by)
        case Settle():
            if not any(d.number == wish.dispute and d.answer is None for d in assessment.disputes):
                raise KiestoonError("assessment.settled", "there is no open dispute of this number")
            return Settled(dispute=wish.dispute, verdict=wish.verdict, reason=wish.reason, **by)
        case FillForm():
            return _form(engine, log, assessment, wish, by)
        case SkipSelf():
            return SelfSkipped(**by)
        case Undo():
            _may_be_undone(assessment, wish.entry)
            return Undone(entry=wish.entry, **by)


def _judged_on(assessment: Assessment, criterion: str) -> None:
    card = assessment.judged.card if assessment.judged else None
    if card is None or criterion not in {result.criterion for result in card.criteria}:
        raise KiestoonError("assessment.unknown", "this criterion is not on the scorecard", {"what": criterion})


def _correction(engine: Engine, log: StoredLog, assessment: Assessment, wish: Correct, by: dict[str, str]) -> Corrected:
    """The correction of a turn, understood as it would have been in the call."""
    turns = turns_of(corrected_log(log, assessment).events)
    turn = next((turn for turn in turns if turn.i == wish.turn), None)
    if turn is None:
        raise KiestoonError("assessment.unknown", "there is no such turn", {"what": wish.turn})
    if turn.speaker == "customer" and log.start.channel != "imported":
        raise KiestoonError("assessment.customer", "what the customer said is known exactly")
    if turn.text == wish.text:
        raise KiestoonError("assessment.same", "this is what is there already")
    corrected = Corrected(turn=wish.turn, text=wish.text, reason=wish.reason, **by)
    if turn.speaker == "customer":
        return corrected
    return _understood(engine, log.start.lang, corrected, turns)


def _understood(engine: Engine, lang: Lang, corrected: Corrected, turns: tuple[Turn, ...]) -> Corrected:
    before = [turn.text for turn in turns if turn.i < corrected.turn and turn.speaker == "customer"]
    recogniser = engine.acts(lang)
    heard = recogniser.understand(corrected.text, lang, previous_customer_line=before[-1] if before else None)
    return corrected.model_copy(update={"acts": heard.acts, "entities": heard.entities, "nlu": recogniser.name})


def _form(engine: Engine, log: StoredLog, assessment: Assessment, wish: FillForm, by: dict[str, str]) -> FormFilled:
    rubric = assessment.judged.rubric if assessment.judged else form_of(engine, assessment)
    wanted = {item.id for item in rubric.items_for(log.start.form_kind, level_of(engine, log))}
    left = wanted - set(wish.marks)
    if left or not {*wish.marks, *wish.remarks} <= wanted:
        raise KiestoonError("assessment.incomplete", "every item of the form needs a mark", {"count": len(left)})
    remarks = {item: remark for item, remark in wish.remarks.items() if remark}
    return FormFilled(role=wish.role, edition=rubric.edition, marks=wish.marks, remarks=remarks, **by)


def _may_be_undone(assessment: Assessment, number: int) -> None:
    standing = dict(assessment.standing)
    entry = standing.get(number)
    if entry is None or isinstance(entry, Judged | SelfSkipped | Undone):
        raise KiestoonError("assessment.unknown", "there is nothing to undo", {"what": number})
    if any(dispute.number == number and dispute.answer is not None for dispute in assessment.disputes):
        raise KiestoonError("assessment.settled", "this dispute has been settled")
