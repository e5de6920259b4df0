"""Prices and conditions that the agent tells, held against what the company's data say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from bot.acts import QUESTION_ACTS, Act, Entity
from bot.content.models import Company, Figure, Scenario
from bot.dialogue.draft import Draft
from bot.dialogue.matching import mentions, places, tokens
from bot.dialogue.state import Told

TOLD_IN = frozenset({
    Act.EXPLAIN_TERMS, Act.INFORM, Act.PROPOSE_SOLUTION, Act.PROMISE_FOLLOWUP, Act.ANSWER_OBJECTION, Act.UP_SELL,
    Act.CROSS_SELL, Act.STATE_DURATION, Act.ADVISE, Act.STATE_BENEFIT, Act.SUMMARIZE_AGREEMENTS, Act.ASK_COMMITMENT,
})  # fmt: skip
REACH = 7
"""Words between a value and the word that says what it is about."""
PLAUSIBLE = 5.0
"""A price told wrong is seldom more than this many times off: what is, is another amount."""
MOST_PIECES = 12
SHORTEST_NAME = 4
HALF_A_CENT = 0.005
DOUBTS_TOLD = 2
DISTRUST = -0.12
PERIOD = re.compile(r"P(?:(?P<Y>[\d.]+)Y)?(?:(?P<M>[\d.]+)M)?(?:(?P<W>[\d.]+)W)?(?:(?P<D>[\d.]+)D)?"
                    r"(?:T(?:(?P<h>[\d.]+)H)?(?:(?P<m>[\d.]+)M)?(?:(?P<s>[\d.]+)S)?)?")  # fmt: skip
HOURS = {"Y": 8760.0, "M": 730.0, "W": 168.0, "D": 24.0, "h": 1.0, "m": 1 / 60, "s": 1 / 3600}
ROUNDING = 0.02
"""Twelve months are a year, thirty days a month: two periods this near to each other are the same."""


def figures_of(scenario: Scenario) -> dict[str, Figure]:
    """What can be told wrong in this call, by id: the prices of the script's products, under the product's id, and
    the company's figures that belong to no other product or customer.
    """
    company, named = scenario.company, scenario.script.products
    prices = {
        ident: Figure(kind="amount", values=(f"{price:.2f}",), about=_called(company, ident))
        for ident in named
        if (price := company.products[ident].price)
    }
    others = {
        name: figure
        for name, figure in company.figures.items()
        if figure.product in (None, *named) and figure.customer in (None, scenario.script.customer)
    }
    return prices | others


def _called(company: Company, ident: str) -> tuple[str, ...]:
    """By what words a product is known: its name, and those words of it that no other product has."""
    name = company.products[ident].name
    others = {word for other, item in company.products.items() if other != ident for word in tokens(item.name)}
    return (name, *(word for word in tokens(name) if len(word) >= SHORTEST_NAME and word not in others))


def told_figures(draft: Draft) -> tuple[Told, ...]:
    """Each value of the turn that is about a figure, and whether it is right. Values that nothing ties to a figure,
    rough ones and savings say nothing; so do those in a question or a summary of what the customer said.
    """
    if not any(_told(draft, entity) for entity in draft.entities):
        return ()
    figures = figures_of(draft.scenario)
    heard = (_hold_against(draft, entity, figures) for entity in draft.entities if _told(draft, entity))
    return tuple(told for told in heard if told is not None)


def _told(draft: Draft, entity: Entity) -> bool:
    spans = [span for span in draft.spans if span.start <= entity.start < span.end]
    acts = {span.act for span in spans}
    return bool(acts & TOLD_IN) and not acts & (QUESTION_ACTS - TOLD_IN) and Act.PARAPHRASE not in draft.acts


def _hold_against(draft: Draft, entity: Entity, figures: dict[str, Figure]) -> Told | None:
    of_kind = {name: figure for name, figure in figures.items() if figure.kind == entity.kind}
    at = len(tokens(draft.text[: entity.start]))
    value = range(at, at + len(tokens(draft.text[entity.start : entity.end])))
    near = {name: near for name, figure in of_kind.items() if (near := _distance(draft, figure, value)) is not None}
    right = [
        name for name, figure in of_kind.items() if any(_same(figure.kind, v, entity.value) for v in figure.values)
    ]
    if right:
        return Told(min(right, key=lambda name: near.get(name, REACH + 1)), right=True)
    around = " ".join(tokens(draft.text)[max(0, at - REACH) : at + REACH])
    if mentions(around, draft.scenario.pack.loose_words):
        return None
    about = min(near, key=lambda name: near[name]) if near else _price_meant(draft, around, of_kind)
    if about is None:
        return None
    if entity.kind == "amount" and not _wrong_amount(draft, of_kind, about, float(entity.value), around):
        return None
    return Told(about, right=False)


def _distance(draft: Draft, figure: Figure, value: range) -> int | None:
    """How many words the value stands from what the figure is about; its own words are not that ("hundert", "Hund")."""
    where = [place for word in figure.about for place in places(draft.text, word) if place not in value]
    nearest = min((abs(place - value.start) for place in where), default=REACH + 1)
    return nearest if nearest <= REACH else None


def _price_meant(draft: Draft, around: str, figures: dict[str, Figure]) -> str | None:
    """Of "that costs fifty-nine euros", the thing that is being offered: whose price the script's conditions tell."""
    if not mentions(around, draft.scenario.pack.price_words):
        return None
    terms = draft.scenario.script.terms
    return next(
        (term.figure for term in terms if term.figure in figures and term.figure in _prices(draft.scenario)), None
    )


