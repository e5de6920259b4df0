"""The engine with Rasa chosen: what its status says while Rasa is away, and who serves which language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.acts import Act
from bot.nlu.corpus import Example
from bot.nlu.pack import LanguagePack
from server import understanding
from server.app import create_app
from server.engine import Engine
from server.settings import load_settings
from server.understanding import recogniser_for
from tests import ROOT
from tests.nlu.fake_rasa import FakeRasa, serving
from tests.nlu.small_spacy import SmallSpacy

TEXT = "waarmee kan ik u helpen"
TAUGHT = {Act.OFFER_HELP: [TEXT, "waarmee help ik u"], Act.THANK: ["dank u wel", "bedankt voor uw oproep"]}


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    with serving(FakeRasa(lambda text: {"thank": 0.9, "offer_help": 0.1})) as fake:
        yield fake


@pytest.fixture
def engine(rasa: FakeRasa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    examples = [Example(text, frozenset({act})) for act, texts in TAUGHT.items() for text in texts]
    small = SmallSpacy(examples, LanguagePack(lang="nl"))
    monkeypatch.setattr(understanding, "load_recogniser", lambda lang, content, cache: small)
    return Engine(load_settings(data_dir=tmp_path, content=ROOT, nlu="rasa", rasa_url=rasa.url, rasa_timeout_ms=5000))


def test_rasa_serves_the_languages_of_the_settings(engine: Engine) -> None:
    assert engine.acts("nl").name == "rasa-nl+spacy-nl-small"
    assert recogniser_for(engine.settings, "fr").name == "spacy-nl-small"
    assert engine.acts("nl").understand(TEXT, "nl").act_set() == {Act.THANK}
    assert not engine.fallen_back("nl")
    assert not engine.fallen_back("fr")


def test_without_rasa_in_the_settings_nothing_asks_it(engine: Engine, rasa: FakeRasa) -> None:
    plain = Engine(engine.settings.model_copy(update={"nlu": "spacy"}))
    assert plain.acts("nl").understand(TEXT, "nl").act_set() == {Act.OFFER_HELP}
    assert (plain.nlu_state().backend, plain.nlu_state().fallback, rasa.asked) == ("spacy", (), [])


async def nlu_of(engine: Engine) -> tuple[dict[str, Any], list[str]]:
    async with TestClient(TestServer(create_app(engine.settings, engine))) as client:
        answer = await (await client.get("/api/status?ui=en")).json()
        return answer["nlu"], [warning["code"] for warning in answer["warnings"]]


def test_before_the_first_call_the_state_is_known_too(engine: Engine, rasa: FakeRasa) -> None:
    assert engine.nlu_state().fallback == ()
    rasa.model = None
    assert engine.nlu_state().fallback == ("nl",)


async def test_the_status_tells_that_rasa_is_away(engine: Engine, rasa: FakeRasa) -> None:
    engine.acts("nl")
    nlu, warnings = await nlu_of(engine)
    assert nlu == {"backend": "rasa", "name": "rasa-nl+spacy-nl-small", "fallback": False}
    assert "nlu.fallback" not in warnings
    rasa.status = 503
    nlu, warnings = await nlu_of(engine)
    assert nlu["fallback"] is True
    assert "nlu.fallback" in warnings
    assert engine.fallen_back("nl")
    assert engine.acts("nl").understand(TEXT, "nl").act_set() == {Act.OFFER_HELP}
