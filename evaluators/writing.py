"""What the trainee writes, compared with what was wanted: values, points, spelling, courtesy. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from evaluators.lexicon import Lexicon
from evaluators.record import CallRecord
from evaluators.spelling import Misspelling, misspellings
from evaluators.words import content_stems, plain, shared_stems, words

WIDEST_GAP = 8
_ASIDE, _HOUR = re.compile(r"\(.*?\)"), re.compile(r"(\d)\s?[uh]\b")
_WORD = re.compile(r"[^\W\d_]+")
_SEPARATORS = re.compile(r"[\W_]+")


def mentions(text: str, wanted: Iterable[str]) -> bool:
    """Whether a text holds any of the words or phrases: by the beginning of each word, without regard to case and
    accents; around `…` up to eight others may stand between.
    """
    told = plain(text)
    return any(_pattern(phrase).search(told) for phrase in wanted)


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    parts = [r"\W+".join(rf"{re.escape(word)}\w*" for word in words(part)) for part in phrase.split("…")]
    return re.compile(r"\b" + rf"\W+(?:\w+\W+){{0,{WIDEST_GAP}}}?".join(part for part in parts if part))


def same_value(written: str, wanted: str, lexicon: Lexicon) -> bool:
    """Whether a field holds the wanted value: the same but for case, spaces and punctuation, or the same numbers with
    all the words that carry meaning ('54 euro' for '54', 'op woensdag' for 'woensdag'; a day may be cut short, 'ma 3'
    for 'maandag 3', and what stands between brackets is a remark).
    """
    without = _ASIDE.sub(" ", written).strip() or written
    written = _with_days(_HOUR.sub(r"\1 uur", without), wanted, lexicon)
    if _bare(written) == _bare(wanted):
        return True
    if _bare(wanted).isdigit() and len(_bare(wanted)) > 4:
        return re.sub(r"\D", "", written) == _bare(wanted)
    figures = lexicon.numbers(wanted)
    if figures and lexicon.numbers(written) != figures:
        return False
    needed = {one for one in content_stems(wanted, lexicon.stopwords) if not lexicon.numbers(one)}
    there = content_stems(written, lexicon.stopwords)
    return bool(needed or figures) and needed == shared_stems(needed, there)


def _with_days(written: str, wanted: str, lexicon: Lexicon) -> str:
    """The same text with the days of `wanted` in full where they are cut short."""
    days = [word for word in words(wanted) if lexicon.is_only("weekday", word)]

    def whole(cut: re.Match[str]) -> str:
        short = cut.group().casefold()
        return next((day for day in days if len(short) > 1 and day.startswith(short)), cut.group())

    return _WORD.sub(whole, written)


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", plain(text))


def mistakes(call: CallRecord, text: str) -> tuple[Misspelling, ...] | None:
    """Misspelt words, save names, words of the scenario and usual abbreviations; None where the language has no
    dictionary here.
    """
    if call.dictionary is None:
        return None
    start, desk = call.start, call.start.desk
    known = [start.company_name, start.agent_name, start.customer_name, start.context.right_solution or ""]
    known += [*start.context.key_facts, *start.context.terms, start.context.cross_up_sell_option or ""]
    if desk is not None:
        known += [page.title for page in desk.pages] + [value for field in desk.fields for value in field.values]
    if start.message is not None:
        known += [start.message.text, start.message.subject, *(q.summary for q in start.message.questions)]
    found = misspellings(text, call.dictionary, known, nouns_capitalised=start.lang == "de")
    return tuple(one for one in found if not call.lexicon.is_only("abbreviation", one.word))


def discourteous(call: CallRecord, text: str) -> str | None:
    """The first wording in a text that insults or blames, None where there is none."""
    for cue in ("be_rude", "blame_customer", "insult_written"):
        if match := call.lexicon.find(cue, text):
            return match.group()
    return None
