"""The second backend: the same pipeline as the default one, with the clauses judged by a Rasa server.

While the server is away every turn goes to the default recogniser, and `fallback` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from bot.acts import Act, ActSpan, Understanding
from bot.errors import KiestoonError
from bot.nlu.components import Classifier, Tags
from bot.nlu.linear import Floats
from bot.nlu.protocol import ActRecogniser, Explanation, Reason
from bot.nlu.rasa_client import Ranking
from bot.nlu.recogniser import LONGEST_TEXT
from bot.nlu.turn import Turn

AWAY = "nlu.rasa_away"
FOREIGN = "nlu.rasa_foreign"


class StagedRecogniser(ActRecogniser, Protocol):
    """A recogniser whose stages are those of a spaCy pipeline, such as the default one."""

    @property
    def nlp(self) -> Language:
        """The pipeline."""
        ...

    def taught(self, examples: Mapping[Act, Sequence[str]], products: Sequence[str]) -> StagedRecogniser:
        """The same for one scenario."""
        ...


class ClauseJudge(Protocol):
    """Ranks intents for texts. See `bot.nlu.rasa_client.RasaClient`."""

    @property
    def url(self) -> str:
        """Where the server is."""
        ...

    def rankings(self, texts: Sequence[str]) -> list[Ranking]:
        """The confidence of every intent for each text; raises KiestoonError ``nlu.rasa_away``."""
        ...

    def model(self) -> str:
        """File name of the model in use; raises KiestoonError ``nlu.rasa_away``."""
        ...


@dataclass(frozen=True)
class RasaClassifier:
    """The stage that puts Rasa's confidences in place of the clauses' probabilities, then weighs form and context.

    Clauses that a rule decides are not sent.
    """

    judge: ClauseJudge
    weighing: Classifier

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn; raises KiestoonError ``nlu.rasa_away`` or ``nlu.rasa_foreign``."""
        turn: Turn = doc._.turn
        asked = _undecided(turn)
        if asked:
            ranked = self.judge.rankings([turn.clause_text(turn.clauses[at]) for at in asked])
            for at, ranking in zip(asked, ranked, strict=True):
                turn.clauses[at] = replace(turn.clauses[at], probabilities=self._probabilities(ranking))
        return self.weighing(doc)

    def _probabilities(self, ranking: Ranking) -> Floats:
        labels = self.weighing.labels
        if not ranking.keys() & set(labels):
            raise KiestoonError(FOREIGN, "the Rasa server answers with intents that are no dialogue acts")
        return np.array([ranking.get(label, 0.0) for label in labels], np.float32)


@dataclass
class Trouble:
    """Why Rasa did not judge the last turn; shared by the recognisers of all scenarios of a language."""

    code: str | None = None


class RasaRecogniser:
    """Recognises the acts of one language by way of Rasa, of the default recogniser while Rasa is away.

    Raises KiestoonError ``nlu.pipeline`` where the default's pipeline has no classifier to put Rasa's in place of.
    """

    def __init__(
        self, lang: str, default: StagedRecogniser, judge: ClauseJudge, trouble: Trouble | None = None
    ) -> None:
        self._lang, self._default, self._judge = lang, default, judge
        components = [component for _, component in default.nlp.pipeline if not isinstance(component, Tags)]
        self._stages = tuple(_stage(component, judge) for component in components)
        self._trouble = trouble or Trouble()
        if not any(isinstance(stage, RasaClassifier) for stage in self._stages):
            raise KiestoonError("nlu.pipeline", "the pipeline has no classifier")

    def taught(self, examples: Mapping[Act, Sequence[str]], products: Sequence[str]) -> RasaRecogniser:
        """The same for one scenario: a script's examples weigh on what Rasa says; the trouble is one and the same."""
        return RasaRecogniser(self._lang, self._default.taught(examples, products), self._judge, self._trouble)

    @property
    def name(self) -> str:
        """``rasa-`` with the language, and the default recogniser, which divides the turns and stands in."""
        return f"rasa-{self._lang}+{self._default.name}"

    @property
    def trouble(self) -> str | None:
        """Why the last turn went to the default recogniser (an error code); None where Rasa judged it."""
        return self._trouble.code

    def check(self) -> str | None:
        """Ask whether Rasa is there; the same answer as `trouble`."""
        try:
            self._judge.model()
        except KiestoonError as error:
            self._trouble.code = error.code
        else:
            self._trouble.code = None if self._trouble.code == AWAY else self._trouble.code
        return self._trouble.code

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
        doc = self._default.nlp.make_doc(text[:LONGEST_TEXT])
        doc._.turn = Turn(previous_customer_line=previous, phase=phase)
        try:
            for stage in self._stages:
                doc = stage(doc)
        except KiestoonError as error:
            if error.code not in (AWAY, FOREIGN):
                raise
            self._trouble.code = error.code
            return None
        turn: Turn = doc._.turn
        if _undecided(turn):
            self._trouble.code = None
        return turn


def _undecided(turn: Turn) -> list[int]:
    """The clauses that no rule decides, by their place."""
    return [at for at, clause in enumerate(turn.clauses) if not turn.clause_hits(clause, "is")]


def _stage(component: Callable[[Doc], Doc], judge: ClauseJudge) -> Callable[[Doc], Doc]:
    """The same stage, but for the classifier: Rasa first, and only its weighing after that."""
    if isinstance(component, Classifier):
        return RasaClassifier(judge, component)
    return component


def _named(spans: tuple[ActSpan, ...]) -> tuple[ActSpan, ...]:
    return tuple(span.model_copy(update={"source": "rasa"}) if span.source == "classifier" else span for span in spans)


def _reason(text: str, span: ActSpan) -> Reason:
    rule = None if span.source == "classifier" else span.source
    return Reason(
        act=Act(span.act), confidence=span.confidence, clause=text[span.start : span.end], start=span.start,
        end=span.end, rule=rule,
    )  # fmt: skip
