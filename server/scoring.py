"""Judging a stored call, and what stands of it: the kept scorecard with what people said about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import KiestoonError
from bot.event_log import StoredLog
from evaluators.after_call import desk_work
from evaluators.assessment import Assessment, Judged
from evaluators.correcting import corrected_events
from evaluators.measures import Measures, measures
from evaluators.rescoring import same_judgement
from evaluators.rubric import Rubric
from evaluators.scorecard import score
from server.assessment_log import append_entry, read_assessment
from server.engine import Engine
from server.listening import Listened, listened
from server.storage import CallStore


@dataclass(frozen=True)
class Standing:
    """A call's assessment, with the kept scorecard in the language of the reader; `newer` is how the call would be
    judged now, where that is another judgement.
    """

    assessment: Assessment
    newer: Judged | None = None


def corrected_log(log: StoredLog, assessment: Assessment) -> StoredLog:
    """The log of a call with what was corrected in its transcript."""
    corrections = {turn: entry for turn, (_, entry) in assessment.corrections.items()}
    return replace(log, events=corrected_events(log.events, corrections)) if corrections else log


def level_of(engine: Engine, log: StoredLog) -> int | None:
    """The level of the script that was played, where it is still there."""
    script = engine.library.scripts.get(log.start.script)
    message = engine.library.messages.get(log.start.script) if log.start.message else None
    found = message or script
    return found.level if found else None


def judge_now(
    engine: Engine, log: StoredLog, assessment: Assessment, rubric: Rubric, ui: str, heard: Listened | None
) -> Judged:
    """How a call is judged by the evaluators of today, with its corrections and with what was `heard` in its recording,
    explained in a language.
    """
    card = score(engine.record(corrected_log(log, assessment), ui, heard), rubric, level_of(engine, log))
    return Judged(
        at=datetime.now().astimezone().isoformat(timespec="seconds"),
        card=card.model_copy(update={"versions": card.versions | {"words": engine.words_edition(log.start.lang)}}),
        rubric=rubric,
        corrected={turn: entry.text for turn, (_, entry) in sorted(assessment.corrections.items())},
        report=desk_work(log.events).state,
    )


def form_of(engine: Engine, assessment: Assessment) -> Rubric:
    """The form that a call is judged by: the one that was used last, as it is now, else as it was; the default one for
    a call that was not judged before.
    """
    if assessment.judged is None:
        return engine.rubric()
    used = assessment.judged.rubric
    return engine.rubrics()[0].get(used.id, used)


def standing(engine: Engine, store: CallStore, call_id: str, ui: str) -> Standing:
    """What stands of a call; one that was not judged yet is judged and kept. A later program, form or word list never
    changes a kept scorecard by itself: it only shows in `newer`.

    Raises KiestoonError as `CallStore.read` and `read_assessment` do.
    """
    log = store.read(call_id).log
    with store.assessing[call_id]:
        assessment = read_assessment(store.folder(call_id))
        heard = listened(store, call_id, log)
        fresh = judge_now(engine, log, assessment, form_of(engine, assessment), ui, heard)
        if assessment.judged is None:
            return Standing(_kept_first(store, call_id, assessment, fresh))
    if not same_judgement(fresh.card, assessment.judged.card):
        return Standing(assessment, newer=fresh)
    return Standing(_in_language(assessment, fresh))


def _kept_first(store: CallStore, call_id: str, assessment: Assessment, fresh: Judged) -> Assessment:
    judged = Assessment((*assessment.entries, fresh))
    try:
        append_entry(store.folder(call_id), fresh)
        keep_standing(store, judged)
    except KiestoonError as error:
        if not error.code.startswith("disk."):
            raise
    return judged


def keep_standing(store: CallStore, assessment: Assessment) -> None:
    """Keep the scorecard that stands, for the lists."""
    if assessment.card is not None:
        store.keep_scorecard(assessment.card)


def _in_language(assessment: Assessment, fresh: Judged) -> Assessment:
    """The assessment with the texts of its last scorecard as they were made just now; the versions stay."""
    entries = list(assessment.entries)
    last = max(number for number, entry in enumerate(entries) if isinstance(entry, Judged))
    kept = entries[last]
    assert isinstance(kept, Judged)
    card = fresh.card.model_copy(update={"versions": kept.card.versions})
    entries[last] = kept.model_copy(update={"card": card})
    return Assessment(tuple(entries))


def rescore(engine: Engine, store: CallStore, call_id: str, ui: str, form: str | None = None) -> Assessment:
    """Judge a call again, by the form it was judged by or by another, and keep that beside the older scorecards.

    Raises KiestoonError ``rubric.missing``, and as `standing` does.
    """
    log = store.read(call_id).log
    with store.assessing[call_id]:
        assessment = read_assessment(store.folder(call_id))
        rubric = engine.rubric(form) if form else form_of(engine, assessment)
        fresh = judge_now(engine, log, assessment, rubric, ui, listened(store, call_id, log))
        after = Assessment((*assessment.entries, fresh))
        append_entry(store.folder(call_id), fresh)
        keep_standing(store, after)
    return after


def measures_of(engine: Engine, store: CallStore, call_id: str, ui: str) -> Measures:
    """What was measured in a call: the voice over time, who spoke when, the language; with its corrected transcript.

    Raises KiestoonError as `CallStore.read` and `read_assessment` do.
    """
    log = store.read(call_id).log
    with store.assessing[call_id]:
        assessment = read_assessment(store.folder(call_id))
        heard = listened(store, call_id, log)
    call = engine.record(corrected_log(log, assessment), ui, heard)
    return measures(call, engine.wording(log.start.lang))
