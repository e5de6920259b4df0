"""Values heard in a turn: amounts, times, dates, durations, numbers, spellings, names, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.acts import Entity
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import LanguagePack, ValueWords
from bot.nlu.rules import joined
from bot.nlu.spelling import spelled
from bot.nlu.spoken_numbers import WORDS as NUMBER_WORDS
from bot.nlu.spoken_numbers import SpokenNumber, find_numbers

_LONG_NUMBER = 5
_PHONE = re.compile(r"0\d{8,9}|32\d{8,9}|0032\d{8,9}")
_CLOCK = re.compile(r"(\d{1,2})(?:u|h|:)(\d{2})?")
_DOTTED_CLOCK = re.compile(r"(\d{1,2})\.(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[/-](\d{1,2})(?:[/-](\d{2,4}))?")
_WRITTEN_NUMBER = re.compile(r"\+?\d[\d./-]*\d")
_PERCENTAGE = re.compile(r"\d+(?:[.,]\d+)?%")
_EUROS = re.compile(r"€(\d+(?:[.,]\d{1,2})?)|(\d+(?:[.,]\d{1,2})?)€")
_NO_DIGIT = re.compile(r"\D")
_CUE_REACH = 8
_LONGEST_PHRASE = 5
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Scan:
    """One turn while it is searched: its words, their numbers by first word, and the language."""

    words: Sequence[NormalWord]
    texts: Sequence[str]
    numbers: dict[int, SpokenNumber]
    pack: LanguagePack

    @property
    def values(self) -> ValueWords:
        return self.pack.values

    def text(self, at: int) -> str:
        return self.texts[at] if 0 <= at < len(self.texts) else ""

    def entity(self, kind: str, value: str, first: int, last: int) -> tuple[Entity, int, int]:
        start, end = self.words[first].start, max(word.end for word in self.words[first:last])
        return Entity(kind=kind, value=value, start=start, end=end), first, last


Found = Iterator[tuple[Entity, int, int]]


def find_entities(words: Sequence[NormalWord], pack: LanguagePack) -> tuple[Entity, ...]:
    """The entities of a turn in the order of its words; where two overlap, the kind that says more counts."""
    texts = [word.text for word in words]
    numbers = {number.first: number for number in find_numbers(texts, pack.lang)}
    scan = _Scan(words, texts, numbers, pack)
    taken: set[int] = set()
    found: list[Entity] = []
    finders: tuple[Callable[[_Scan], Found], ...] = (
        _spellings, _clock_times, _dates, _percentages, _amounts, _durations, _addresses, _long_numbers,
        _names, _numbers,
    )  # fmt: skip
    for finder in finders:
        for entity, first, last in finder(scan):
            if taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                found.append(entity)
    return tuple(sorted(found, key=lambda entity: entity.start))


def _spellings(scan: _Scan) -> Found:
    for value, first, last in spelled(scan.texts, scan.values):
        yield scan.entity("spelling", value, first, last)


def _clock_times(scan: _Scan) -> Found:
    words = scan.values
    for at, word in enumerate(scan.words):
        written = _CLOCK.fullmatch(word.text) or (
            _DOTTED_CLOCK.fullmatch(word.text) if scan.text(at + 1) in words.clock_only else None
        )
        if written and int(written[1]) < 24:
            yield scan.entity("time", _clock(int(written[1]), int(written[2] or 0)), at, at + 1)
        elif word.text in words.named_times and scan.text(at - 1) not in words.not_before_day:
            yield scan.entity("time", words.named_times[word.text], at, at + 1)
    yield from _shifted_hours(scan)
    yield from _minutes_before_after(scan)
    yield from _full_hours(scan)


def _shifted_hours(scan: _Scan) -> Found:
    """Half and quarter hours, with or without minutes before or after: "tien over half acht"."""
    words = scan.values
    for at, word in enumerate(scan.words):
        phrase = f"{word.text} {scan.text(at + 1)}"
        shift = words.clock_shifts.get(word.text, words.clock_shifts.get(phrase))
        hour = scan.numbers.get(at + (1 if word.text in words.clock_shifts else 2))
        if shift is not None and hour and 0 < hour.value <= 12:
            before, side = scan.numbers.get(at - 2), words.clock_before_after.get(scan.text(at - 1), 0)
            minutes = shift + (side * int(before.value) if before and before.value < 30 else 0)
            last, late = _part_of_day(scan, hour.last, hour.value)
            value = _shifted(int(hour.value) + late, minutes)
            yield scan.entity("time", value, at - 2 if minutes != shift else at, last)


def _minutes_before_after(scan: _Scan) -> Found:
    """Minutes before or after a full hour, where a word for a time stands before them: "om tien over acht"."""
    words = scan.values
    counted = {*words.units, *words.euro, *words.cent, *words.percent}
    for number in scan.numbers.values():
        side, hour = words.clock_before_after.get(scan.text(number.last)), scan.numbers.get(number.last + 1)
        cued = scan.text(number.first - 1) in words.clock_cues and number.value in range(1, 30)
        if side and cued and hour and hour.value in range(1, 13) and scan.text(hour.last) not in counted:
            last, late = _part_of_day(scan, hour.last, hour.value)
            yield scan.entity("time", _shifted(int(hour.value) + late, side * int(number.value)), number.first, last)


def _full_hours(scan: _Scan) -> Found:
    known: set[int] = set()
    for number in sorted(scan.numbers.values(), key=lambda number: -number.first):
        hour = _full_hour(scan, number)
        if hour is not None:
            known.add(number.first)
            yield scan.entity("time", hour[0], number.first, hour[1])
        elif (
            number.last + 1 in known
            and number.value in range(25)
            and {scan.text(number.first - 1), scan.text(number.last)} <= set(scan.values.clock_cues)
        ):
            yield scan.entity("time", _clock(int(number.value), 0), number.first, number.last)


def _full_hour(scan: _Scan, number: SpokenNumber) -> tuple[str, int] | None:
    """The clock time that begins with a number, and the word after it; None where hours are a duration."""
    words, named = scan.values, scan.text(number.last)
    is_hour = named in words.hours or named in words.clock_only
    last, late = _part_of_day(scan, number.last, number.value)
    cued = scan.text(number.first - 1) in words.clock_cues
    if number.value not in range(25) or not (is_hour or (cued and last > number.last)):
        return None
    after = number.last + is_hour
    minutes, shift, end = scan.numbers.get(after), 0, after
    if minutes is not None and minutes.value in range(0, 60, 5) and scan.text(minutes.last) not in words.units:
        shift, end = int(minutes.value), minutes.last
    elif found := _phrase(scan, after, words.clock_after):
        end, shift = found
    sure = named in words.clock_only or (minutes is not None and end == minutes.last)
    part, later = _part_of_day(scan, end, number.value)
    if not (sure or cued or part > end) or _phrase(scan, end, dict.fromkeys(words.ahead, 0)):
        return None
    return _shifted(int(number.value) + (later or late), shift), max(part, end)


def _part_of_day(scan: _Scan, at: int, hour: float) -> tuple[int, int]:
    """Where a part of the day that begins at `at` ends ("in the evening"; `at` itself where none does), and the hours
    that it adds.
    """
    found = _phrase(scan, at, dict.fromkeys(scan.values.afternoon, 12))
    return (at, 0) if found is None else (found[0], found[1] if hour < 12 else 0)


def _phrase(scan: _Scan, at: int, phrases: Mapping[str, _T]) -> tuple[int, _T] | None:
    """The longest of the phrases that begins at a word: where it ends, and what it stands for."""
    for size in range(min(_LONGEST_PHRASE, len(scan.texts) - at), 0, -1):
        said = " ".join(scan.texts[at : at + size])
        if said in phrases:
            return at + size, phrases[said]
    return None


def _clock(hour: int, minute: int) -> str:
    return f"{hour % 24:02d}:{minute:02d}"


def _shifted(hour: int, minutes: int) -> str:
    total = (hour * 60 + minutes) % (24 * 60)
    return _clock(total // 60, total % 60)


def _dates(scan: _Scan) -> Found:
    words = scan.values
    for at, word in enumerate(scan.words):
        written = _DAY_MONTH.fullmatch(word.text)
        if written and int(written[1]) <= 31 and int(written[2]) <= 12:
            yield scan.entity("date", _date(int(written[1]), int(written[2]), written[3]), at, at + 1)
        elif word.text in words.months:
            yield from _day_of_month(scan, at, words.months.index(word.text) + 1)
        elif word.text in words.weekdays:
            yield scan.entity("date", f"weekday {words.weekdays.index(word.text) + 1}", at, at + 1)
        elif word.text in words.relative_days and scan.text(at - 1) not in words.not_before_day:
            yield scan.entity("date", f"today{words.relative_days[word.text]:+d}", at, at + 1)


def _day_of_month(scan: _Scan, at: int, month: int) -> Found:
    """The date of a month that is named at a word: the day before it, or after it where the language has it so."""
    words = scan.values
    day = next((n for n in scan.numbers.values() if n.last == at and 1 <= n.value <= 31), None)
    ordinal = words.ordinals.get(scan.text(at - 1))
    if day or ordinal:
        year = scan.numbers.get(at + 1)
        dated = year if year is not None and 1900 <= year.value < 2100 else None
        number = int(day.value) if day else int(ordinal or 0)
        value = _date(number, month, f"{dated.value:g}" if dated else None)
        yield scan.entity("date", value, day.first if day else at - 1, dated.last if dated else at + 1)
    elif words.month_first:
        place = at + 1 + (scan.text(at + 1) == "the")
        following = scan.numbers.get(place)
        ordinal = words.ordinals.get(scan.text(place))
        if ordinal:
            yield scan.entity("date", _date(ordinal, month, None), at, place + 1)
        elif following and following.value in range(2, 32):
            yield scan.entity("date", _date(int(following.value), month, None), at, following.last)


def _date(day: int, month: int, year: str | None) -> str:
    if not year:
        return f"--{month:02d}-{day:02d}"
    return f"{2000 + int(year) if len(year) == 2 else int(year)}-{month:02d}-{day:02d}"


def _percentages(scan: _Scan) -> Found:
    for number in scan.numbers.values():
        if scan.text(number.last) in scan.values.percent:
            yield scan.entity("percentage", f"{number.value:g}", number.first, number.last + 1)
    for at, word in enumerate(scan.words):
        if _PERCENTAGE.fullmatch(word.text):
            yield scan.entity("percentage", word.text[:-1].replace(",", "."), at, at + 1)


def _amounts(scan: _Scan) -> Found:
    words = scan.values
    for number in scan.numbers.values():
        if scan.text(number.last) in words.euro:
            table = NUMBER_WORDS.get(scan.pack.lang)
            linked = scan.numbers.get(number.last + 2) if table and scan.text(number.last + 1) == table.link else None
            cents = linked if linked and scan.text(linked.last) in words.cent else scan.numbers.get(number.last + 1)
            more = cents is not None and cents.value < 100 and scan.text(cents.last) not in words.units
            last = cents.last if more and cents else number.last + 1
            last += 1 if more and scan.text(last) in words.cent else 0
            yield scan.entity(
                "amount", f"{number.value + (cents.value / 100 if more and cents else 0):.2f}", number.first, last
            )
        elif scan.text(number.last) in words.cent:
            yield scan.entity("amount", f"{number.value / 100:.2f}", number.first, number.last + 1)
        elif scan.text(number.first - 1) in words.euro and "€" in scan.text(number.first - 1):
            yield scan.entity("amount", f"{number.value:.2f}", number.first - 1, number.last)
    for at, word in enumerate(scan.words):
        sign = _EUROS.fullmatch(word.text)
        if sign:
            yield scan.entity("amount", f"{float((sign[1] or sign[2]).replace(',', '.')):.2f}", at, at + 1)


def _durations(scan: _Scan) -> Found:
    words = scan.values
    for number in scan.numbers.values():
        unit = words.units.get(scan.text(number.last))
        if unit:
            yield scan.entity("duration", _period(number.value, unit), number.first, number.last + 1)
    for at in range(len(scan.words)):
        if fixed := _phrase(scan, at, words.fixed_durations):
            yield scan.entity("duration", fixed[1], at, fixed[0])


def _period(value: float, unit: str) -> str:
    """ISO 8601: PT15M, PT2H, P3D, P2W, P6M, P1Y."""
    return f"PT{value:g}{unit[1:]}" if unit.startswith("T") else f"P{value:g}{unit}"


def _addresses(scan: _Scan) -> Found:
    for first, last, value in _pattern_matches(scan, scan.values.address):
        yield scan.entity("address", value, first, last)


def _names(scan: _Scan) -> Found:
    for first, last, value in _pattern_matches(scan, scan.values.name):
        yield scan.entity("name", value.title(), first, last)


def _pattern_matches(scan: _Scan, pattern: str) -> Iterator[tuple[int, int, str]]:
    """Where the group ``value`` of a pack's pattern stands, in words."""
    if not pattern:
        return
    text, starts = joined(scan.words)
    for match in re.finditer(scan.pack.expanded(pattern), text):
        begin, end = match.span("value")
        inside = [at for at, start in enumerate(starts) if begin <= start < end]
        if inside:
            yield inside[0], inside[-1] + 1, match["value"]


