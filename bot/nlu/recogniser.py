"""The default recogniser: a spaCy pipeline per language, its model trained at first use and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from bot.acts import Act, Understanding
from bot.errors import KiestoonError
from bot.nlu.build import build_apart
from bot.nlu.components import Classifier, Clauses, Combine, Normaliser, Rules
from bot.nlu.context import ContextBook
from bot.nlu.corpus import corpus_files, corpus_hash, read_corpus
from bot.nlu.embedder import Embedder, load_embedder
from bot.nlu.model_store import TrainedModel, load_model, model_path
from bot.nlu.pack import LanguagePack, pack_path, read_pack
from bot.nlu.protocol import Explanation
from bot.nlu.rules import RuleBook
from bot.nlu.turn import Turn

CODE_VERSION = "6"
LONGEST_TEXT = 4_000
PIPES = ("kiestoon_normaliser", "kiestoon_rules", "kiestoon_clauses", "kiestoon_classifier", "kiestoon_combine")


class SpacyRecogniser:
    """Recognises the acts of one language. Text beyond 4,000 characters is not looked at."""

    def __init__(self, lang: str, nlp: Language, key: str) -> None:
        self._lang = lang
        self._nlp = nlp
        self._key = key

    @property
    def name(self) -> str:
        """``spacy-`` with the hash of the model's sources."""
        return f"spacy-{self._lang}-{self._key[:12]}"

    @property
    def nlp(self) -> Language:
        """The pipeline, for a recogniser that uses its stages."""
        return self._nlp

    def understand(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Understanding:
        """The acts and entities of one turn.

        Raises KiestoonError ``nlu.language_not_loaded`` for another language than this recogniser's.
        """
        turn = self._run(text, lang, previous_customer_line, phase)
        return Understanding(text=text, acts=turn.acts, entities=turn.entities)

    def explain(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Explanation:
        """The same, with the reason of each act."""
        turn = self._run(text, lang, previous_customer_line, phase)
        understanding = Understanding(text=text, acts=turn.acts, entities=turn.entities)
        return Explanation(understanding=understanding, reasons=())

    def _run(self, text: str, lang: str, previous: str | None, phase: str | None) -> Turn:
        if lang != self._lang:
            raise KiestoonError("nlu.language_not_loaded", f"this recogniser was loaded for {self._lang}, not {lang}")
        doc = self._nlp.make_doc(text[:LONGEST_TEXT])
        doc._.turn = Turn(previous_customer_line=previous, phase=phase)
        turn: Turn = self._nlp(doc)._.turn
        return turn


def load_recogniser(
    lang: str,
    content_root: Path,
    cache_dir: Path,
    extra_examples: Mapping[Act, Sequence[str]] | None = None,
    products: Sequence[str] = (),
) -> SpacyRecogniser:
    """The recogniser of `lang` over the content under `content_root`, its model taken from `cache_dir` or trained now.

    Raises KiestoonError ``nlu.corpus_invalid``, ``nlu.corpus_missing``, ``nlu.pack_invalid`` or ``nlu.pack_missing``.
    """
    pack = read_pack(pack_path(content_root, lang), lang)
    key = sources_hash(content_root, lang)
    path = model_path(cache_dir, lang, key)
    model = load_model(path)
    if model is None:
        read_corpus(corpus_files(content_root, lang))
        build_apart(content_root, lang, cache_dir, path)
        model = load_model(path)
    if model is None:
        raise KiestoonError("nlu.training_failed", f"the trained model {path.name} cannot be read", {"lang": lang})
    return SpacyRecogniser(lang, pipeline(lang, pack, model, load_embedder(cache_dir), products), key)


def sources_hash(content_root: Path, lang: str) -> str:
    """Hash of everything that a trained model depends on."""
    files = corpus_files(content_root, lang)
    if not files:
        raise KiestoonError("nlu.corpus_missing", f"no training examples under {content_root}", {"lang": lang})
    return hashlib.sha256(f"{CODE_VERSION} {corpus_hash((*files, pack_path(content_root, lang)))}".encode()).hexdigest()


def pipeline(
    lang: str, pack: LanguagePack, model: TrainedModel, embedder: Embedder | None, products: Sequence[str] = ()
) -> Language:
    """The pipeline of a language, every component given what it needs."""
    nlp = spacy.blank(lang)
    parts = {name: nlp.add_pipe(name) for name in PIPES}
    for part in parts.values():
        if isinstance(part, Normaliser):
            part.pack = pack
        elif isinstance(part, Clauses):
            part.model, part.cues = model, frozenset(pack.boundaries)
        elif isinstance(part, Rules):
            part.book, part.pack, part.products = RuleBook(pack), pack, product_matcher(nlp, products)
        elif isinstance(part, Classifier):
            part.labels, part.context = model.acts.labels, ContextBook(pack)
            part.vectors, part.embedder = model.vectors, embedder
        elif isinstance(part, Combine):
            part.labels = model.acts.labels
    return nlp


def product_matcher(nlp: Language, products: Sequence[str]) -> PhraseMatcher | None:
    """A matcher of the scenario's product names, upper or lower case; None where there are none."""
    named = [nlp.make_doc(product) for product in products if product.strip()]
    if not named:
        return None
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("product", named)
    return matcher
