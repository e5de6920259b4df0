"""Written exercises: which questions a message holds, and the reply to them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.events import MessageTask, MessageWorked
from evaluators.judge import judge, listed
from evaluators.record import CallRecord
from evaluators.verdicts import CriterionResult
from evaluators.words import plain, words
from evaluators.writing import discourteous, mentions, mistakes

SPELLING_ALLOWED = 1
"""So many words that the dictionary does not know are let pass: it does not know every word."""

MOST_FAULTS = 2
"""With more faults than these a reply is missed."""


def options_of(task: MessageTask) -> tuple[str, ...]:
    """What the trainee chooses from: the questions and what is not asked, in an order that does not give it away."""
    return tuple(sorted([question.summary for question in task.questions] + list(task.others), key=plain))


def worked_of(call: CallRecord) -> MessageWorked | None:
    """What the trainee last marked and wrote."""
    return next((event for event in reversed(call.events) if isinstance(event, MessageWorked)), None)


def message_analysis(call: CallRecord) -> CriterionResult:
    """All questions marked and nothing else: met. One lacking or one too many: partly. More: missed."""
    task, worked = call.start.message, worked_of(call)
    if task is None:
        return judge(call, "message_analysis", "not_applicable", "no_message", confidence=1)
    if call.ended is None:
        return judge(call, "message_analysis", "not_scored", "not_sent", confidence=1)
    options = options_of(task)
    marked = {options[place] for place in (worked.marked if worked else ()) if place < len(options)}
    asked = {question.summary for question in task.questions}
    lacking, needless = sorted(asked - marked), sorted(marked - asked)
    if not lacking and not needless:
        return judge(call, "message_analysis", "met", "all_found", confidence=1)
    left, extra = listed(lacking) or "–", listed(needless) or "–"
    if len(lacking) + len(needless) == 1 and len(asked) > len(lacking):
        return judge(call, "message_analysis", "partly", "one_wrong", confidence=1, lacking=left, needless=extra)
    return judge(call, "message_analysis", "missed", "several_wrong", confidence=1, lacking=left, needless=extra)


def message_reply(call: CallRecord) -> CriterionResult:
    """Every question answered rightly, salutation and closing, formal, courteous, spelt right, of fitting length: met.
    One or two faults: partly. More, half of the questions unanswered, or nothing written: missed.
    """
    task, worked = call.start.message, worked_of(call)
    if task is None:
        return judge(call, "message_reply", "not_applicable", "no_message", confidence=1)
    if call.ended is None:
        return judge(call, "message_reply", "not_scored", "not_sent", confidence=1)
    reply = worked.reply if worked else ""
    if not words(reply):
        return judge(call, "message_reply", "missed", "empty", confidence=1)
    wrong = [q.summary for q in task.questions if mentions(reply, q.wrong)]
    unanswered = [q.summary for q in task.questions if q.summary not in wrong and not mentions(reply, q.words)]
    open_questions = [q.summary for q in task.questions if q.summary in (*wrong, *unanswered)]
    faults = [
        call.messages.common.get(f"reply_{code}", code).format_map(values)
        for code, values in _faults(call, task, reply)
    ]
    if open_questions:
        lead = call.messages.common.get("reply_unanswered", "unanswered")
        faults.insert(0, lead.format_map({"questions": listed(open_questions)}))
    named = " ".join(faults)
    if not faults:
        return judge(call, "message_reply", "met", "good", confidence=0.7)
    half = len(unanswered) * 2 >= len(task.questions)
    if len(faults) > MOST_FAULTS or half or len(open_questions) == len(task.questions):
        return judge(call, "message_reply", "missed", "many_faults", confidence=0.7, faults=named)
    return judge(call, "message_reply", "partly", "faults", confidence=0.65, faults=named)


def _faults(call: CallRecord, task: MessageTask, reply: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Codes of what is wrong with the form of a reply, with what fills in their sentence."""
    lines = [line.strip() for line in reply.strip().splitlines() if line.strip()]
    if not call.lexicon.has("written_salutation", lines[0]):
        yield "salutation", {}
    if not any(call.lexicon.has("written_closing", line) for line in lines[-4:]):
        yield "closing", {}
    if (familiar := call.lexicon.find("informal_token", reply)) and not call.lexicon.has("generic_je", reply):
        yield "informal", {"words": familiar.group()}
    if rude := discourteous(call, reply):
        yield "discourteous", {"words": rude}
    wrong = mistakes(call, reply) or ()
    if len(wrong) > SPELLING_ALLOWED:
        shown = (f"«{item.word}»" + (f" ({item.meant})" if item.meant else "") for item in wrong[:6])
        yield "misspelt", {"words": ", ".join(shown)}
    count = len(words(reply))
    if not task.shortest <= count <= task.longest:
        yield "length", {"n": str(count), "least": str(task.shortest), "most": str(task.longest)}