def _prices(scenario: Scenario) -> dict[str, float]:
    return {ident: item.price for ident, item in scenario.company.products.items() if item.price}


def _wrong_amount(draft: Draft, figures: dict[str, Figure], about: str, value: float, around: str) -> bool:
    """Whether an amount cannot be right: it is told as a price, of that order, and no sum of prices explains it."""
    prices = _prices(draft.scenario)
    if about not in prices:
        return True
    price = prices[about]
    if not mentions(around, draft.scenario.pack.price_words) or not price / PLAUSIBLE <= value <= price * PLAUSIBLE:
        return False
    named = [float(v) for fig in figures.values() if mentions(draft.text, fig.about) for v in fig.values]
    return not any(_equal(value, sum_) for sum_ in _combined(price, list(prices.values()), named))


def _combined(price: float, others: list[float], named: list[float]) -> Iterator[float]:
    """What comes out of a price rightly: several pieces, the difference with another price, things named together."""
    yield from others
    for other, pieces in product([0, *others], range(1, MOST_PIECES + 1)):
        yield abs(price - other) * pieces
    for one, other, pieces in product([price, *named], named, range(1, MOST_PIECES + 1)):
        yield one * pieces + other


def _equal(one: float, other: float) -> bool:
    return abs(one - other) < HALF_A_CENT


def _same(kind: str, one: str, other: str) -> bool:
    match kind:
        case "duration":
            lengths = (_hours(one), _hours(other))
            return abs(lengths[0] - lengths[1]) <= ROUNDING * max(lengths)
        case "time":
            return _minutes(one) == _minutes(other)
        case _:
            return _equal(float(one), float(other))


def _hours(period: str) -> float:
    """The length of an ISO 8601 period; 0 for what is none."""
    found = PERIOD.fullmatch(period)
    return sum(float(number) * HOURS[unit] for unit, number in found.groupdict().items() if number) if found else 0.0


def _minutes(clock: str) -> int:
    """Minutes since midnight or noon: "six in the evening" is often understood as six o'clock."""
    hour, _, minute = clock.partition(":")
    return int(hour) % 12 * 60 + int(minute or 0)


def doubt_figures(draft: Draft) -> bool:
    """Doubt a price or condition that is not what the company's data say; be content when it is put right."""
    told = draft.told
    wrong = list(dict.fromkeys(one.figure for one in told if not one.right))
    mended = {one.figure for one in told if one.right} & draft.state.misinformed
    if mended:
        draft.change(misinformed=draft.state.misinformed - mended)
        draft.feel(trust=-DISTRUST / 2)
        draft.say("figure_mended")
        draft.because("figure_mended")
    for name in wrong:
        draft.change(misinformed=draft.state.misinformed | {name}, doubts=(*draft.state.doubts, name))
        draft.feel(patience=-0.03, trust=DISTRUST)
        draft.because("wrong_figure")
    if not wrong or draft.state.doubts.count(wrong[0]) > DOUBTS_TOLD:
        return False
    draft.say("wrong_price" if wrong[0] in _prices(draft.scenario) else "wrong_condition")
    return True
