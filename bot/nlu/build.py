"""Builds the model of one language from the content: what `load_recogniser` does when there is none in the cache.

Run as a program (``python -m bot.nlu.build CONTENT_ROOT LANG CACHE_DIR MODEL``) it does so in a process of its own, so
that the memory training takes is given back.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import spacy

from bot.errors import KiestoonError
from bot.nlu.corpus import corpus_files, read_corpus
from bot.nlu.embedder import Embedder, load_embedder
from bot.nlu.model_store import TrainedModel, save_model
from bot.nlu.normalise import NormalWord, normalise
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.training import prepare, train_acts, train_boundaries, train_vectors

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def build_model(content_root: Path, lang: str, embedder: Embedder | None) -> TrainedModel:
    """Train on the corpus of `lang`.

    Raises KiestoonError ``nlu.corpus_invalid``, ``nlu.pack_invalid`` or ``nlu.pack_missing``.
    """
    pack = read_pack(pack_path(content_root, lang), lang)
    tokenizer = spacy.blank(lang).tokenizer

    def normaliser(text: str) -> tuple[NormalWord, ...]:
        return normalise([(token.text, token.idx) for token in tokenizer(text) if not token.is_space], pack)

    clauses, acts = prepare(read_corpus(corpus_files(content_root, lang)), normaliser)
    model = train_acts(clauses, acts)
    return TrainedModel(
        acts=model,
        boundaries=train_boundaries(clauses, frozenset(pack.boundaries)),
        vectors=train_vectors(clauses, acts, model.labels, embedder) if embedder else None,
    )


def build_apart(content_root: Path, lang: str, cache_dir: Path, path: Path) -> None:
    """Train in a process of its own and keep the model at `path`.

    Raises KiestoonError ``nlu.training_failed`` with what the process wrote last.
    """
    command = [sys.executable, "-m", "bot.nlu.build", str(content_root), lang, str(cache_dir), str(path)]
    search = os.pathsep.join(part for part in (str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")) if part)
    done = subprocess.run(  # noqa: S603 (this interpreter, this module, paths)
        command, env={**os.environ, "PYTHONPATH": search}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KiestoonError("nlu.training_failed", done.stderr.strip().splitlines()[-1], {"lang": lang})


def main(arguments: list[str]) -> None:
    """Build as the module's docstring says."""
    content_root, lang, cache_dir, path = arguments
    save_model(build_model(Path(content_root), lang, load_embedder(Path(cache_dir))), Path(path))


if __name__ == "__main__":
    main(sys.argv[1:])
