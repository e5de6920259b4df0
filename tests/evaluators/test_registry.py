"""No evaluator is forgotten, and every reason that the code gives has its sentence in every interface language."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest

import evaluators
from evaluators.judge import GROUPS
from evaluators.messages import load_messages
from evaluators.record import CallRecord
from evaluators.registry import EVALUATORS
from evaluators.verdicts import CriterionResult

LANGUAGES = Path(__file__).parents[2] / "data" / "lang"
SOURCES = sorted(Path(evaluators.__file__).parent.glob("*.py"))


def public_evaluators() -> set[str]:
    """Every public function in the package that takes a call and nothing else and returns a criterion's result."""
    found = set()
    for source in SOURCES:
        module = importlib.import_module(f"evaluators.{source.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            hints = inspect.get_annotations(function, eval_str=True)
            if hints.get("return") is CriterionResult and list(hints.values())[:-1] == [CallRecord]:
                found.add(name)
    return found


def test_every_evaluator_is_registered_under_its_own_name() -> None:
    assert {name for name, _ in EVALUATORS} == public_evaluators()
    assert all(name == function.__name__ and name in GROUPS for name, function in EVALUATORS)


def reasons_in_code() -> set[tuple[str, str]]:
    """(criterion, reason) of every `judge(call, criterion, verdict, reason …)` with literal strings."""
    found = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "judge" and len(node.args) >= 4:
                criterion, reason = node.args[1], node.args[3]
                if isinstance(criterion, ast.Constant) and isinstance(reason, ast.Constant):
                    found.add((str(criterion.value), str(reason.value)))
    return found


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_reason_has_its_sentence(lang: str) -> None:
    messages = load_messages(LANGUAGES, lang)
    assert len(reasons_in_code()) > 40
    lacking = {
        (criterion, reason)
        for criterion, reason in reasons_in_code()
        if reason not in messages.criteria[criterion].says and reason not in messages.common
    }
    assert not lacking


def test_interface_languages_have_the_same_reasons_and_tips() -> None:
    dutch, english = load_messages(LANGUAGES, "nl"), load_messages(LANGUAGES, "en")
    assert set(dutch.criteria) == set(english.criteria) == set(GROUPS)
    for name, texts in dutch.criteria.items():
        assert set(texts.says) == set(english.criteria[name].says), name
        assert set(texts.tips) == set(english.criteria[name].tips), name
