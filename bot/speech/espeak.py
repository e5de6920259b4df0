"""The voice that is always there: espeak-ng from the `espeakng-loader` wheel, called through ctypes.

The library keeps one global state, so all calls share one lock. It is ten thousand times faster than speech; the lock
is never held for long.
"""

from __future__ import annotations

import ctypes
import functools
import threading
from dataclasses import dataclass

import espeakng_loader
import numpy as np

from bot.audio import Samples, resample
from bot.errors import KiestoonError
from bot.events import Lang
from bot.speech.synthesizer import VoiceSettings

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_POSITION_CHARACTER = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_WORDS_PER_MINUTE = 165
_SLOWEST, _FASTEST = 80, 450
_MIDDLE_PITCH = 50
_PITCH_PER_SEMITONE = 50 / 12
_LIVELY_RANGE = 60

_LANGUAGES: dict[Lang, str] = {"nl": "nl", "fr": "fr-be", "en": "en", "de": "de"}

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Library:
    handle: ctypes.CDLL
    sample_rate: int


@functools.lru_cache(maxsize=1)
def _library() -> _Library:
    """Load and start espeak-ng; call with the lock held."""
    handle = ctypes.CDLL(espeakng_loader.get_library_path())
    handle.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
        ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    data = espeakng_loader.get_data_path().encode()
    rate = handle.espeak_Initialize(_SYNCHRONOUS, 0, ctypes.c_char_p(data), _DONT_EXIT)
    if rate <= 0:
        raise KiestoonError("voice.failed", "espeak-ng does not start", {"engine": "espeak"})
    return _Library(handle, rate)


class EspeakEngine:
    """espeak-ng with a variant, a rate and a pitch per persona."""

    @property
    def version(self) -> str:
        """See `Engine.version`."""
        return "espeak:1.52"

    def speak(self, sentence: str, voice: VoiceSettings) -> Samples:
        """See `Engine.speak`; an unknown variant falls back on the language's plain voice."""
        with _LOCK:
            library = _library()
            _set_voice(library.handle, voice)
            samples = _synthesize(library.handle, sentence)
        return resample(samples, library.sample_rate)


def _set_voice(handle: ctypes.CDLL, voice: VoiceSettings) -> None:
    language = _LANGUAGES[voice.lang]
    if handle.espeak_SetVoiceByName(f"{language}+{voice.espeak}".encode()) and handle.espeak_SetVoiceByName(
        language.encode()
    ):
        raise KiestoonError("voice.failed", f"espeak-ng has no voice for {language}", {"engine": "espeak"})
    words_per_minute = round(_WORDS_PER_MINUTE * voice.rate)
    handle.espeak_SetParameter(_RATE, min(_FASTEST, max(_SLOWEST, words_per_minute)), 0)
    handle.espeak_SetParameter(_PITCH, round(_MIDDLE_PITCH + _PITCH_PER_SEMITONE * voice.pitch), 0)
    handle.espeak_SetParameter(_RANGE, _LIVELY_RANGE, 0)


def _synthesize(handle: ctypes.CDLL, sentence: str) -> Samples:
    blocks: list[Samples] = []

    def take(wave: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if wave and count > 0:
            blocks.append(np.ctypeslib.as_array(wave, shape=(count,)).astype(np.int16))
        return 0

    callback = _CALLBACK(take)
    handle.espeak_SetSynthCallback(callback)
    text = sentence.encode() + b"\0"
    if handle.espeak_Synth(text, len(text), 0, _POSITION_CHARACTER, 0, _UTF8, None, None):
        raise KiestoonError("voice.failed", "espeak-ng cannot speak this line", {"engine": "espeak"})
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int16)
