"""Builds the model of one language from the content.

A program of its own (``python -m bot.nlu.build CONTENT_ROOT LANG MODEL``), see `apart.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import spacy

from bot.acts import Act
from bot.nlu.corpus import corpus_files, read_corpus
from bot.nlu.model_store import TrainedModel, save_model
from bot.nlu.normalise import normalise
from bot.nlu.pack import LanguagePack, pack_path, read_pack
from bot.nlu.training import Normaliser, Words, prepare, train_acts, train_boundaries


def normal_view(pack: LanguagePack) -> Normaliser:
    """Gives the words of a text of the pack's language in their normal view."""
    tokenizer = spacy.blank(pack.lang).tokenizer

    def view(text: str) -> Words:
        return normalise([(token.text, token.idx) for token in tokenizer(text) if not token.is_space], pack)

    return view


def corpus_words(content_root: Path, pack: LanguagePack) -> list[tuple[Words, frozenset[Act]]]:
    """The normal view and the acts of every example of the pack's language that holds words.

    Raises KiestoonError ``nlu.corpus_invalid``.
    """
    view = normal_view(pack)
    pairs = [(view(example.text), example.acts) for example in read_corpus(corpus_files(content_root, pack.lang))]
    return [(words, acts) for words, acts in pairs if words]


def build_model(content_root: Path, lang: str) -> TrainedModel:
    """Train on the corpus of `lang`.

    Raises KiestoonError ``nlu.corpus_invalid``, ``nlu.pack_invalid`` or ``nlu.pack_missing``.
    """
    pack = read_pack(pack_path(content_root, lang), lang)
    clauses, acts = prepare(read_corpus(corpus_files(content_root, lang)), normal_view(pack))
    return TrainedModel(train_acts(clauses, acts), train_boundaries(clauses, frozenset(pack.boundaries)))


def main(arguments: list[str]) -> None:
    """Build as the module's docstring says."""
    content_root, lang, path = arguments
    save_model(build_model(Path(content_root), lang), Path(path))


if __name__ == "__main__":
    main(sys.argv[1:])
