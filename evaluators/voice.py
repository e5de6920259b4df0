"""The voice (VISA): volume, intonation, speed, articulation, from what was measured in the trainee's channel.

Judged against the bands of the language pack. Only physical measures count: never what somebody feels, never an accent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal

from evaluators.judge import judge
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult, Evidence, Measured
from evaluators.voice_bands import Band, VoiceBands
from evaluators.voice_measures import Stretch, VoiceMeasures

MOST_SHOWN = 5
MUCH_WEAK = 0.3
"""From this share of weak speech a voice that is good on the whole is good in parts only."""

LEAST_RATED_MS = 1500
LEAST_LEVEL_MS = 500
LEAST_HARMONICITY_DB = 4.0
"""Below this mean harmonics-to-noise ratio running speech is hardly voiced at all: whispered or mumbled."""

WeakIn = Literal["too_soft", "too_loud", "flat", "too_fast", "too_slow", "unclear"]


@dataclass(frozen=True)
class _Heard:
    voice: VoiceMeasures
    bands: VoiceBands


def volume(call: CallRecord) -> CriterionResult:
    """Level within the band around the headset check, and steady: met; outside the band or unsteady: partly; whispered
    or shouted: missed. Without a headset check only steadiness is judged; with gain control nothing.
    """
    heard = _heard(call)
    if isinstance(heard, str):
        return _unusable(call, "volume", heard)
    voice, bands = heard.voice, heard.bands
    if voice.gain_control:
        return judge(call, "volume", "not_scored", "gain_control", (), 1)
    difference = _difference(voice)
    band, shown = bands.volume, _numbers(call, value=difference, low=bands.volume.low, high=bands.volume.high)
    measured = [
        _measured("level_difference", difference, "dB", band),
        _measured("steadiness", voice.level_sd_db, "dB", bands.steadiness),
        _measured("loudness", voice.loudness_lufs, "LUFS"),
    ]
    weak = weak_stretches(voice, bands, "volume")
    place = "within" if difference is None else band.place(difference)
    if place == "below_all":
        made = judge(call, "volume", "missed", "whispered", (), 0.75, **shown)
    elif place == "above_all":
        made = judge(call, "volume", "missed", "shouted", (), 0.75, **shown)
    elif place == "below":
        made = judge(call, "volume", "partly", "too_soft", (), _sure(difference, band), **shown)
    elif place == "above":
        made = judge(call, "volume", "partly", "too_loud", (), _sure(difference, band), **shown)
    elif _share(weak, voice) > MUCH_WEAK or (voice.level_sd_db or 0) > bands.steadiness.high:
        made = judge(call, "volume", "partly", "unsteady", (), 0.6, n=len(weak))
    elif difference is None:
        made = judge(call, "volume", "met", "steady_unchecked", (), 0.55)
    else:
        made = judge(call, "volume", "met", "steady", (), _sure(difference, band), **shown)
    return _shown(call, made, measured, weak)


def intonation(call: CallRecord) -> CriterionResult:
    """Spread of the pitch within the band: met; flatter or wilder, or flat for long: partly; monotone: missed."""
    heard = _heard(call)
    if isinstance(heard, str):
        return _unusable(call, "intonation", heard)
    voice, band = heard.voice, heard.bands.intonation
    value = voice.pitch_sd_st
    if value is None:
        return judge(call, "intonation", "not_scored", "no_pitch", (), 1)
    shown = _numbers(call, value=value, low=band.low, high=band.high)
    weak = weak_stretches(voice, heard.bands, "intonation")
    place, sure = band.place(value), _sure(value, band)
    if place == "below_all":
        made = judge(call, "intonation", "missed", "monotone", (), 0.75, **shown)
    elif place == "below":
        made = judge(call, "intonation", "partly", "rather_flat", (), sure, **shown)
    elif place != "within":
        made = judge(call, "intonation", "partly", "very_wide", (), sure, **shown)
    elif _share(weak, voice) > MUCH_WEAK:
        made = judge(call, "intonation", "partly", "flat_parts", (), 0.6, n=len(weak), **shown)
    else:
        made = judge(call, "intonation", "met", "varied", (), sure, **shown)
    measured = [
        _measured("pitch_spread", value, "semitones", band),
        _measured("pitch_range", voice.pitch_range_st, "semitones"),
    ]
    return _shown(call, made, measured, weak)


def speed(call: CallRecord) -> CriterionResult:
    """Articulation rate within the band: met; faster, slower, uneven or with very many pauses: partly; far outside the
    band: missed.
    """
    heard = _heard(call)
    if isinstance(heard, str):
        return _unusable(call, "speed", heard)
    voice, band, pauses = heard.voice, heard.bands.speed, heard.bands.pauses
    value = voice.articulation_rate
    if value is None:
        return judge(call, "speed", "not_scored", "nothing_to_judge", (), 1)
    shown = _numbers(call, value=value, low=band.low, high=band.high)
    weak = weak_stretches(voice, heard.bands, "speed")
    place, sure = band.place(value), _sure(value, band)
    if place == "above_all":
        made = judge(call, "speed", "missed", "much_too_fast", (), 0.75, **shown)
    elif place == "below_all":
        made = judge(call, "speed", "missed", "much_too_slow", (), 0.75, **shown)
    elif place == "above":
        made = judge(call, "speed", "partly", "too_fast", (), sure, **shown)
    elif place == "below":
        made = judge(call, "speed", "partly", "too_slow", (), sure, **shown)
    elif _share(weak, voice) > MUCH_WEAK:
        made = judge(call, "speed", "partly", "uneven", (), 0.6, n=len(weak), **shown)
    elif (voice.pause_share or 0) > pauses.high:
        made = judge(call, "speed", "partly", "many_pauses", (), 0.6, n=len(voice.pauses), **shown)
    else:
        made = judge(call, "speed", "met", "good_pace", (), sure, **shown)
    measured = [
        _measured("articulation_rate", value, "syllables_s", band),
        _measured("speaking_rate", voice.speaking_rate, "syllables_s"),
        _measured("pauses", voice.pause_share, "share", pauses),
    ]
    return _shown(call, made, measured, weak)


def articulation(call: CallRecord) -> CriterionResult:
    """Recognition sure enough and the voice clear above the noise: met; one of both weaker: partly; hardly recognised
    and hardly voiced: missed. Not scored: hardly recognised but well voiced, for the recogniser errs too; much noise.
    """
    heard = _heard(call)
    if isinstance(heard, str):
        return _unusable(call, "articulation", heard)
    voice, bands = heard.voice, heard.bands
    value, clear = voice.confidence, voice.voice_to_noise_db
    if value is None:
        return judge(call, "articulation", "not_scored", "no_words", (), 1)
    if clear is not None and clear < bands.voice_to_noise.lowest:
        return judge(call, "articulation", "not_scored", "noisy", (), 1, **_numbers(call, value=clear))
    shown = _numbers(call, value=100 * value, low=100 * bands.recognition.low)
    weak = weak_stretches(voice, bands, "articulation")
    mumbled = voice.harmonicity_db is not None and voice.harmonicity_db < LEAST_HARMONICITY_DB
    place = bands.recognition.place(value)
    if place == "below_all" and not mumbled:
        made = judge(call, "articulation", "not_scored", "recogniser_unsure", (), 1, **shown)
    elif place == "below_all":
        made = judge(call, "articulation", "missed", "mumbled", (), 0.55, **shown)
    elif place == "below":
        made = judge(call, "articulation", "partly", "less_clear", (), 0.5, **shown)
    elif clear is not None and clear < bands.voice_to_noise.low:
        made = judge(call, "articulation", "partly", "little_above_noise", (), 0.55, **_numbers(call, value=clear))
    else:
        made = judge(call, "articulation", "met", "clear", (), _sure(value, bands.recognition), **shown)
    measured = [
        _measured("recognition", value, "share", bands.recognition),
        _measured("voice_to_noise", clear, "dB", bands.voice_to_noise),
        _measured("harmonicity", voice.harmonicity_db, "dB"),
    ]
    return _shown(call, made, measured, weak)


def weak_stretches(voice: VoiceMeasures, bands: VoiceBands, criterion: str) -> tuple[tuple[Stretch, WeakIn], ...]:
    """The stretches that are weak by one of the four criteria, with what is weak, in order of time."""
    test = _WEAK[criterion]
    return tuple((stretch, found) for stretch in voice.stretches if (found := test(voice, bands, stretch)))


def reference_dbfs(voice: VoiceMeasures) -> float | None:
    """The level that stretches are held against: the headset check's, else the trainee's own median."""
    if voice.headset_dbfs is not None and not voice.gain_control:
        return voice.headset_dbfs
    return median(stretch.level_dbfs for stretch in voice.stretches) if voice.stretches else None


def _weak_volume(voice: VoiceMeasures, bands: VoiceBands, stretch: Stretch) -> WeakIn | None:
    reference = reference_dbfs(voice)
    if reference is None or voice.gain_control or stretch.speech_ms < LEAST_LEVEL_MS:
        return None
    place = bands.volume.place(stretch.level_dbfs - reference)
    return None if place == "within" else "too_soft" if place in ("below", "below_all") else "too_loud"


def _weak_intonation(voice: VoiceMeasures, bands: VoiceBands, stretch: Stretch) -> WeakIn | None:
    if stretch.pitch_sd_st is None or stretch.speech_ms < LEAST_RATED_MS:
        return None
    return "flat" if stretch.pitch_sd_st < bands.intonation.lowest else None


def _weak_speed(voice: VoiceMeasures, bands: VoiceBands, stretch: Stretch) -> WeakIn | None:
    if stretch.rate is None or stretch.speech_ms < LEAST_RATED_MS:
        return None
    place = bands.speed.place(stretch.rate)
    return "too_fast" if place == "above_all" else "too_slow" if place == "below_all" else None


def _weak_articulation(voice: VoiceMeasures, bands: VoiceBands, stretch: Stretch) -> WeakIn | None:
    if stretch.confidence is None or stretch.speech_ms < LEAST_LEVEL_MS:
        return None
    return "unclear" if stretch.confidence < bands.recognition.lowest else None


_WEAK: dict[str, Callable[[VoiceMeasures, VoiceBands, Stretch], WeakIn | None]] = {
    "volume": _weak_volume, "intonation": _weak_intonation, "speed": _weak_speed, "articulation": _weak_articulation,
}  # fmt: skip


def _heard(call: CallRecord) -> _Heard | str:
    """What was measured, or the reason why nothing can be judged."""
    if call.voice is None:
        return "voice_no_recording"
    if call.voice.problem:
        return f"voice_{call.voice.problem}"
    return _Heard(call.voice, call.bands) if call.bands else "nothing_to_judge"


def _unusable(call: CallRecord, criterion: str, reason: str) -> CriterionResult:
    return judge(call, criterion, "not_scored", reason, confidence=1)


def _difference(voice: VoiceMeasures) -> float | None:
    if voice.headset_dbfs is None or voice.level_dbfs is None:
        return None
    return round(voice.level_dbfs - voice.headset_dbfs, 1)


def _share(weak: Iterable[tuple[Stretch, WeakIn]], voice: VoiceMeasures) -> float:
    return sum(stretch.speech_ms for stretch, _ in weak) / max(voice.speech_ms, 1)


def _sure(value: float | None, band: Band) -> float:
    """Less sure close to an edge of the band."""
    if value is None:
        return 0.55
    nearest = min(abs(value - edge) for edge in (band.low, band.high))
    return 0.6 if nearest < 0.05 * (band.high - band.low) else 0.8


def _measured(name: str, value: float | None, unit: str, band: Band | None = None) -> Measured | None:
    if value is None:
        return None
    return Measured(
        name=name,
        value=round(value, 2 if unit == "share" else 1),
        unit=unit,
        low=band.low if band else None,
        high=band.high if band else None,
    )


def _numbers(call: CallRecord, **values: float | None) -> dict[str, str]:
    """Figures as the interface language writes them."""
    point = "." if call.messages.lang == "en" else ","
    return {
        name: f"{value:.0f}" if abs(value) >= 20 else f"{value:.1f}".replace(".", point)
        for name, value in values.items()
        if value is not None
    }


def _shown(
    call: CallRecord,
    made: CriterionResult,
    measured: Iterable[Measured | None],
    weak: Iterable[tuple[Stretch, WeakIn]],
) -> CriterionResult:
    """The result with its figures and its weak stretches, the longest of them, in order of time."""
    longest = sorted((stretch for stretch, _ in weak), key=lambda stretch: -stretch.speech_ms)[:MOST_SHOWN]
    places = (_place(call, stretch) for stretch in sorted(longest, key=lambda stretch: stretch.start_ms))
    return made.model_copy(
        update={
            "measured": tuple(item for item in measured if item is not None),
            "evidence": tuple(place for place in places if place is not None),
        }
    )


def _place(call: CallRecord, stretch: Stretch) -> Evidence | None:
    """The stretch as evidence: its words, where they were recognised with their times, else that share of the turn."""
    turn = next((turn for turn in call.turns if turn.i == stretch.turn), None)
    if turn is None:
        return None
    place, starts, ends = 0, [], []
    for word in turn.words:
        at = turn.text.find(word.text.strip(), place)
        if at < 0:
            continue
        place = at + len(word.text.strip())
        if stretch.start_ms <= (word.start_ms + word.end_ms) // 2 < stretch.end_ms:
            starts.append(at)
            ends.append(place)
    if starts:
        start, end = starts[0], ends[-1]
    else:
        length = max(turn.end_ms - turn.start_ms, 1)
        shares = ((ms - turn.start_ms) / length for ms in (stretch.start_ms, stretch.end_ms))
        start, end = (round(len(turn.text) * min(max(share, 0), 1)) for share in shares)
    return Evidence(
        turn=turn.i, quote=turn.text[start:end], start=start, end=end,
        start_ms=stretch.start_ms, end_ms=stretch.end_ms, role="fault",
    )  # fmt: skip
