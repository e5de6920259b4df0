"""The rules of the house that a reader of docs/architecture.md relies on, read from the sources themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT

FIRST_PARTY = ("bot", "evaluators", "server")
LONGEST_FILE = 450
LONGEST_FUNCTION = 60

_GROUND = {"bot.errors", "bot.acts", "bot.audio", "bot.events"}
_LOG = {"bot.event_log", "bot.transcript"}

# What a room may import beside itself. A module of `bot` that is not listed here wires rooms together, as bot.call.
MAY_IMPORT: dict[str, set[str]] = {
    "bot.errors": set(),
    "bot.acts": set(),
    "bot.audio": {"bot.errors"},
    "bot.percentiles": set(),
    "bot.instructions": set(),
    "bot.events": {"bot.acts", "bot.errors"},
    "bot.event_log": {"bot.events", "bot.acts", "bot.errors"},
    "bot.transcript": {"bot.events", "bot.acts", "bot.errors"},
    "bot.content": _GROUND,
    "bot.dialogue": _GROUND | {"bot.content"},
    "bot.nlu": _GROUND | {"bot.content", "bot.percentiles", "bot.instructions"},
    "bot.speech": _GROUND | {"bot.content", "bot.instructions"},
    "evaluators": _GROUND | _LOG | {"bot.content"},
}
NEVER: dict[str, tuple[str, ...]] = {"bot": ("evaluators", "server"), "server": ()}

# The customer is a pure function: no clock, no waiting, no input or output.
IMPURE_MODULES = {
    "aiohttp", "asyncio", "concurrent", "datetime", "http", "io", "logging", "multiprocessing", "os", "pathlib",
    "select", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "exec", "eval"}
VAGUE_NAMES = {"manager", "helper", "helpers", "util", "utils", "misc", "common"}


def module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """`bot.content.models` → `bot.content`; `evaluators.opening` → `evaluators`."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "bot" else parts[0]


