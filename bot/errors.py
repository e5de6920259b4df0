"""Errors that a person can act on, with a stable code and the values that a message in any language needs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class KiestoonError(Exception):
    """An expected failure.

    `code` is a stable dotted id (``model.missing``, ``disk.full``, ``content.invalid`` …) that the screens translate;
    `message` is plain English for terminals and logs and never holds transcripts or names; `details` holds the values
    that a translated message fills in.
    """

    code: str
    message: str
    details: dict[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message
