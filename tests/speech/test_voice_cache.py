import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.synthesizer import VoiceSettings
from bot.speech.voice_cache import VoiceCache, cache_key

from .fakes import tone

KILOBYTE = np.zeros(512, dtype=np.int16)


def test_the_key_tells_apart_what_sounds_different():
    base = cache_key("Dag.", VoiceSettings(), "v1")
    assert base == cache_key("Dag.", VoiceSettings(volume_db=6), "v1")
    others = [
        cache_key("Dag!", VoiceSettings(), "v1"), cache_key("Dag.", VoiceSettings(rate=1.1), "v1"),
        cache_key("Dag.", VoiceSettings(pitch=1), "v1"), cache_key("Dag.", VoiceSettings(espeak="m1"), "v1"),
        cache_key("Dag.", VoiceSettings(lang="fr"), "v1"), cache_key("Dag.", VoiceSettings(), "v2"),
    ]  # fmt: skip
    assert len({base, *others}) == 7


def test_it_outlives_the_process(tmp_path):
    VoiceCache(tmp_path).put("a", tone(50))
    assert np.array_equal(VoiceCache(tmp_path).get("a"), tone(50))
    VoiceCache(tmp_path).put("b", tone(50), on_disk=False)
    assert VoiceCache(tmp_path).get("b") is None


def test_the_disk_is_bounded_and_the_least_used_go_first(tmp_path):
    cache = VoiceCache(tmp_path, memory_bytes=0, disk_bytes=3 * KILOBYTE.nbytes)
    for key in "abc":
        cache.put(key, KILOBYTE)
    assert cache.get("a") is not None
    cache.put("d", KILOBYTE)
    assert [cache.get(key) is not None for key in "abcd"] == [True, False, True, True]
    assert len(list(tmp_path.iterdir())) == 3


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 400)), max_size=40))
def test_memory_is_bounded_and_answers_are_right(puts):
    cache = VoiceCache(memory_bytes=1000)
    latest = {}
    for key, length in puts:
        latest[key] = np.full(length, length, dtype=np.int16)
        cache.put(key, latest[key])
        kept = {name: cache.get(name) for name in latest}
        assert sum(samples.nbytes for samples in kept.values() if samples is not None) <= 1000
        for name, samples in kept.items():
            assert samples is None or np.array_equal(samples, latest[name])


def test_a_damaged_or_vanished_file_is_only_a_miss(tmp_path):
    cache = VoiceCache(tmp_path, memory_bytes=0)
    cache.put("a", tone(50))
    cache.put("b", tone(50))
    (tmp_path / "a.s16").unlink()
    (tmp_path / "b.s16").write_bytes(b"odd")
    assert cache.get("a") is None
    assert cache.get("b") is None


def test_a_disk_that_cannot_be_written_costs_no_call(tmp_path, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    cache = VoiceCache(blocked / "voices")
    cache.put("a", tone(50))
    assert np.array_equal(cache.get("a"), tone(50))
    assert "could not be kept" in caplog.text


@pytest.mark.parametrize("size", [0, 1])
def test_an_empty_rendering_can_be_kept(tmp_path, size):
    VoiceCache(tmp_path).put("a", np.zeros(size, dtype=np.int16))
    assert len(VoiceCache(tmp_path).get("a")) == size
