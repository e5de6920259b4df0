"""The spaCy components: thin shells around the pure stages, handing one `Turn` on in ``doc._.turn``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from bot.acts import Entity
from bot.nlu.clauses import SegmentWeights, segment
from bot.nlu.combine import Thresholds, combine, nothing_recognised
from bot.nlu.context import ContextBook
from bot.nlu.entities import find_entities
from bot.nlu.examples import ExampleBook
from bot.nlu.fusion import Fusion
from bot.nlu.model_store import TrainedModel
from bot.nlu.normalise import normalise
from bot.nlu.pack import LanguagePack
from bot.nlu.rules import RuleBook
from bot.nlu.tagger import Tagger
from bot.nlu.turn import Turn

LONGEST_BEFORE = 400
"""So many characters of the customer's line, its last, are looked at."""

if not Doc.has_extension("turn"):
    Doc.set_extension("turn", default=None)


@dataclass
class Normaliser:
    """Fills `words`: the normal view of the text."""

    pack: LanguagePack = field(default_factory=lambda: LanguagePack(lang=""))

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn."""
        turn: Turn = doc._.turn or Turn()
        turn.words = normalise([(token.text, token.idx) for token in doc if not token.is_space], self.pack)
        doc._.turn = turn
        return doc


@dataclass
class Clauses:
    """Fills `clauses`: the division of the turn that reads best."""

    model: TrainedModel | None = None
    cues: frozenset[str] = frozenset()
    weights: SegmentWeights = field(default_factory=SegmentWeights)

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn."""
        turn: Turn = doc._.turn
        if self.model is not None:
            turn.clauses = segment(
                turn.words,
                self.model.acts,
                self.model.boundaries,
                self.cues,
                turn.hits,
                self.weights,
            )
        return doc


@dataclass
class Rules:
    """Fills `hits`, the rules that match and where, and `entities`, the scenario's `products` among them."""

    book: RuleBook = field(default_factory=lambda: RuleBook(LanguagePack(lang="")))
    pack: LanguagePack = field(default_factory=lambda: LanguagePack(lang=""))
    products: PhraseMatcher | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn."""
        turn: Turn = doc._.turn
        turn.hits = self.book.hits(turn.words)
        named = [
            Entity(kind="product", value=span.text, start=span.start_char, end=span.end_char)
            for span in (filter_spans(self.products(doc, as_spans=True)) if self.products else ())
        ]
        heard = [
            entity
            for entity in find_entities(turn.words, self.pack)
            if not any(entity.start < product.end and product.start < entity.end for product in named)
        ]
        turn.entities = tuple(sorted([*heard, *named], key=lambda entity: entity.start))
        return doc


@dataclass
class Classifier:
    """Refines probabilities: by form and context, by a script's examples."""

    labels: tuple[str, ...] = ()
    extra: ExampleBook | None = None
    context: ContextBook = field(default_factory=lambda: ContextBook(LanguagePack(lang="")))

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn."""
        turn: Turn = doc._.turn
        turn.clauses = self.context.weighted(turn, self.labels)
        if self.extra is not None:
            turn.clauses = self.extra.blended(turn, self.labels)
        return doc


@dataclass
class Tags:
    """Fills `tags`: at each word, how likely it belongs to each act, given the whole turn and the customer's line."""

    pack: LanguagePack = field(default_factory=lambda: LanguagePack(lang=""))
    tokenizer: Callable[[str], Doc] | None = None
    tagger: Tagger | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn."""
        turn: Turn = doc._.turn
        if self.tagger is not None and self.tokenizer is not None:
            before = self.tokenizer((turn.previous_customer_line or "")[-LONGEST_BEFORE:])
            heard = normalise([(token.text, token.idx) for token in before if not token.is_space], self.pack)
            turn.tags = self.tagger.tag(turn.words, heard)
        return doc


@dataclass
class Combine:
    """Fills `acts`."""

    labels: tuple[str, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    fusion: Fusion | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Do this stage's work on the turn."""
        turn: Turn = doc._.turn
        turn.acts = combine(turn, self.labels, self.thresholds)
        if self.fusion is not None and len(turn.tags):
            turn.acts = self.fusion.acts(turn, turn.acts)
        turn.acts = turn.acts or nothing_recognised(doc.text)
        return doc


@Language.factory("kiestoon_normaliser")
def make_normaliser(nlp: Language, name: str) -> Normaliser:
    """The normaliser, its language pack still to be set."""
    return Normaliser()


@Language.factory("kiestoon_clauses")
def make_clauses(nlp: Language, name: str) -> Clauses:
    """The segmentation, its models still to be set."""
    return Clauses()


@Language.factory("kiestoon_rules")
def make_rules(nlp: Language, name: str) -> Rules:
    """The rules, still to be set."""
    return Rules()


@Language.factory("kiestoon_classifier")
def make_classifier(nlp: Language, name: str) -> Classifier:
    """The classifier, its labels still to be set."""
    return Classifier()


@Language.factory("kiestoon_tagger")
def make_tagger(nlp: Language, name: str) -> Tags:
    """The tagger, its encoder still to be set."""
    return Tags()


@Language.factory("kiestoon_combine")
def make_combine(nlp: Language, name: str) -> Combine:
    """The combination, its labels still to be set."""
    return Combine()
