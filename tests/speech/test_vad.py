import numpy as np
import pytest
from faster_whisper.vad import get_vad_model

from bot.audio import FRAME_SAMPLES, from_float, silence, to_float
from bot.speech.barge_in import BargeInDetector, Duck, Stop
from bot.speech.endpointing import Endpointer, TurnEnded, VoiceStarted
from bot.speech.vad import SileroVoiceActivity
from bot.speech.windows import WINDOW_MS, WINDOW_SAMPLES, Windower

pytestmark = pytest.mark.models
in_session = pytest.mark.asyncio(loop_scope="session")


def windows(samples):
    windower = Windower()
    return [
        window
        for start in range(0, len(samples), FRAME_SAMPLES)
        for window in windower.push(samples[start : start + FRAME_SAMPLES])
    ]


def test_windows_hold_the_stream_without_gaps():
    samples = from_float(np.random.default_rng(1).normal(0, 0.1, 10_000))
    cut = windows(samples)
    assert len(cut) == 10_000 // WINDOW_SAMPLES
    assert np.array_equal(np.concatenate(cut), to_float(samples)[: len(cut) * WINDOW_SAMPLES])


@in_session
async def test_streaming_equals_batch(spoken):
    detector = SileroVoiceActivity()
    cut = windows(np.concatenate([silence(500), spoken, silence(500)]))
    streamed = np.array([detector.probability(window) for window in cut])
    batch = get_vad_model()(np.concatenate(cut)).reshape(-1)
    # The library's batch zeroes the last 64 samples of its last window.
    assert np.allclose(streamed[:-1], batch[:-1], atol=1e-5)
    assert streamed.max() > 0.9
    assert streamed[:10].max() < 0.3


@in_session
async def test_reset_forgets_the_stream(spoken):
    detector = SileroVoiceActivity()
    cut = windows(spoken)
    first = [detector.probability(window) for window in cut]
    detector.reset()
    assert [detector.probability(window) for window in cut] == first


@in_session
async def test_a_real_sentence_is_one_turn_with_true_bounds(spoken):
    detector, endpointer = SileroVoiceActivity(), Endpointer()
    lead_ms = 800
    events = []
    for index, window in enumerate(windows(np.concatenate([silence(lead_ms), spoken, silence(1500)]))):
        events += endpointer.feed(index * WINDOW_MS, detector.probability(window))
    (ended,) = [event for event in events if isinstance(event, TurnEnded)]
    started = next(event for event in events if isinstance(event, VoiceStarted))
    assert started.at_ms == ended.start_ms == pytest.approx(lead_ms, abs=100)
    assert ended.end_ms == pytest.approx(lead_ms + len(spoken) // 16, abs=200)


@in_session
async def test_a_real_voice_silences_the_customer_within_150_ms(spoken):
    detector, barge_in = SileroVoiceActivity(), BargeInDetector()
    lead_ms = 800
    actions = [
        barge_in.feed(index * WINDOW_MS, detector.probability(window), customer_speaking=True)
        for index, window in enumerate(windows(np.concatenate([silence(lead_ms), spoken])))
    ]
    first, *_, last = [action for action in actions if action]
    assert isinstance(first, Duck)
    assert lead_ms < first.decided_ms <= lead_ms + 150
    assert isinstance(last, Stop)


def test_a_window_of_another_length_is_refused():
    with pytest.raises(ValueError, match="512"):
        SileroVoiceActivity().probability(np.zeros(320, dtype=np.float32))
