"""Signs of listening: "ja", "mhm", "oké" while the other one speaks. They ask for no answer. Pure.

The sound alone tells that something was short (`bot.speech.barge_in`); the words tell that it was nothing more: a short
"nee" or "stop" is a turn.
"""

from __future__ import annotations

import re

from bot.events import Lang
from bot.speech.barge_in import Resume

NEAR_THE_END_MS = 700
"""So shortly before the end of the customer's turn, a "ja" answers it."""
_SLACK_MS = 300
_WORD = re.compile(r"\w+", re.UNICODE)
_EVERYWHERE = "hm hmm hmhm mm mmm mhm mmhm mhmm uh huh uhuh ah aha ok oké okay ja yes"
_WORDS: dict[Lang, frozenset[str]] = {
    "nl": frozenset(
        f"{_EVERYWHERE} jaja jawel joh goed juist inderdaad natuurlijk precies klopt tuurlijk zeker prima begrijp "
        "snap ik het voilà amai".split()
    ),
    "en": frozenset(f"{_EVERYWHERE} yeah yep yup right sure indeed exactly oh i see good fine of course".split()),
    "fr": frozenset(f"{_EVERYWHERE} oui ouais d accord bien sûr exactement je vois entendu voilà bon".split()),
    "de": frozenset(f"{_EVERYWHERE} jaja genau gut stimmt richtig klar natürlich verstehe ich so aha".split()),
}


class Backchannels:
    """Remembers where in a call the trainee only seemed to listen."""

    def __init__(self, lang: Lang) -> None:
        self._words = _WORDS[lang]
        self._last: Resume | None = None

    def note(self, resume: Resume, *, left_ms: int) -> None:
        """The customer goes on after a short voice, with `left_ms` of their turn to come as far as is known."""
        self._last = resume if resume.backchannel and left_ms >= NEAR_THE_END_MS else None

    def holds(self, start_ms: int, end_ms: int, text: str) -> bool:
        """Whether a turn of the trainee was that voice, and said nothing but that they listen."""
        last = self._last
        if last is None or start_ms < last.start_ms - _SLACK_MS or end_ms > last.end_ms + _SLACK_MS:
            return False
        return all(word in self._words for word in _WORD.findall(text.lower()))
