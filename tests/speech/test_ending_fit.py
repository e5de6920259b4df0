"""Fitting the sound of turn ends, on states and sounds that are made up."""

import json

import numpy as np
import pytest

from bot.speech.ending_fit import as_json, broken_off, disturbed, fit
from bot.speech.ending_sound import load_ending_sound, mean_states

RATE = 16_000


def made_up(ends: np.ndarray, noise: float) -> np.ndarray:
    """States of width 4 whose third number, behind the voice, tells an end."""
    states = np.random.default_rng(7).normal(0, 1, (len(ends), 2, 4)) * noise
    states[:, 1, 2] += np.where(ends, 2.0, -2.0)
    return states.astype(np.float32)


def test_what_tells_an_end_is_found_and_survives_the_file(tmp_path):
    ends = np.arange(200) % 3 == 0
    clean, noisy = made_up(ends, 0.5), made_up(ends, 1.0)
    found = fit(clean, noisy, ends)
    assert np.argmax(np.abs(found.weights)) == 6
    odds = np.array([found.reads(states) for states in clean])
    assert odds[ends].min() > odds[~ends].max()

    path = tmp_path / "x.json"
    path.write_text(json.dumps(as_json(found, "x")))
    kept = load_ending_sound(path)
    assert kept is not None
    assert [kept.reads(states) for states in clean] == pytest.approx(odds, abs=0.02)


def test_a_sentence_is_broken_off_where_it_is_quietest():
    audio = np.full(2 * RATE, 0.3, np.float32)
    audio[RATE - 800 : RATE + 800] = 0
    assert len(broken_off(audio)) == pytest.approx(RATE, abs=640)


def test_only_what_was_broken_off_fades_and_all_of_it_gets_noise():
    audio = np.concatenate([np.full(RATE, 0.3, np.float32), np.zeros(RATE // 2, np.float32)])
    whole = disturbed(audio, np.random.default_rng(1), fades=False)
    faded = disturbed(audio, np.random.default_rng(1), fades=True)
    assert 0 < np.abs(whole - audio).max() < 0.03
    assert abs(faded[RATE - 1]) < 0.03
    assert faded[RATE - RATE // 8] == pytest.approx(0.3, abs=0.03)
    assert np.array_equal(audio[:RATE], np.full(RATE, 0.3, np.float32))


def test_states_are_averaged_around_the_end_of_the_voice():
    states = np.arange(100, dtype=np.float32).reshape(100, 1)
    around = mean_states(states, 1000)
    assert around is not None
    assert around[:, 0].tolist() == [44.5, 52.5]
    assert mean_states(states, 1960) is None
