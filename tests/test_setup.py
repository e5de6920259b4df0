"""The scripts behind `make`, each run for real with stand-ins for the machine's programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from hatch_build import NODE, WebBuildHook
from tests import ROOT

CI = ROOT / ".ci"


@pytest.fixture
def machine(tmp_path: Path) -> SimpleNamespace:
    """A machine with a shell's own tools only; `has` puts a program on it, `run` runs one of our scripts there."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "date", "mkdir", "tail", "wc", "id", "dirname", "env", "mktemp", "rm", "chmod", "cat"):
        (programs / name).symlink_to(shutil.which(name) or name)

    def has(name: str, script: str) -> None:
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o755)

    def run(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(programs / "sh"), str(script), *arguments],
            cwd=tmp_path, env={"PATH": str(programs), **environment}, capture_output=True, text=True, check=False,
            timeout=20,
        )  # fmt: skip

    return SimpleNamespace(programs=programs, folder=tmp_path, has=has, run=run)


def python(version: str, *, venv: bool = True) -> str:
    """A stand-in that answers the two questions of find-python.sh."""
    return f'case "$2" in *version_info*) echo {version} ;; *ensurepip*) exit {0 if venv else 1} ;; esac'


def test_the_first_python_that_fits_is_taken(machine: SimpleNamespace) -> None:
    machine.has("python3", python("3.9"))
    machine.has("python3.12", python("3.12"))
    machine.has("python3.13", python("3.13"))
    found = machine.run(CI / "find-python.sh")
    assert (found.returncode, found.stdout.strip()) == (0, str(machine.programs / "python3.12"))


def test_a_python_can_be_chosen(machine: SimpleNamespace) -> None:
    machine.has("python3.12", python("3.12"))
    machine.has("my-python", python("3.11"))
    found = machine.run(CI / "find-python.sh", PYTHON="my-python")
    assert found.stdout.strip() == str(machine.programs / "my-python")


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ({}, "Kiestoon needs Python 3.11, 3.12 or 3.13."),
        ({"python3": python("3.9")}, "python3 is 3.9"),
        ({"python3": python("3.14")}, "python3 is 3.14"),
        ({"python3.11": python("3.11", venv=False)}, "apt install python3.11-venv"),
    ],
)
def test_no_fitting_python_is_said_clearly(machine: SimpleNamespace, installed: dict[str, str], said: str) -> None:
    for name, script in installed.items():
        machine.has(name, script)
    found = machine.run(CI / "find-python.sh")
    assert found.returncode == 1
    assert said in found.stderr
    assert found.stdout == ""


def test_a_step_is_one_line(machine: SimpleNamespace) -> None:
    done = machine.run(CI / "step.sh", "Building", "sh", "-c", "echo much; echo output")
    assert done.returncode == 0
    assert done.stdout.startswith("Building … done (")
    assert done.stdout.count("\n") == 1
    assert "much\noutput" in (machine.folder / "var" / "setup.log").read_text(encoding="utf-8")


def test_a_failed_step_shows_its_own_output_and_keeps_its_status(machine: SimpleNamespace) -> None:
    machine.run(CI / "step.sh", "Earlier", "sh", "-c", "echo earlier output")
    failed = machine.run(CI / "step.sh", "Building", "sh", "-c", "echo it broke; exit 7")
    assert failed.returncode == 7
    assert failed.stdout.startswith("Building … FAILED")
    assert "it broke" in failed.stderr
    assert "earlier output" not in failed.stderr


def test_a_machine_without_apt_is_told_apart_from_a_failure(machine: SimpleNamespace) -> None:
    assert machine.run(CI / "debian.sh", "unpack", "var/audio", "fillets-ng-data").returncode == 69


def test_a_package_that_cannot_be_had_is_told_apart_too(machine: SimpleNamespace) -> None:
    machine.has("apt-get", "exit 100")
    machine.has("sudo", "exit 1")
    tried = machine.run(CI / "debian.sh", "unpack", "var/audio", "fillets-ng-data")
    assert tried.returncode == 69
    assert "cannot download fillets-ng-data" in tried.stderr


def test_a_downloaded_package_is_unpacked(machine: SimpleNamespace) -> None:
    machine.has("apt-get", 'case "$*" in *download*) echo deb >a.deb ;; esac')
    machine.has("dpkg-deb", 'cp "$2" "$3/unpacked"')
    machine.has("cp", f'exec {shutil.which("cp")} "$@"')
    assert machine.run(CI / "debian.sh", "unpack", "var/audio", "a").returncode == 0
    assert (machine.folder / "var" / "audio" / "unpacked").read_text(encoding="utf-8") == "deb\n"


@pytest.mark.parametrize(
    ("version", "fits"),
    [("18.20.0", False), ("20.18.9", False), ("20.19.0", True), ("21.7.0", False), ("22.11.0", False),
     ("22.12.0", True), ("24.0.0", True)],
)  # fmt: skip
def test_which_node_can_build(version: str, fits: bool) -> None:
    node = shutil.which("node", path=os.pathsep.join([os.environ["PATH"], str(ROOT / ".venv" / "bin")]))
    assert node is not None, "the tests of the web app need Node anyway"
    script = (
        f"Object.defineProperty(process, 'versions', {{value: {{node: '{version}'}}}}); require('{CI}/node-fits.cjs')"
    )
    assert subprocess.run([node, "-e", script], check=False).returncode == (0 if fits else 1)


def hook(root: Path) -> WebBuildHook:
    return WebBuildHook(str(root), {}, None, None, str(root), "wheel")  # type: ignore[arg-type]


def test_an_editable_install_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    hook(tmp_path).initialize("editable", {})


def test_a_wheel_without_npm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="needs npm"):
        hook(tmp_path).initialize("standard", {})


def test_a_machine_without_node_builds_with_a_packaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook(ROOT).dependencies() == [NODE]


def test_a_wheel_is_built_in_the_web_folder(
    machine: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = tmp_path / "server" / "web"
    web.mkdir(parents=True)
    machine.has("npm", 'echo "$@" >>npm-calls')
    monkeypatch.setenv("PATH", f"{machine.programs}{os.pathsep}{os.environ['PATH']}")
    hook(tmp_path).initialize("standard", {})
    assert (web / "npm-calls").read_text(encoding="utf-8").splitlines() == ["ci", "run build"]
