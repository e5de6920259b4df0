"""Filling `{placeholders}` in lines from the customer's record and the company."""

from __future__ import annotations

import re

from bot.content.models import Company, CustomerRecord
from bot.events import Lang

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
SPOKEN_SIGNS: dict[Lang, tuple[str, str]] = {
    "nl": ("apenstaartje", "punt"),
    "en": ("at", "dot"),
    "fr": ("arobase", "point"),
    "de": ("at", "Punkt"),
}
NAMES = (
    "title", "first_name", "last_name", "spelling", "customer_number", "address", "birth_date", "phone", "email",
    "company",
)  # fmt: skip


def values_for(record: CustomerRecord, company: Company) -> dict[str, str]:
    """The value of each placeholder that this customer has; digits are spaced so that a voice reads them one by one."""
    values = {name: value for name in NAMES if isinstance(value := getattr(record, name, None), str)}
    for name in ("customer_number", "phone"):
        if name in values:
            values[name] = spaced_digits(values[name])
    if "email" in values:
        values["email"] = spoken_email(values["email"], company.lang)
    return values | {"company": company.name}


def spoken_email(email: str, lang: Lang) -> str:
    """`an.maes@post.be` → `an punt maes apenstaartje post punt be`, as people say it aloud."""
    at, dot = SPOKEN_SIGNS[lang]
    return email.replace("@", f" {at} ").replace(".", f" {dot} ")


def spaced_digits(number: str) -> str:
    """`204871` → `2 0 4 8 7 1`."""
    return " ".join(number.replace(" ", ""))


def fill(line: str, values: dict[str, str]) -> str:
    """The line with its placeholders filled; one without a value stays as it is (checking content finds those)."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), line)


def unfilled(line: str, values: dict[str, str]) -> tuple[str, ...]:
    """The placeholders in a line that have no value."""
    return tuple(name for name in PLACEHOLDER.findall(line) if name not in values)
