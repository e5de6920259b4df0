"""Settings, from the environment (`KIESTOON_…`) or a `.env` file. docs/settings.md documents each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

import bot
from bot.errors import KiestoonError

ROOT = Path(bot.__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings with their defaults."""

    model_config = SettingsConfigDict(env_prefix="KIESTOON_", env_file=".env", extra="ignore")

    host: str = Field(default="127.0.0.1", description="address to listen on; localhost unless told otherwise")
    port: int = Field(default=8742, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    content: Path = Field(default=ROOT, description="folder that holds personas/, dialogue_scripts/ and data/")
    data_dir: Path = Field(default=Path("var"), description="folder for calls, models and caches")
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="further origins that may open a call, separated by spaces (https://practice.school.be)"
    )
    resume_seconds: float = Field(
        default=30.0, ge=0, le=600, description="how long a dropped call waits for its browser"
    )
    max_calls: int = Field(default=8, ge=1, le=200, description="calls at once")
    import_minutes: int = Field(default=120, ge=1, le=1440, description="longest recording that is imported")
    min_free_mb: int = Field(default=200, ge=0, description="free disk space under which no call is started")
    ui_lang: Literal["nl", "en", "fr", "de"] = Field(
        default="nl", description="language of messages when none is asked"
    )
    recogniser: str = Field(default="", description="id of the speech recognition model; empty: the best that is there")
    offline: bool = Field(default=False, description="never try to fetch models")
    captions: bool = Field(default=True, description="captions may be switched on in practice mode")
    form: str = Field(
        default="standaard", pattern=r"^[a-z0-9_-]{1,40}$", description="id of the form that calls are judged by"
    )
    nlu: Literal["spacy", "rasa"] = Field(default="spacy", description="what recognises the acts of the trainee")
    rasa_url: str = Field(
        default="http://127.0.0.1:5005",
        pattern=r"^http://[^/\s]+:\d+$",
        description="where Rasa serves Dutch; French, English and German at the three ports after it",
    )
    rasa_timeout_ms: int = Field(
        default=500, ge=20, le=60_000, description="how long Rasa may take over a turn before spaCy answers instead"
    )
    rasa_dir: Path = Field(default=Path("rasa"), description="folder for Rasa, from the data folder")
    rasa_langs: Annotated[tuple[Literal["nl", "fr", "en", "de"], ...], NoDecode] = Field(
        default=("nl",), description="languages that Rasa serves, separated by spaces; spaCy serves the others"
    )

    @field_validator("origins", "rasa_langs", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @property
    def calls_dir(self) -> Path:
        """Where calls are stored."""
        return self.data_dir / "calls"

    @property
    def models_dir(self) -> Path:
        """Where models are stored."""
        return self.data_dir / "models"

    @property
    def rasa_folder(self) -> Path:
        """Where Rasa is installed and keeps its models."""
        return self.data_dir / self.rasa_dir

    @property
    def cache_dir(self) -> Path:
        """What can be made again."""
        return self.data_dir / "cache"


def load_settings(**overrides: object) -> Settings:
    """The settings in force; raises KiestoonError ``settings.invalid`` that names the variable and its fault."""
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "KIESTOON_" + str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise KiestoonError("settings.invalid", f"{name}: {first['msg']}", {"name": name}) from error
