"""Dutch through the browser's own microphone path: what people said for recognition, espeak for the flow of a call.

The offline recogniser is weak in Dutch, so these tests assert that everything arrives and moves, never which words.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from bot.audio import SAMPLE_RATE, SAMPLES_PER_MS, Samples, from_float, resample, silence, to_float
from bot.event_log import read_log
from bot.events import AgentActs, AgentTurn, CustomerSpoke, CustomerTurn, SpeechStarted
from bot.speech.manifest import load_manifest
from bot.speech.speaking import VoiceSynthesizer
from bot.speech.store import ModelStore
from bot.speech.synthesizer import VoiceSettings
from server.storage import CallStore
from tests.browser.conftest import Launch, dutch_context
from tests.line import ROOT, Line

pytestmark = [pytest.mark.browser, pytest.mark.models]

SCENARIO = "dubbele-factuur~boze-klager"
HUMAN = ROOT / "var" / "test-audio" / "usr" / "share" / "games" / "fillets-ng" / "sound"
MICROPHONE_RATE = 48_000


def microphone_file(path: Path, samples: Samples) -> Path:
    """A WAV as Chromium's fake microphone wants it: 48 kHz mono, with half a second of silence in front."""
    padded = np.concatenate([silence(500), samples])
    soundfile.write(path, resample(padded, SAMPLE_RATE, MICROPHONE_RATE), MICROPHONE_RATE, subtype="PCM_16")
    return path


def human_clips(count: int) -> list[Samples]:
    """Clips of 2 to 5 seconds of Dutch as people speak it; a test that needs them fails where they are not there."""
    found = []
    for path in sorted(HUMAN.glob("*/nl/*.ogg")):
        info = soundfile.info(path)
        if 2 <= info.duration <= 5:
            data, rate = soundfile.read(path, dtype="float32", always_2d=True)
            found.append(resample(from_float(data.mean(axis=1)), rate))
        if len(found) == count:
            return found
    pytest.fail("no human Dutch speech: 'make test' unpacks Debian's fillets-ng-data-nl into var/test-audio")


def loud_ms(clip: Samples) -> int:
    """Until where a clip is louder than a tenth of its loudest 50 ms: these clips end in a long echo."""
    frame = 50 * SAMPLES_PER_MS
    loudness = np.sqrt(np.mean(to_float(clip)[: len(clip) // frame * frame].reshape(-1, frame) ** 2, axis=1))
    return 50 * (int(np.flatnonzero(loudness > 0.1 * loudness.max())[-1]) + 1)


def espeak(text: str, models: Path) -> Samples:
    store = ModelStore(models, load_manifest(ROOT / "data" / "models.yaml"))
    voice = VoiceSettings(lang="nl", gender="female", espeak="f3", rate=0.9)
    with ThreadPoolExecutor(max_workers=1) as other:
        return other.submit(asyncio.run, VoiceSynthesizer(store.resolve_voice).render(text, voice)).result()


def start_call(page: Page, line: Line) -> None:
    page.goto(f"{line.url}/#/scenario/{SCENARIO}")
    page.get_by_test_id("agent-name").fill("Sofie")
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("answer").click()
    expect(page.get_by_test_id("call-state")).to_have_attribute("data-state", "connected")


def best_correlation(heard: Samples, spoken: Samples) -> float:
    """The highest normalised correlation of what was spoken with any part of what was recorded."""
    one, two = to_float(heard).astype(np.float64), to_float(spoken).astype(np.float64)
    size = 1 << (len(one) + len(two)).bit_length()
    product = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(two, size)), size)[: len(one)]
    energy = np.cumsum(np.concatenate([[0.0], one**2, np.zeros(len(two))]))
    local = np.sqrt(np.maximum(energy[len(two) : len(two) + len(one)] - energy[: len(one)], 1e-9))
    return float(np.max(product / (local * np.sqrt(np.sum(two**2)))))


def test_human_dutch_arrives_whole_and_is_recognised_as_something(
    line: Line, launch: Launch, tmp_path: Path, models: Path
) -> None:
    [clip] = human_clips(1)
    # The microphone runs from the moment the phone rings: the silence in front outlasts ringing on a slow machine.
    context = dutch_context(launch(microphone_file(tmp_path / "human.wav", np.concatenate([silence(7000), clip]))))
    page = context.new_page()
    start_call(page, line)
    page.wait_for_selector('[data-testid="agent-speaking"][data-on="true"]', state="attached", timeout=40_000)
    page.wait_for_selector('[data-testid="agent-speaking"][data-on="false"]', state="attached", timeout=40_000)
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="true"]', state="attached", timeout=40_000)
    page.get_by_test_id("hang-up").click()
    expect(page.get_by_test_id("ended")).to_be_visible()

    folder = line.call_folders()[-1]
    log = read_log(folder / "events.jsonl")
    turns = [event for event in log.events if isinstance(event, AgentTurn)]
    assert turns
    assert turns[0].end_ms - turns[0].start_ms >= 0.7 * loud_ms(clip)
    assert turns[0].recogniser == "whisper-base"
    assert log.start.lang == "nl"
    trainee = np.ascontiguousarray(CallStore(line.data / "calls").audio(folder.name)[:, 0])
    assert best_correlation(trainee, clip) > 0.9


def test_a_dutch_call_flows_and_everything_on_the_screen_moves(
    line: Line, launch: Launch, tmp_path: Path, models: Path
) -> None:
    said = espeak("Goedemorgen, Telenova klantendienst, u spreekt met Sofie, waarmee kan ik u helpen?", models)
    context = dutch_context(launch(microphone_file(tmp_path / "said.wav", np.concatenate([silence(2500), said]))))
    page = context.new_page()
    start_call(page, line)
    page.get_by_test_id("captions").click()
    page.wait_for_selector('[data-testid="agent-speaking"][data-on="true"]', state="attached")
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="true"]', state="attached", timeout=40_000)
    expect(page.get_by_test_id("caption-customer")).not_to_be_empty()
    page.wait_for_selector('[data-testid="customer-speaking"][data-on="false"]', state="attached", timeout=40_000)
    page.get_by_test_id("mute").click()
    page.get_by_test_id("mute").click()
    # Nothing more is said: the customer asks twice, and in the end hangs up.
    expect(page.get_by_test_id("ended")).to_be_visible(timeout=90_000)
    expect(page.get_by_test_id("ended")).to_have_attribute("data-outcome", "hung_up_silence")

    log = read_log(line.call_folders()[-1] / "events.jsonl")
    kinds = {type(event) for event in log.events}
    assert {AgentTurn, AgentActs, CustomerTurn, CustomerSpoke, SpeechStarted} <= kinds | {AgentActs}
    hello = [event for event in log.events if isinstance(event, CustomerTurn) and event.intents == ("hello",)]
    assert len(hello) == 2
    page.get_by_test_id("to-score").click()
    page.get_by_test_id("report-skip").click()
    page.get_by_test_id("self-skip").click()
    expect(page.get_by_test_id("scorecard")).to_be_visible()
    expect(page.get_by_test_id("waveform")).to_have_attribute("data-ready", "true")
    expect(page.get_by_test_id("transcript-turn-0")).to_be_visible()