def _long_numbers(scan: _Scan) -> Found:
    """Numbers told digit by digit or in groups: a telephone, customer or order number by shape and by what precedes."""
    for at, word in enumerate(scan.words):
        if _WRITTEN_NUMBER.fullmatch(word.text) and at not in scan.numbers:
            written = _NO_DIGIT.sub("", word.text)
            if len(written) >= _LONG_NUMBER:
                yield scan.entity(_number_kind(scan, written, at), written, at, at + 1)
    for run in _runs(scan):
        digits = "".join(_NO_DIGIT.sub("", scan.numbers[at].digits) for at in run)
        last = scan.numbers[run[-1]].last
        if len(digits) >= _LONG_NUMBER:
            yield scan.entity(_number_kind(scan, digits, run[0]), digits, run[0], last)


def _runs(scan: _Scan) -> Iterator[list[int]]:
    run: list[int] = []
    for at in sorted(scan.numbers):
        if run and scan.numbers[run[-1]].last != at:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _number_kind(scan: _Scan, digits: str, first: int) -> str:
    before = {scan.text(at) for at in range(max(0, first - _CUE_REACH), first)}
    for kind, cues in scan.values.number_cues.items():
        if before & set(cues):
            return kind
    return "phone" if _PHONE.fullmatch(digits) else "number"


def _numbers(scan: _Scan) -> Found:
    for number in scan.numbers.values():
        if number.value >= 2 or scan.text(number.first).isdigit():
            yield scan.entity("number", f"{number.value:g}", number.first, number.last)
