"""What the browser is shown of scorecards and of what people said about them. Pure; shapes as in docs/protocol.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.events import CallStarted
from evaluators.assessment import (
    AnyEntry,
    Assessment,
    Corrected,
    Dispute,
    Disputed,
    FormFilled,
    Judged,
    Overridden,
    Ruling,
    SelfSkipped,
    Settled,
    Undone,
    form_points,
)
from evaluators.messages import Messages
from evaluators.rescoring import causes, changes
from evaluators.rubric import Rubric, in_language
from evaluators.verdicts import Scorecard
from server.scoring import Standing

Json = dict[str, Any]


def form(rubric: Rubric, ui: str, kind: str, level: int | None) -> Json:
    """A form as it is filled in for one call."""
    items = [
        {
            "id": item.id, "title": in_language(item.title, ui), "definition": in_language(item.definition, ui),
            "weight": item.weight, "must": item.must,
        }
        for item in rubric.items_for(kind, level)
    ]  # fmt: skip
    return form_head(rubric, ui) | {"items": items}


def form_head(rubric: Rubric, ui: str) -> Json:
    """What a form is called, and from when a call is passed."""
    return {
        "id": rubric.id, "edition": rubric.edition, "title": in_language(rubric.title, ui),
        "pass_points": rubric.pass_points,
    }  # fmt: skip


def blank_form(rubric: Rubric, ui: str, start: CallStarted, level: int | None, assessment: Assessment) -> Json:
    """What is shown to somebody who has still to judge: the form, and who has filled it in, but no marks."""
    filled = [{"role": entry.role, "author": entry.author, "at": entry.at} for _, entry in assessment.forms]
    return {
        "form": form(rubric, ui, start.form_kind, level), "filled": filled, "self": assessment.self_state,
        "mode": start.mode,
    }  # fmt: skip


def scorecard(standing: Standing, start: CallStarted, messages: Messages, ui: str) -> Json:
    """The scorecard that stands, each verdict beside the automatic one, with everything that was said about it."""
    assessment = standing.assessment
    judged, card = assessment.judged, assessment.card
    assert judged is not None
    assert card is not None
    shown = plain_scorecard(card, messages)
    automatic = {result.criterion: result.verdict for result in judged.card.criteria}
    for row in shown["criteria"]:
        name = row["criterion"]
        row |= {
            "automatic": automatic[name],
            "ruling": _ruling(assessment.rulings.get(name)),
            "dispute": _dispute(assessment, name),
        }
    return shown | {
        "automatic_points": judged.card.points,
        "form": form_head(judged.rubric, ui),
        "items": _items(card, judged, ui),
        "forms": [_form_row(number, entry, judged.rubric) for number, entry in assessment.forms],
        "self": assessment.self_state,
        "mode": start.mode,
        "history": list(_history(assessment, messages, ui)),
        "newer": _newer(judged, standing.newer, messages),
    }


def plain_scorecard(card: Scorecard, messages: Messages) -> Json:
    """A scorecard with titles and written definitions."""
    shown = card.model_dump()
    for row in shown["criteria"]:
        texts = messages.criteria.get(row["criterion"])
        row |= {"title": texts.title if texts else row["criterion"], "definition": texts.definition if texts else ""}
    return shown


def _said(number: int, entry: AnyEntry) -> Json:
    return {"entry": number, "author": entry.author, "at": entry.at}


def _ruling(ruling: Ruling | None) -> Json | None:
    if ruling is None:
        return None
    return _said(ruling.number, ruling.entry) | {"verdict": ruling.verdict, "reason": ruling.entry.reason}


def _dispute(assessment: Assessment, criterion: str) -> Json | None:
    """The last dispute about a criterion."""
    about = [dispute for dispute in assessment.disputes if dispute.entry.criterion == criterion]
    return _dispute_row(about[-1]) if about else None


def _dispute_row(dispute: Dispute) -> Json:
    answer = None
    if dispute.answer is not None:
        number, settled = dispute.answer
        answer = _said(number, settled) | {"verdict": settled.verdict, "reason": settled.reason}
    return _said(dispute.number, dispute.entry) | {"reason": dispute.entry.reason, "answer": answer}


def _items(card: Scorecard, judged: Judged, ui: str) -> list[Json]:
    lines = {item.id: item for item in judged.rubric.items}
    automatic = {item.item: item.mark for item in judged.card.items}
    return [
        item.model_dump() | {
            "title": in_language(lines[item.item].title, ui),
            "definition": in_language(lines[item.item].definition, ui),
            "must": lines[item.item].must, "automatic": automatic[item.item],
        }
        for item in card.items
    ]  # fmt: skip


def _form_row(number: int, entry: FormFilled, rubric: Rubric) -> Json:
    return _said(number, entry) | {
        "role": entry.role, "marks": entry.marks, "remarks": entry.remarks,
        "points": form_points(entry.marks, rubric),
    }  # fmt: skip


def corrections(assessment: Assessment) -> dict[int, Json]:
    """Per turn that was corrected: by whom, when and why."""
    return {
        turn: _said(number, entry) | {"reason": entry.reason}
        for turn, (number, entry) in assessment.corrections.items()
    }


def _history(assessment: Assessment, messages: Messages, ui: str) -> Iterator[Json]:
    """Everything that happened to the score, oldest first, each with the points as they stood after it."""
    before: Judged | None = None
    for number, entry in enumerate(assessment.entries):
        if isinstance(entry, SelfSkipped):
            continue
        card = assessment.until(number).card
        row = _said(number, entry) | {
            "type": entry.type, "undone": number in assessment.undone,
            "points": card.points if card else None, "passed": card.passed if card else None,
        }  # fmt: skip
        yield row | _details(entry, assessment, before, messages, ui)
        before = entry if isinstance(entry, Judged) else before


def _details(entry: AnyEntry, assessment: Assessment, before: Judged | None, messages: Messages, ui: str) -> Json:
    match entry:
        case Judged():
            head = form_head(entry.rubric, ui) | {"versions": entry.card.versions}
            return head | (_differences(before, entry, messages) if before else {"causes": [], "changes": []})
        case Overridden():
            return _about(entry.criterion, messages) | {"verdict": entry.verdict, "reason": entry.reason}
        case Disputed():
            return _about(entry.criterion, messages) | {"reason": entry.reason}
        case Settled():
            disputed = assessment.entries[entry.dispute]
            about = _about(disputed.criterion, messages) if isinstance(disputed, Disputed) else {}
            return about | {"verdict": entry.verdict, "reason": entry.reason, "dispute": entry.dispute}
        case Corrected():
            return {"turn": entry.turn, "text": entry.text, "reason": entry.reason}
        case FormFilled():
            return {"role": entry.role}
        case Undone():
            return {"undoes": entry.entry}
    return {}


def _about(criterion: str, messages: Messages) -> Json:
    return {"criterion": criterion, "title": _title(criterion, messages)}


def _title(criterion: str, messages: Messages) -> str:
    texts = messages.criteria.get(criterion)
    return texts.title if texts else criterion


def _differences(old: Judged, new: Judged, messages: Messages) -> Json:
    return {
        "causes": [asdict(cause) for cause in causes(old, new)],
        "changes": [
            asdict(change) | {"title": _title(change.criterion, messages)} for change in changes(old.card, new.card)
        ],
    }


def _newer(kept: Judged, newer: Judged | None, messages: Messages) -> Json | None:
    """How the call would be judged now."""
    if newer is None:
        return None
    return {"points": newer.card.points, "passed": newer.card.passed} | _differences(kept, newer, messages)
