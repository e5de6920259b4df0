"""The work on screen: looking things up during the call, registering, the report after it, reporting what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.content.dispositions import BY_KIND, right_dispositions
from bot.events import CustomerDecided, Desk, DeskField, DeskPage, FollowUp, Outcome
from evaluators.after_call import DeskWork, desk_work
from evaluators.facts import coverage
from evaluators.judge import by_count, judge, listed
from evaluators.record import CallRecord, remembered
from evaluators.timing import Moment, timing
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.writing import discourteous, mentions, mistakes, same_value

LONGEST_SILENCE_MS = 10_000
"""Dead air above this while looking something up is a lapse (criteria: `procedure`)."""

SPELLING_ALLOWED = 1
"""So many words that the dictionary does not know are let pass: it does not know every word."""

COVERED = 0.4
"""Share of a written fact that the summary must cover to hold it."""

SHORTEST_SUMMARY = 5
"""Fewer words are no summary."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LIVE = ("voice", "text")
"""Channels in which a trainee sits before the screen."""


@remembered
def work_of(call: CallRecord) -> DeskWork:
    """What the trainee did on screen."""
    return desk_work(call.events)


def desk_of(call: CallRecord) -> Desk | None:
    """What was asked on screen; None for a call without a screen: imported, simulated, or of an older version."""
    return call.start.desk if call.start.channel in LIVE else None


def lookup(call: CallRecord) -> CriterionResult:
    """Every needed page was opened during the call, without dead air above 10 s around it: met. Some pages, or too
    long a silence: partly. None: missed.
    """
    desk = desk_of(call)
    if desk is None or call.start.channel == "text":
        return judge(call, "lookup", "not_applicable", "no_desk", confidence=1)
    if not desk.pages:
        return judge(call, "lookup", "not_applicable", "no_pages", confidence=1)
    end = call.ended.at_ms if call.ended else max(event.at_ms for event in call.events)
    opened = {page: at for page, at in reversed(work_of(call).pages) if at <= end}
    lacking = [page for page in desk.pages if page.id not in opened]
    titles = listed(_page_title(call, page) for page in lacking)
    if len(lacking) == len(desk.pages):
        return judge(call, "lookup", "missed", "none", confidence=0.95, pages=titles)
    silent = _silent_search(call, [at for _, at in work_of(call).pages])
    if silent is not None:
        place = [_turn_before(call, silent.start_ms)]
        return judge(call, "lookup", "partly", "silent", place, 0.85, seconds=round(silent.ms / 1000))
    if lacking:
        return judge(call, "lookup", "partly", "some", confidence=0.95, pages=titles)
    return judge(call, "lookup", "met", "found", confidence=0.95)


def _page_title(call: CallRecord, page: DeskPage) -> str:
    kind = page.id.partition(":")[0]
    return page.title or call.messages.common.get(f"page_{kind}", kind)


def _silent_search(call: CallRecord, opened: list[int]) -> Moment | None:
    """The longest silence above the limit in which a page was opened, or which began right after that."""
    figures = timing(call)
    silences = [
        gap
        for gap in (figures.dead_air if figures else ())
        if gap.ms > LONGEST_SILENCE_MS and any(gap.start_ms - 1000 <= at <= gap.end_ms for at in opened)
    ]
    return max(silences, key=lambda gap: gap.ms, default=None)


def _turn_before(call: CallRecord, at_ms: int) -> Evidence | None:
    before = [p for p in range(len(call.turns)) if call.turns[p].end_ms <= at_ms + 500]
    return call.occasion(before[-1]) if before else None


