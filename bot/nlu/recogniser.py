"""The default recogniser: a spaCy pipeline per language, its model trained at first use and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from bot.acts import Act, ActSpan, Understanding
from bot.errors import KiestoonError
from bot.nlu.adapter import adapter_path, read_adapter
from bot.nlu.apart import build_apart
from bot.nlu.components import Classifier, Clauses, Combine, Normaliser, Rules, Tags
from bot.nlu.context import ContextBook
from bot.nlu.corpus import Example, corpus_files, corpus_hash, read_corpus, script_examples
from bot.nlu.embedder import load_embedder
from bot.nlu.examples import ExampleBook, KnownExample, Words
from bot.nlu.fusion import Fusion, FusionWeights, fusion_path, read_fusion
from bot.nlu.model_store import TrainedModel, load_model, model_path
from bot.nlu.normalise import normalise
from bot.nlu.pack import LanguagePack, pack_path, read_pack
from bot.nlu.protocol import Explanation, Reason
from bot.nlu.rules import RuleBook
from bot.nlu.tagger import Tagger
from bot.nlu.turn import Turn

CODE_VERSION = "11"
LONGEST_TEXT = 4_000
PIPES = (
    "kiestoon_normaliser", "kiestoon_rules", "kiestoon_clauses", "kiestoon_classifier", "kiestoon_tagger",
    "kiestoon_combine",
)  # fmt: skip
STAGES = frozenset({"rules", "classifier", "tagger", "context"})


@dataclass
class SpacyRecogniser:
    """Recognises the acts of one language. Text beyond 4,000 characters is not looked at."""

    lang: str
    nlp: Language
    key: str
    content_root: Path
    pack: LanguagePack
    model: TrainedModel
    heard: Heard | None = None
    own: ExampleBook | None = None
    _examples: dict[Act, ExampleBook] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """``spacy-`` with language and the hash of the model's sources."""
        return f"spacy-{self.lang}-{self.key[:12]}"

    def understand(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Understanding:
        """The acts and entities of one turn.

        Raises KiestoonError ``nlu.language_not_loaded`` for another language than this recogniser's.
        """
        self._check(lang)
        turn = self.turn(text, previous_customer_line, phase)
        return Understanding(text=text, acts=turn.acts, entities=turn.entities)

    def explain(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Explanation:
        """The same, with the rule or the nearest training examples of each act."""
        self._check(lang)
        turn = self.turn(text, previous_customer_line, phase)
        understanding = Understanding(text=text, acts=turn.acts, entities=turn.entities)
        return Explanation(understanding=understanding, reasons=tuple(self._reason(turn, span) for span in turn.acts))

    def taught(self, examples: Mapping[Act, Sequence[str]], products: Sequence[str]) -> SpacyRecogniser:
        """The same recogniser for one scenario, without training; what is big is shared."""
        nlp = pipeline(self.lang, self.pack, self.model, self.heard, products, like=self.nlp)
        book = example_book(script_examples(examples), nlp, self.pack, self.model) if examples else None
        classifier = nlp.get_pipe("kiestoon_classifier")
        if isinstance(classifier, Classifier):
            classifier.extra = book
        return replace(self, nlp=nlp, own=book)

    def _check(self, lang: str) -> None:
        if lang != self.lang:
            raise KiestoonError("nlu.language_not_loaded", f"this recogniser was loaded for {self.lang}, not {lang}")

    def turn(self, text: str, previous_customer_line: str | None = None, phase: str | None = None) -> Turn:
        """All that the stages found in one turn of the recogniser's language."""
        doc = self.nlp.make_doc(text[:LONGEST_TEXT])
        doc._.turn = Turn(previous_customer_line=previous_customer_line, phase=phase)
        turn: Turn = self.nlp(doc)._.turn
        return turn

    def _reason(self, turn: Turn, span: ActSpan) -> Reason:
        words = tuple(word for word in turn.words if word.start < span.end and span.start < word.end)
        decided = span.source in {rule.id for rule in self.pack.rules}
        nearest = [] if decided or not words else self._nearest(span.act, words)
        return Reason(
            act=span.act,
            confidence=span.confidence,
            clause=" ".join(word.text for word in words),
            start=span.start,
            end=span.end,
            rule=span.source if decided else None,
            nearest=tuple(example.text for likeness, example in nearest if likeness > 0),
            runner_up=None if decided else self._runner_up(turn, span),
        )

    def _nearest(self, act: Act, words: Words) -> list[tuple[float, KnownExample]]:
        """The examples of an act that are most like these words, a script's own among them."""
        own = self.own.nearest(words) if self.own else []
        found = [*(pair for pair in own if act in pair[1].acts), *self._known(act).nearest(words)]
        return sorted(found, key=lambda pair: -pair[0])[:3]

    def _known(self, act: Act) -> ExampleBook:
        """The training examples of an act, read when an explanation first asks for them."""
        if act not in self._examples:
            corpus = read_corpus(corpus_files(self.content_root, self.lang))
            self._examples[act] = example_book(
                (example for example in corpus if act in example.acts), self.nlp, self.pack, self.model
            )
        return self._examples[act]

    def _runner_up(self, turn: Turn, span: ActSpan) -> Act | None:
        for clause in turn.clauses:
            if turn.words[clause.first].start == span.start:
                ranked = sorted(zip(clause.probabilities, self.model.acts.labels, strict=True), reverse=True)
                return next((Act(label) for _, label in ranked if label != span.act.value), None)
        return None


def load_recogniser(
    lang: str,
    content_root: Path,
    cache_dir: Path,
    stages: frozenset[str] = STAGES,
) -> SpacyRecogniser:
    """The recogniser of `lang` over the content under `content_root`, its model taken from `cache_dir` or trained now.

    `stages` other than all are for measuring what each adds.

    Raises KiestoonError ``nlu.corpus_invalid``, ``nlu.corpus_missing``, ``nlu.pack_invalid``, ``nlu.pack_missing`` or
    ``nlu.training_failed``.
    """
    pack = read_pack(pack_path(content_root, lang), lang)
    key = sources_hash(content_root, lang, pack)
    model = _trained(lang, content_root, cache_dir, key)
    heard = load_tagger(content_root, cache_dir) if "tagger" in stages else None
    reduced = _reduced(pack, stages)
    nlp = pipeline(lang, reduced, model, heard)
    if "classifier" not in stages:
        _silence(nlp.get_pipe("kiestoon_combine"))
    return SpacyRecogniser(lang, nlp, key, content_root, reduced, model, heard)


@dataclass(frozen=True)
class Heard:
    """The tagger, which serves all languages, and the weights by which it is weighed with the rest."""

    tagger: Tagger
    weights: FusionWeights


def load_tagger(content_root: Path, cache_dir: Path) -> Heard | None:
    """The tagger with its weights; None without adapter or where the encoder cannot run."""
    adapter = read_adapter(adapter_path(content_root))
    embedder = load_embedder(cache_dir, adapter) if adapter else None
    if adapter is None or embedder is None:
        return None
    return Heard(Tagger(embedder, adapter.tags()), read_fusion(fusion_path(content_root)))


def _trained(lang: str, content_root: Path, cache_dir: Path, key: str) -> TrainedModel:
    path = model_path(cache_dir, lang, key)
    model = load_model(path)
    if model is None:
        read_corpus(corpus_files(content_root, lang))
        build_apart(content_root, lang, path)
        model = load_model(path)
    if model is None:
        raise KiestoonError("nlu.training_failed", f"the trained model {path.name} cannot be read", {"lang": lang})
    return model


def _reduced(pack: LanguagePack, stages: frozenset[str]) -> LanguagePack:
    changes: dict[str, object] = {} if "rules" in stages else {"rules": ()}
    return pack.model_copy(update=changes if "context" in stages else {**changes, "context": ()})


def _silence(part: object) -> None:
    """Let only rules speak."""
    if isinstance(part, Combine):
        part.thresholds = part.thresholds.__class__(abstain=2.0, second=2.0, fallback_words=LONGEST_TEXT)


def sources_hash(content_root: Path, lang: str, pack: LanguagePack) -> str:
    """Hash of everything that a trained model depends on: examples, the pack's word lists, the code's version."""
    files = corpus_files(content_root, lang)
    if not files:
        raise KiestoonError("nlu.corpus_missing", f"no training examples under {content_root}", {"lang": lang})
    return hashlib.sha256(f"{CODE_VERSION} {corpus_hash(files)} {pack.normal_view()}".encode()).hexdigest()


def example_book(examples: Iterable[Example], nlp: Language, pack: LanguagePack, model: TrainedModel) -> ExampleBook:
    """A book of these examples."""
    book = ExampleBook(model.acts)
    for example in examples:
        tokens = [(token.text, token.idx) for token in nlp.make_doc(example.text) if not token.is_space]
        book.add(example.text, normalise(tokens, pack), example.acts)
    return book


def pipeline(
    lang: str,
    pack: LanguagePack,
    model: TrainedModel,
    heard: Heard | None,
    products: Sequence[str] = (),
    like: Language | None = None,
) -> Language:
    """The pipeline of a language, every component given what it needs. The tokenizer is that of `like`: to make one
    takes longer than a call may wait.
    """
    nlp = spacy.blank(lang) if like is None else type(like)(like.vocab, create_tokenizer=lambda _: like.tokenizer)
    for part in [nlp.add_pipe(name) for name in PIPES]:
        if isinstance(part, Normaliser):
            part.pack = pack
        elif isinstance(part, Rules):
            part.book, part.pack, part.products = RuleBook(pack), pack, product_matcher(nlp, products)
        elif isinstance(part, Clauses):
            part.model, part.cues = model, frozenset(pack.boundaries)
        elif isinstance(part, Classifier):
            part.labels, part.context = model.acts.labels, ContextBook(pack)
        elif isinstance(part, Tags):
            part.pack, part.tokenizer, part.tagger = pack, nlp.make_doc, heard.tagger if heard else None
        elif isinstance(part, Combine):
            part.labels = model.acts.labels
            part.fusion = Fusion(heard.weights, part.labels, heard.tagger.model.labels) if heard else None
    return nlp


def product_matcher(nlp: Language, products: Sequence[str]) -> PhraseMatcher | None:
    """A matcher of the scenario's product names, upper or lower case; None where there are none."""
    named = [nlp.make_doc(product) for product in products if product.strip()]
    if not named:
        return None
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("product", named)
    return matcher
