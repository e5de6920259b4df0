"""How much of what the script lists was said, by whom and when, as named values from 0 to 1.

Key facts before and after the first offer, taken up by the agent or not; terms before and after the customer's
decision; the solution, the bad news and the extra at all. The order of turns rests on their marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluators.chains import decision_turn, first_likely
from evaluators.facts import best, coverage, exchanges
from evaluators.feature import Feature, Features
from evaluators.record import CallRecord, remembered

ENOUGH = 0.45
"""Coverage from which something that the script lists counts as said."""


@remembered
def told(call: CallRecord) -> Features:
    """All of it; nothing where no reader of turns was at hand."""
    if call.marker is None:
        return {}
    offer = first_likely(call, call.agent, "offer")
    decided = decision_turn(call)
    facts, terms = call.context.key_facts, call.context.terms
    customer, agent = [(p, call.text(p)) for p in call.customer], [(p, call.text(p)) for p in call.agent]
    pairs = exchanges(call)
    found: Features = {}
    found |= _covered(call, "facts", facts, customer)
    found |= _covered(call, "facts answered", facts, pairs)
    found |= _covered(call, "facts early", facts, [pair for pair in pairs if pair[0] < offer])
    found |= _covered(call, "facts by agent", facts, agent)
    found |= _covered(call, "facts by agent late", facts, [pair for pair in agent if pair[0] >= offer])
    found |= _taken_up(call, facts, customer)
    found |= _covered(call, "terms", terms, agent)
    found |= _covered(call, "terms early", terms, [pair for pair in agent if pair[0] < decided])
    found |= _covered(call, "terms before offer", terms, [pair for pair in agent if pair[0] < offer])
    context = call.context
    for name, text in (
        ("solution", context.right_solution),
        ("news", context.bad_news),
        ("extra", context.cross_up_sell_option),
    ):
        found |= _covered(call, name, [text] if text else (), agent)
    return {f"told:{name}": chain for name, chain in found.items()}


def _covered(call: CallRecord, name: str, wanted: Sequence[str], turns: Iterable[tuple[int, str]]) -> Features:
    """The share of the list that these turns say, how well on average, and how well the one said worst."""
    turns = list(turns)
    if not wanted:
        return {}
    scored = [best(call, one, turns) for one in wanted]
    values = [value for value, _ in scored]
    places = tuple(place for value, place in scored if place is not None and value >= ENOUGH)
    return {
        f"{name}, share": Feature(sum(value >= ENOUGH for value in values) / len(values), places),
        f"{name}, mean": Feature(sum(values) / len(values), places),
        f"{name}, worst": Feature(min(values), places),
        f"{name}, all": Feature(float(min(values) >= ENOUGH), places),
    }


def _taken_up(call: CallRecord, facts: Sequence[str], customer: Sequence[tuple[int, str]]) -> Features:
    """How well the agent comes back to each fact that the customer told."""
    values = []
    for fact in facts:
        _, place = best(call, fact, customer)
        if place is not None:
            values.append(max((coverage(call, fact, call.text(p)) for p in call.agent if p > place), default=0.0))
    if not values:
        return {}
    return {
        "taken up, mean": Feature(sum(values) / len(facts)),
        "taken up, share": Feature(sum(value > 0 for value in values) / len(facts)),
        "taken up, worst": Feature(min(values)),
    }