def imported_by(node: ast.AST, module: str, is_package: bool) -> list[str]:
    """The modules that an import statement may bind, as absolute names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        above = module.split(".")[: len(module.split(".")) - node.level + is_package]
        base = ".".join([*above, base] if base else above)
    if base == "bot" or node.module is None:
        return [f"{base}.{alias.name}" for alias in node.names]
    return [base]


def top(module: str) -> str:
    return module.partition(".")[0]


def is_first_party(module: str) -> bool:
    return top(module) in FIRST_PARTY


def import_problems(source: str, path: Path) -> Iterator[str]:
    """Imports that run against the grain, and first-party imports that hide inside a function."""
    tree = ast.parse(source)
    module, is_package = module_name(path), path.name == "__init__.py"
    hidden = {
        id(inner)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        for target in filter(is_first_party, imported_by(node, module, is_package)):
            line = f"{path}:{getattr(node, 'lineno', 0)}"
            if id(node) in hidden:
                yield f"{line}: imports {target} inside a function"
            if not allowed(room_of(module), room_of(target)):
                yield f"{line}: {room_of(module)} must not import {room_of(target)}"


def allowed(room: str, target: str) -> bool:
    if target in {room, "bot"}:
        return True
    if room in MAY_IMPORT:
        return target in MAY_IMPORT[room]
    return top(target) not in NEVER[top(room)]


def purity_problems(source: str, path: Path) -> Iterator[str]:
    """Whatever would make the customer depend on more than its arguments."""
    for node in ast.walk(ast.parse(source)):
        line = f"{path}:{getattr(node, 'lineno', 0)}"
        for target in imported_by(node, module_name(path), path.name == "__init__.py"):
            if top(target) in IMPURE_MODULES:
                yield f"{line}: imports {target}"
        match node:
            case ast.AsyncFunctionDef() | ast.Await():
                yield f"{line}: waits"
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield f"{line}: calls {name}()"
            case ast.Attribute(value=ast.Name(id="random"), attr=name) if name != "Random":
                yield f"{line}: random.{name} is shared and unseeded"


def size_problems(source: str, path: Path) -> Iterator[str]:
    lines = len(source.splitlines())
    if lines > LONGEST_FILE:
        yield f"{path}: {lines} lines, {LONGEST_FILE} at most"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, {LONGEST_FUNCTION} at most"


def name_problems(source: str, path: Path) -> Iterator[str]:
    """Names that say nothing about what is inside."""
    if VAGUE_NAMES & set(path.stem.lower().split("_")):
        yield f"{path}: a file is named after what it holds"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(node.name.lower().endswith(vague) for vague in VAGUE_NAMES):
            yield f"{path}:{node.lineno}: {node.name}: a class is named after what it is"


def python_files(*folders: str) -> list[Path]:
    found = [path.relative_to(ROOT) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "node_modules" not in path.parts]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_rooms_are_there() -> None:
    rooms = {room_of(module_name(path)) for path in python_files(*FIRST_PARTY)}
    assert set(MAY_IMPORT) <= rooms


def test_imports_run_one_way() -> None:
    assert [found for path in python_files(*FIRST_PARTY) for found in import_problems(read(path), path)] == []


def test_the_customer_is_pure() -> None:
    files = python_files("bot/dialogue")
    assert files
    assert [found for path in files for found in purity_problems(read(path), path)] == []


def test_files_and_functions_are_short() -> None:
    files = [*python_files(*FIRST_PARTY, "tests"), Path("hatch_build.py")]
    assert [found for path in files for found in size_problems(read(path), path)] == []


def test_web_sources_are_short() -> None:
    sources = [path for path in (ROOT / "server/web/src").rglob("*") if path.suffix in {".ts", ".svelte", ".css"}]
    assert sources
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_names_say_what_is_inside() -> None:
    assert [found for path in python_files(*FIRST_PARTY) for found in name_problems(read(path), path)] == []


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("bot/content/models.py", "from bot.nlu import x", "bot.content must not import bot.nlu"),
        ("bot/call.py", "import evaluators.opening", "bot.call must not import evaluators"),
        ("bot/call.py", "from server.app import create_app", "bot.call must not import server"),
        ("bot/errors.py", "from bot.events import Event", "bot.errors must not import bot.events"),
        ("bot/speech/vad.py", "from bot.nlu.protocol import x", "bot.speech must not import bot.nlu"),
        ("bot/nlu/rules.py", "from bot.dialogue import state", "bot.nlu must not import bot.dialogue"),
        ("bot/dialogue/mood.py", "from ..speech import vad", "bot.dialogue must not import bot.speech"),
        ("bot/dialogue/__init__.py", "from .. import call", "bot.dialogue must not import bot.call"),
        ("bot/dialogue/mood.py", "from bot import call", "bot.dialogue must not import bot.call"),
        ("evaluators/opening.py", "import bot.speech.vad as vad", "evaluators must not import bot.speech"),
        ("evaluators/opening.py", "from server import texts", "evaluators must not import server"),
        ("server/app.py", "def f():\n    from bot.call import Call", "imports bot.call inside a function"),
        ("server/app.py", "class A:\n    async def f(self):\n        import bot.call", "inside a function"),
    ],
)
def test_an_import_against_the_grain_is_found(path: str, source: str, complaint: str) -> None:
    assert any(complaint in found for found in import_problems(source, Path(path)))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/call.py", "from bot.speech.vad import Vad\nfrom bot.dialogue import customer\nimport numpy"),
        ("bot/dialogue/mood.py", "from .state import State\nfrom bot.events import Event"),
        ("evaluators/opening.py", "from bot.event_log import read_log\nfrom evaluators.judge import judge"),
        ("server/app.py", "from bot.speech.store import ModelStore\nimport evaluators\nimport bot"),
        ("server/app.py", "def f():\n    import json"),
    ],
)
def test_an_import_with_the_grain_passes(path: str, source: str) -> None:
    assert list(import_problems(source, Path(path))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio",
        "from datetime import datetime",
        "import os.path",
        "from pathlib import Path",
        "async def step(): ...",
        "def f(): return open('x')",
        "import random\nrandom.choice([1])",
    ],
)
def test_an_impure_customer_is_found(source: str) -> None:
    assert list(purity_problems(source, Path("bot/dialogue/x.py")))


def test_a_seeded_choice_is_pure() -> None:
    assert list(purity_problems("import random\nrandom.Random(3).choice([1])", Path("bot/dialogue/x.py"))) == []


def test_too_long_is_found() -> None:
    long_function = "def f():\n" + "    pass\n" * LONGEST_FUNCTION
    assert list(size_problems(long_function, Path("bot/x.py"))) == ["bot/x.py:1: f has 61 lines, 60 at most"]
    assert list(size_problems("x = 1\n" * (LONGEST_FILE + 1), Path("bot/x.py")))
    assert list(size_problems("def f():\n" + "    pass\n" * (LONGEST_FUNCTION - 1), Path("bot/x.py"))) == []


def test_a_vague_name_is_found() -> None:
    assert list(name_problems("", Path("bot/audio_utils.py")))
    assert list(name_problems("class CallManager: ...", Path("bot/call.py")))
    assert list(name_problems("class Call: ...", Path("bot/call.py"))) == []
