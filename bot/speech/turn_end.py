"""Has somebody said all that they had to say? Words, recogniser and sound, weighed together. Pure.

The weights of the text are those of a logistic regression on 1,260 spoken sentences, English by a Piper voice and
Dutch by two actors, whole and broken off, both weighing the same; those of text and sound together come from 1,400
silences as a call hears them, where the text keeps more weight than it earned there, as other voices sound otherwise.
The text counts by how sure the recogniser is of it: whisper-base is right in English and mostly wrong in Dutch, and
knows it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.events import Lang
from bot.speech.asked import asked_for, says_yes_or_no
from bot.speech.completeness import dictating, unfinished
from bot.speech.ending_words import EndingWords
from bot.speech.transcriber import Closing, Hearing

_LEAST = 0.01
_UNSURE, _SURE = 0.35, 0.75


@dataclass(frozen=True)
class TurnEnds:
    """Judges the ends of turns in one language; `words` is None where nothing was learned about them."""

    lang: Lang
    words: EndingWords | None = None

    def finished(self, hearing: Hearing, answering: str | None = None) -> float:
        """Probability (0 to 1) that the turn is over with what was heard, where ends and pauses are as frequent.
        `answering` is the customer's line before it.
        """
        return _share(self._log_odds(hearing) + self._by_question(hearing.text, answering or ""))

    def _by_question(self, text: str, line: str) -> float:
        asked = asked_for(line, self.lang)
        if asked == "datum" and dictating(text, self.lang):
            return _GOES_ON_DICTATING
        if asked == "yes_or_no" and says_yes_or_no(text, self.lang) and not unfinished(text, self.lang):
            return _HAS_ANSWERED
        return 0.0

    def _log_odds(self, hearing: Hearing) -> float:
        words = self.words.log_odds(hearing.text) if self.words else _UNKNOWN_WORDS
        broken = float(unfinished(hearing.text, self.lang))
        closing = hearing.closing
        if closing is None:
            return 0.739 * words - 0.891 * broken - 1.378
        if closing.sound is None:
            return _decoder(closing, 0.221, -0.698, -0.369) + 0.542 * words - 0.13 * broken - 4.507
        text = _decoder(closing, 0.346, -0.33, 0.124) + 0.439 * words - 0.297 * broken - 0.481
        return 0.7 * _trust(closing) * text + 1.368 * closing.sound - 1.207


_UNKNOWN_WORDS = 3.0
"""Without a model of the words only what breaks off visibly is held to be unfinished."""


_GOES_ON_DICTATING = -1.6
_HAS_ANSWERED = 1.0
"""Log-odds that the customer's question adds. Set by hand: the sentences of the fit answer nothing. A wrong guess makes
the customer wait some 0.2 s longer, or answer about 0.1 s sooner than otherwise."""


def _decoder(closing: Closing, final: float, going_on: float, nothing: float) -> float:
    return (
        final * math.log((closing.final + _LEAST) / (1 - closing.final + _LEAST))
        + going_on * math.log(closing.going_on + _LEAST)
        + nothing * math.log(closing.nothing + _LEAST)
    )


def _trust(closing: Closing) -> float:
    """How much the text counts, 0 to 1."""
    return min(1.0, max(0.0, (closing.sureness - _UNSURE) / (_SURE - _UNSURE)))


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))
