"""What an agent's turn shows that tells which phase it belongs to, as named values from 0 to about 1.

A name begins with what was looked at: ``said`` for the agent's sentences, ``heard`` and ``answer`` for the customer's
before and after it, by the examples of the language; ``mark``, ``heard_mark`` and ``answer_mark`` for what the reader
of turns tells of these three; ``move`` for what the rules take the turn for, ``cue`` for its wordings, ``script`` for
how much of the script's texts it covers, ``place`` for where it stands in the call, ``earlier`` and ``later`` for what
comes before and after it, ``next`` for the agent's next turn, ``kind`` for the kind of call. Single dialogue acts count
only as earlier, later and next: those of the turn itself add nothing to the rest. ``survey:`` before a name means: in a
survey, where the phases hold other things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from evaluators.facts import coverage
from evaluators.identity import file_opened
from evaluators.marks import marks
from evaluators.moves import commitment_asks, customer_breaks_off, need_question, offers
from evaluators.record import CallRecord, remembered
from evaluators.words import words

CUES = (
    "request_datum", "check_availability", "name_check", "reason_of_call", "announce_hold", "return_from_hold",
    "ask_anything_else", "say_goodbye", "thank", "summarize_agreements", "summary_start", "registers", "books",
    "price", "refusal", "transfer", "when", "who_acts", "scale", "survey_consent", "offer_help", "open_question",
)  # fmt: skip

MOVES = (
    "move:offers", "move:asks_need", "move:asks_commitment", "move:opens_file", "cue:request_datum", "said:agreement",
    "act:ask_survey_question", "act:ask_anything_else", "said:explores", "said:proposes", "script:solution",
    "mark:offer", "mark:open", "mark:closed", "mark:sum", "mark:ask", "mark:agree", "mark:else", "mark:bye",
    "answer_mark:yes", "mark:start-analysis", "mark:start-offer", "mark:start-closing",
)  # fmt: skip
"""Features that count also for the turns after and before."""

NEXT = (
    "act:ask_anything_else",
    "act:say_goodbye",
    "cue:ask_anything_else",
    "move:offers",
    "move:asks_need",
    "mark:offer",
    "mark:agree",
    "mark:else",
    "mark:open",
    "mark:closed",
    "mark:start-analysis",
    "mark:start-offer",
    "mark:start-closing",
)
"""Features that count also for the agent's turn before."""

LEAST = 0.02
"""Below this a feature does not show."""

LONG = 40
"""Words of a long turn."""

EDGE = 4
"""So many of the first and of the last turns of the agent have a feature of their own."""


@remembered
def turn_features(call: CallRecord) -> tuple[dict[str, float], ...]:
    """The features of each turn of the agent, in the order of `call.agent`."""
    broken = customer_breaks_off(call)
    found = []
    alone = [
        _acts(call, p) | _sentences(call, p) | _marks(call, p) | _moves(call, p) | _script(call, p) for p in call.agent
    ]
    for order, position in enumerate(call.agent):
        seen = alone[order] | _place(call, order) | _around(alone, order)
        if broken is not None and position >= broken - 1:
            seen["move:broken_off"] = 1.0
        if call.survey:
            seen |= {f"survey:{name}": value for name, value in seen.items() if not name.startswith("heard")}
        seen |= {f"kind:{call.start.kind}": 1.0, "kind:outbound": float(call.outbound)}
        shown = {name: round(value, 3) for name, value in seen.items() if value >= LEAST}
        found.append({name: value for name, value in shown.items() if not name.startswith("act:")})
    return tuple(found)


def _acts(call: CallRecord, position: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for span in call.turns[position].acts:
        name = f"act:{span.act.value}"
        found[name] = max(found.get(name, 0.0), span.confidence)
    return found


def _sentences(call: CallRecord, position: int) -> dict[str, float]:
    lexicon, found = call.lexicon, dict[str, float]()
    if lexicon.agent_ear is not None:
        found |= _likest("said", lexicon.agent_ear.hear, (s.text for s in call.sentences(position)))
    if lexicon.ear is not None:
        if position and call.turns[position - 1].speaker == "customer":
            found |= _likest("heard", lexicon.ear.hear, (s.text for s in call.sentences(position - 1)))
        if (after := call.reply(position)) is not None:
            found |= _likest("answer", lexicon.ear.hear, (s.text for s in call.sentences(after)))
    return found


def _marks(call: CallRecord, position: int) -> dict[str, float]:
    """The marks of the turn, of the customer's before it, and of the answer."""
    found = {f"mark:{name}": value for name, value in marks(call)[position].items()}
    if position and call.turns[position - 1].speaker == "customer":
        found |= {f"heard_mark:{name}": value for name, value in marks(call)[position - 1].items()}
    if (after := call.reply(position)) is not None:
        found |= {f"answer_mark:{name}": value for name, value in marks(call)[after].items()}
    return found


def _likest(kind: str, hear: Callable[[str], Mapping[str, float]], texts: Iterable[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        for label, value in hear(text).items():
            found[f"{kind}:{label}"] = max(found.get(f"{kind}:{label}", 0.0), value)
    return found


def _moves(call: CallRecord, position: int) -> dict[str, float]:
    opened = file_opened(call)
    return {
        "move:offers": float(any(p == position for p, _ in offers(call))),
        "move:asks_need": float(need_question(call, position) is not None),
        "move:asks_commitment": float(any(p == position for p, _ in commitment_asks(call))),
        "move:opens_file": float(opened is not None and opened[0] == position),
        "move:asks": float(any(s.question for s in call.sentences(position))),
        "move:long": min(1.0, len(words(call.text(position))) / LONG),
        **{f"cue:{cue}": float(call.cue(cue, position) is not None) for cue in CUES},
        "answer:question": float("?" in call.reply_text(position)),
        "heard:asks": float("?" in call.before_text(position)),
        "heard:long": min(1.0, len(words(call.before_text(position))) / LONG),
    }


def _script(call: CallRecord, position: int) -> dict[str, float]:
    context, text = call.context, call.text(position)
    heard = " ".join(call.text(p) for p in call.customer if p < position)
    parts: dict[str, list[str | None]] = {
        "solution": [context.right_solution], "bad_news": [context.bad_news], "option": [context.cross_up_sell_option],
        "terms": list(context.terms), "facts": list(context.key_facts), "handling": [context.hold_or_transfer],
    }  # fmt: skip
    solution = context.right_solution or ""
    new = coverage(call, solution, f"{heard} {text}") - coverage(call, solution, heard) if solution else 0.0
    return {"script:new": new} | {
        f"script:{name}": max((coverage(call, wanted, text) for wanted in texts if wanted), default=0.0)
        for name, texts in parts.items()
    }


def _around(alone: Sequence[Mapping[str, float]], order: int) -> dict[str, float]:
    """What was there before this turn, what is still to come, and what the agent says next."""
    found: dict[str, float] = {}
    for name in MOVES:
        found[f"earlier:{name}"] = max((turn.get(name, 0.0) for turn in alone[1:order]), default=0.0)
        found[f"later:{name}"] = max((turn.get(name, 0.0) for turn in alone[order + 1 :]), default=0.0)
    for name in NEXT if order + 1 < len(alone) else ():
        found[f"next:{name}"] = alone[order + 1].get(name, 0.0)
    return found


def _place(call: CallRecord, order: int) -> dict[str, float]:
    count = len(call.agent)
    left = count - 1 - order
    found = {"place:share": order / max(count - 1, 1)}
    if order < EDGE:
        found[f"place:first_{order}"] = 1.0
    if left < EDGE:
        found[f"place:last_{left}"] = 1.0
    return found
