"""Did somebody say this, or did the recogniser invent it? Pure.

Recognisers trained on subtitles invent text for noise and silence. What is invented must not reach the customer: an
empty text with low confidence makes the customer ask again, an invented one makes the call absurd.
"""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

from bot.speech.transcriber import Doubt

_MIN_AVG_LOGPROB = -1.5
_NO_SPEECH_PROBABILITY = 0.6
_NO_SPEECH_AVG_LOGPROB = -0.7
_MAX_CHARS_PER_SECOND = 40.0
_MAX_COMPRESSION = 2.4
_COMPRESSION_FROM_CHARS = 60
_MAX_SAME_WORD_RUN = 5

_SUBTITLE_PHRASES = re.compile(
    r"amara\.org|ondertitel(ing|s|d) (door|ingediend)|tv ?gelderland|bedankt voor het kijken"
    r"|thanks for watching|thank you for watching|subtitles? (by|made by)|please subscribe"
    r"|sous-titr(es|age)( |:)|merci d'avoir regardé|untertitel (der|von|im auftrag)|vielen dank fürs zuschauen",
    re.IGNORECASE,
)
_SOUND_LABEL = re.compile(
    r"[\W_]*(muziek|music|musique|musik|applaus|applause|applaudissements|gelach|laughter)[\W_]*", re.I
)
_WORD = re.compile(r"\w+", re.UNICODE)


def doubt(text: str, *, seconds: float, avg_logprob: float, no_speech_probability: float) -> Doubt:
    """Why `text`, recognised in `seconds` of audio, should be thrown away; empty if it may stand.

    `avg_logprob` is the mean natural log of the tokens' probabilities (at most 0); `no_speech_probability` is 0 to 1.
    """
    if not text or (no_speech_probability > _NO_SPEECH_PROBABILITY and avg_logprob < _NO_SPEECH_AVG_LOGPROB):
        return "no_speech"
    if _SUBTITLE_PHRASES.search(text) or _SOUND_LABEL.fullmatch(text):
        return "subtitle"
    if avg_logprob < _MIN_AVG_LOGPROB:
        return "unsure"
    if len(text) > _MAX_CHARS_PER_SECOND * max(seconds, 0.5):
        return "too_fast"
    return "loop" if loops(text) else ""


def loops(text: str) -> bool:
    """True for a text that repeats itself as no speaker does."""
    words = _WORD.findall(text.lower())
    run = 1
    for before, word in pairwise(words):
        run = run + 1 if word == before else 1
        if run > _MAX_SAME_WORD_RUN and not word.isdigit():
            return True
    if len(text) < _COMPRESSION_FROM_CHARS:
        return False
    data = text.encode()
    return len(data) / len(zlib.compress(data)) > _MAX_COMPRESSION