def registration(call: CallRecord) -> CriterionResult:
    """All fields hold the right value: met. At least half: partly. Fewer: missed. A field whose fact never came out in
    the call does not count.
    """
    desk = desk_of(call)
    if desk is None:
        return judge(call, "registration", "not_applicable", "no_desk", confidence=1)
    told = _told(call)
    wanted = [field for field in desk.fields if field.fact is None or field.fact in told]
    if not wanted:
        return judge(call, "registration", "not_applicable", "no_fields", confidence=1)
    work = work_of(call)
    if work.state == "open":
        return judge(call, "registration", "not_scored", "report_open", confidence=1)
    wrong = [field for field in wanted if not _right(call, field, work.fields.get(field.id, ""))]
    if not wrong:
        return judge(call, "registration", "met", "right", confidence=0.9)
    places = [call.occasion(told[field.fact]) for field in wrong if field.fact in told]
    named = "; ".join(_field_told(call, field, work.fields.get(field.id, "")) for field in wrong)
    if by_count(len(wanted) - len(wrong), len(wanted), (len(wanted) + 1) // 2) == "partly":
        return judge(call, "registration", "partly", "some_wrong", places, 0.9, fields=named)
    return judge(call, "registration", "missed", "most_wrong", places, 0.9, fields=named)


def _told(call: CallRecord) -> dict[str | None, int]:
    """Facts that came out, each with the position of the customer's turn that told it."""
    told: dict[str | None, int] = {}
    for event in call.events:
        if isinstance(event, CustomerDecided):
            after = next((p for p in call.customer if call.turns[p].start_ms >= event.at_ms), None)
            for fact in event.revealed:
                if after is not None:
                    told.setdefault(fact, after)
    return told


def _right(call: CallRecord, field: DeskField, written: str) -> bool:
    return bool(written) and any(same_value(written, value, call.lexicon) for value in field.values)


def _field_told(call: CallRecord, field: DeskField, written: str) -> str:
    empty = call.messages.common.get("field_empty", "")
    right = field.values[0] if field.values else ""
    shown = f"«{written}»" if written else empty
    return f"{field.title}: {shown} → «{right}»"


def call_report(call: CallRecord) -> CriterionResult:
    """Result, follow-up, summary (complete, courteous, spelt right) and time: all in order is met, one or two faults
    partly; three, no summary at all, or no report missed.
    """
    desk, work = desk_of(call), work_of(call)
    if desk is None:
        return judge(call, "call_report", "not_applicable", "no_desk", confidence=1)
    if work.state == "open":
        return judge(call, "call_report", "not_scored", "report_open", confidence=1)
    if work.state == "skipped":
        return judge(call, "call_report", "missed", "skipped", confidence=1)
    faults = [call.messages.common.get(f"report_{code}", code).format_map(values)
              for code, values in _report_faults(call, desk, work)]  # fmt: skip
    named = " ".join(faults)
    if not faults:
        unread = call.dictionary is None
        return judge(call, "call_report", "met", "unspelt" if unread else "good", confidence=0.5 if unread else 0.75)
    bare = len(work.summary.split()) < SHORTEST_SUMMARY
    if len(faults) > 2 or bare:
        return judge(call, "call_report", "missed", "many_faults", confidence=0.75, faults=named)
    return judge(call, "call_report", "partly", "faults", confidence=0.7, faults=named)


Fault = tuple[str, dict[str, str]]


def _report_faults(call: CallRecord, desk: Desk, work: DeskWork) -> Iterator[Fault]:
    """Codes of what is wrong with a report that was handed in, with what fills in their sentence."""
    right = _right_results(call, desk)
    if work.disposition not in right:
        names = call.messages.common
        meant = names.get(f"disposition_{right[0]}", right[0])
        chosen = names.get(f"disposition_{work.disposition}", str(work.disposition or "–"))
        yield "disposition", {"chosen": chosen, "meant": meant}
    yield from _follow_up_faults(call, desk, work)
    lacking = list(_lacking(call, desk, work.summary))
    if lacking:
        yield "incomplete", {"points": listed(lacking)}
    rude = discourteous(call, work.summary)
    if rude:
        yield "discourteous", {"words": rude}
    wrong = mistakes(call, work.summary) or ()
    if len(wrong) > SPELLING_ALLOWED:
        shown = (f"«{item.word}»" + (f" ({item.meant})" if item.meant else "") for item in wrong[:6])
        yield "misspelt", {"words": ", ".join(shown)}
    if work.worked_ms > desk.seconds * 1000:
        yield "late", {"seconds": str(round(work.worked_ms / 1000)), "allowed": str(desk.seconds)}


def _right_results(call: CallRecord, desk: Desk) -> tuple[str, ...]:
    outcome: Outcome = call.ended.outcome if call.ended else "broken_off"
    own = tuple(choice for choice in desk.dispositions if choice in BY_KIND[call.start.kind])
    return own if own and outcome == desk.accepted else right_dispositions(call.start.kind, outcome)


def _follow_up_faults(call: CallRecord, desk: Desk, work: DeskWork) -> Iterator[Fault]:
    """What the follow-up lacks: judged by the script where the call ended as it wants, else only that a promise to
    call back has a day.
    """
    as_wanted = call.ended is not None and call.ended.outcome == desk.accepted
    wanted = desk.follow_up if as_wanted else None
    if wanted == "none":
        if work.follow_up not in ("", "none"):
            yield "follow_up_needless", {}
    elif isinstance(wanted, FollowUp):
        if work.follow_up in ("", "none"):
            yield "follow_up_lacking", {}
        elif not _day_fits(call, wanted, work.follow_up):
            yield "follow_up_wrong", {"day": work.follow_up}
    elif work.disposition == "call_back" and work.follow_up in ("", "none"):
        yield "follow_up_lacking", {}


def _day_fits(call: CallRecord, wanted: FollowUp, written: str) -> bool:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return False
    after = (day - datetime.fromisoformat(call.start.started_at).date()).days
    right_day = wanted.weekday is None or WEEKDAYS[day.weekday()] == wanted.weekday
    return wanted.earliest <= after <= wanted.latest and right_day


def _lacking(call: CallRecord, desk: Desk, summary: str) -> Iterator[str]:
    """What the summary should hold and does not: the script's points, of which one will do where the call ended
    otherwise; without any, the key facts, and the solution where the call ended as wanted.
    """
    bare = len(summary.split()) < SHORTEST_SUMMARY
    as_wanted = call.ended is not None and call.ended.outcome == desk.accepted
    if desk.points:
        lacking = [point.summary for point in desk.points if bare or not mentions(summary, point.words)]
        if as_wanted or len(lacking) == len(desk.points):
            yield from lacking
        return
    wanted = list(call.context.key_facts)
    if as_wanted and call.context.right_solution:
        wanted.append(call.context.right_solution)
    lacking = [fact for fact in wanted if coverage(call, fact, summary) < COVERED]
    if len(lacking) > len(wanted) / 2 or bare:
        yield from lacking or wanted


def signal_report(call: CallRecord) -> CriterionResult:
    """The fault that the scenario hides was reported in words that show it, at the right place: met. At another place,
    or the right place in words that do not show it: partly. Not, or something else: missed.
    """
    desk, work = desk_of(call), work_of(call)
    if desk is None:
        return judge(call, "signal_report", "not_applicable", "no_desk", confidence=1)
    if desk.fault is None:
        return judge(call, "signal_report", "not_applicable", "no_fault", confidence=0.9)
    if work.state == "open":
        return judge(call, "signal_report", "not_scored", "report_open", confidence=1)
    fault, place = desk.fault.summary, call.messages.common.get(f"place_{desk.fault.where}", desk.fault.where)
    if work.signal is None:
        return judge(call, "signal_report", "missed", "not_reported", confidence=0.95, fault=fault)
    where, text = work.signal
    named = mentions(text, desk.fault.words)
    if named and where == desk.fault.where:
        return judge(call, "signal_report", "met", "reported", confidence=0.8)
    if named:
        return judge(call, "signal_report", "partly", "elsewhere", confidence=0.8, place=place, fault=fault)
    if where == desk.fault.where:
        return judge(call, "signal_report", "partly", "vague", confidence=0.6, fault=fault)
    return judge(call, "signal_report", "missed", "other", confidence=0.7, fault=fault)
