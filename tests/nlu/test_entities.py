"""Values heard in Dutch turns, with the language pack that ships."""

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
PACK = read_pack(pack_path(ROOT, "nl"), "nl")
TOKENIZER = spacy.blank("nl").tokenizer


def _entities(text: str) -> tuple[Entity, ...]:
    return find_entities(
        normalise([(token.text, token.idx) for token in TOKENIZER(text) if not token.is_space], PACK), PACK
    )


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
    found = {(entity.kind, entity.value, text[entity.start : entity.end].strip(",.")) for entity in _entities(text)}
    assert (kind, value, shown) in found


@pytest.mark.parametrize(
    "text", ["een ogenblikje", "goedemorgen", "een fijne avond", "met u", "mevrouw ik begrijp dat"]
)
def test_nothing_to_hear(text: str) -> None:
    assert _entities(text) == ()


@given(st.text(max_size=120))
def test_spans_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for entity in _entities(text):
        assert end <= entity.start < entity.end <= len(text)
        end = entity.end
