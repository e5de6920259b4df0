"""What the project promises around its code: pinned packages, documented settings and commands, clean files."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from packaging.requirements import Requirement
from packaging.version import Version
from ruamel.yaml import YAML

from server.cli.main import COMMANDS
from server.settings import ROOT as CONTENT
from server.settings import Settings
from tests import ROOT

LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
BINARY = {".png", ".ico", ".wav", ".ogg", ".woff2", ".onnx", ".npz"}

# Written in pieces, so that this file is not the one that breaks the rule.
MACHINE_PATH = re.compile(r"(?<![\w.$})/-])/(?:" + "work|root|home|tmp" + r")/\w")
REGISTRY = re.compile("|".join(re.escape(host) for host in (
    "py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org",
)))  # fmt: skip


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, list[tuple[Requirement, int]]]:
    """Name → each pin of it with the number of its hashes (a package may have one pin per Python version)."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    for entry in re.split(r"\n(?=\S)", text_of(lock).strip()):
        lines = [line.strip().rstrip("\\").strip() for line in entry.splitlines()]
        hashes = [line for line in lines[1:] if re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line)]
        assert len(hashes) == len(lines) - 1, f"{lock}: {lines[0]}"
        requirement = Requirement(lines[0])
        found.setdefault(requirement.name, []).append((requirement, len(hashes)))
    return found


def wanted(*extras: str) -> Iterator[Requirement]:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    for line in [
        *project["dependencies"],
        *(line for extra in extras for line in project["optional-dependencies"][extra]),
    ]:
        yield Requirement(line)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_packages_are_pinned_with_hashes_and_no_addresses(lock: str) -> None:
    assert "://" not in text_of(lock)
    assert "--index" not in text_of(lock)
    for name, entries in pins(lock).items():
        for requirement, hashes in entries:
            assert [spec.operator for spec in requirement.specifier] == ["=="], name
            assert hashes > 0, name
            assert requirement.url is None


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ("offline", "build")),
        ("requirements-dev.lock", ("offline", "build", "dev")),
        ("requirements-node.lock", ()),
    ],
)
def test_locks_hold_what_pyproject_asks(lock: str, extras: tuple[str, ...]) -> None:
    held = pins(lock)
    asked = list(wanted(*extras)) if extras else [Requirement(text) for text in node_requirements()]
    for requirement in asked:
        for pin, _ in held[normal(requirement.name)]:
            version = next(iter(pin.specifier)).version
            assert requirement.specifier.contains(Version(version), prereleases=True), f"{pin} is not {requirement}"


def node_requirements() -> list[str]:
    project: dict[str, Any] = tomllib.loads(text_of("pyproject.toml"))["project"]
    return list(project["optional-dependencies"]["node"])


def test_tests_run_on_the_versions_that_users_get() -> None:
    dev = pins("requirements-dev.lock")
    for name, entries in pins("requirements.lock").items():
        assert [str(pin) for pin, _ in entries] == [str(pin) for pin, _ in dev[name]]


def test_no_lock_is_missing() -> None:
    assert {"requirements.lock", "requirements-dev.lock", "requirements-node.lock"} <= set(LOCKS)


def test_the_web_lock_has_no_addresses() -> None:
    packages = json.loads(text_of("server/web/package-lock.json"))["packages"]
    assert len(packages) > 1
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_no_other_lock_file() -> None:
    assert not {"uv.lock", "yarn.lock", "poetry.lock", "pnpm-lock.yaml"} & {path.name for path in tracked_files()}


def test_every_setting_is_documented() -> None:
    documented = re.findall(r"^\| `(KIESTOON_\w+)` \|", text_of("docs/settings.md"), flags=re.MULTILINE)
    assert documented == [f"KIESTOON_{name.upper()}" for name in Settings.model_fields]


def test_documented_defaults_are_the_real_ones() -> None:
    rows = re.findall(r"^\| `KIESTOON_(\w+)` \| `([^`]+)` \|", text_of("docs/settings.md"), flags=re.MULTILINE)
    real = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    said_in_words = {name for name, default in real.items() if default in ("", ()) or default == CONTENT}
    assert {name for name, _ in rows} == set(real) - said_in_words
    for name, value in rows:
        assert getattr(Settings(**{name.lower(): value}), name.lower()) == real[name], name


def commands() -> dict[str, Any]:
    """`kiestoon models list` and so on → the command behind it."""
    found: dict[str, Any] = {}
    for name, entry in COMMANDS.items():
        loaded = typer.main.get_command(importlib.import_module(f"server.cli.{entry.module}").app)
        if hasattr(loaded, "commands"):
            found |= {f"kiestoon {name} {inner}": command for inner, command in loaded.commands.items()}
        else:
            found[f"kiestoon {name}"] = loaded
    return found


def test_every_command_is_in_the_readme() -> None:
    table = re.findall(
        r"^\| `(kiestoon [a-z ]+?)(?: (?:\[|--|[A-Z]).*?)?` \|", text_of("README.md"), flags=re.MULTILINE
    )
    assert sorted(table) == sorted(commands())


def test_every_command_and_option_explains_itself() -> None:
    assert [name for name, command in commands().items() if not command.help] == []
    parameters = [(name, parameter) for name, command in commands().items() for parameter in command.params]
    assert parameters
    assert [f"{name} {parameter.name}" for name, parameter in parameters if not parameter.help] == []


def test_every_make_target_is_in_the_readme_and_the_other_way_round() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):.*## ", text_of("Makefile"), flags=re.MULTILINE)) - {"help"}
    assert set(re.findall(r"`make ([a-z-]+)`", text_of("README.md"))) == targets


@pytest.mark.parametrize("document", [*DOCUMENTS, "docs/architecture.md", "docs/settings.md", "docs/protocol.md"])
def test_links_and_pictures_lead_somewhere(document: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", text_of(document))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (ROOT / document).parent.joinpath(link).is_file()] == []


def test_no_machine_paths_and_no_registries() -> None:
    found = [
        f"{path}:{number}"
        for path in tracked_files()
        if path.suffix not in BINARY
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if MACHINE_PATH.search(line) or REGISTRY.search(line)
    ]
    assert found == []


def test_such_paths_would_be_found() -> None:
    assert MACHINE_PATH.search("open('" + "/tm" + "p/x')")
    assert MACHINE_PATH.search("cd " + "/wo" + "rk/main")
    assert not MACHINE_PATH.search("server/work/x ../work/y $HOME/work/z")
    assert REGISTRY.search("https://py" + "pi.org/simple")


def test_commit_hooks_come_from_the_environment_only() -> None:
    repositories = YAML(typ="safe").load(text_of(".pre-commit-config.yaml"))["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]


def test_test_folders_are_packages() -> None:
    """Two tests of one name in two folders would shut each other out otherwise."""
    folders = {path.parent for path in tracked_files() if path.parts[0] == "tests" and path.suffix == ".py"}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []


def test_the_version_has_its_place_in_the_changelog() -> None:
    assert re.search(r"^## \[Unreleased\]$", text_of("CHANGELOG.md"), flags=re.MULTILINE)


def test_the_licence_is_the_one_that_is_declared() -> None:
    assert tomllib.loads(text_of("pyproject.toml"))["project"]["license"] == "GPL-3.0-or-later"
    assert json.loads(text_of("server/web/package.json"))["license"] == "GPL-3.0-or-later"
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007" in text_of("LICENSE")
