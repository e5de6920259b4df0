"""Fits the encoder's adapter to the labelled turns and the corpus of all languages: writes ``data/nlu/adapter.npz``.

A program for whoever changes these much (``python -m bot.nlu.fit_adapter CONTENT_ROOT MINUTES``); needs PyTorch (the
`train` extra) and about ten minutes of one core for each time through the turns. It goes on from the adapter that is
there; delete that to begin anew. Whoever installs Kiestoon never runs it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bot.acts import Act
from bot.nlu.adapter import adapter_path, read_adapter
from bot.nlu.build import corpus_words, normal_view
from bot.nlu.embedder import LONGEST, framed
from bot.nlu.encoder_fit import TagNetwork, cross_entropy, padded, read_base, train
from bot.nlu.labelled_turns import read_turns, turns_path
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.tagger import spoken

LANGUAGES = ("nl", "en", "fr", "de")
ADAPTED_LAYERS, RANK = 8, 24
_BATCH, _RATE, _WHOLE_TURN = 32, 8e-4, 0.7
_MADE_UP = 0.3
_LANGUAGE_SHARES = {"nl": 6, "en": 1, "fr": 1, "de": 1}
_SEED = 20_260

Words = tuple[NormalWord, ...]


@dataclass(frozen=True)
class Item:
    """A turn in its normal view, the acts of each word, and the customer's words before it."""

    words: Words
    acts: tuple[frozenset[str], ...]
    before: Words = ()


def labelled_items(content_root: Path, lang: str) -> list[Item]:
    """The labelled turns of a language."""
    view = normal_view(read_pack(pack_path(content_root, lang), lang))
    items = []
    for turn in read_turns(turns_path(content_root, lang)):
        words = view(turn.text)
        acts = tuple(frozenset(act.value for act in turn.acts_at(word.start)) for word in words)
        items.append(Item(words, acts, view(turn.context)))
    return [item for item in items if item.words]


def clause_items(content_root: Path, lang: str) -> list[Item]:
    """The corpus of a language, each clause a turn by itself."""
    pairs = corpus_words(content_root, read_pack(pack_path(content_root, lang), lang))
    return [Item(words, (frozenset(act.value for act in acts),) * len(words)) for words, acts in pairs]


def made_up(clauses: Sequence[Item], chance: random.Random) -> Item:
    """A turn of one to four clauses, with punctuation or without."""
    marks = chance.random() < 0.4
    chosen = chance.choices(clauses, k=chance.choices((1, 2, 3, 4), (4, 3, 2, 1))[0])
    words: list[NormalWord] = []
    acts: list[frozenset[str]] = []
    for clause in chosen:
        stretch = list(clause.words)
        if marks and not stretch[-1].mark:
            stretch[-1] = replace(stretch[-1], mark=chance.choice((",", ".", ".", "")))
        words += stretch if marks else [replace(word, mark="") for word in stretch]
        alone = len(chosen) == 1
        acts += [held if alone else held - {Act.OTHER.value} for held in clause.acts]
    return Item(tuple(words), tuple(acts))


def blurred(item: Item, chance: random.Random) -> Item:
    """The turn as an imperfect recogniser leaves it: at times a word less, no punctuation, nothing known before it."""
    words, acts = list(item.words), list(item.acts)
    if len(words) > 4 and chance.random() < 0.25:
        lost = chance.randrange(len(words))
        del words[lost], acts[lost : lost + 1]
    if chance.random() < 0.3:
        words = [replace(word, mark="") for word in words]
    return replace(item, words=tuple(words), acts=tuple(acts), before=item.before if chance.random() < 0.8 else ())


@dataclass(frozen=True)
class Sources:
    """What there is to learn from: labelled turns, and per language the clauses that turns are made up of."""

    turns: list[Item]
    clauses: dict[str, list[Item]]

    def once(self, chance: random.Random) -> list[Item]:
        """Every labelled turn once and made-up ones, in any order."""
        count = int(len(self.turns) * _MADE_UP / (1 - _MADE_UP))
        langs = chance.choices(list(_LANGUAGE_SHARES), list(_LANGUAGE_SHARES.values()), k=count)
        items = [*self.turns, *(made_up(self.clauses[lang], chance) for lang in langs)]
        chance.shuffle(items)
        return items


Framed = tuple[list[int], list[int], Item]


def batches(items: Sequence[Item], frame: Callable[[Item], Framed], chance: random.Random) -> Iterator[list[Framed]]:
    """Once through the items, in batches of similar length."""
    for at in range(0, len(items), _BATCH * 20):
        rows = [frame(blurred(item, chance)) for item in items[at : at + _BATCH * 20]]
        near = sorted(rows, key=lambda row: len(row[0]))
        made = [near[start : start + _BATCH] for start in range(0, len(near), _BATCH)]
        chance.shuffle(made)
        yield from made


def loss_of(network: TagNetwork, batch: Sequence[Framed], labels: Sequence[str]) -> Tensor:
    """Cross-entropy of each word's acts, and of each turn's acts (as likely as at the likeliest word)."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        odds = network(*padded([ids for ids, _, _ in batch]))
    at_words, at_turns = [], []
    for row, (_, firsts, item) in enumerate(batch):
        given, of_words = odds[row, firsts], item.acts[: len(firsts)]
        at_words.append(cross_entropy(given, labels, of_words))
        at_turns.append(cross_entropy(given.max(0).values[None], labels, [frozenset(chain.from_iterable(of_words))]))
    return torch.cat(at_words).mean() + _WHOLE_TURN * torch.cat(at_turns).mean()


def main(arguments: list[str]) -> None:
    """Fit as the module's docstring says."""
    content_root, minutes = Path(arguments[0]), float(arguments[1])
    base = read_base(_SEED, threads=1)
    clauses = {lang: clause_items(content_root, lang) for lang in LANGUAGES}
    turns = [item for lang in LANGUAGES for item in labelled_items(content_root, lang)]
    sources, chance = Sources(turns, clauses), random.Random(_SEED)
    held = chain.from_iterable(item.acts for item in [*turns, *chain.from_iterable(clauses.values())])
    labels = sorted({act for acts in held for act in acts})
    network = TagNetwork(base, labels, adapted=ADAPTED_LAYERS, rank=RANK, longest=LONGEST)
    known = read_adapter(adapter_path(content_root))
    if known is not None:
        network.begin_from(known)

    def pieces(words: Words) -> list[list[int]]:
        return [list(base.tokenizer.encode(word).ids) for word in spoken(words)]

    def frame(item: Item) -> Framed:
        return (*framed(pieces(item.words), pieces(item.before)), item)

    train(
        network,
        lambda: batches(sources.once(chance), frame, chance),
        lambda batch: loss_of(network, batch, labels),
        minutes * 60,
        _RATE if known is None else _RATE / 2,
    )
    np.savez_compressed(adapter_path(content_root), allow_pickle=False, **network.arrays())


if __name__ == "__main__":
    main(sys.argv[1:])
