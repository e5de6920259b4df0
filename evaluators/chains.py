"""How marks follow one another in a call, as named values from 0 to about 1: what one turn alone does not show.

Whether a feeling was met, an objection taken through its steps, a summary confirmed before the offer, the extra
brought after the decision, enough data heard before the file was opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluators.feature import Feature, Features
from evaluators.marks import marked
from evaluators.phases import closing_start, offer_start
from evaluators.record import CallRecord, remembered

LIKELY = 0.5
"""Chance from which a turn is taken to have a mark where the order of turns matters."""

WITHIN = 2
"""So many turns of the agent may pass before something counts as passed over."""

CUT_IN_MS = 300
"""An agent who starts this long before the customer's end takes the floor (shared/criteria.md, `active_listening`)."""

STEPS = ("ack", "probe", "answer", "check")
ASKING = ("open", "closed", "lead", "sum", "sum-")
OF_LANGUAGE = ("je", "dialect", "jargon", "neg", "unclear")
SLIPS = ("slip", "blame", *OF_LANGUAGE, "again", "lead")


@remembered
def chains(call: CallRecord) -> Features:
    """All chains of a call; none where no reader of turns was at hand."""
    if call.reader is None:
        return {}
    offer, decision = first_likely(call, call.agent, "offer"), decision_turn(call)
    found: Features = {}
    found |= _before_and_after(call, "offer", offer, (*ASKING, "askdatum", "emp", "gain*"))
    found |= _before_and_after(call, "offer phase", offer_start(call), ASKING)
    found |= _before_and_after(call, "closing", closing_start(call), ("agree", "agree-", "else", "offer", "term"))
    found |= _before_and_after(call, "decision", decision, ("extra", "ask", "book", "offer", "push", "gain*", "gain"))
    found |= _before_any_offer(call) | _order(call, offer)
    found |= {f"{name} by phase": value for name, value in _summary(call, offer_start(call)).items()}
    found |= _summary(call, offer) | _feelings(call, offer) | _objections(call, decision) | _signals(call)
    found |= _checks(call, offer) | _news(call) | _end(call) | _extra(call) | _slips(call)
    found |= {f"first:{name}": _most(call, call.agent[:3], name) for name in ("why", "forwhom", "moment", "disguise")}
    found["names"] = _sum(call, call.agent, "name", 3)
    return {f"chain:{name}": chain for name, chain in found.items()}


def first_likely(call: CallRecord, positions: Iterable[int], *names: str) -> int:
    """The first of these turns that likely has one of the marks; the number of turns where none has."""
    return next((p for p in positions if marked(call, p, *names) >= LIKELY), len(call.turns))


def decision_turn(call: CallRecord) -> int:
    """The customer's turn that decides, or the end of the call."""
    return first_likely(call, call.customer, "yes", "no", "stop")


def _highest(call: CallRecord, positions: Iterable[int], *names: str) -> float:
    return max((marked(call, p, *names) for p in positions), default=0.0)


def _most(call: CallRecord, positions: Iterable[int], *names: str) -> Feature:
    best = max(((marked(call, p, *names), -p) for p in positions), default=(0.0, 0))
    return Feature(best[0], (-best[1],) if best[0] >= LIKELY / 2 else ())


def _sum(call: CallRecord, positions: Iterable[int], name: str, enough: int) -> Feature:
    shown = [(p, marked(call, p, name)) for p in positions]
    total = sum(value for _, value in shown)
    return Feature(min(total / enough, 2.0), tuple(p for p, value in shown if value >= LIKELY))


def _before_and_after(call: CallRecord, what: str, limit: int, names: Sequence[str]) -> Features:
    found: Features = {}
    for name in names:
        before = sorted((marked(call, p, name) for p in call.agent if p < limit), reverse=True)
        found[f"{name} before {what}"] = _sum(call, (p for p in call.agent if p < limit), name, 2)
        found[f"{name} before {what}, surest"] = Feature(before[0] if before else 0.0)
        found[f"{name} before {what}, second"] = Feature(before[1] if len(before) > 1 else 0.0)
        found[f"{name} after {what}"] = _sum(call, (p for p in call.agent if p >= limit), name, 2)
    found[f"{what} at all"] = Feature(float(limit < len(call.turns)))
    return found


