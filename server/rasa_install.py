"""Installs Rasa: finds or obtains Python 3.10, makes an environment of its own, fills it from the hash-pinned lock."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import KiestoonError
from server.rasa_files import LOCK, RasaFiles, check_platform, child_environment, lock_hash
from server.rasa_process import run_logged

VERSION = (3, 10)
NEEDED_MB = 4_500
"""Room for the environment (2.2 GB) and for what pip keeps while it installs."""

SOURCE_ONLY = "docopt,mattermostwrapper,randomname"
"""What has no wheel: three small packages of plain Python. Nothing else may run a setup script."""

_ASK_VERSION = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
_COLLECTING = re.compile(r"^Collecting ([A-Za-z0-9_.-]+)")
_PINNED = re.compile(r"^[A-Za-z0-9_.-]+==", re.MULTILINE)
_HOW = (
    "Rasa 3.6 runs on Python 3.10 only, and none was found. Install it with your system's packages, with "
    "'pyenv install 3.10' or with 'uv python install 3.10', or point to it: kiestoon rasa install --python PATH"
)


@dataclass(frozen=True)
class Progress:
    """How far an installation is: the step, what is being worked on, and how many of how many packages."""

    step: str
    item: str = ""
    done: int = 0
    total: int = 0


Report = Callable[[Progress], None]


def install(files: RasaFiles, report: Report, python: Path | None = None, offline: bool = False) -> bool:
    """Install Rasa unless it is there already; returns whether anything was done.

    Raises KiestoonError ``rasa.platform``, ``rasa.python_missing``, ``rasa.disk_low`` or ``rasa.install_failed``.
    """
    check_platform()
    if files.installed():
        return False
    files.folder.mkdir(parents=True, exist_ok=True)
    _check_space(files)
    report(Progress("python"))
    base = find_python(files, python) or obtain_python(files, offline)
    report(Progress("environment", str(base)))
    log = files.log("install")
    log.unlink(missing_ok=True)
    run_logged([str(base), "-m", "venv", "--clear", str(files.environment)], log, "rasa.install_failed")
    _fill(files, log, report)
    files.stamp.write_text(lock_hash() + "\n", encoding="ascii")
    return True


def find_python(files: RasaFiles, asked: Path | None = None) -> Path | None:
    """A Python 3.10 that works: the one asked for, else the first that is found.

    Raises KiestoonError ``rasa.python_missing`` where the one asked for is no Python 3.10.
    """
    if asked is not None:
        if _is_right(asked):
            return asked
        raise KiestoonError("rasa.python_missing", f"{asked} is no working Python 3.10 with venv")
    return next((path for path in candidates(files) if _is_right(path)), None)


def candidates(files: RasaFiles) -> Iterator[Path]:
    """Where a Python 3.10 may be: on PATH, with pyenv, with uv, with Homebrew, or obtained here before."""
    for place in os.environ.get("PATH", "").split(os.pathsep):
        yield Path(place) / "python3.10"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    managed = Path.home() / ".local" / "share" / "uv" / "python"
    yield from sorted(pyenv.glob("3.10.*/bin/python3.10"), reverse=True)
    for folder in (files.folder / "python", managed):
        yield from sorted(folder.glob("cpython-3.10*/bin/python3.10"), reverse=True)
    for prefix in (Path("/opt/homebrew"), Path("/usr/local")):
        yield prefix / "opt" / "python@3.10" / "bin" / "python3.10"


def obtain_python(files: RasaFiles, offline: bool) -> Path:
    """Have uv fetch a Python 3.10, where uv is there and so is internet.

    No package registry carries Python 3.10 itself. Raises KiestoonError ``rasa.python_missing``.
    """
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if offline or uv is None:
        raise KiestoonError("rasa.python_missing", _HOW)
    folder = files.folder / "python"
    command = [uv, "python", "install", "3.10", "--install-dir", str(folder), "--no-bin"]
    try:
        run_logged(command, files.log("python"), "rasa.python_missing")
    except KiestoonError as error:
        raise KiestoonError("rasa.python_missing", f"{_HOW}. uv could not fetch it: {error.message}") from error
    found = find_python(files)
    if found is None:
        raise KiestoonError("rasa.python_missing", _HOW)
    return found


def _is_right(python: Path) -> bool:
    if not python.is_file():
        return False
    try:
        asked = subprocess.run(  # noqa: S603 — a Python that was found, run to ask its version
            [str(python), "-c", _ASK_VERSION], env=child_environment(), capture_output=True, text=True, timeout=30,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and asked.stdout.split() == [str(part) for part in VERSION]


def _check_space(files: RasaFiles) -> None:
    free = shutil.disk_usage(files.folder).free // 1_000_000
    if free < NEEDED_MB:
        raise KiestoonError(
            "rasa.disk_low", f"Rasa needs {NEEDED_MB} MB of disk space, {free} MB are free",
            {"free": free, "need": NEEDED_MB},
        )  # fmt: skip


def _fill(files: RasaFiles, log: Path, report: Report) -> None:
    """Install what the lock pins. It names every package, so pip need not look for dependencies."""
    total = len(_PINNED.findall(LOCK.read_text(encoding="utf-8")))
    done = 0

    def follow(line: str) -> None:
        nonlocal done
        if found := _COLLECTING.match(line):
            done += 1
            report(Progress("packages", found.group(1), done, total))
        elif line.startswith("Installing collected packages"):
            report(Progress("unpacking", "", total, total))

    command = [
        str(files.python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:",
        "--no-binary", SOURCE_ONLY, "--no-build-isolation", "--disable-pip-version-check", "--no-input",
        "--progress-bar", "off", "-r", str(LOCK),
    ]  # fmt: skip
    run_logged(command, log, "rasa.install_failed", follow)
