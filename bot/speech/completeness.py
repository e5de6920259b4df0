"""Does a text look as if the speaker will go on? Pure; word lists per language.

A hint for `Endpointer.hold`, not a verdict: recognisers like to put a full stop behind half a sentence, so punctuation
says nothing here and the last words say all.
"""

from __future__ import annotations

import re

from bot.events import Lang


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_DANGLING: dict[Lang, frozenset[str]] = {
    "nl": _words(
        "en of maar want omdat doordat zodat als wanneer terwijl hoewel tenzij indien voordat nadat totdat dus dat die "
        "de het een mijn uw uwe onze ons hun haar zijn deze dit met van voor naar bij op in aan uit over onder tegen "
        "tussen zonder door om te tot via per rond binnen volgens sinds ik u we wij ze hij zij er heel zeer erg zo "
        "nog ook even bijvoorbeeld namelijk euh eh uh uhm ehm hm nummer straat is was wordt heeft heb hebt kan kunt "
        "zal zou wil moet mag bent ben waar wie wat hoe welke"
    ),
    "en": _words(
        "and or but because since so that if when while although unless until before after which who the a an my your "
        "our their his her its this these those with of for to from at by on in into about under against between "
        "without through than as via per i you we they he she there very really just also like um uh er erm number "
        "street is was are were has have can could will would shall should must may am where what how"
    ),
    "fr": _words(
        "et ou mais parce car puisque donc que qui quand lorsque si comme bien avant après le la les l un une des du "
        "de d au aux mon ma mes votre vos notre nos leur leurs son sa ses ce cet cette ces avec pour sans sur sous "
        "dans en à par chez vers entre je vous nous on il elle ils elles y très plus aussi euh heu hum numéro rue est "
        "était a avez avons ont peut peux pouvez va vais veut dois doit où quoi comment"
    ),
    "de": _words(
        "und oder aber weil denn da damit dass ob wenn als während obwohl bevor nachdem bis also der die das den dem "
        "des ein eine einen einem einer mein meine ihr ihre ihren unser unsere diese dieser dieses mit von für nach "
        "bei auf in im an am aus über unter gegen zwischen ohne durch um zu zum zur ich sie wir er es man sehr noch "
        "auch äh ähm hm nummer straße ist war wird hat habe haben kann können soll will muss darf bin sind wo wer "
        "wie welche"
    ),
}

# Words that end a sentence rightly although they stand in the list above ("dat is goed zo", "ik ook").
_CLOSING_PAIRS: dict[Lang, frozenset[str]] = {
    "nl": _phrases(
        "is het|was het|ik ook|u ook|wij ook|goed zo|het zo|dan ook|van u|aan u|bij u|voor u|met u|over u|bent u|"
        "hebt u|heeft u|wilt u|kunt u|dank u|wat is|wie is|waar is|hoe is|dat is|ben ik|heb ik|doe ik|dat wel|is dat|"
        "was dat|dat ook|kan ik|wil ik|mag ik|moet ik|kan het|mag het|doet het|ging het|gaat het|is er|was er|"
        "bent u er|dat kan|dat mag|dat was|zo is|nu is|ziet u|weet u|belt u|bedoelt u|zegt u|denkt u|vindt u|woont u|"
        "doen we|gaan we|hebben we|kunnen we|zullen we|weet ik|denk ik|zie ik|hoor ik|begrijp ik|vind ik|nog even|"
        "even aan|er aan|er in|er uit|er op|er bij|het over|het om|daar in|mee in|om in"
    ),
    "en": _phrases(
        "do you|are you|thank you|for you|to you|with you|help you|it is|that is|there is|yes i am|i am|i have|i can|"
        "i will|you are|you can|you have|you know|me too|about it|like this|like that|of that|about that|do that|"
        "with this|at that|is that|of this|is this|is it|i was|she is|he is|they are|we are|we can|to this|me in|"
        "i would|i could|i should|see you|call you|tell you|give you|hear you|about her|for her|to her|for his"
    ),
    "fr": _phrases(
        "avez vous|pouvez vous|voulez vous|êtes vous|allez vous|pour vous|avec vous|chez vous|à vous|de nous|avec "
        "nous|pour nous|chez nous|très bien|ou bien|moi aussi|vous aussi|est ce|allez y|vas y|il y a|y a|en plus|"
        "de plus|non plus|comme ça|est là|c est|bien sûr|pour elle|avec elle|pour eux"
    ),
    "de": _phrases(
        "danke ihnen|haben sie|können sie|sind sie|möchten sie|wissen sie|meinen sie|sehen sie|für sie|an sie|über "
        "sie|ich auch|sie auch|das ist|so ist|es ist|wer ist|wo ist|ist das|war das|ist es|war es|geht es|gibt es|"
        "bin ich|habe ich|kann ich|weiß ich|ich bin|ich kann|ich habe|ich will|das war|ich auf|das an|ich an|mich an|"
        "sie an|nicht auf|alles aus|ich zu|ihnen zu|stimmt das|kann man|mache ich|sind wir|haben wir|machen wir"
    ),
}

_NUMBER_WORDS: dict[Lang, str] = {
    "nl": "nul een één twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig vijftig zestig "
    "zeventig tachtig negentig honderd",
    "en": "zero oh one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty "
    "seventy eighty ninety hundred double",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze vingt trente quarante cinquante soixante "
    "septante quatre-vingt nonante cent",
    "de": "null eins zwei zwo drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig "
    "sechzig siebzig achtzig neunzig hundert",
}
_NUMBERS: dict[Lang, frozenset[str]] = {lang: _words(words) for lang, words in _NUMBER_WORDS.items()}

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*", re.UNICODE)
_DICTATED_AT_LEAST = 2
_LONGEST_DICTATED = 9


def unfinished(text: str, lang: Lang) -> bool:
    """True if `text` breaks off: a trailing "…" or comma, a dangling "en" or "omdat", or a number being dictated.

    An empty text is not unfinished: nothing was said.
    """
    words = _TOKEN.findall(text.lower())
    if not words:
        return False
    if text.rstrip().endswith((",", "...", "…", "-", ":")):
        return True
    if _dictating(words, lang):
        return True
    if words[-1] not in _DANGLING[lang]:
        return False
    return not _closes(words, lang) and not text.rstrip().endswith("?")


def _closes(words: list[str], lang: Lang) -> bool:
    pairs = _CLOSING_PAIRS[lang]
    return " ".join(words[-2:]) in pairs or " ".join(words[-3:]) in pairs


def _dictating(words: list[str], lang: Lang) -> bool:
    """Two or more loose figures at the end, fewer in all than a phone number has: more of them will follow."""
    figures = ""
    count = 0
    for word in reversed(words):
        if not (word.isdigit() or word in _NUMBERS[lang]):
            break
        count += 1
        figures += word if word.isdigit() else "0"
    return count >= _DICTATED_AT_LEAST and len(figures) < _LONGEST_DICTATED
