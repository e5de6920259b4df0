"""What commands share: where they print, how they fail, which content they use."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console

from bot.errors import KiestoonError
from server.texts import error_text

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)


def ui_lang() -> str:
    """The language of messages in the terminal: `KIESTOON_UI_LANG`, else that of the locale, else Dutch."""
    asked = os.environ.get("KIESTOON_UI_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "nl"
    return asked[:2] if asked[:2] in ("nl", "en", "fr", "de") else "nl"


def print_json(value: Any) -> None:
    """One JSON value on stdout, for other programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn expected failures into one line on stderr and exit status 1."""
    try:
        yield
    except KiestoonError as error:
        shown = error_text(error, ui_lang())
        ERR.print(f"kiestoon: {shown}", markup=False, soft_wrap=True)
        if shown != error.message:
            ERR.print(f"  ({error.code}: {error.message})", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from error
