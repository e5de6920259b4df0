"""How much of what the script lists was said, by whom and when, as named values from 0 to 1.

Key facts before and after the first offer, asked for or volunteered, taken up by the agent or not; terms before and
after the customer's decision, and those told wrong; the solution, the bad news and the extra at all. What was said is
told by words that are shared and by the reader of calls; the order of turns rests on their marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from evaluators.chains import LIKELY, decision_turn, first_likely
from evaluators.facts import best, coverage, exchanges
from evaluators.feature import Feature, Features
from evaluators.marks import Telling, facts_told, marked, terms_told
from evaluators.phases import analysis_start, offer_start
from evaluators.record import CallRecord, remembered

ENOUGH = 0.45
"""Coverage from which something that the script lists counts as said."""


@remembered
def told(call: CallRecord) -> Features:
    """All of it; nothing where no reader of turns was at hand."""
    if call.reader is None:
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
    found |= _taken_up(call, facts, customer) | _facts_read(call, offer) | _terms_read(call, decided)
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


def _facts_read(call: CallRecord, offer: int) -> Features:
    """The customer's telling of each key fact: before the offer, in answer to a question, and taken up."""
    read = facts_told(call)
    if not read:
        return {}
    early = [_surest(one, lambda p: p < offer) for one in read]
    by_phase = [_surest(one, lambda p: p < offer_start(call)) for one in read]
    ever = [_surest(one) for one in read]
    sought, used = [], []
    for (chance, place), fact in zip(ever, call.context.key_facts, strict=True):
        asked = chance * marked(call, place - 1, "open", "closed", "lead") if place else 0.0
        echoed = max((marked(call, p, "echo", "sum", "gain*") for p in call.next_agent(place, 1)), default=0.0)
        again = max((coverage(call, fact, call.text(p)) for p in call.agent if p > place), default=0.0)
        sought.append((asked, place))
        used.append((max(asked, chance * max(echoed, again)), place))
    late = [(max(0.0, after - before), place) for (after, place), (before, _) in zip(ever, early, strict=True)]
    return {
        **_spread("facts heard", ever),
        **_spread("facts heard early", early),
        **_spread("facts heard before the offer phase", by_phase),
        **_spread("facts asked for", sought),
        **_spread("facts heard and used", used),
        **_spread("facts heard late", late),
    }


def _terms_read(call: CallRecord, decided: int) -> Features:
    """The agent's telling of each term: in time, late, and wrong."""
    read = terms_told(call)
    if not read:
        return {}
    limit = analysis_start(call) if call.survey else decided
    asked = first_likely(call, call.agent, "ask", "book")
    early = [_surest(one, lambda p: p < limit) for one in read]
    ever = [_surest(one) for one in read]
    late = [(max(0.0, after - before), place) for (after, place), (before, _) in zip(ever, early, strict=True)]
    wrong = [_surest(one, name="wrong") for one in read]
    figures = [_figures(call, term, one) for term, one in zip(call.context.terms, read, strict=True)]
    priced = [
        (value, p) for (value, p), term in zip(late, call.context.terms, strict=True) if "€" in term or "euro" in term
    ]
    return {
        **_spread("terms read", ever),
        **_spread("terms read early", early),
        **_spread("terms read late", late),
        **_spread("terms read before the question", [_surest(one, lambda p: p <= asked) for one in read]),
        **_spread("terms wrong", wrong),
        **_spread("term figures lacking", [(lacking, place) for lacking, _, place in figures]),
        **_spread("term figures other", [(other, place) for _, other, place in figures]),
        "price late": Feature(max((value for value, _ in priced), default=0.0)),
    }


def _figures(call: CallRecord, term: str, telling: Telling) -> tuple[float, float, int]:
    """How surely a term is told without all its figures, and with others in their place; and where."""
    sure = {p: max(chances.get("told", 0.0), chances.get("wrong", 0.0)) for p, chances in telling.items()}
    wanted = call.lexicon.numbers(term) - {1.0}
    if not sure or not wanted:
        return 0.0, 0.0, 0
    place = max(sure, key=lambda p: sure[p])
    heard = frozenset[float]().union(*(call.lexicon.numbers(call.text(p)) for p in sure if sure[p] >= LIKELY / 2))
    lacking = len(wanted - heard) / len(wanted)
    other = float(bool(lacking and call.lexicon.numbers(call.text(place)) - wanted - {1.0}))
    return sure[place] * lacking, sure[place] * other, place


def _surest(telling: Telling, where: Callable[[int], bool] = lambda _: True, name: str = "told") -> tuple[float, int]:
    """The highest chance in these turns, and its position."""
    found = [(chances.get(name, 0.0), position) for position, chances in telling.items() if where(position)]
    return max(found, default=(0.0, 0))


def _spread(name: str, found: Sequence[tuple[float, int]]) -> Features:
    """The mean, the least and the most of the chances, and how many are likely."""
    values = [value for value, _ in found]
    places = tuple(place for value, place in found if value >= LIKELY)
    return {
        f"{name}, mean": Feature(sum(values) / len(values), places),
        f"{name}, least": Feature(min(values)),
        f"{name}, most": Feature(max(values), places),
        f"{name}, share": Feature(len(places) / len(values), places),
    }
