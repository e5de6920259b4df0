"""Does a text look as if the speaker will go on? Pure; word lists per language.

A hint for `Endpointer.hold`, not a verdict. Recognisers like to put a full stop behind half a sentence, so a full stop
says nothing here and the last words say all. The lists hold only words that hardly ever end a sentence: no verbs in
Dutch and German, where subordinate clauses end in one, and no prepositions that are also split off verbs ("ik bel u
op").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.events import Lang


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


@dataclass(frozen=True, slots=True)
class _Words:
    """`openers` begin a clause; `leaders` come before a noun or in a hesitation; `pronouns` leave a clause unfinished
    only right behind an opener ("omdat ik"), not behind a verb ("dat begrijp ik").
    """

    openers: frozenset[str]
    leaders: frozenset[str]
    pronouns: frozenset[str]
    numbers: frozenset[str]


_LANGUAGES: dict[Lang, _Words] = {
    "nl": _Words(
        _words(
            "en of maar want omdat doordat zodat als wanneer terwijl hoewel tenzij indien voordat nadat totdat dus "
            "waardoor waarbij waarmee opdat mits aangezien"
        ),
        _words(
            "de het een mijn uw uwe onze ons hun haar deze met van voor naar tussen zonder te via per rond volgens "
            "sinds euh eh uh uhm ehm hm heel zeer bijvoorbeeld namelijk nummer straat"
        ),
        _words("ik u we wij ze zij hij het dat er die"),
        _words(
            "nul een één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
            "zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd"
        ),
    ),
    "en": _Words(
        _words("and or but because since so if when while although unless until whether that which who whose than as"),
        _words(
            "the a an my your our their his its these those with of for to from at by into between without through via "
            "per very um uh er erm hm is was are were would could should must what where how number street"
        ),
        _words("i you we they he she it there that this"),
        _words(
            "zero oh one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty "
            "seventy eighty ninety hundred double"
        ),
    ),
    "fr": _Words(
        _words("et ou mais parce car puisque donc que qui quand lorsque si comme dont où"),
        _words(
            "le la les l un une des du de d au aux mon ma mes votre vos notre leur leurs ses ce cet cette ces avec "
            "pour sans sur sous dans en à par chez vers entre très euh heu hum numéro rue est était avez avons ont"
        ),
        _words("je vous nous on il elle ils elles j c ça cela"),
        _words(
            "zéro un deux trois quatre cinq six sept huit neuf dix onze douze vingt trente quarante cinquante soixante "
            "septante quatre-vingt nonante cent"
        ),
    ),
    "de": _Words(
        _words("und oder aber weil denn damit dass ob wenn als während obwohl bevor nachdem bis also sodass"),
        _words(
            "der die das den dem des ein eine einen einem einer mein meine ihre ihren unser unsere diese dieser dieses "
            "von für bei im am zwischen ohne durch zum zur sehr äh ähm hm nummer straße"
        ),
        _words("ich sie wir er es man"),
        _words(
            "null eins zwei zwo drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig "
            "sechzig siebzig achtzig neunzig hundert"
        ),
    ),
}

# Sentences that end in a word of the lists all the same.
_CLOSED = _phrases(
    "is het|was het|gaat het|kan het|mag het|doet het|klopt het|ik voor|u voor|we voor|of dat|of niet|thank you|"
    "that is|it is|there is|yes it was|they are|we are|you are|what it is|or that|il y a|ou pas|ist das|war das|"
    "stimmt das|das da|en dat|dat het|i could|i would|i should|you could"
)
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*", re.UNICODE)
_SPELLED = re.compile(r"(?:^|[\W_])[^\W\d_][\s.,-]+[^\W\d_]$")
_DICTATED_AT_LEAST = 2
_PHONE_NUMBER_FIGURES = 9


def unfinished(text: str, lang: Lang) -> bool:
    """True if `text` breaks off: a trailing comma or "…", a dangling "en" or "omdat", or a number being dictated.

    An empty text is not unfinished: nothing was said. Nor is a question or an exclamation.
    """
    end = text.rstrip()
    tokens = _TOKEN.findall(text.lower())
    if not tokens or end.endswith(("?", "!")):
        return False
    if end.endswith((",", "...", "…", "-", ":")):
        return True
    return _dictating(tokens, lang) or _dangling(tokens, lang)


def dictating(text: str, lang: Lang) -> bool:
    """True if `text` ends in the midst of a number or a spelling, said in answer to a question for a datum: a single
    figure is enough, as long as it is not as much as a phone number; so are two loose letters.
    """
    tokens = _TOKEN.findall(text.lower())
    return _dictating(tokens, lang, at_least=1) or _SPELLED.search(text.rstrip(" .,-")) is not None


def _dangling(tokens: list[str], lang: Lang) -> bool:
    words = _LANGUAGES[lang]
    if " ".join(tokens[-2:]) in _CLOSED or " ".join(tokens[-3:]) in _CLOSED:
        return False
    if tokens[-1] in words.pronouns and tokens[-1] not in words.openers:
        return len(tokens) > 1 and tokens[-2] in words.openers
    return tokens[-1] in words.openers or tokens[-1] in words.leaders


def _dictating(tokens: list[str], lang: Lang, at_least: int = _DICTATED_AT_LEAST) -> bool:
    """So many or more loose figures at the end, fewer in all than a phone number has: more of them will follow."""
    count = figures = 0
    for token in reversed(tokens):
        if not (token.isdigit() or token in _LANGUAGES[lang].numbers):
            break
        count += 1
        figures += len(token) if token.isdigit() else 1
    return count >= at_least and figures < _PHONE_NUMBER_FIGURES
