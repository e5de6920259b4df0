"""Whether the work on screen that a script asks for can be done: pages, fields and choices that are there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.dispositions import BY_KIND
from bot.content.models import Company, FollowUpDay, Script, Workplace
from bot.content.problems import Problem, closest
from bot.content.reach import check_words
from bot.content.yaml_source import Path_, Source

PAGES = ("customer", "procedures")
"""Pages of every company, beside those of its products."""
AT = ("workplace",)


def check_workplace(script: Script, company: Company | None, source: Source) -> Iterator[Problem]:
    """What is wrong with the `workplace` of a script; nothing where it has none."""
    wanted = script.workplace
    if wanted is None:
        return
    if company is not None:
        yield from _check_pages(wanted, company, source)
    yield from _check_fields(script, wanted, company, source)
    for number, choice in enumerate(wanted.dispositions):
        if choice not in BY_KIND[script.kind]:
            choices = ", ".join(BY_KIND[script.kind])
            place: Path_ = (*AT, "dispositions", number)
            yield source.problem(place, "unfit_disposition", value=choice, kind=script.kind, choices=choices)
    follow_up = wanted.follow_up
    if isinstance(follow_up, FollowUpDay) and follow_up.latest < follow_up.earliest:
        place = (*AT, "follow_up", "latest")
        yield source.problem(place, "follow_up_order", latest=follow_up.latest, earliest=follow_up.earliest)
    for number, point in enumerate(wanted.summary):
        yield from check_words(point.words, (*AT, "summary", number, "words"), source)
    if wanted.fault is not None:
        yield from check_words(wanted.fault.words, (*AT, "fault", "words"), source)
        if script.fault is None:
            yield source.problem((*AT, "fault"), "fault_unsaid", key=True)


def _check_pages(wanted: Workplace, company: Company, source: Source) -> Iterator[Problem]:
    known = [*PAGES, *company.products]
    for number, page in enumerate(wanted.pages):
        if page not in known:
            near = closest(page, known)
            yield source.problem((*AT, "pages", number), "unknown_id", kind="page", value=page, suggestion=near)


def _check_fields(script: Script, wanted: Workplace, company: Company | None, source: Source) -> Iterator[Problem]:
    records = company.customers if company else {}
    record = records.get(script.customer) or records.get(closest(script.customer, list(records)) or "")
    for name, field in wanted.fields.items():
        at: Path_ = (*AT, "fields", name)
        if field.fact is not None and field.fact not in script.facts:
            near = closest(field.fact, list(script.facts))
            yield source.problem((*at, "fact"), "unknown_id", kind="fact", value=field.fact, suggestion=near)
        if field.record is not None and record is not None and getattr(record, field.record) is None:
            yield source.problem((*at, "record"), "no_datum", value=field.record)
        if not field.values and field.record is None:
            yield source.problem(at, "no_value", key=True, value=name)
