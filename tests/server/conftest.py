"""The real application over real sockets on loopback, with scripted ears and voices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from bot.acts import Act
from bot.speech.store import Recogniser
from bot.speech.turn_end import TurnEnds
from evaluators.lexicon import Lexicon
from server import sockets
from server.app import create_app
from server.engine import Engine
from server.settings import Settings, load_settings
from tests.call_driver import understood
from tests.speech.fakes import FakeSynthesizer, FakeTranscriber, FakeVoiceActivity

ROOT = Path(__file__).resolve().parents[2]
GREETING = "goedemorgen telenova met sofie waarmee kan ik u helpen"
MEANINGS = {
    GREETING: (Act.GREET, Act.STATE_COMPANY, Act.STATE_NAME, Act.OFFER_HELP),
    "tot ziens": (Act.SAY_GOODBYE,),
}


LEXICONS: dict[str, Lexicon] = {}
"""They never change, and learning one takes seconds."""


class ScriptedEngine(Engine):
    """An engine whose ears and voice follow a script; content and evaluators are the real ones."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.stretches: list[tuple[int, int]] = [(500, 3000)]
        self.texts: list[str] = [GREETING]
        self.synthesizer = FakeSynthesizer()

    def recogniser(self, lang):
        return Recogniser("fake", "Fake", Path(), fallback=True)

    def transcriber(self, lang):
        return FakeTranscriber(self.texts)

    def voice_activity(self):
        return FakeVoiceActivity(self.stretches)

    def turn_ends(self, lang):
        return TurnEnds(lang)

    def understanding(self, scenario):
        return lambda text, previous: understood(text, MEANINGS.get(text, ()))

    def versions(self, scenario):
        return {"recogniser": "fake", "nlu": "fake", "voice": "fake", "engine": "test"}

    def acts(self, lang):
        return None

    def lexicon(self, lang):
        if lang not in LEXICONS:
            LEXICONS[lang] = super().lexicon(lang)
        return LEXICONS[lang]

    def reader(self, lang):
        return None


@pytest.fixture(autouse=True)
def any_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests talk faster than people."""
    monkeypatch.setattr(sockets, "BURST_MS", 10**9)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(content=ROOT, data_dir=tmp_path, resume_seconds=0.3, min_free_mb=1, max_calls=2)


@pytest.fixture
def engine(settings: Settings) -> ScriptedEngine:
    return ScriptedEngine(settings)


Connect = Callable[[], Awaitable[TestClient]]


@pytest.fixture
async def client(settings: Settings, engine: ScriptedEngine, aiohttp_client) -> TestClient:
    return await aiohttp_client(create_app(settings, engine))


SCENARIO = "dubbele-factuur~boze-klager"


async def new_call(client: TestClient, **more) -> str:
    answer = await client.post("/api/calls", json={"scenario": SCENARIO, "agent_name": "Sofie", "seed": 7} | more)
    assert answer.status == 201, await answer.text()
    return (await answer.json())["id"]
