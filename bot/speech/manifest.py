"""The speech models that Kiestoon knows: what they are, where they come from, and how to tell that they are whole.

`data/models.yaml` holds it. A file comes either from the model hub (`path` in a repository) or from installed Python
packages (`parts`, joined in order). A model without files is part of a library and always there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import KiestoonError
from bot.events import Lang

ModelKind = Literal["stt", "tts", "vad"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Strict):
    """A file inside an installed Python package."""

    package: str = Field(pattern=r"^[a-z0-9_]+$")
    path: str


class ModelFile(_Strict):
    """One file of a model. `size` is in bytes. Where `sha256` is unknown (null), a download is checked against the hash
    that the hub itself tells, and refused if it tells none.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    path: str | None = None
    parts: tuple[Part, ...] = ()
    size: int | None = Field(default=None, gt=0)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _has_one_origin(self) -> ModelFile:
        if (self.path is None) == (not self.parts):
            raise ValueError(f"{self.name} needs either a path or parts")
        return self


class Model(_Strict):
    """One model. Of the present ones for a language, the highest `quality` is used; `manual` ones only when asked for
    by id. `fallback`: works everywhere, but there are better ones.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    kind: ModelKind
    title: str
    lang: tuple[Lang, ...]
    quality: int = Field(ge=0)
    licence: str
    gender: Literal["male", "female"] | None = None
    fallback: bool = False
    manual: bool = False
    repo: str | None = None
    revision: str = "main"
    files: tuple[ModelFile, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files whose size is known."""
        return sum(file.size or 0 for file in self.files)

    @property
    def fetched(self) -> bool:
        """True where the files come from the hub, false for packages and libraries."""
        return self.repo is not None


class Manifest(_Strict):
    """All models, and the hub that serves them."""

    hub: str
    models: tuple[Model, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Manifest:
        ids = [model.id for model in self.models]
        if doubles := {one for one in ids if ids.count(one) > 1}:
            raise ValueError(f"ids occur twice: {', '.join(sorted(doubles))}")
        return self

    def get(self, model_id: str) -> Model:
        """The model with this id; KiestoonError `model.unknown` if there is none."""
        for model in self.models:
            if model.id == model_id:
                return model
        raise KiestoonError("model.unknown", f"there is no model {model_id}", {"model": model_id})

    def of(self, kind: ModelKind, lang: Lang) -> list[Model]:
        """The models of a kind for a language, best first."""
        found = [model for model in self.models if model.kind == kind and lang in model.lang]
        return sorted(found, key=lambda model: -model.quality)


def load_manifest(path: Path) -> Manifest:
    """Read `data/models.yaml`; KiestoonError `model.manifest` where it is wrong."""
    try:
        return Manifest.model_validate(YAML(typ="safe").load(path))
    except (OSError, YAMLError, ValidationError) as error:
        raise KiestoonError("model.manifest", f"{path.name} cannot be used: {error}", {"file": path.name}) from error
