"""The sentence encoder as a PyTorch network whose upper layers learn low-rank changes (LoRA, arXiv 2106.09685).

Only `fit_adapter.py` uses it: the server runs the result in CTranslate2. PyTorch is in the `train` extra.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from bot.nlu.adapter import LENGTH, Adapter
from bot.nlu.e5_model import PackedE5

_SCALE = 2.0
_EPSILON = 1e-12
_MASKED = -1e4
_LONGEST = 128
_RARE = -3.0


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
    """Token ids → log-odds of acts and of marks at each token, over the last hidden states, as `Tagger` takes them."""

    def __init__(
        self, packed: PackedE5, kept: list[int], labels: list[str], marks: list[str], *, adapted: int, rank: int
    ) -> None:
        super().__init__()
        words = packed.blocks("emb.word", len(packed.pieces), packed.hidden)[kept]
        positions = packed.floats("emb.pos").reshape(-1, packed.hidden)[:_LONGEST]
        self.words = nn.Embedding.from_pretrained(torch.tensor(words), freeze=True)
        self.register_buffer("positions", torch.tensor(positions + packed.floats("emb.type")[: packed.hidden]))
        self.norm = _norm(packed, "emb.ln").requires_grad_(False)
        still = packed.layers - adapted
        self.layers = nn.ModuleList(Layer(packed, f"l{at}", rank if at >= still else 0) for at in range(packed.layers))
        self.labels, self.marks = labels, marks
        self.head = nn.Linear(packed.hidden, len(labels) + len(marks))
        self.head.bias.data.fill_(_RARE)
        self.drop = nn.Dropout(0.15)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-odds, shape (turns, tokens, labels and marks), of `ids` (turns, tokens), padded where not `mask`."""
        hidden = self.norm(self.words(ids) + self.positions[: ids.shape[1]])
        hidden = hidden.to(torch.bfloat16) if torch.is_autocast_enabled("cpu") else hidden
        shut = torch.zeros(mask.shape, dtype=hidden.dtype).masked_fill(~mask, _MASKED)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, shut)
        scores: Tensor = self.head(self.drop(functional.normalize(hidden.float(), dim=-1) * LENGTH))
        return scores.float()

    def begin_from(self, adapter: Adapter) -> None:
        """Take over what an earlier fit learned, of the head what tells the same labels and marks.

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
        rows = {name: row for row, name in enumerate([*self.labels, *self.marks])}
        for model in filter(None, (adapter.tags(), adapter.marks())):
            for at, name in enumerate(model.labels):
                if name in rows:
                    self.head.weight.data[rows[name]] = torch.tensor(model.weights[:, at].copy())
                    self.head.bias.data[rows[name]] = float(model.bias[at])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything learned, as `Adapter` takes it."""
        acts = len(self.labels)
        learned: dict[str, NDArray[Any]] = {"labels": np.array(self.labels), "marks": np.array(self.marks)}
        for layer in self.layers:
            assert isinstance(layer, Layer)
            learned |= layer.arrays()
        heads = {"head": slice(None, acts), "marks": slice(acts, None)}
        for name, rows in heads.items():
            learned |= {f"{name}.w": _half(self.head.weight[rows]), f"{name}.b": _half(self.head.bias[rows])}
        return learned


def _norm(packed: PackedE5, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(packed.hidden, eps=_EPSILON)
    norm.weight.data = torch.tensor(packed.floats(f"{name}.w").copy())
    norm.bias.data = torch.tensor(packed.floats(f"{name}.b").copy())
    return norm


def _half(values: Tensor) -> NDArray[np.float16]:
    return np.asarray(values.detach().numpy(), np.float16)
