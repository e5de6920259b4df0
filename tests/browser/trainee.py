"""A trainee who speaks: WAVs by the Piper voice, played into the page's microphone when the page shows its turn."""

from __future__ import annotations

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from bot.audio import Samples, silence, wav_bytes
from bot.speech.manifest import load_manifest
from bot.speech.speaking import VoiceSynthesizer
from bot.speech.store import ModelStore
from bot.speech.synthesizer import VoiceSettings

ROOT = Path(__file__).resolve().parents[2]

# The page asks the browser for a microphone as always; what it gets is a stream into which the test plays WAV files.
MICROPHONE = """
(() => {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const hum = context.createConstantSource();
  const still = context.createGain();
  still.gain.value = 0;
  hum.connect(still).connect(destination);
  hum.start();
  navigator.mediaDevices.getUserMedia = async () => { await context.resume(); return destination.stream; };
  window.speakIntoMicrophone = async (wav) => {
    const bytes = Uint8Array.from(atob(wav), (character) => character.charCodeAt(0));
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(bytes.buffer);
    source.connect(destination);
    const ended = new Promise((resolve) => { source.onended = resolve; });
    source.start();
    await ended;
  };
})();
"""


class Voice:
    """Renders the trainee's sentences with the English Piper voice, a little slower than its own pace."""

    def __init__(self, models: Path) -> None:
        store = ModelStore(models, load_manifest(ROOT / "data" / "models.yaml"))
        self._synthesizer = VoiceSynthesizer(store.resolve_voice)

    def render(self, text: str, lang: str = "en") -> Samples:
        settings = VoiceSettings(lang=lang, gender="male", piper=("en_US-joe-medium",), rate=0.95)
        # Playwright's synchronous interface has an event loop running in this thread.
        with ThreadPoolExecutor(max_workers=1) as other:
            return other.submit(asyncio.run, self._synthesizer.render(text, settings)).result()


def padded(samples: Samples, before_ms: int = 100, after_ms: int = 100) -> Samples:
    return np.concatenate([silence(before_ms), samples, silence(after_ms)])


def say(page: Page, samples: Samples) -> None:
    """Play a turn into the microphone; returns when it has sounded."""
    wav = base64.b64encode(wav_bytes(padded(samples))).decode()
    page.evaluate("wav => window.speakIntoMicrophone(wav)", wav)


def wait_for_customer(page: Page, timeout_ms: int = 20_000) -> None:
    """Wait until the customer has begun to speak and has finished, as the page's light shows it."""
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="true"]', timeout=timeout_ms, state="attached")
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="false"]', timeout=40_000, state="attached")


def skip_headset_check(page: Page) -> None:
    """Nothing to do where the check has been skipped or done in this browser."""
    skip = page.get_by_test_id("headset-skip")
    if skip.count() and skip.first.is_visible():
        skip.first.click()
