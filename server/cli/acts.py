"""`kiestoon acts`: what the engine makes of the agent's words."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Annotated, Literal

import typer

from bot.errors import KiestoonError
from server.cli.console import ERR, failing_clearly, print_json, ui_lang
from server.engine import Engine
from server.rasa_serving import rasa_while
from server.settings import load_settings
from server.texts import error_text
from server.understanding import FALLBACK

RASA_PATIENCE_MS = 10_000
"""Nobody is on the line, so Rasa may take its time over a turn."""

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def acts(
    lang: Annotated[Literal["nl", "fr", "en", "de"], typer.Option(help="Language of the utterances.")] = "nl",
    backend: Annotated[
        Literal["spacy", "rasa"] | None, typer.Option(help="What recognises them (default: the setting).")
    ] = None,
    explain: Annotated[bool, typer.Option(help="Say per act which rule or which examples decided.")] = False,
) -> None:
    """Recognise dialogue acts: one utterance a line on stdin, one JSON object a line on stdout.

    Each object holds `text`, `acts` ([{act, confidence, span: [start, end]}]) and `entities`. A Rasa that does not
    answer yet is started for as long as this takes; where that cannot be, spaCy stands in and a line on stderr says so.
    """
    with failing_clearly(), ExitStack() as opened:
        patience = RASA_PATIENCE_MS if backend == "rasa" else None
        engine = Engine(load_settings(nlu=backend, rasa_langs=lang, rasa_timeout_ms=patience))
        recogniser = engine.acts(lang)
        if engine.settings.nlu == "rasa":
            opened.enter_context(rasa_while(engine.settings, _say))
        fallen_back = False
        for line in sys.stdin:
            text = line.rstrip("\r\n")
            explained = recogniser.explain(text, lang) if explain else None
            heard = explained.understanding if explained else recogniser.understand(text, lang)
            if engine.fallen_back(lang) and not fallen_back:
                _say(KiestoonError(FALLBACK, "Rasa does not answer"))
            fallen_back = engine.fallen_back(lang)
            answer: dict[str, object] = {
                "text": text,
                "acts": [
                    {"act": span.act, "confidence": round(span.confidence, 3), "span": [span.start, span.end]}
                    for span in heard.acts
                ],
                "entities": [
                    {"kind": entity.kind, "value": entity.value, "span": [entity.start, entity.end]}
                    for entity in heard.entities
                ],
            }
            if explained:
                answer["reasons"] = [reason.model_dump() for reason in explained.reasons]
            print_json(answer)
            sys.stdout.flush()


def _say(error: KiestoonError) -> None:
    ERR.print(f"kiestoon: {error_text(error, ui_lang())}", markup=False, soft_wrap=True)
