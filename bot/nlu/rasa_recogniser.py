"""The second backend: the same pipeline as the default one, with the clauses judged by a Rasa server.

While the server is away every turn goes to the default recogniser, and `fallback` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from bot.acts import Act, ActSpan, Understanding
from bot.errors import KiestoonError
from bot.nlu.linear import Floats
from bot.nlu.model_store import load_model, model_path
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.protocol import ActRecogniser, Explanation, Reason
from bot.nlu.rasa_client import Ranking
from bot.nlu.recogniser import LONGEST_TEXT, pipeline, sources_hash
from bot.nlu.turn import Turn

AWAY = "nlu.rasa_away"
FOREIGN = "nlu.rasa_foreign"
_NEEDS_NO_JUDGE = "is"


class ClauseJudge(Protocol):
    """Ranks intents for texts. See `bot.nlu.rasa_client.RasaClient`."""

    @property
    def url(self) -> str:
        """Where the server is."""
        ...

    def rankings(self, texts: list[str]) -> list[Ranking]:
        """The confidence of every intent for each text; raises KiestoonError ``nlu.rasa_away``."""
        ...

    def model(self) -> str:
        """File name of the model in use; raises KiestoonError ``nlu.rasa_away``."""
        ...


class NobodyJudges:
    """Stands in until a judge is given."""

    url = ""

    def rankings(self, texts: list[str]) -> list[Ranking]:
        """Raises KiestoonError ``nlu.rasa_away``."""
        raise KiestoonError(AWAY, f"nobody to judge {len(texts)} clauses")

    def model(self) -> str:
        """Raises KiestoonError ``nlu.rasa_away``."""
        raise KiestoonError(AWAY, "nobody to judge clauses")


@dataclass
class RasaClassifier:
    """Puts Rasa's confidences in place of the clauses' probabilities; clauses that a rule decides are not sent."""

    labels: tuple[str, ...] = ()
    judge: ClauseJudge = field(default_factory=NobodyJudges)

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn; raises KiestoonError ``nlu.rasa_away`` or ``nlu.rasa_foreign``."""
        turn: Turn = doc._.turn
        asked = [at for at, clause in enumerate(turn.clauses) if not turn.clause_hits(clause, _NEEDS_NO_JUDGE)]
        if asked:
            ranked = self.judge.rankings([turn.clause_text(turn.clauses[at]) for at in asked])
            for at, ranking in zip(asked, ranked, strict=True):
                probabilities = self._probabilities(ranking)
                turn.clauses[at] = replace(turn.clauses[at], probabilities=probabilities)
        return doc

    def _probabilities(self, ranking: Ranking) -> Floats:
        if not ranking.keys() & set(self.labels):
            raise KiestoonError(FOREIGN, "the Rasa server answers with intents that are no dialogue acts")
        return np.array([ranking.get(label, 0.0) for label in self.labels], np.float32)


@Language.factory("kiestoon_rasa")
def make_rasa_classifier(nlp: Language, name: str) -> RasaClassifier:
    """The classifier that asks Rasa, its judge still to be set."""
    return RasaClassifier()


class RasaRecogniser:
    """Recognises the acts of one language by way of Rasa, of the default recogniser while Rasa is away.

    `nlp` is a pipeline of the default recogniser of its own, which gets the component ``kiestoon_rasa``.
    """

    def __init__(
        self, lang: str, default: ActRecogniser, nlp: Language, labels: tuple[str, ...], judge: ClauseJudge
    ) -> None:
        self._lang, self._default, self._nlp, self._judge = lang, default, nlp, judge
        component: Any = nlp.add_pipe("kiestoon_rasa", before="kiestoon_classifier")
        component.labels, component.judge = labels, judge
        self._trouble: str | None = None

    @property
    def name(self) -> str:
        """``rasa-`` with the language, and the default recogniser, which divides the turns and stands in."""
        return f"rasa-{self._lang}+{self._default.name}"

    @property
    def trouble(self) -> str | None:
        """Why the last turn went to the default recogniser (an error code); None where Rasa judged it."""
        return self._trouble

    def check(self) -> str | None:
        """Ask whether Rasa is there; the same answer as `trouble`."""
        try:
            self._judge.model()
        except KiestoonError as error:
            self._trouble = error.code
        else:
            self._trouble = None if self._trouble == AWAY else self._trouble
        return self._trouble

    def understand(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Understanding:
        """The acts and entities of one turn; raises KiestoonError ``nlu.language_not_loaded`` for another language."""
        turn = self._judged(text, lang, previous_customer_line, phase)
        if turn is None:
            return self._default.understand(text, lang, previous_customer_line=previous_customer_line, phase=phase)
        return Understanding(text=text, acts=_named(turn.acts), entities=turn.entities)

    def explain(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Explanation:
        """The same, with the clause that each act was read from."""
        turn = self._judged(text, lang, previous_customer_line, phase)
        if turn is None:
            return self._default.explain(text, lang, previous_customer_line=previous_customer_line, phase=phase)
        understanding = Understanding(text=text, acts=_named(turn.acts), entities=turn.entities)
        return Explanation(understanding=understanding, reasons=tuple(_reason(text, span) for span in turn.acts))

    def _judged(self, text: str, lang: str, previous: str | None, phase: str | None) -> Turn | None:
        if lang != self._lang:
            raise KiestoonError("nlu.language_not_loaded", f"this recogniser was loaded for {self._lang}, not {lang}")
        doc = self._nlp.make_doc(text[:LONGEST_TEXT])
        doc._.turn = Turn(previous_customer_line=previous, phase=phase)
        try:
            turn: Turn = self._nlp(doc)._.turn
        except KiestoonError as error:
            if error.code not in (AWAY, FOREIGN):
                raise
            self._trouble = error.code
            return None
        self._trouble = None
        return turn


def load_rasa_recogniser(
    lang: str, content_root: Path, cache_dir: Path, default: ActRecogniser, judge: ClauseJudge
) -> RasaRecogniser:
    """The recogniser of `lang` by way of `judge`; `default` is what `load_recogniser` gave for the same arguments.

    Raises KiestoonError ``nlu.training_failed`` where the default's model has gone from `cache_dir`.
    """
    model = load_model(model_path(cache_dir, lang, sources_hash(content_root, lang)))
    if model is None:
        raise KiestoonError("nlu.training_failed", f"the trained model of {lang} cannot be read", {"lang": lang})
    nlp = pipeline(lang, read_pack(pack_path(content_root, lang), lang), model, None)
    return RasaRecogniser(lang, default, nlp, model.acts.labels, judge)


def _named(spans: tuple[ActSpan, ...]) -> tuple[ActSpan, ...]:
    return tuple(span.model_copy(update={"source": "rasa"}) if span.source == "classifier" else span for span in spans)


def _reason(text: str, span: ActSpan) -> Reason:
    rule = None if span.source == "classifier" else span.source
    return Reason(
        act=Act(span.act), confidence=span.confidence, clause=text[span.start : span.end], start=span.start,
        end=span.end, rule=rule,
    )  # fmt: skip