def _before_any_offer(call: CallRecord) -> Features:
    """What likely came before the first offer, each turn of the agent weighed by the chance that none was made yet."""
    unmade, unasked, blind = 1.0, 1.0, 0.0
    sums = dict.fromkeys(("open", "closed", "lead", "sum"), 0.0)
    for position in call.agent:
        offers = marked(call, position, "offer")
        for name in sums:
            sums[name] += unmade * marked(call, position, name)
        unasked *= 1 - marked(call, position, "open", "closed", "lead")
        blind += unmade * offers * unasked
        unmade *= 1 - offers
    found = {f"{name} before any offer": Feature(min(value / 2, 2.0)) for name, value in sums.items()}
    return found | {"offer without a question": Feature(blind), "no offer": Feature(unmade)}


def _order(call: CallRecord, offer: int) -> Features:
    """How early the offer comes, and how surely before any turn that goes into the need."""
    ahead, unread = 0.0, 1.0
    for position in call.agent:
        ahead = max(ahead, unread * marked(call, position, "phase-offer"))
        unread = min(unread, 1 - marked(call, position, "phase-analysis", "start-analysis"))
    early = sum(position < offer for position in call.agent)
    return {"offer before analysis": Feature(ahead), "turns before the offer": Feature(early / 5)}


def _lapses(call: CallRecord) -> Features:
    """Turns in which the agent did not listen: took the floor, asked what was said, or passed over what mattered."""
    cuts = [
        p
        for p in call.agent
        if p
        and call.turns[p - 1].speaker == "customer"
        and call.turns[p - 1].end_ms - call.turns[p].start_ms >= CUT_IN_MS
    ]
    lapses = [(1.0, p) for p in cuts]
    lapses += [(marked(call, p, "again"), p) for p in call.agent if p not in cuts]
    lapses += [(marked(call, p, "matter"), p) for p in call.customer]
    return {"cut in": Feature(len(cuts) / 2, tuple(cuts)), **_ranked("lapse", lapses, 3)}


def _ranked(name: str, found: Iterable[tuple[float, int]], most: int) -> Features:
    """The chances of the surest, the next and so on, and how many there are to be expected."""
    ranked = sorted(found, reverse=True)
    shown: Features = {
        f"{name} {order + 1}": Feature(value, (position,) if value >= LIKELY / 2 else ())
        for order, (value, position) in enumerate(ranked[:most])
    }
    return shown | {f"{name}s expected": Feature(sum(value for value, _ in ranked) / most)}


def _after(call: CallRecord, position: int, *names: str) -> float:
    """The highest chance of a mark in the agent's next turns."""
    return _highest(call, call.next_agent(position, WITHIN), *names)


def _summary(call: CallRecord, offer: int) -> Features:
    """A summary that the customer confirms, before the offer and at all."""
    confirmed = {p: marked(call, p, "sum") * _reply(call, p, "confirm") for p in call.agent}
    return {
        "confirmed early": Feature(max((v for p, v in confirmed.items() if p < offer), default=0.0)),
        "confirmed": Feature(max(confirmed.values(), default=0.0)),
        "told core": _most(call, (p for p in call.customer if p < offer), "core"),
    }


def _reply(call: CallRecord, position: int, *names: str) -> float:
    reply = call.reply(position)
    return 0.0 if reply is None else marked(call, reply, *names)


