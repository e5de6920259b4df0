"""Messages for people, by code and language: errors, outcomes, reasons of the customer, titles of acts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiohttp import web
from ruamel.yaml import YAML

from bot.errors import KiestoonError

LANGUAGES = ("nl", "en", "fr", "de")
_FOLDER = Path(__file__).parent / "texts"


@lru_cache(maxsize=len(LANGUAGES))
def texts(ui: str) -> Mapping[str, Any]:
    """All texts of a language; English where there are none."""
    path = _FOLDER / f"{ui}.yaml"
    loaded: Mapping[str, Any] = YAML(typ="safe").load(
        (path if path.exists() else _FOLDER / "en.yaml").read_text("utf-8")
    )
    return loaded


def ui_of(request: web.Request) -> str:
    """The language to answer in: `?ui=`, else the first known one of `Accept-Language`, else Dutch."""
    asked = [request.query.get("ui", "")]
    asked += [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")]
    return next((lang for lang in asked if lang in LANGUAGES), "nl")


def error_text(error: KiestoonError, ui: str) -> str:
    """What went wrong and what to do about it; the English message where there is no translation."""
    template = texts(ui)["errors"].get(error.code)
    return str(template).format_map(_Blank(error.details)) if template else error.message


def text(group: str, key: str, ui: str) -> str:
    """The text of a key in a group (`outcomes`, `reasons`, `acts`, `warnings`); the key itself where there is none."""
    return str(texts(ui).get(group, {}).get(key, key))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
