"""Where Rasa's environment, projects, models and logs are kept, and the commands that run Rasa in them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import KiestoonError
from bot.events import Lang
from server.settings import ROOT, Settings

RASA_VERSION = "3.6.21"
LOCK = ROOT / "requirements-rasa.lock"
LANGS: tuple[Lang, ...] = ("nl", "fr", "en", "de")
"""Each language is served at its own port: the first at that of `rasa_url`, the others in this order after it."""

_STAMP = ".kiestoon-lock"
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONUNBUFFERED": "1",
    "NO_COLOR": "1",
}  # fmt: skip
_NOT_FOR_RASA = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class RasaFiles:
    """Everything about Rasa under one folder."""

    folder: Path
    content: Path

    @property
    def environment(self) -> Path:
        """Rasa's own Python environment."""
        return self.folder / "venv"

    @property
    def python(self) -> Path:
        """The interpreter in it."""
        return self.environment / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """Written last by an installation: which lock file it followed."""
        return self.environment / _STAMP

    @property
    def models(self) -> Path:
        """Where trained models are kept."""
        return self.folder / "models"

    def project(self, lang: str) -> Path:
        """The Rasa project of a language."""
        return self.folder / "projects" / lang

    def log(self, name: str) -> Path:
        """What Rasa printed while it was installed, trained or served."""
        return self.folder / "logs" / f"{name}.log"

    def installed(self) -> bool:
        """Whether the environment is complete and follows the lock file of this version."""
        try:
            return self.python.exists() and self.stamp.read_text(encoding="ascii").strip() == lock_hash()
        except (OSError, UnicodeDecodeError):
            return False

    def command(self, *arguments: str) -> list[str]:
        """The command line that runs Rasa with these arguments; raises KiestoonError ``rasa.not_installed``."""
        if not self.installed():
            raise KiestoonError("rasa.not_installed", "Rasa is not installed: run 'kiestoon rasa install'")
        return [str(self.python.absolute()), str(self.content / "data" / "rasa" / "run_rasa.py"), *arguments]


def rasa_files(settings: Settings) -> RasaFiles:
    """The files of Rasa by the settings."""
    return RasaFiles(settings.rasa_folder.absolute(), settings.content.absolute())


def lock_hash() -> str:
    """SHA-256 of the lock file."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def child_environment(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables for Rasa: no telemetry, one thread, nothing of this program's own Python."""
    own = os.environ if base is None else base
    return {key: value for key, value in own.items() if key not in _NOT_FOR_RASA} | _QUIET


def url_for(base: str, lang: str) -> str:
    """Where the server of a language is, given the address of the first."""
    parts = urlsplit(base)
    port = (parts.port or 80) + LANGS.index(lang)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"


def is_local(url: str) -> bool:
    """Whether an address is on this machine, where Kiestoon may start the server itself."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def check_platform(platform: str = sys.platform) -> None:
    """Raise KiestoonError ``rasa.platform`` where Rasa 3.6 has no packages."""
    if platform not in ("linux", "darwin"):
        raise KiestoonError(
            "rasa.platform", f"Rasa {RASA_VERSION} is pinned for Linux and macOS only, not for {platform}"
        )
