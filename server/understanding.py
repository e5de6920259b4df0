"""Which recogniser of dialogue acts serves a language by the settings, and how the chosen backend fares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import KiestoonError
from bot.events import Lang
from bot.nlu.protocol import ActRecogniser
from bot.nlu.rasa_client import RasaClient
from bot.nlu.rasa_recogniser import RasaRecogniser
from bot.nlu.recogniser import load_recogniser
from server.rasa_files import url_for
from server.settings import Settings

FALLBACK = "nlu.fallback"
"""Code of the warning and the notice that Rasa is away and spaCy stands in."""


@dataclass(frozen=True)
class NluState:
    """`fallback`: languages that Rasa should serve and spaCy does for now."""

    backend: str
    names: tuple[str, ...]
    fallback: tuple[str, ...]


def recogniser_for(settings: Settings, lang: Lang) -> ActRecogniser:
    """The recogniser of a language; trains spaCy's model at the first use ever (seconds).

    Raises KiestoonError as `load_recogniser` does. Rasa need not be there: spaCy stands in until it answers.
    """
    default = load_recogniser(lang, settings.content, settings.cache_dir / "nlu")
    if settings.nlu == "spacy" or lang not in settings.rasa_langs:
        return default
    judge = RasaClient(url_for(settings.rasa_url, lang), settings.rasa_timeout_ms / 1000)
    return RasaRecogniser(lang, default, judge)


def fallen_back(recogniser: ActRecogniser | None) -> bool:
    """Whether the last turn was understood by spaCy though Rasa should have."""
    return isinstance(recogniser, RasaRecogniser) and recogniser.trouble is not None


def nlu_state(settings: Settings, recognisers: Iterable[tuple[str, ActRecogniser]]) -> NluState:
    """How the recognisers fare, those in use and those that are still to be loaded; asks Rasa, where that is chosen."""
    loaded = dict(recognisers)
    wanted = settings.rasa_langs if settings.nlu == "rasa" else ()
    away = tuple(lang for lang in wanted if _away(settings, lang, loaded.get(lang)))
    return NluState(settings.nlu, tuple(made.name for made in loaded.values()), away)


def _away(settings: Settings, lang: Lang, recogniser: ActRecogniser | None) -> bool:
    if isinstance(recogniser, RasaRecogniser):
        return recogniser.check() is not None
    try:
        RasaClient(url_for(settings.rasa_url, lang), settings.rasa_timeout_ms / 1000).model()
    except KiestoonError:
        return True
    return False
