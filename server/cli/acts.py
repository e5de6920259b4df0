"""`kiestoon acts`: what the engine makes of the agent's words."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from server.cli.console import failing_clearly, print_json
from server.engine import Engine
from server.settings import load_settings

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def acts(
    lang: Annotated[Literal["nl", "fr", "en", "de"], typer.Option(help="Language of the utterances.")] = "nl",
    explain: Annotated[bool, typer.Option(help="Say per act which rule or which examples decided.")] = False,
) -> None:
    """Recognise dialogue acts: one utterance a line on stdin, one JSON object a line on stdout.

    Each object holds `text`, `acts` ([{act, confidence, span: [start, end]}]) and `entities`.
    """
    with failing_clearly():
        recogniser = Engine(load_settings()).acts(lang)
        for line in sys.stdin:
            text = line.rstrip("\r\n")
            explained = recogniser.explain(text, lang) if explain else None
            heard = explained.understanding if explained else recogniser.understand(text, lang)
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
