import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audio import (
    FRAME_BYTES,
    FRAME_SAMPLES,
    SILENCE_DBFS,
    WAV_HEADER_BYTES,
    duration_ms,
    frames,
    from_bytes,
    from_float,
    gain,
    interleave,
    read_wav,
    resample,
    rms_dbfs,
    silence,
    stretch,
    to_bytes,
    to_float,
    wav_header,
    write_wav,
)
from bot.errors import KiestoonError

from .fakes import tone

samples = st.lists(st.integers(-32768, 32767), max_size=2000).map(lambda values: np.array(values, dtype=np.int16))


def test_a_frame_of_the_protocol_is_640_bytes():
    assert FRAME_BYTES == 640
    assert FRAME_SAMPLES == 320


@given(samples)
def test_bytes_and_floats_lose_nothing(given_samples):
    assert np.array_equal(from_bytes(to_bytes(given_samples)), given_samples)
    assert np.array_equal(from_float(to_float(given_samples)), given_samples)


def test_an_odd_number_of_bytes_is_refused():
    with pytest.raises(ValueError, match="multiple"):
        from_bytes(b"\x00\x01\x02")


def test_levels():
    assert rms_dbfs(silence(100)) == SILENCE_DBFS
    assert rms_dbfs(np.zeros(0, dtype=np.int16)) == SILENCE_DBFS
    assert rms_dbfs(tone(1000, amplitude=1.0)) == pytest.approx(-3.01, abs=0.05)
    assert rms_dbfs(gain(tone(1000, amplitude=0.1), 6)) - rms_dbfs(tone(1000, amplitude=0.1)) == pytest.approx(
        6, abs=0.05
    )


def test_gain_clips_instead_of_wrapping():
    loud = gain(tone(100, amplitude=0.9), 20)
    assert loud.max() == 32767
    assert loud.min() == -32768


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 44100, 48000])
def test_resampling_keeps_length_and_tone(rate):
    time_s = np.arange(rate) / rate
    source = (10000 * np.sin(2 * np.pi * 1000 * time_s)).astype(np.int16)
    result = resample(source, rate)
    assert duration_ms(result) == pytest.approx(1000, abs=1)
    middle = result[2000:14000].astype(float)
    wanted = 10000 * np.sin(2 * np.pi * 1000 * np.arange(2000, 14000) / 16000)
    noise = middle - wanted
    assert 10 * np.log10(np.mean(wanted**2) / np.mean(noise**2)) > 50


def test_resampling_keeps_aliases_away():
    time_s = np.arange(48000) / 48000
    above_nyquist = (10000 * np.sin(2 * np.pi * 11000 * time_s)).astype(np.int16)
    assert rms_dbfs(resample(above_nyquist, 48000)) < rms_dbfs(above_nyquist) - 45


def test_stretching_lengthens_and_lowers():
    slower = stretch(tone(500, hertz=400), 1.25)
    assert duration_ms(slower) == pytest.approx(625, abs=2)
    spectrum = np.abs(np.fft.rfft(slower.astype(float)))
    assert np.argmax(spectrum) * 16000 / len(slower) == pytest.approx(320, abs=3)


@given(samples)
def test_frames_hold_everything(given_samples):
    cut = frames(given_samples)
    assert all(len(frame) == FRAME_SAMPLES for frame in cut)
    joined = np.concatenate(cut) if cut else np.zeros(0, dtype=np.int16)
    assert np.array_equal(joined[: len(given_samples)], given_samples)
    assert not joined[len(given_samples) :].any()


def test_stereo_wav_can_be_read_by_others_and_by_us(tmp_path):
    left, right = tone(200), tone(100, hertz=300)
    write_wav(tmp_path / "call.wav", interleave(left, right), channels=2)
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 16000, len(left))
        stereo = from_bytes(file.readframes(len(left))).reshape(-1, 2)
    assert np.array_equal(stereo[:, 0], left)
    assert np.array_equal(stereo[: len(right), 1], right)
    assert len(read_wav(tmp_path / "call.wav")) == len(left)


def test_wav_header_counts():
    header = wav_header(6400, channels=2)
    assert len(header) == WAV_HEADER_BYTES == 44
    assert struct.unpack_from("<I", header, 4)[0] == 6400 + 36
    assert struct.unpack_from("<IIHH", header, 24) == (16000, 64000, 4, 16)


def test_what_is_no_wav_is_told_so(tmp_path):
    (tmp_path / "note.wav").write_text("hallo")
    with pytest.raises(KiestoonError) as caught:
        read_wav(tmp_path / "note.wav")
    assert caught.value.code == "audio.unreadable"
