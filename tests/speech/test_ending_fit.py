"""Fitting the sound of turn ends, on states and sounds that are made up."""

import json

import numpy as np
import pytest

from bot.speech.ending_fit import as_json, faded, fit, noisy
from bot.speech.ending_sound import load_ending_sound, mean_states

RATE = 16_000


def made_up(ends: np.ndarray, noise: float) -> np.ndarray:
    """States of width 4 whose third number, behind the voice, tells an end."""
    states = np.random.default_rng(7).normal(0, 1, (len(ends), 2, 4)) * noise
    states[:, 1, 2] += np.where(ends, 2.0, -2.0)
    return states.astype(np.float32)


def test_what_tells_an_end_is_found_and_survives_the_file(tmp_path):
    ends = np.arange(200) % 3 == 0
    clean = made_up(ends, 0.5)
    found = fit(clean, ends)
    assert np.argmax(np.abs(found.weights)) == 6
    odds = np.array([found.reads(states) for states in clean])
    assert odds[ends].min() > odds[~ends].max()

    path = tmp_path / "x.json"
    path.write_text(json.dumps(as_json(found, "x")))
    kept = load_ending_sound(path)
    assert kept is not None
    assert [kept.reads(states) for states in clean] == pytest.approx(odds, abs=0.02)


def test_what_counts_for_nothing_teaches_nothing():
    ends = np.arange(200) % 3 == 0
    lied = np.concatenate([ends, ~ends])
    states = made_up(ends, 0.5)
    shares = np.repeat([1.0, 0.0], len(ends))
    twice = fit(np.concatenate([states, states]), lied, shares)
    odds = np.array([twice.reads(one) for one in states])
    assert odds[ends].min() > odds[~ends].max()


def test_a_pause_fades_before_its_beginning_only():
    audio = np.full(2 * RATE, 0.3, np.float32)
    made = faded(audio, RATE, np.random.default_rng(1))
    assert abs(made[RATE - 1]) < 0.03
    assert np.array_equal(made[: RATE - RATE // 10], audio[: RATE - RATE // 10])
    assert np.array_equal(made[RATE:], audio[RATE:])
    assert np.array_equal(audio, np.full(2 * RATE, 0.3, np.float32))


def test_noise_is_soft_and_everywhere():
    made = noisy(np.zeros(RATE, np.float32), np.random.default_rng(1))
    level_db = 20 * np.log10(np.sqrt(np.mean(np.square(made))))
    assert -72.5 <= level_db <= -49.5
    assert np.abs(made[: RATE // 100]).max() > 0


def test_states_are_averaged_around_the_end_of_the_voice():
    states = np.arange(100, dtype=np.float32).reshape(100, 1)
    around = mean_states(states, 1000)
    assert around is not None
    assert around[:, 0].tolist() == [44.5, 52.5]
    assert mean_states(states, 1960) is None