def _feelings(call: CallRecord, offer: int) -> Features:
    """The customer's feelings, met in the agent's next turns or not."""
    felt = {p: marked(call, p, "feel") for p in call.customer if call.next_agent(p)}
    total = sum(felt.values())
    surest = max(felt, key=lambda p: felt[p], default=None)
    found: Features = {"felt": Feature(max(felt.values(), default=0.0)), "often felt": Feature(min(total / 3, 2.0))}
    for name in ("emp", "formula", "sorry", "belittle", "blame", "offer"):
        met = sum(value * _after(call, p, name) for p, value in felt.items())
        found[f"felt, {name}"] = Feature(met / total if total > LIKELY / 2 else 0.0)
        found[f"felt, never {name}"] = Feature(min(total - met, 2.0))
    likely = [p for p, value in felt.items() if value >= LIKELY]
    if likely:
        best = [max(_after(call, p, "emp"), marked(call, p, "emp")) for p in likely]
        early = [_highest(call, (q for q in call.next_agent(p, WITHIN) if q <= offer), "emp") for p in likely]
        found["feelings"] = Feature(len(likely) / 3, tuple(likely))
        found["feeling met worst"] = Feature(min(best), (likely[best.index(min(best))],))
        found["feeling met best"] = Feature(max(best))
        found["feeling met before the offer, worst"] = Feature(min(early))
        found["feeling met at once, worst"] = Feature(min(_highest(call, call.next_agent(p), "emp") for p in likely))
    if surest is not None:
        found["surest met"] = Feature(_after(call, surest, "emp"), (surest,))
    found["sorry"] = _most(call, call.agent, "sorry")
    found["sorry early"] = _most(call, (p for p in call.agent if p <= offer), "sorry")
    return found


def _objections(call: CallRecord, decision: int) -> Features:
    """The steps after the last objection, and after the last one before the decision; how the worst one fared."""
    raised = [p for p in call.customer if marked(call, p, "obj") >= LIKELY]
    found: Features = {"objected": _most(call, call.customer, "obj"), "objections": _sum(call, call.customer, "obj", 3)}
    taken = []
    for order, position in enumerate(raised):
        until = raised[order + 1] if order + 1 < len(raised) else len(call.turns)
        turns = [p for p in call.agent if position < p < until][:3]
        steps = {name: _highest(call, turns, name) for name in (*STEPS, "evade", "push", "blame")}
        taken.append((position, steps))
    if taken:
        position, last = taken[-1]
        found |= {f"last objection, {name}": Feature(value, (position,)) for name, value in last.items()}
        found["last objection, steps"] = Feature(sum(last[name] for name in STEPS) / 2, (position,))
        found["last objection, ack and answer"] = Feature(last["ack"] * last["answer"], (position,))
        counts = [sum(steps[name] >= LIKELY for name in STEPS) for _, steps in taken]
        found["last objection, count"] = Feature(counts[-1] / 4, (position,))
        found["fewest steps"] = Feature(min(counts) / 4)
        found["raised"] = Feature(len(taken) / 3)
        found |= _before_decision([steps for position, steps in taken if position < decision])
        worst, where = min((steps["answer"] - steps["evade"], p) for p, steps in taken)
        found["worst objection"] = Feature(worst, (where,))
        found["no step at all"] = Feature(1 - max(max(steps[name] for name in STEPS) for _, steps in taken))
    return found


def _before_decision(taken: Sequence[dict[str, float]]) -> Features:
    if not taken:
        return {}
    last, others = taken[-1], taken[:-1]
    return {
        "deciding objection, steps": Feature(sum(last[name] for name in STEPS) / 2),
        "deciding objection, ack and answer": Feature(last["ack"] * last["answer"]),
        "deciding objection, evade": Feature(max(last["evade"], last["push"], last["blame"])),
        "other objections, least answer": Feature(min((steps["answer"] for steps in others), default=1.0)),
        "other objections, evade": Feature(max((steps["evade"] for steps in others), default=0.0)),
    }


def _signals(call: CallRecord) -> Features:
    """Buying signals, and what the agent made of them."""
    found: Features = {"signal": _most(call, call.customer, "buy")}
    for name in ("ask", "book", "evade", "answer"):
        taken = [(marked(call, p, "buy") * _after(call, p, name), p) for p in call.customer]
        found[f"signal, {name}"] = Feature(max(taken, default=(0.0, 0))[0])
        missed = [
            (marked(call, p, "buy") * (1 - _after(call, p, name)), p) for p in call.customer if call.next_agent(p)
        ]
        found[f"signal, no {name}"] = Feature(max(missed, default=(0.0, 0))[0])
    return found


def _checks(call: CallRecord, offer: int) -> Features:
    """Data of identification heard before the file was opened, and read out by the agent himself."""
    opened = first_likely(call, call.agent, "filedata")
    booked = first_likely(call, call.agent, "book")
    found = {
        "data": _data_given(call, len(call.turns)),
        "data before file": _data_given(call, opened),
        "data before offer": _data_given(call, offer),
        "data before booking": _data_given(call, booked),
        "file opened": Feature(float(opened < len(call.turns)), (opened,) if opened < len(call.turns) else ()),
        "asked for data": _sum(call, call.agent, "askdatum", 2),
    }
    return found | {name: _most(call, call.agent, name) for name in ("readout", "readback", "filedata")}


def _data_given(call: CallRecord, limit: int) -> Feature:
    """How many data the customer likely gives before this turn, 1 standing for the two that are asked."""
    given = [(p, marked(call, p, "datum") + marked(call, p, "data")) for p in call.customer if p < limit]
    return Feature(min(sum(value for _, value in given) / 2, 2.0), tuple(p for p, value in given if value >= LIKELY))


def _news(call: CallRecord) -> Features:
    """Bad news told plainly, with understanding around it and another way."""
    found = {name: _most(call, call.agent, name) for name in ("bad", "badhid", "alt")}
    told = first_likely(call, call.agent, "bad", "badhid")
    near = [p for p in call.agent if abs(p - told) <= WITHIN]
    found["understanding near bad news"] = _most(call, near, "emp", "sorry", "formula")
    found["other way after bad news"] = _most(call, (p for p in call.agent if p >= told), "alt")
    protest = first_likely(call, (p for p in call.customer if p > told), "obj", "protest")
    found["other way before a protest"] = _most(call, (p for p in call.agent if told <= p < protest), "alt")
    waits = ("hold", "hold-", "back", "transfer", "transfer-")
    return found | {name: _most(call, call.agent, name) for name in waits}


def _end(call: CallRecord) -> Features:
    """What the last turns hold."""
    last = call.agent[len(call.agent) * 3 // 5 :]
    found = {f"end, {name}": _most(call, last, name) for name in ("agree", "agree-", "else", "thanks", "bye", "evade")}
    found["end, protest"] = _most(call, call.customer[-2:], "protest", "matter")
    found["stopped"] = _most(call, call.customer, "stop")
    found |= {f"decided {name}": _most(call, call.customer, name) for name in ("yes", "no", "xyes", "xno", "xlater")}
    for name in ("ask", "book"):
        agreed = [marked(call, p, name) * _reply(call, p, "yes", "no") for p in call.agent]
        found[f"{name}, decided"] = Feature(max(agreed, default=0.0))
    return found


def _extra(call: CallRecord) -> Features:
    """The extra: brought at all, after the yes, and pressed after a no."""
    brought = first_likely(call, call.agent, "extra")
    accepted = first_likely(call, call.customer, "yes")
    no = first_likely(call, call.customer, "xno", "no")
    return {
        "extra": _most(call, call.agent, "extra"),
        "extra after yes": Feature(float(accepted < brought < len(call.turns))),
        "pressed after no": _most(call, (p for p in call.agent if p > no), "push"),
        "pressed": _most(call, call.agent, "push"),
        "extra again": _most(call, (p for p in call.agent if p > no), "extra"),
    }


def _slips(call: CallRecord) -> Features:
    """How many slips of tone and language there likely are, and the surest of each."""
    found: Features = {}
    for name in SLIPS:
        found[f"{name}, surest"] = _most(call, call.agent, name)
        found[f"{name}, often"] = _sum(call, call.agent, name, 2)
    found["language slips"] = Feature(min(sum(found[f"{name}, often"].value for name in OF_LANGUAGE), 4.0))
    found |= _ranked("language slip", ((marked(call, p, name), p) for p in call.agent for name in OF_LANGUAGE), 4)
    found |= _ranked("tone slip", ((marked(call, p, "slip", "blame"), p) for p in call.agent), 3)
    found |= _lapses(call)
    found["passed over"] = _sum(call, call.customer, "matter", 2)
    found["echoes"] = _sum(call, call.agent, "echo", 2)
    return found
