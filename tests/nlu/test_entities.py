"""Values heard in turns, with the language packs that ship."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from bot.acts import Entity
from bot.nlu.entities import find_entities
from bot.nlu.normalise import normalise
from bot.nlu.pack import pack_path, read_pack

ROOT = Path(__file__).parents[2]
LANGUAGES = ("nl", "en", "fr", "de")
PACKS = {lang: read_pack(pack_path(ROOT, lang), lang) for lang in LANGUAGES}
TOKENIZERS = {lang: spacy.blank(lang).tokenizer for lang in LANGUAGES}


def _entities(text: str, lang: str = "nl") -> tuple[Entity, ...]:
    tokens = [(token.text, token.idx) for token in TOKENIZERS[lang](text) if not token.is_space]
    return find_entities(normalise(tokens, PACKS[lang]), PACKS[lang])


def _shown(text: str, lang: str = "nl") -> set[tuple[str, str, str]]:
    return {
        (entity.kind, entity.value, text[entity.start : entity.end].strip(",.")) for entity in _entities(text, lang)
    }


@pytest.mark.parametrize(
    ("text", "kind", "value", "shown"),
    [
        ("het kost vijfentwintig euro vijftig per maand", "amount", "25.50", "vijfentwintig euro vijftig"),
        ("dat is €12,50", "amount", "12.50", "€12,50"),
        ("vijftig cent per minuut", "amount", "0.50", "vijftig cent"),
        ("u krijgt tien procent korting", "percentage", "10", "tien procent"),
        ("het contract loopt twee jaar", "duration", "P2Y", "twee jaar"),
        ("het duurt een kwartiertje", "duration", "PT15M", "kwartiertje"),
        ("ik bel u om half vier", "time", "03:30", "half vier"),
        ("tien over half acht", "time", "07:40", "tien over half acht"),
        ("de technieker komt om acht uur dertig", "time", "08:30", "acht uur dertig"),
        ("tegen 14u30 is het klaar", "time", "14:30", "14u30"),
        ("tot zes uur 's avonds", "time", "18:00", "zes uur 's avonds"),
        ("om tien over acht", "time", "08:10", "tien over acht"),
        ("tussen negen en twaalf uur", "time", "09:00", "negen"),
        ("gratis tot vierentwintig uur op voorhand", "duration", "PT24H", "vierentwintig uur"),
        ("op drie mei", "date", "--05-03", "drie mei"),
        ("geboren op 12/03/1970", "date", "1970-03-12", "12/03/1970"),
        ("de zevende april tweeduizend vierentwintig", "date", "2024-04-07", "zevende april tweeduizend vierentwintig"),
        ("ik bel u overmorgen", "date", "today+2", "overmorgen"),
        ("dinsdag komt hij", "date", "weekday 2", "dinsdag"),
        ("uw klantnummer is vijf vijf twaalf drieëntwintig", "customer_number", "551223",
         "vijf vijf twaalf drieëntwintig"),
        ("bestelnummer 44 70 19", "order_number", "447019", "44 70 19"),
        ("nul vier acht zes twaalf dertig vijfenveertig", "phone", "0486123045",
         "nul vier acht zes twaalf dertig vijfenveertig"),
        ("bel 0486/12.30.45", "phone", "0486123045", "0486/12.30.45"),
        ("p van papa e van echo e van echo", "spelling", "PEE", "p van papa e van echo e van echo"),
        ("dat is D-E-S-M-E-T", "spelling", "DESMET", "D-E-S-M-E-T"),
        ("mevrouw Van den Broeck, luister", "name", "Van Den Broeck", "Van den Broeck"),
        ("u spreekt met Karim", "name", "Karim", "Karim"),
        ("in de Molenstraat 27 bus 2", "address", "molenstraat 27 bus 2", "Molenstraat 27 bus 2"),
    ],
)  # fmt: skip
def test_value(text: str, kind: str, value: str, shown: str) -> None:
    assert (kind, value, shown) in _shown(text)


@pytest.mark.parametrize(
    ("text", "kind", "value", "shown"),
    [
        ("it costs twenty five euros fifty a month", "amount", "25.50", "twenty five euros fifty"),
        ("fifty cents a minute", "amount", "0.50", "fifty cents"),
        ("you get ten percent off", "percentage", "10", "ten percent"),
        ("the contract runs for two years", "duration", "P2Y", "two years"),
        ("it takes half an hour", "duration", "PT30M", "half an hour"),
        ("I'll call you at half past three", "time", "03:30", "half past three"),
        ("quarter to nine", "time", "08:45", "quarter to nine"),
        ("he comes at nine o'clock", "time", "09:00", "nine o'clock"),
        ("at two pm", "time", "14:00", "two pm"),
        ("until 6 p.m. the day before", "time", "18:00", "6 p.m"),
        ("at two in the afternoon", "time", "14:00", "two in the afternoon"),
        ("half past seven in the evening", "time", "19:30", "half past seven in the evening"),
        ("until noon", "time", "12:00", "noon"),
        ("twenty-four hours in advance", "duration", "PT24H", "twenty-four hours"),
        ("an hour and a half", "duration", "PT90M", "an hour and a half"),
        ("two euros and fifty cents", "amount", "2.50", "two euros and fifty cents"),
        ("May 3", "date", "--05-03", "May 3"),
        ("May the third", "date", "--05-03", "May the third"),
        ("on the third of May", "date", "--05-03", "third of May"),
        ("on 3 May 2024", "date", "2024-05-03", "3 May 2024"),
        ("tomorrow", "date", "today+1", "tomorrow"),
        ("on Tuesday", "date", "weekday 2", "Tuesday"),
        ("your customer number is five five twelve twenty three", "customer_number", "551223",
         "five five twelve twenty three"),
        ("order number 44 70 19", "order_number", "447019", "44 70 19"),
        ("p for papa e for echo", "spelling", "PE", "p for papa e for echo"),
        ("good morning Mrs Van den Broeck", "name", "Van Den Broeck", "Van den Broeck"),
        ("my name is Karim", "name", "Karim", "Karim"),
        ("12 Church Street", "address", "12 church street", "12 Church Street"),
    ],
)  # fmt: skip
def test_value_in_english(text: str, kind: str, value: str, shown: str) -> None:
    assert (kind, value, shown) in _shown(text, "en")


@pytest.mark.parametrize(
    ("text", "kind", "value", "shown"),
    [
        ("ça coûte vingt-cinq euros cinquante par mois", "amount", "25.50", "vingt-cinq euros cinquante"),
        ("nonante-neuf euros", "amount", "99.00", "nonante-neuf euros"),
        ("dix pour cent de réduction", "percentage", "10", "dix pour cent"),
        ("le contrat court deux ans", "duration", "P2Y", "deux ans"),
        ("ça prend une demi-heure", "duration", "PT30M", "demi-heure"),
        ("à quinze heures trente", "time", "15:30", "quinze heures trente"),
        ("vers 14h30", "time", "14:30", "14h30"),
        ("de neuf heures à midi", "time", "09:00", "neuf heures"),
        ("de neuf heures à midi", "time", "12:00", "midi"),
        ("de neuf à onze heures", "time", "09:00", "neuf"),
        ("à huit heures et demie", "time", "08:30", "huit heures et demie"),
        ("à neuf heures moins le quart", "time", "08:45", "neuf heures moins le quart"),
        ("à six heures du soir", "time", "18:00", "six heures du soir"),
        ("jusqu'à dix-huit heures la veille", "time", "18:00", "dix-huit heures"),
        ("jusqu'à vingt-quatre heures à l'avance", "duration", "PT24H", "vingt-quatre heures"),
        ("48 heures à l'avance", "duration", "PT48H", "48 heures"),
        ("une heure et demie", "duration", "PT90M", "une heure et demie"),
        ("trois quarts d'heure", "duration", "PT45M", "trois quarts d'heure"),
        ("cinquante centimes", "amount", "0.50", "cinquante centimes"),
        ("deux euros et cinquante centimes", "amount", "2.50", "deux euros et cinquante centimes"),
        ("pendant deux heures", "duration", "PT2H", "deux heures"),
        ("le trois mai", "date", "--05-03", "trois mai"),
        ("le premier avril deux mille vingt-quatre", "date", "2024-04-01", "premier avril deux mille vingt-quatre"),
        ("après-demain", "date", "today+2", "après-demain"),
        ("mardi il vient", "date", "weekday 2", "mardi"),
        ("votre numéro de client est cinq cinq douze vingt-trois", "customer_number", "551223",
         "cinq cinq douze vingt-trois"),
        ("zéro quatre cent septante-huit douze trente-quatre cinquante-six", "phone", "0478123456",
         "zéro quatre cent septante-huit douze trente-quatre cinquante-six"),
        ("p comme pierre e comme emile", "spelling", "PE", "p comme pierre e comme emile"),
        ("monsieur Van den Broeck écoutez", "name", "Van Den Broeck", "Van den Broeck"),
        ("je m'appelle Karim", "name", "Karim", "Karim"),
        ("rue de l'Église 12", "address", "rue de l église 12", "rue de l'Église 12"),
    ],
)  # fmt: skip
def test_value_in_french(text: str, kind: str, value: str, shown: str) -> None:
    assert (kind, value, shown) in _shown(text, "fr")


@pytest.mark.parametrize(
    ("text", "kind", "value", "shown"),
    [
        ("das kostet fünfundzwanzig Euro fünfzig im Monat", "amount", "25.50", "fünfundzwanzig Euro fünfzig"),
        ("fünfzig Cent pro Minute", "amount", "0.50", "fünfzig Cent"),
        ("zehn Prozent Rabatt", "percentage", "10", "zehn Prozent"),
        ("der Vertrag läuft zwei Jahre", "duration", "P2Y", "zwei Jahre"),
        ("eine Viertelstunde", "duration", "PT15M", "Viertelstunde"),
        ("um halb vier", "time", "03:30", "halb vier"),
        ("zehn nach halb acht", "time", "07:40", "zehn nach halb acht"),
        ("um acht Uhr dreißig", "time", "08:30", "acht Uhr dreißig"),
        ("um zwei Uhr", "time", "02:00", "zwei Uhr"),
        ("um zwei Uhr nachmittags", "time", "14:00", "zwei Uhr nachmittags"),
        ("um sechs Uhr am Abend", "time", "18:00", "sechs Uhr am Abend"),
        ("um 18.30 Uhr", "time", "18:30", "18.30"),
        ("von neun bis zwölf Uhr", "time", "09:00", "neun"),
        ("bis Mitternacht", "time", "00:00", "Mitternacht"),
        ("vierundzwanzig Stunden vorher", "duration", "PT24H", "vierundzwanzig Stunden"),
        ("zwei Euro und fünfzig Cent", "amount", "2.50", "zwei Euro und fünfzig Cent"),
        ("am dritten Mai", "date", "--05-03", "dritten Mai"),
        ("am siebten April zweitausendvierundzwanzig", "date", "2024-04-07",
         "siebten April zweitausendvierundzwanzig"),
        ("morgen rufe ich an", "date", "today+1", "morgen"),
        ("am Dienstag", "date", "weekday 2", "Dienstag"),
        ("Ihre Kundennummer ist fünf fünf zwölf dreiundzwanzig", "customer_number", "551223",
         "fünf fünf zwölf dreiundzwanzig"),
        ("Bestellnummer 44 70 19", "order_number", "447019", "44 70 19"),
        ("P wie Paula E wie Emil", "spelling", "PE", "P wie Paula E wie Emil"),
        ("Frau Van den Broeck, hören Sie", "name", "Van Den Broeck", "Van den Broeck"),
        ("mein Name ist Karim", "name", "Karim", "Karim"),
        ("in der Bahnhofstraße 27", "address", "in der bahnhofstrasse 27", "in der Bahnhofstraße 27"),
    ],
)  # fmt: skip
def test_value_in_german(text: str, kind: str, value: str, shown: str) -> None:
    assert (kind, value, shown) in _shown(text, "de")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("one moment please", "en"), ("have a nice evening", "en"), ("mr I understand", "en"),
        ("un instant s'il vous plaît", "fr"), ("bonne soirée madame", "fr"), ("monsieur je comprends", "fr"),
        ("guten Morgen", "de"), ("einen Moment bitte", "de"), ("schönen Abend", "de"),
        ("may I help you", "en"), ("guten Mittag", "de"),
    ],
)  # fmt: skip
def test_nothing_to_hear_in_other_languages(text: str, lang: str) -> None:
    assert _entities(text, lang) == ()


@pytest.mark.parametrize(
    "text", ["een ogenblikje", "goedemorgen", "een fijne avond", "met u", "mevrouw ik begrijp dat"]
)
def test_nothing_to_hear(text: str) -> None:
    assert _entities(text) == ()


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_spans_lie_in_the_text_and_do_not_overlap(text: str, lang: str) -> None:
    end = 0
    for entity in _entities(text, lang):
        assert end <= entity.start < entity.end <= len(text)
        end = entity.end
