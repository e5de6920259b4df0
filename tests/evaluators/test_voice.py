"""The four voice criteria: verdicts at and around the bands, evidence that points at the weak stretches."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import KiestoonError
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult
from evaluators.voice import articulation, intonation, speed, volume
from evaluators.voice_bands import load_bands
from evaluators.voice_measures import Stretch, VoiceMeasures
from tests.evaluators.conftest import LANGUAGES, MakeCall

BANDS = load_bands(LANGUAGES, "nl")
LINES = """
M: Goedemorgen, Telenova, u spreekt met Sofie. Waarmee kan ik u helpen?
K: Ik heb twee keer dezelfde factuur betaald.
M: Dat is vervelend. Ik kijk het meteen voor u na in het systeem.
"""
GOOD: dict[str, Any] = {
    "speech_ms": 40_000, "level_dbfs": -24.0, "headset_dbfs": -23.0, "level_sd_db": 1.8, "noise_dbfs": -60.0,
    "loudness_lufs": -22.0, "pitch_sd_st": 3.0, "pitch_range_st": 9.5, "articulation_rate": 4.2, "speaking_rate": 3.8,
    "pause_share": 0.1, "harmonicity_db": 9.0, "confidence": 0.86,
}  # fmt: skip


def stretch(number: int = 0, **fields: Any) -> Stretch:
    values: dict[str, Any] = {
        "turn": 2, "start_ms": 6000 + 1000 * number, "end_ms": 7000 + 1000 * number, "speech_ms": 2500,
        "level_dbfs": -24.0, "pitch_sd_st": 2.8, "rate": 4.1, "confidence": 0.9,
    }  # fmt: skip
    return Stretch(**{**values, **fields})


@pytest.fixture
def spoken(make_call: MakeCall) -> Callable[..., CallRecord]:
    """A call with a voice that is good but for the given figures."""

    def make(**figures: Any) -> CallRecord:
        return replace(make_call(LINES), voice=VoiceMeasures(**{**GOOD, **figures}), bands=BANDS)

    return make


Judge = Callable[[CallRecord], CriterionResult]


@pytest.mark.parametrize(
    ("judge", "figures", "verdict", "reason"),
    [
        (volume, {}, "met", "steady"),
        (volume, {"level_dbfs": -29.0}, "met", "steady"),
        (volume, {"level_dbfs": -29.1}, "partly", "too_soft"),
        (volume, {"level_dbfs": -15.5}, "partly", "too_loud"),
        (volume, {"level_dbfs": -36.0}, "missed", "whispered"),
        (volume, {"level_dbfs": -8.0}, "missed", "shouted"),
        (volume, {"level_sd_db": 6.0}, "partly", "unsteady"),
        (volume, {"headset_dbfs": None}, "met", "steady_unchecked"),
        (volume, {"headset_dbfs": None, "level_dbfs": -50.0}, "met", "steady_unchecked"),
        (volume, {"gain_control": True}, "not_scored", "gain_control"),
        (intonation, {}, "met", "varied"),
        (intonation, {"pitch_sd_st": 1.6}, "partly", "rather_flat"),
        (intonation, {"pitch_sd_st": 0.8}, "missed", "monotone"),
        (intonation, {"pitch_sd_st": 7.0}, "partly", "very_wide"),
        (intonation, {"pitch_sd_st": 12.0}, "partly", "very_wide"),
        (intonation, {"pitch_sd_st": None}, "not_scored", "no_pitch"),
        (speed, {}, "met", "good_pace"),
        (speed, {"articulation_rate": 5.5}, "partly", "too_fast"),
        (speed, {"articulation_rate": 3.0}, "partly", "too_slow"),
        (speed, {"articulation_rate": 6.6}, "missed", "much_too_fast"),
        (speed, {"articulation_rate": 2.0}, "missed", "much_too_slow"),
        (speed, {"pause_share": 0.5}, "partly", "many_pauses"),
        (articulation, {}, "met", "clear"),
        (articulation, {"confidence": 0.6}, "partly", "less_clear"),
        (articulation, {"confidence": 0.3}, "not_scored", "recogniser_unsure"),
        (articulation, {"confidence": 0.3, "harmonicity_db": 2.0}, "missed", "mumbled"),
        (articulation, {"noise_dbfs": -37.0}, "partly", "little_above_noise"),
        (articulation, {"noise_dbfs": -30.0}, "not_scored", "noisy"),
        (articulation, {"noise_dbfs": -100.0}, "met", "clear"),
        (articulation, {"confidence": None}, "not_scored", "no_words"),
    ],
)
def test_verdicts_follow_the_bands(
    spoken: Callable[..., CallRecord], judge: Judge, figures: dict[str, Any], verdict: str, reason: str
) -> None:
    made = judge(spoken(**figures))
    assert (made.verdict, made.reason_code) == (verdict, reason)
    assert made.group == "voice"
    assert made.explanation
    assert "…" not in made.explanation
    assert (made.tip is not None) == (verdict in ("partly", "missed"))
    if verdict != "not_scored":
        assert any(item.low is not None for item in made.measured)


@pytest.mark.parametrize("judge", [volume, intonation, speed, articulation])
@pytest.mark.parametrize("problem", ["no_recording", "silent_recording", "little_speech", "clipped"])
def test_what_cannot_be_judged_is_not_scored_and_says_why(
    spoken: Callable[..., CallRecord], judge: Judge, problem: str
) -> None:
    made = judge(spoken(problem=problem))
    assert (made.verdict, made.reason_code) == ("not_scored", f"voice_{problem}")
    assert made.explanation != made.reason_code


@pytest.mark.parametrize("judge", [volume, intonation, speed, articulation])
def test_a_call_without_a_recording_is_not_scored(make_call: MakeCall, judge: Judge) -> None:
    made = judge(make_call(LINES))
    assert (made.verdict, made.reason_code) == ("not_scored", "voice_no_recording")


@pytest.mark.parametrize(
    ("judge", "weak", "reason"),
    [
        (volume, {"level_dbfs": -40.0}, "unsteady"),
        (intonation, {"pitch_sd_st": 0.5}, "flat_parts"),
        (speed, {"rate": 7.5}, "uneven"),
        (articulation, {"confidence": 0.2}, "clear"),
    ],
)
def test_weak_stretches_are_shown_where_they_sound(
    spoken: Callable[..., CallRecord], judge: Judge, weak: dict[str, float], reason: str
) -> None:
    stretches = (stretch(0), stretch(1, **weak), stretch(2, speech_ms=3000, **weak))
    call = spoken(speech_ms=8000, stretches=stretches)
    made = judge(call)
    assert made.reason_code == reason
    assert [(item.start_ms, item.end_ms) for item in made.evidence] == [(7000, 8000), (8000, 9000)]
    for item in made.evidence:
        assert item.role == "fault"
        assert call.text(2)[item.start : item.end] == item.quote


def test_figures_are_written_as_the_reader_writes_them(spoken: Callable[..., CallRecord]) -> None:
    assert "4,2 lettergrepen per seconde; goed is 3,4 tot 5,1" in speed(spoken()).explanation


def test_a_bad_microphone_line_never_blames_the_recogniser_on_the_trainee(spoken: Callable[..., CallRecord]) -> None:
    """Evidence on a turn that was recognised badly leaves a voice verdict standing: it rests on the sound."""
    call = spoken(speech_ms=5000, stretches=(stretch(0, rate=8.0), stretch(1, rate=8.0)))
    turns = tuple(turn.model_copy(update={"confidence": 0.1}) for turn in call.turns)
    assert speed(replace(call, turns=turns)).verdict == "partly"


@pytest.mark.parametrize("lang", ["nl", "fr", "en", "de"])
def test_every_language_has_bands_with_their_source(lang: str) -> None:
    bands = load_bands(LANGUAGES, lang)
    assert bands.lang == lang
    for name in ("speed", "intonation"):
        band = getattr(bands, name)
        assert band.high - band.low >= 0.1 * (band.high + band.low) / 2
        assert any(char.isdigit() for char in band.source)


def test_a_recogniser_that_is_less_sure_of_clear_speech_has_a_band_of_its_own() -> None:
    assert BANDS.heard_by("whisper-base").recognition.low < BANDS.recognition.low
    assert BANDS.heard_by("whisper-small").recognition == BANDS.recognition


def test_flemish_speed_is_built_around_the_measured_mean() -> None:
    assert BANDS.speed.low < 4.23 < BANDS.speed.high
    assert "Verhoeven" in BANDS.speed.source


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"low": 4.1, "high": 4.3}, "narrower"),
        ({"low": 5.0, "high": 4.0}, "lowest <= low"),
        ({"source": ""}, "source"),
    ],
)
def test_bands_that_make_no_sense_are_a_clear_error(tmp_path: Path, change: dict[str, Any], word: str) -> None:
    speed_band = BANDS.speed.model_dump() | change
    raw = BANDS.model_dump(mode="json") | {"speed": speed_band}
    folder = tmp_path / "nl"
    folder.mkdir()
    (folder / "voice.yaml").write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(KiestoonError) as caught:
        load_bands(tmp_path, "nl")
    assert caught.value.code == "voice.invalid"
    assert "speed" in str(caught.value)
    assert word in str(caught.value)


def test_a_language_without_bands_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(KiestoonError) as caught:
        load_bands(tmp_path, "nl")
    assert caught.value.code == "voice.missing"
