import asyncio

import numpy as np
import pytest

from bot.audio import duration_ms, gain, rms_dbfs, silence
from bot.errors import KiestoonError
from bot.speech.piper import PiperEngine
from bot.speech.speaking import HOUSE_LEVEL_DBFS, VoiceSynthesizer, level, louder, trim
from bot.speech.synthesizer import SpokenBy, VoiceSettings
from bot.speech.voice_cache import VoiceCache

from .conftest import JOE
from .fakes import tone

pytestmark = pytest.mark.models
in_session = pytest.mark.asyncio(loop_scope="session")
LINE = "Goedemorgen, ik bel over mijn factuur. Die klopt helemaal niet!"


def median_pitch(samples):
    """Pitch in Hz, the median over voiced 40 ms pieces, by autocorrelation."""
    pitches = []
    for start in range(0, len(samples) - 640, 320):
        piece = samples[start : start + 640].astype(float)
        if rms_dbfs(samples[start : start + 640]) < -35:
            continue
        correlation = np.correlate(piece, piece, "full")[639:]
        lag = 40 + int(np.argmax(correlation[40:230]))
        if correlation[lag] > 0.5 * correlation[0]:
            pitches.append(16000 / lag)
    return float(np.median(pitches))


@in_session
@pytest.mark.parametrize("lang", ["nl", "fr", "de", "en"])
async def test_espeak_speaks_every_language_offline(voices, lang):
    voice = VoiceSettings(lang=lang)
    assert voices.spoken_by(voice) == SpokenBy("espeak", f"{lang}+f2", fallback=True)
    samples = await voices.render(LINE, voice)
    assert 3000 < duration_ms(samples) < 9000
    assert rms_dbfs(samples) == pytest.approx(HOUSE_LEVEL_DBFS, abs=1.5)


@in_session
async def test_piper_speaks_where_it_is_installed(voices):
    assert voices.spoken_by(JOE) == SpokenBy("piper", "en_US-joe-medium", fallback=False)
    samples = await voices.render("Good morning, how can I help you?", JOE)
    assert 1200 < duration_ms(samples) < 4000
    assert rms_dbfs(samples) == pytest.approx(HOUSE_LEVEL_DBFS, abs=1.5)


@in_session
@pytest.mark.parametrize("voice", [VoiceSettings(gender="male", espeak="m3"), JOE])
async def test_settings_change_the_sound(voices, voice):
    async def speak(**change):
        return await voices.render(
            "Good morning, how can I help you with your contract today?", voice.model_copy(update=change)
        )

    plain = await speak()
    assert duration_ms(await speak(rate=1.4)) < 0.85 * duration_ms(plain)
    assert rms_dbfs(await speak(volume_db=-8)) == pytest.approx(rms_dbfs(plain) - 8, abs=0.3)
    high = await speak(pitch=4)
    assert median_pitch(high) > 1.12 * median_pitch(plain)
    assert duration_ms(high) == pytest.approx(duration_ms(plain), rel=0.2)


@in_session
async def test_one_piece_per_sentence(voices):
    voice = VoiceSettings(espeak="f4")
    pieces = [piece async for piece in voices.stream(LINE, voice)]
    assert len(pieces) == 2
    assert not pieces[0][-1600:].any()
    assert np.array_equal(np.concatenate(pieces), await voices.render(LINE, voice))
    assert [piece async for piece in voices.stream("", voice)] == []


class CountingEngine:
    version = "counting:1"

    def __init__(self):
        self.spoken = []

    def speak(self, sentence, voice):
        self.spoken.append(sentence)
        return tone(500)


@in_session
async def test_what_was_said_once_is_not_rendered_again(tmp_path):
    engine = CountingEngine()

    def synthesizer():
        made = VoiceSynthesizer(lambda voice: (SpokenBy("espeak", "x", fallback=True), None), VoiceCache(tmp_path))
        made._espeak = engine
        return made

    first = synthesizer()
    sound = await first.render(LINE, VoiceSettings())
    louder_sound = await first.render(LINE, VoiceSettings(volume_db=3))
    assert len(engine.spoken) == 2
    assert rms_dbfs(louder_sound) == pytest.approx(rms_dbfs(sound) + 3, abs=0.2)
    await first.close()
    second = synthesizer()
    assert np.array_equal(await second.render(LINE, VoiceSettings()), sound)
    assert len(engine.spoken) == 2
    await second.render("Dag Sofie.", VoiceSettings(), keep=False)
    await second.close()
    third = synthesizer()
    await third.render("Dag Sofie.", VoiceSettings())
    assert engine.spoken.count("Dag Sofie.") == 2
    await third.close()


@in_session
async def test_leaving_the_stream_drops_what_was_not_rendered(voices):
    engine = CountingEngine()
    made = VoiceSynthesizer(lambda voice: (SpokenBy("espeak", "x", fallback=True), None))
    made._espeak = engine
    stream = made.stream("Een. " * 400, VoiceSettings())
    await anext(stream)
    await stream.aclose()
    await made.close()
    assert len(engine.spoken) < 400


@in_session
async def test_two_calls_speak_at_once_without_mixing(voices):
    alone = await voices.render(LINE, VoiceSettings(espeak="m5"))
    other = voices.render("Nee, dank u, dat hoeft niet.", VoiceSettings(espeak="f1", rate=1.2))
    fresh = VoiceSynthesizer(lambda voice: (SpokenBy("espeak", "x", fallback=True), None))
    again, _ = await asyncio.gather(fresh.render(LINE, VoiceSettings(espeak="m5")), other)
    assert duration_ms(again) == pytest.approx(duration_ms(alone), abs=20)
    assert median_pitch(again) == pytest.approx(median_pitch(alone), rel=0.03)
    await fresh.close()


@in_session
async def test_a_broken_voice_is_replaced_and_the_call_goes_on(tmp_path, caplog):
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    (tmp_path / "broken.onnx.json").write_text("{}")
    piper = SpokenBy("piper", "broken", fallback=False)
    made = VoiceSynthesizer(lambda voice: (piper, tmp_path / "broken.onnx"))
    assert made.spoken_by(VoiceSettings()) == piper
    assert duration_ms(await made.render(LINE, VoiceSettings())) > 2000
    assert made.spoken_by(VoiceSettings()) == SpokenBy("espeak", "nl+f2", fallback=True)
    assert caplog.text.count("model.corrupt") == 1
    assert LINE not in caplog.text
    await made.close()


def test_a_voice_without_files_or_with_broken_ones_is_told(tmp_path):
    with pytest.raises(KiestoonError) as caught:
        PiperEngine(tmp_path / "nobody.onnx")
    assert caught.value.code == "model.missing"
    (tmp_path / "nobody.onnx").write_bytes(b"no model")
    (tmp_path / "nobody.onnx.json").write_text("{}")
    with pytest.raises(KiestoonError) as caught:
        PiperEngine(tmp_path / "nobody.onnx")
    assert caught.value.code == "model.corrupt"


def test_trim_keeps_the_speech_and_a_little_around_it():
    padded = np.concatenate([silence(700), tone(300), silence(900)])
    assert duration_ms(trim(padded)) == pytest.approx(380, abs=2)
    assert len(trim(silence(500))) == 0


def test_levels_never_clip():
    assert rms_dbfs(level(tone(500, amplitude=0.01))) == pytest.approx(HOUSE_LEVEL_DBFS, abs=0.1)
    assert np.abs(louder(tone(500, amplitude=0.8), 12).astype(int)).max() < 32767
    assert rms_dbfs(louder(gain(tone(500), 0), -10)) == pytest.approx(rms_dbfs(tone(500)) - 10, abs=0.1)
