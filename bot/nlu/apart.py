"""Training in a process of its own: neither scikit-learn nor the memory that training takes stays in the server."""

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
    command = [sys.executable, "-m", "bot.nlu.build", str(content_root), lang, str(path)]
    search = os.pathsep.join(part for part in (str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")) if part)
    done = subprocess.run(  # noqa: S603 (this interpreter, this module, paths)
        command, env={**os.environ, "PYTHONPATH": search}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KiestoonError("nlu.training_failed", done.stderr.strip().splitlines()[-1], {"lang": lang})
