"""The Rasa project of one language, made of the same examples as the spaCy model, and the name of its trained model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import spacy
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import KiestoonError
from bot.nlu.corpus import Example, corpus_files, read_corpus
from bot.nlu.normalise import normalise
from bot.nlu.pack import LanguagePack, pack_path, read_pack

_KEY_LENGTH = 20


def config_path(content_root: Path) -> Path:
    """Where the configuration of Rasa's pipeline stands."""
    return content_root / "data" / "rasa" / "config.yml"


@dataclass(frozen=True)
class Project:
    """The two files of a Rasa project, and how many examples are in it."""

    lang: str
    config: str
    nlu: str
    examples: int

    @property
    def model_name(self) -> str:
        """File name of the model that is trained on this, without its ``.tar.gz``."""
        return f"{self.lang}-{hashlib.sha256((self.config + self.nlu).encode()).hexdigest()[:_KEY_LENGTH]}"

    def write(self, folder: Path) -> None:
        """Put the files into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yml").write_text(self.config, encoding="utf-8")
        (folder / "nlu.yml").write_text(self.nlu, encoding="utf-8")


def make_project(content_root: Path, lang: str) -> Project:
    """The project of a language.

    Rasa learns the normal view of each clause, which is also what it is asked about later. Raises KiestoonError as
    `read_corpus` and `read_pack` do, or ``nlu.rasa_config``.
    """
    pack = read_pack(pack_path(content_root, lang), lang)
    examples = list(_normal(read_corpus(corpus_files(content_root, lang)), pack, lang))
    if not examples:
        raise KiestoonError("nlu.corpus_missing", f"no training examples for {lang}", {"lang": lang})
    return Project(lang, _config_for(content_root, lang), nlu_text(examples), len(examples))


def nlu_text(examples: Iterable[tuple[str, str]]) -> str:
    """Rasa NLU YAML of (intent, text) pairs, each pair once, intents in alphabetical order."""
    by_intent: dict[str, dict[str, None]] = {}
    for intent, text in examples:
        by_intent.setdefault(intent, {})[text] = None
    lines = ['version: "3.1"', "nlu:"]
    for intent in sorted(by_intent):
        lines += [f"- intent: {intent}", "  examples: |"]
        lines += [f"    - {text}" for text in by_intent[intent]]
    return "\n".join(lines) + "\n"


def _normal(examples: Iterable[Example], pack: LanguagePack, lang: str) -> Iterator[tuple[str, str]]:
    """(act, normal view) of every example; an example of several acts counts once for each."""
    tokenizer = spacy.blank(lang).tokenizer
    for example in examples:
        tokens = [(token.text, token.idx) for token in tokenizer(example.text) if not token.is_space]
        text = " ".join(word.text for word in normalise(tokens, pack))
        if text:
            yield from ((act.value, text) for act in sorted(example.acts))


def _config_for(content_root: Path, lang: str) -> str:
    path = config_path(content_root)
    yaml = YAML(typ="rt")
    try:
        config = yaml.load(path.read_text(encoding="utf-8"))
        config["language"] = lang
    except (OSError, YAMLError, TypeError, UnicodeDecodeError) as error:
        raise KiestoonError("nlu.rasa_config", f"{path}: {error}", {"path": str(path)}) from error
    written = StringIO()
    yaml.dump(config, written)
    return written.getvalue()
