"""The trainee's language in figures: sentence length, address, jargon, negative and forbidden wording, fillers. Pure.

What to say instead comes from the language's `wording.yaml`. It stands beside the criterion `language`, which judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import KiestoonError
from evaluators.lexicon import Lexicon, lexicon_from
from evaluators.record import CallRecord
from evaluators.verdicts import Evidence
from evaluators.words import words

LONG_SENTENCE = 20
"""A sentence of more words is hard to follow by ear: written plain language already asks for 15 to 20 on average."""

MOST_SHOWN = 40

Kind = Literal["informal", "jargon", "negative", "forbidden", "hedging"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Advice(_Strict):
    """Wordings that are better said otherwise. `says` are patterns as in `judging.yaml`; `rather` is what to say."""

    kind: Kind
    says: tuple[str, ...] = Field(min_length=1)
    rather: str


class WordingFile(_Strict):
    """A language's `wording.yaml`. `general` is the advice per kind for what no entry of its own names."""

    version: Literal[1]
    lang: str
    fillers: tuple[str, ...]
    general: dict[Kind, str]
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class Wording:
    """The wordings of a language, ready to be looked for."""

    advice: tuple[tuple[Advice, Lexicon], ...]
    general: Mapping[Kind, str]
    fillers: Lexicon


class Remark(_Strict):
    """A wording that is better said otherwise, with where it was said and what to say instead."""

    kind: Kind
    place: Evidence
    rather: str


class LanguageUse(_Strict):
    """The trainee's language in figures. Sentence lengths in words; `formal` and `informal` count the words by which
    the customer was addressed; `fillers_per_minute` is None where the turns have no times.
    """

    words: int
    sentences: int
    words_per_sentence: float | None
    longest_sentence: Evidence | None = None
    longest_words: int = 0
    long_sentences: int = 0
    formal: int = 0
    informal: int = 0
    fillers: int = 0
    fillers_per_minute: float | None = None
    remarks: tuple[Remark, ...] = ()
    unclear_turns: int = Field(default=0, description="left out: recognised too badly")


def load_wording(languages: Path, lang: str) -> Wording:
    """Read `<languages>/<lang>/wording.yaml`; a language without one has no advice and no fillers.

    Raises KiestoonError ``wording.invalid`` with the place.
    """
    path = languages / lang / "wording.yaml"
    if not path.exists():
        return wording_from({"version": 1, "lang": lang, "fillers": [], "general": {}, "advice": []})
    try:
        return wording_from(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except YAMLError as error:
        raise KiestoonError("wording.invalid", f"wording.yaml of {lang} is no YAML", {"lang": lang}) from error


def wording_from(raw: Any) -> Wording:
    """The wordings from the contents of a `wording.yaml`. Raises KiestoonError ``wording.invalid``."""
    try:
        file = WordingFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise KiestoonError("wording.invalid", f"wording.yaml: {place}: {first['msg']}", {"place": place}) from error
    return Wording(
        advice=tuple((entry, _cue(file.lang, entry.says)) for entry in file.advice),
        general=dict(file.general),
        fillers=_cue(file.lang, file.fillers),
    )


def _cue(lang: str, patterns: tuple[str, ...]) -> Lexicon:
    return lexicon_from(lang, {"cues": {"cue": list(patterns)}} if patterns else {})


def language_use(call: CallRecord, wording: Wording) -> LanguageUse:
    """All figures of a call, taken from the turns that were recognised well enough: slips of the recogniser count for
    nothing.
    """
    clear = [p for p in call.agent if not call.unclear(p)]
    lengths = [(len(words(s.text)), p, s) for p in clear for s in call.sentences(p)]
    total = sum(length for length, _, _ in lengths)
    longest = max(lengths, key=lambda item: item[0], default=None)
    spoken_ms = sum(max(0, call.turns[p].end_ms - call.turns[p].start_ms) for p in clear)
    fillers = sum(_count(wording.fillers, "cue", call.text(p)) for p in clear)
    timed = spoken_ms > 0 and call.start.channel != "text"
    return LanguageUse(
        words=total,
        sentences=len(lengths),
        words_per_sentence=round(total / len(lengths), 1) if lengths else None,
        longest_sentence=call.quote(longest[1], longest[2].start, longest[2].end) if longest else None,
        longest_words=longest[0] if longest else 0,
        long_sentences=sum(length > LONG_SENTENCE for length, _, _ in lengths),
        formal=sum(_count(call.lexicon, "formal_token", call.text(p)) for p in clear),
        informal=sum(_informal(call, p) for p in clear),
        fillers=fillers,
        fillers_per_minute=round(fillers / (spoken_ms / 60_000), 1) if timed else None,
        remarks=tuple(_remarks(call, wording, clear))[:MOST_SHOWN],
        unclear_turns=len(call.agent) - len(clear),
    )


def _informal(call: CallRecord, position: int) -> int:
    text = call.text(position)
    return 0 if call.lexicon.has("generic_je", text) else _count(call.lexicon, "informal_token", text)


def _count(lexicon: Lexicon, cue: str, text: str) -> int:
    pattern = lexicon.cues.get(cue)
    return sum(1 for _ in pattern.finditer(text)) if pattern else 0


_CUES: tuple[tuple[str, Kind], ...] = (
    ("informal", "informal"), ("use_jargon", "jargon"), ("negative_wording", "negative"),
)  # fmt: skip


def _remarks(call: CallRecord, wording: Wording, clear: list[int]) -> Iterator[Remark]:
    """In order of place: what an entry names, then what the judge's own cues find beside it."""
    for position in clear:
        text = call.text(position)
        taken: list[tuple[int, int]] = []
        found: list[Remark] = []
        for entry, cue in wording.advice:
            found += _new(call, position, cue, "cue", entry.kind, entry.rather, taken)
        for name, kind in _CUES:
            if kind not in wording.general or (name == "negative_wording" and call.lexicon.has("plain_bad_news", text)):
                continue
            found += _new(call, position, call.lexicon, name, kind, wording.general[kind], taken)
        yield from sorted(found, key=lambda remark: remark.place.start)


def _new(
    call: CallRecord, position: int, lexicon: Lexicon, cue: str, kind: Kind, rather: str, taken: list[tuple[int, int]]
) -> list[Remark]:
    pattern, text = lexicon.cues.get(cue), call.text(position)
    found = []
    for match in pattern.finditer(text) if pattern else ():
        if any(match.start() < end and match.end() > start for start, end in taken):
            continue
        if kind == "jargon" and call.lexicon.has("explains", text[match.end() :]):
            continue
        taken.append((match.start(), match.end()))
        found.append(Remark(kind=kind, place=call.fault(position, match.start(), match.end()), rather=rather))
    return found
