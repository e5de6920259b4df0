"""What the trainee can choose as the result of a call, by kind of call, and which choice is right for which outcome."""

from __future__ import annotations

from collections.abc import Mapping

from bot.events import Disposition, Kind, Outcome

BY_KIND: Mapping[Kind, tuple[Disposition, ...]] = {
    "complaint": ("resolved", "call_back", "escalated", "unresolved", "broken_off"),
    "service": ("resolved", "informed", "call_back", "transferred", "unresolved", "broken_off"),
    "advice": ("sold", "informed", "call_back", "not_interested", "broken_off"),
    "order": ("ordered", "informed", "call_back", "not_interested", "broken_off"),
    "reception": ("resolved", "ordered", "appointment", "informed", "call_back", "transferred", "broken_off"),
    "sale": ("sold", "appointment", "call_back", "not_interested", "broken_off"),
    "acquisition": ("appointment", "informed", "call_back", "not_interested", "broken_off"),
    "survey": ("completed", "call_back", "refused", "broken_off"),
    "debt_collection": ("payment_agreed", "call_back", "refused", "broken_off"),
    "transfer": ("transferred", "resolved", "call_back", "unresolved", "broken_off"),
    "emergency": ("dispatched", "transferred", "informed", "broken_off"),
    "crisis": ("resolved", "transferred", "escalated", "unresolved", "broken_off"),
    "bad_news": ("resolved", "call_back", "escalated", "unresolved", "broken_off"),
}  # fmt: skip
"""In the order in which they are offered."""

BY_OUTCOME: Mapping[Outcome, tuple[Disposition, ...]] = {
    "satisfied": ("resolved", "informed", "ordered", "appointment", "sold", "completed"),
    "calmed": ("resolved", "call_back"),
    "bought": ("sold", "ordered"),
    "appointment": ("appointment",),
    "participated": ("completed",),
    "informed": ("informed", "resolved"),
    "paid": ("payment_agreed",),
    "transferred": ("transferred",),
    "dispatched": ("dispatched",),
    "refused": ("not_interested", "refused", "unresolved"),
    "undecided": ("call_back", "informed", "unresolved", "not_interested"),
    "supervisor_demanded": ("escalated", "transferred", "unresolved"),
    "hung_up_angry": ("broken_off", "unresolved", "refused", "not_interested"),
    "hung_up_silence": ("broken_off",),
    "agent_hung_up": ("broken_off", "unresolved", "call_back"),
    "broken_off": ("broken_off",),
}
"""What is right where the script names nothing else."""


def right_dispositions(kind: Kind, outcome: Outcome) -> tuple[Disposition, ...]:
    """Of the choices for a kind of call, those that say how this one ended; never empty."""
    right = tuple(choice for choice in BY_KIND[kind] if choice in BY_OUTCOME[outcome])
    return right or BY_KIND[kind][:1]
