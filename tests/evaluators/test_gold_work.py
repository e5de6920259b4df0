"""Gold exercises on screen and in writing: those that we ship, and what may be wrong in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import KiestoonError
from evaluators.agreement_report import criterion_agreements
from evaluators.gold_work import DESK_CRITERIA, MESSAGE_CRITERIA, WORK_CRITERIA, MessageDone, load_gold_work
from tests import ROOT

DESK = {"scenario": "dubbele-factuur~boze-klager", "outcome": "calmed", "summary": "Dubbel betaald."}
MESSAGE = {"message": "oven-levering", "marked": [], "reply": "Beste"}


def shelf(folder: Path, items: dict[str, Any], a: dict[str, Any], b: dict[str, Any], decided: dict[str, Any]) -> Path:
    (folder / "items").mkdir()
    for name, item in items.items():
        (folder / "items" / f"{name}.json").write_text(json.dumps(item))
    for name, read in (("a", a), ("b", b), ("reconciled", decided)):
        seen = {item: {"criteria": criteria} for item, criteria in read.items()}
        (folder / f"{name}.json").write_text(json.dumps({"reader": name, "items": seen}))
    return folder


def all_of(criteria: tuple[str, ...], verdict: str = "met", **others: str) -> dict[str, str]:
    return dict.fromkeys(criteria, verdict) | others


def test_what_counts_is_what_both_saw_or_what_was_decided(tmp_path: Path) -> None:
    a = {"w": all_of(DESK_CRITERIA), "m": all_of(MESSAGE_CRITERIA)}
    b = {"w": all_of(DESK_CRITERIA, call_report="partly"), "m": all_of(MESSAGE_CRITERIA)}
    found = load_gold_work(shelf(tmp_path, {"w": DESK, "m": MESSAGE}, a, b, {"w": {"call_report": "missed"}}))
    assert [item.id for item in found] == ["m", "w"]
    assert isinstance(found[0].done, MessageDone)
    assert found[1].reference == all_of(DESK_CRITERIA, call_report="missed")
    (tmp_path / "split.json").write_text(json.dumps({"tuned": ["w"]}))
    assert [item.split for item in load_gold_work(tmp_path)] == ["heldout", "tuned"]


def test_where_nothing_was_decided_or_read_twice_the_file_is_named(tmp_path: Path) -> None:
    a = {"w": all_of(DESK_CRITERIA)}
    with pytest.raises(KiestoonError, match="w: wanted are"):
        load_gold_work(shelf(tmp_path, {"w": DESK}, a, {"w": all_of(DESK_CRITERIA, lookup="missed")}, {}))
    (tmp_path / "b.json").write_text(json.dumps({"reader": "b", "items": {}}))
    with pytest.raises(KiestoonError, match="w was not read twice"):
        load_gold_work(tmp_path)
    (tmp_path / "items" / "w.json").write_text(json.dumps(DESK | {"outcome": "happy"}))
    with pytest.raises(KiestoonError, match=r"w\.json: .*outcome"):
        load_gold_work(tmp_path)


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert load_gold_work(tmp_path / "none") == ()


def test_agreement_is_told_per_criterion(tmp_path: Path) -> None:
    seen = [({"lookup": "met"}, {"lookup": "met"}), ({"lookup": "missed"}, {"lookup": "missed"})]
    (row,) = criterion_agreements(("lookup",), seen, [({"lookup": "met"}, {"lookup": "missed"})] * 2)  # type: ignore[list-item, arg-type]
    assert (row.criterion, row.calls, row.kappa.value, row.human_calls, row.human_kappa.value) == (
        "lookup", 2, 1.0, 2, 0.0,
    )  # fmt: skip


def test_the_exercises_that_we_ship_show_every_verdict() -> None:
    found = load_gold_work(ROOT / "data" / "gold" / "nl" / "work")
    assert len(found) >= 130
    for criterion in WORK_CRITERIA:
        seen = [item.reference[criterion] for item in found if criterion in item.criteria]
        assert sum(verdict != "not_applicable" for verdict in seen) >= 15, criterion
        assert {"met", "partly", "missed"} <= set(seen), criterion
