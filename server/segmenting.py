"""From voice on two channels to the turns of a call. Pure: probabilities and levels in, turns out; times in ms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from bot.audio import FloatSamples
from bot.events import Speaker
from bot.speech.endpointing import EndpointingSettings, VoiceStarted, VoiceStopped, VoiceTracker
from bot.speech.windows import WINDOW_MS, WINDOW_SAMPLES

PAUSE_MS = 2000
"""A silence of the speaker, with nobody else starting to speak in it, that does not end the turn."""
TOUCH_MS = 100
"""How long before the end of a stretch the other may start for it still to be an answer, and no signal in between."""
TALK_OVER_MS = 300
BLEED_DB = 18.0
"""A channel this far below its own usual level, while the other one speaks, carries the other one's voice."""
USUAL_QUANTILE = 0.9
VOICED = EndpointingSettings().start_probability
FLOOR_DB = -100.0


@dataclass(frozen=True)
class Stretch:
    """Unbroken voice of one speaker."""

    speaker: Speaker
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class SpokenTurn:
    """One turn; `takes_over` names the turn (by number) whose speaker it silenced, if any."""

    speaker: Speaker
    start_ms: int
    end_ms: int
    takes_over: int | None = None


def window_levels(samples: FloatSamples) -> FloatSamples:
    """RMS level in dBFS of each whole window."""
    count = len(samples) // WINDOW_SAMPLES
    windows = samples[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
    power = np.square(windows).mean(axis=1) if count else np.zeros(0, dtype=np.float32)
    levels: FloatSamples = np.maximum(10 * np.log10(np.maximum(power, 1e-10)), FLOOR_DB).astype(np.float32)
    return levels


def without_bleed(
    own: FloatSamples, own_levels: FloatSamples, other: FloatSamples, other_levels: FloatSamples
) -> FloatSamples:
    """Voice probabilities of a channel, set to 0 in windows that only carry the other speaker, softly."""
    voiced = own >= VOICED
    if not voiced.any() or not (other >= VOICED).any():
        return own
    usual = float(np.quantile(own_levels[voiced], USUAL_QUANTILE))
    louder = other_levels - float(np.quantile(other_levels[other >= VOICED], USUAL_QUANTILE)) > own_levels - usual
    bleeding = (other >= VOICED) & (own_levels < usual - BLEED_DB) & louder
    return np.where(bleeding, np.float32(0), own)


def stretches(speaker: Speaker, probabilities: Iterable[float]) -> list[Stretch]:
    """The stretches of voice in one channel, from the probability of each window."""
    tracker = VoiceTracker()
    found: list[Stretch] = []
    started: int | None = None
    at = 0
    for probability in probabilities:
        change = tracker.feed(at, probability)
        at += WINDOW_MS
        match change:
            case VoiceStarted():
                started = change.at_ms
            case VoiceStopped() if started is not None:
                found.append(Stretch(speaker, started, change.at_ms))
                started = None
    if started is not None:
        found.append(Stretch(speaker, started, at))
    return found


def turns_of_stretches(spoken: Sequence[Stretch]) -> list[SpokenTurn]:
    """The turns in order of their start. A speaker's stretches are one turn until the other starts in a silence of
    theirs, or the silence lasts longer than `PAUSE_MS`; a short "ja" during somebody's speech splits nothing.
    """
    turns: list[SpokenTurn] = []
    for own in ("agent", "customer"):
        mine = sorted((s for s in spoken if s.speaker == own), key=lambda s: s.start_ms)
        others = [s.start_ms for s in spoken if s.speaker != own]
        open_turn: SpokenTurn | None = None
        for stretch in mine:
            if open_turn is not None and _goes_on(open_turn.end_ms, stretch.start_ms, others):
                open_turn = replace(open_turn, end_ms=stretch.end_ms)
                turns[-1] = open_turn
            else:
                open_turn = SpokenTurn(stretch.speaker, stretch.start_ms, stretch.end_ms)
                turns.append(open_turn)
    return _with_take_overs(sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms)))


def _goes_on(end_ms: int, start_ms: int, others: Iterable[int]) -> bool:
    answered = any(end_ms - TOUCH_MS <= other <= start_ms for other in others)
    return not answered and start_ms - end_ms <= PAUSE_MS


def _with_take_overs(turns: list[SpokenTurn]) -> list[SpokenTurn]:
    taken = turns[:1]
    for number, (before, turn) in enumerate(pairwise(turns)):
        cut = (
            turn.speaker != before.speaker
            and turn.start_ms <= before.end_ms - TALK_OVER_MS
            and turn.end_ms > before.end_ms
        )
        taken.append(replace(turn, takes_over=number) if cut else turn)
    return taken
