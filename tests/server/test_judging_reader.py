"""The real reader of calls: what turns do, and which term of the script they tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.judging_reader import call_reader
from server.settings import load_settings
from tests import ROOT

CALL = [
    ("agent", "goeiemorgen telenova met sofie waarmee kan ik u helpen"),
    ("customer", "Dag, met Peeters. Ik ben het beu, al drie dagen heb ik geen internet en ik werk thuis."),
    ("agent", "oei drie dagen zonder internet terwijl u thuis werkt dat is echt vervelend sorry daarvoor"),
    ("customer", "Ja, dat mag u wel zeggen."),
    ("agent", "hoe gebruikt u het internet zoal tijdens een werkdag"),
    ("customer", "Vooral videobellen, de hele dag door."),
    ("agent", "dan stuur ik morgen een technieker dat kost u niets en tussen acht en twaalf staat hij aan de deur"),
    ("customer", "Morgen? Dat is voor mij toch wel te laat."),
    ("agent", "dank u wel voor uw telefoontje meneer peeters en nog een fijne dag"),
]


@pytest.fixture(scope="module")
def reader():
    found = call_reader(ROOT, load_settings().cache_dir / "nlu", "nl")
    assert found is not None
    return found


def test_marks_are_told_of_each_turn(reader):
    told = reader.marks(CALL)
    assert len(told) == len(CALL)
    assert told[1]["feel"] > 0.5
    assert told[2]["emp"] > 0.5
    assert told[2]["sorry"] > 0.5
    assert told[4]["open"] > 0.5
    assert told[6]["offer"] > 0.5
    assert told[7]["obj"] > 10 * told[5]["obj"]
    assert max((name for name in told[7] if not name.startswith("phase-")), key=lambda name: told[7][name]) == "obj"
    assert told[8]["bye"] > 0.5
    assert told[0]["bye"] < 0.1
    assert "feel" not in told[2]


def test_a_turn_tells_one_term_and_not_another(reader):
    free, term = reader.told(CALL, [(6, "Het bezoek is gratis."), (6, "Contract van twee jaar.")])
    assert free["told"] > 0.5 > term["told"]


def test_a_call_without_words_is_read(reader):
    assert list(reader.marks([])) == []
    assert reader.marks([("agent", "")])[0] == {}


def test_without_its_file_there_is_no_reader(tmp_path: Path):
    assert call_reader(tmp_path, tmp_path, "nl") is None
