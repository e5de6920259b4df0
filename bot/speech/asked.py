"""What did the customer just ask for: a datum, or a yes or no? Pure; patterns per language.

Who dictates a number or spells a name pauses between its parts; who was asked for a yes or no and gave it has mostly
finished. Both are hints for `TurnEnds`, so what is not recognised here costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.events import Lang

Asked = Literal["datum", "yes_or_no"]


@dataclass(frozen=True, slots=True)
class _Questions:
    """`fillers` come before the question proper; `data` ask for a number, name, date or address wherever they stand,
    `things` only in a request; `requests` and `verbs` begin a question without a question word.
    """

    fillers: re.Pattern[str]
    data: re.Pattern[str]
    things: re.Pattern[str]
    requests: re.Pattern[str]
    verbs: re.Pattern[str]


def _questions(fillers: str, data: str, things: str, requests: str, verbs: str) -> _Questions:
    return _Questions(
        re.compile(rf"(?:(?:{fillers})\b\W*)+"),
        re.compile(rf"\b(?:{data})\b"),
        re.compile(rf"\b(?:{things})\b"),
        re.compile(rf"(?:{requests})\b"),
        re.compile(rf"(?:{requests}|{verbs})\b"),
    )


_LANGUAGES: dict[Lang, _Questions] = {
    "nl": _questions(
        "en|maar|dus|ja|nee|goed|oké|ah|oh|want|of|mevrouw|meneer",
        r"hoeveel|wanneer|hoe laat|hoe lang|wat kost|wie bent u|hoe heet|vanaf wanneer|"
        r"(?:wat is|wat was|welke?) (?:\w+ ){0,3}\w*(?:nummer|naam|adres|datum|bedrag|prijs|dag|uur)",
        r"\w*nummer|naam|adres|e-mailadres|datum|bedrag|prijs|postcode",
        "mag ik|kunt u|kan u|kan ik|zou u|wilt u|geeft u",
        "is|zijn|was|heeft|hebt|hebben|klopt|mag|moet|moeten|gaat|bent|wil|zal|zult|zullen|zou|kan|kunnen|krijg|krijgt|"
        "werkt|doet|komt|betekent|blijft|wordt|hoor|begrijpt|weet",
    ),
    "en": _questions(
        "and|but|so|yes|no|well|okay|ok|oh|right|sorry",
        r"how much|how many|when|what time|how long|who am i|"
        r"(?:what is|what's|what was|which) (?:\w+ ){0,3}(?:number|name|address|date|amount|price|day|rate|cost)",
        "number|name|address|date|amount|price|postcode|email",
        "may i|can i|can you|could i|could you|would you|will you",
        "is|are|was|were|has|have|had|do|does|did|am|should|shall|will|would|can|could|must|may",
    ),
    "fr": _questions(
        "et|mais|donc|alors|oui|non|bon|ah|oh|madame|monsieur",
        r"combien|quand|à quelle heure|c'est qui|"
        r"(?:quel|quelle) (?:est )?(?:\w+ ){0,3}(?:numéro|nom|adresse|date|montant|prix|jour|heure)",
        "numéro|nom|adresse|date|montant|prix|code postal",
        "puis-je|je peux|pouvez-vous|vous pouvez|pourriez-vous",
        "est-ce que|est-ce|c'est|avez-vous|êtes-vous|est-il|est-elle|y a-t-il|faut-il|dois-je|voulez-vous|vous avez|"
        "vous êtes",
    ),
    "de": _questions(
        "und|aber|also|ja|nein|gut|okay|ach|oh|denn",
        r"wie ?viel|wie viele|wann|um wie viel uhr|wie lange|was kostet|wer sind sie|wie heißen|"
        r"(?:was ist|wie ist|wie lautet|welche[rsnm]?) (?:\w+ ){0,3}\w*"
        r"(?:nummer|name|adresse|datum|betrag|preis|tag|uhr)",
        r"\w*nummer|namen?|adresse|datum|betrag|preis|postleitzahl",
        "darf ich|können sie|könnten sie|kann ich|würden sie",
        "ist|sind|war|hat|haben|stimmt|darf|muss|müssen|wird|werden|kann|können|soll|will|wollen|gibt|geht|bekomme|"
        "bedeutet|bleibt|wissen",
    ),
}

_YES_OR_NO: dict[Lang, frozenset[str]] = {
    "nl": frozenset(("ja", "nee", "neen", "jawel", "jazeker", "zeker", "klopt", "inderdaad", "natuurlijk", "absoluut")),
    "en": frozenset(("yes", "no", "yeah", "yep", "nope", "certainly", "absolutely", "indeed", "sure")),
    "fr": frozenset(("oui", "non", "si", "certainement", "absolument", "exactement", "effectivement")),
    "de": frozenset(("ja", "nein", "doch", "jawohl", "sicher", "genau", "natürlich", "selbstverständlich")),
}
_QUESTION = re.compile(r"[^.!?…]+\?")
_FIRST_WORD = re.compile(r"[^\W_]+")


def asked_for(line: str, lang: Lang) -> Asked | None:
    """What the last question in a line of the customer's asks for; None for an open question, or none."""
    questions = _QUESTION.findall(line.lower().replace("’", "'"))
    if not questions:
        return None
    forms = _LANGUAGES[lang]
    said = questions[-1].strip()
    filler = forms.fillers.match(said)
    question = said[filler.end() :] if filler else said
    if forms.data.search(question) or (forms.requests.match(question) and forms.things.search(question)):
        return "datum"
    return "yes_or_no" if forms.verbs.match(question) else None


def says_yes_or_no(text: str, lang: Lang) -> bool:
    """Whether a text begins with the answer to a question for a yes or no."""
    word = _FIRST_WORD.search(text.lower())
    return word is not None and word.group() in _YES_OR_NO[lang]
