"""Builds the model of one language from the content: what `load_recogniser` does when there is none in the cache."""

from __future__ import annotations

from pathlib import Path

import spacy

from bot.nlu.corpus import corpus_files, read_corpus
from bot.nlu.model_store import TrainedModel, save_model
from bot.nlu.normalise import NormalWord, normalise
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.training import prepare, train_acts, train_boundaries


def build_model(content_root: Path, lang: str, path: Path) -> TrainedModel:
    """Train on the corpus of `lang`, keep the model at `path` and return it."""
    pack = read_pack(pack_path(content_root, lang), lang)
    tokenizer = spacy.blank(lang).tokenizer

    def normaliser(text: str) -> tuple[NormalWord, ...]:
        return normalise([(token.text, token.idx) for token in tokenizer(text) if not token.is_space], pack)

    clauses, acts = prepare(read_corpus(corpus_files(content_root, lang)), normaliser)
    model = TrainedModel(
        acts=train_acts(clauses, acts), boundaries=train_boundaries(clauses, frozenset(pack.boundaries))
    )
    save_model(model, path)
    return model
