"""Programs in a process of their own: neither scikit-learn nor the memory that training takes stays in the server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.errors import KiestoonError

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def build_apart(content_root: Path, lang: str, path: Path) -> None:
    """Train in a process of its own and keep the model at `path`.

    Raises KiestoonError ``nlu.training_failed`` with what the process wrote last.
    """
    try:
        _run("bot.nlu.build", str(content_root), lang, str(path))
    except subprocess.CalledProcessError as error:
        raise KiestoonError("nlu.training_failed", error.stderr.strip().splitlines()[-1], {"lang": lang}) from error


def footprint(content_root: Path, lang: str, cache_dir: Path, cases: Path) -> float:
    """Peak memory in MiB of a process that only recognises, over the turns in the file `cases`.

    Raises subprocess.CalledProcessError where that process fails.
    """
    return float(_run("bot.nlu.footprint", str(content_root), lang, str(cache_dir), str(cases)))


def _run(module: str, *arguments: str) -> str:
    search = os.pathsep.join(part for part in (str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")) if part)
    done = subprocess.run(  # noqa: S603 (this interpreter, this module, paths)
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, "PYTHONPATH": search}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout
