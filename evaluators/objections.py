"""Objections: for each the chain acknowledge, probe, answer, check."""

from __future__ import annotations

from dataclasses import dataclass

from bot.acts import Act
from evaluators.extras import extras
from evaluators.judge import judge
from evaluators.moves import (
    asks,
    commitment_asks,
    decision,
    first_offer,
    is_open,
    offers,
    resisted_in,
    says_no,
    says_yes,
)
from evaluators.phases import analysis_start
from evaluators.record import CallRecord, remembered
from evaluators.verdicts import CriterionResult, Evidence
from evaluators.words import Sentence, content_stems, shared_stems, words

TAKEN = 0.6
"""Confidence from which the agent's probing shows that he took the customer's words for a doubt."""

HALF_HEARD = 0.25
"""Likeness to an objection or a feeling that is enough where the agent took it for one."""

STEPS = ("acknowledge", "probe", "answer", "check")


@dataclass(frozen=True)
class Objection:
    """An objection: where the customer raised it, and per step the place where the agent took it."""

    position: int
    raised: Evidence
    steps: dict[str, Evidence]
    argued_down: Evidence | None = None

    @property
    def handled(self) -> bool:
        """Three of the four steps, acknowledge and answer among them."""
        return len(self.steps) >= 3 and "acknowledge" in self.steps and "answer" in self.steps


@remembered
def objections(call: CallRecord) -> tuple[Objection, ...]:
    """The customer's objections in order. Turns that go on about the same one, because the agent probes, belong to
    it.
    """
    found: list[Objection] = []
    for position in _raised(call):
        if found and _same_matter(call, found[-1].position, position):
            continue
        found.append(_handled(call, position, _until(call, position)))
    return tuple(found)


def _raised(call: CallRecord) -> tuple[int, ...]:
    early = call.survey or call.start.kind in ("sale", "acquisition")
    start = 0 if early else min([first_offer(call), *(p for p, _ in commitment_asks(call) if p not in call.agent[:2])])
    raised = {event.reply_to for event in call.decided if event.objection_raised and event.reply_to is not None}
    out = []
    for position in call.customer:
        known = any(call.turns[p].i in raised for p in range(max(0, position - 1), position))
        if (
            known
            or _pressed(call, position)
            or (position > start and position > 1 - call.outbound and _resists(call, position))
        ):
            out.append(position)
    return tuple(out)


def _resists(call: CallRecord, position: int) -> bool:
    text = call.text(position)
    if position >= len(call.turns) - 1 or (call.survey and _answers_survey(call, position)):
        return False
    if not _taken_for_one(call, position):
        if says_yes(call, text) and not _yet(call, position):
            return False
        if resisted_in(call, position) is None or _next_step(call, position):
            return False
    if call.lexicon.has("no_objection", text) or call.cue("drops_it", position):
        return False
    before = position - 1
    if before >= 0 and (call.cue("ask_anything_else", before) or call.cue("announce_hold", before)):
        return False
    return call.context.cross_up_sell_option is None or before not in {p for p, _ in extras(call)}


def _answers_survey(call: CallRecord, position: int) -> bool:
    """Whether a turn in a survey that has begun tells an opinion: there a complaint is an answer, unless the agent
    takes it for resistance.
    """
    if position <= analysis_start(call) or call.cue("breaks_off", position):
        return False
    acts = (Act.ACKNOWLEDGE_OBJECTION, Act.ANSWER_OBJECTION)
    return not any(call.act(p, *acts, sure=TAKEN) for p in call.next_agent(position, 1))


def _yet(call: CallRecord, position: int) -> bool:
    """Whether a yes is followed by a 'but': after a plain commitment only one that asks."""
    commits = call.lexicon.has("commits", call.text(position))
    return any(call.lexicon.has("but", s.text) and (s.question or not commits) for s in call.sentences(position))


def _taken_for_one(call: CallRecord, position: int) -> bool:
    """Whether the agent asks on about a doubt, and what the customer said sounds somewhat like one."""
    probed = call.act(position + 1, Act.PROBE_OBJECTION, sure=TAKEN)
    heard = (call.lexicon.hears(label, s.text) for s in call.sentences(position) for label in ("objection", "feeling"))
    return probed is not None and max(heard, default=0.0) >= HALF_HEARD


def _next_step(call: CallRecord, position: int) -> bool:
    """Whether a question goes on to the next step rather than against the offer."""
    text = call.text(position)
    return call.lexicon.has("next_step", text) and not call.lexicon.has("but", text)


def _pressed(call: CallRecord, position: int) -> bool:
    """Whether a no to an extra is followed by more of it: then the no has become an objection."""
    offered = {p for p, _ in (offers(call) if call.survey else extras(call))}
    no = call.lexicon.has("decline", call.text(position)) or says_no(call, call.text(position))
    return no and position - 1 in offered and position + 1 in offered


def _same_matter(call: CallRecord, earlier: int, position: int) -> bool:
    """Whether a turn answers the agent's probing of the objection before it."""
    return position - earlier == 2 and _step(call, earlier + 1, "probe") is not None


def _until(call: CallRecord, position: int) -> int:
    later = [p for p in _raised(call) if p > position and not _same_matter(call, position, p)]
    return min([*later, position + 8, len(call.turns)])


def _handled(call: CallRecord, position: int, until: int) -> Objection:
    steps: dict[str, Evidence] = {}
    turns = _answering_turns(call, position, until)
    for place in turns:
        for step in STEPS:
            if step == "acknowledge" and place != turns[0] and argues_down(call, turns[0]):
                continue
            if step not in steps and (found := _step(call, place, step, place == turns[0])):
                steps[step] = found
    argued = next((e for p in turns if (e := argues_down(call, p))), None)
    if argued is None and turns and _pressed(call, position):
        argued = call.fault(turns[0])
    if "check" not in steps:
        asked = next((e for p, e in commitment_asks(call) if p in turns and "answer" in steps), None)
        if asked:
            steps["check"] = asked
    return Objection(position, call.quote(position), steps, argued)


def _answering_turns(call: CallRecord, position: int, until: int) -> list[int]:
    """The agent's turns that may take up an objection: the next two, one more where he probed, none after the customer
    decided.
    """
    chosen = decision(call)
    limit = chosen.position if chosen and chosen.position > position else len(call.turns)
    turns = [p for p in call.agent if position < p < until and p <= limit + 1]
    turns = [p for p in turns if p < limit] or turns
    probed = bool(turns) and _probe(call, turns[0]) is not None
    return turns[: 3 if probed else 2]


def _step(call: CallRecord, position: int, step: str, first: bool = True) -> Evidence | None:
    if call.turns[position].speaker != "agent":
        return None
    match step:
        case "acknowledge" if argues_down(call, position):
            return None
        case "acknowledge":
            acts = (Act.ACKNOWLEDGE_OBJECTION, Act.EMPATHIZE)
            found = call.cue("acknowledge_objection", position) or call.act(position, *acts, sure=0.35)
            return found or (_takes_up(call, position) if first else None)
        case "probe":
            return _probe(call, position, first)
        case "answer":
            return _answer(call, position)
        case _:
            return _check(call, position)


def _takes_up(call: CallRecord, position: int) -> Evidence | None:
    """The statement at the head of an answer that takes up the objection's own words."""
    said = content_stems(call.before_text(position), call.lexicon.stopwords)
    head = call.sentences(position)[:1]
    echoed = [s for s in head if not s.question and shared_stems(content_stems(s.text, call.lexicon.stopwords), said)]
    return call.quote(position, echoed[0].start, echoed[0].end) if echoed else None


def _asks_on(call: CallRecord, sentence: Sentence) -> bool:
    """Whether a question right after an objection asks on: anything but a check or the question for the commitment."""
    closing = ("check_answer", "ask_anything_else", "request_datum", *(() if call.survey else ("ask_commitment",)))
    return is_open(call, sentence) or not any(call.lexicon.has(cue, sentence.text) for cue in closing)


def _probe(call: CallRecord, position: int, first: bool = True) -> Evidence | None:
    acknowledged = call.cue("acknowledge_objection", position) is not None
    commits = {found.quote for place, found in commitment_asks(call) if place == position and not call.survey}
    for sentence in asks(call, position):
        if any(quote in sentence.text for quote in commits):
            continue
        probing = call.lexicon.has("probe_objection", sentence.text) or (
            first and _asks_on(call, sentence) and (not call.survey or acknowledged)
        )
        if probing:
            return call.quote(position, sentence.start, sentence.end)
    return call.act(position, Act.PROBE_OBJECTION, sure=0.5)


def _answer(call: CallRecord, position: int) -> Evidence | None:
    """An argument, a fact or a concession; respecting a clear refusal is an answer."""
    found = call.cue("respects_refusal", position) or call.act(position, Act.ANSWER_OBJECTION, sure=0.45)
    if found:
        return found
    if argues_down(call, position) or call.cue("evasive", position):
        return None
    if call.lexicon.has("soft_no", call.before_text(position)) and call.cue("lets_go", position):
        return call.cue("lets_go", position)
    for sentence in call.sentences(position):
        if any(
            call.lexicon.has(cue, sentence.text) for cue in ("brusque", "say_goodbye", "thank", "summarize_agreements")
        ):
            continue
        if sentence.question or (
            call.lexicon.has("acknowledge_objection", sentence.text) and len(words(sentence.text)) < 9
        ):
            continue
        if len(words(sentence.text)) >= 5:
            return call.quote(position, sentence.start, sentence.end)
    return None


def _check(call: CallRecord, position: int) -> Evidence | None:
    for sentence in asks(call, position):
        if call.lexicon.has("check_answer", sentence.text):
            return call.quote(position, sentence.start, sentence.end)
    return None


def argues_down(call: CallRecord, position: int) -> Evidence | None:
    """Where a turn contradicts, mocks or argues an objection down."""
    worded = next(filter(None, (call.cue(cue, position) for cue in ("argues_down", "be_rude", "blame_customer"))), None)
    return worded or call.act(position, Act.CONTRADICT, Act.BE_RUDE, Act.BLAME_CUSTOMER, sure=0.85)


def objection_handling(call: CallRecord) -> CriterionResult:
    """At the last objection three of four steps with acknowledge and answer, and every other at least answered: met.
    One or two steps, or another one ignored: partly. All ignored or argued down: missed.
    """
    raised = objections(call)
    if not raised:
        return judge(call, "objection_handling", "not_applicable", "no_objection", confidence=0.65)
    last = _decisive(call, raised)
    others = [item for item in raised if item is not last]
    shown = [last.raised, *last.steps.values()]
    values = {
        "words": call.text(last.position)[:80],
        "lacking": _named(call, [step for step in STEPS if step not in last.steps]),
    }
    bad = [item for item in raised if not item.steps or (item.argued_down and "acknowledge" not in item.steps)]
    if last in bad and len(bad) >= len(raised) / 2 and not any("acknowledge" in item.steps for item in raised):
        bad = list(raised)
    if len(bad) == len(raised):
        places = [item.argued_down or call.occasion(item.position) for item in raised]
        return judge(call, "objection_handling", "missed", "ignored", places, 0.7, **values)
    ignored = [item for item in others if "answer" not in item.steps or item in bad]
    if last.handled and not last.argued_down and not ignored:
        return judge(call, "objection_handling", "met", "chain", shown, 0.7, **values)
    if ignored and last.handled:
        return judge(
            call, "objection_handling", "partly", "other_ignored", [*shown, call.occasion(ignored[0].position)], 0.6
        )
    return judge(
        call, "objection_handling", "partly", "steps_lacking", [call.occasion(last.position), *shown], 0.65, **values
    )


def _decisive(call: CallRecord, raised: tuple[Objection, ...]) -> Objection:
    """The last objection before the customer decides."""
    chosen = decision(call)
    before = [item for item in raised if chosen is None or item.position <= chosen.position]
    return (before or list(raised))[-1]


def _named(call: CallRecord, steps: list[str]) -> str:
    return ", ".join(call.messages.common.get(f"step_{step}", step) for step in steps)
