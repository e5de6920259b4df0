"""Fits the encoder to read whole calls as a judge does: the marks of each turn, and what of the script a turn tells.

A program for whoever changes the marked practice calls (``python -m bot.nlu.fit_reader CONTENT_ROOT MINUTES
[BATCH …]``): writes ``data/judging/reader.npz``. Needs PyTorch (the `train` extra) and some fifteen minutes of two
cores for each time through a thousand calls. It goes on from the reader that is there, or begins from the adapter for
dialogue acts. With batches named, each time through takes their calls and as many drawn from all others: so it gets to
know new authors soon, and forgets none. Whoever installs Kiestoon never runs it.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from bot.nlu.adapter import adapter_path, read_adapter, reader_path
from bot.nlu.build import normal_view
from bot.nlu.call_reader import SPEAKERS, TOLD
from bot.nlu.call_windows import WINDOW, Frame, Said, beside, together
from bot.nlu.encoder_fit import TagNetwork, batched, cross_entropy, padded, read_base, train
from bot.nlu.fit_adapter import ADAPTED_LAYERS, LANGUAGES, RANK
from bot.nlu.marked_calls import MarkedCall, learned_marks, read_marked
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.tagger import spoken

_RATE, _MOST_PIECES, _SHORTEST_WINDOW = 6e-4, 2_400, 120
_TOLD_WEIGHT = 2.0
_COMMON, _MOST_FAVOUR = 600, 4.0
"""Marks on fewer turns count more where they are given, by the root of how much fewer, up to so many times."""
_TOLD_SHARE = 0.35
"""So many of the pairs of a fact or term and a turn are learned from each time: they are most of what there is."""
_POOL = 400
_SEED = 20_261
_COUNTS_IN_BFLOAT16 = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
"""Other processors are some twenty times slower with such numbers than with float32."""

Words = tuple[NormalWord, ...]


@dataclass(frozen=True)
class ReadCall:
    """A marked call with the normal view of its turns, and the pieces of what its script lists, by kind."""

    call: MarkedCall
    words: tuple[Words, ...]
    items: dict[str, tuple[list[int], ...]]


@dataclass(frozen=True)
class Lesson:
    """A frame, and for each turn in it what to tell: the columns that are known, and those that hold."""

    frame: Frame
    known: tuple[str, ...]
    holds: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Lessons:
    """All that is learned from the marked calls; each time all calls of the batches in `always`, where any are."""

    calls: Sequence[ReadCall]
    marks: dict[str, tuple[str, ...]]
    tokenizer: Tokenizer
    always: frozenset[str] = frozenset()

    def once(self, chance: random.Random) -> Iterator[list[Lesson]]:
        """Calls once, cut into windows anew, with some of their turns beside what they may tell."""
        lessons = [lesson for read in self._chosen(chance) for lesson in self._of(read, chance)]
        chance.shuffle(lessons)
        for at in range(0, len(lessons), _POOL):
            made = list(batched(lessons[at : at + _POOL], lambda lesson: len(lesson.frame.ids), _MOST_PIECES))
            chance.shuffle(made)
            yield from made

    def _chosen(self, chance: random.Random) -> Sequence[ReadCall]:
        always = [read for read in self.calls if read.call.batch in self.always]
        others = [read for read in self.calls if read.call.batch not in self.always]
        return always + chance.sample(others, min(len(always), len(others))) if always else others

    def _of(self, read: ReadCall, chance: random.Random) -> Iterator[Lesson]:
        turns = [
            self._said(turn.speaker, blurred(words, chance))
            for turn, words in zip(read.call.turns, read.words, strict=True)
        ]
        yield from self._windows(read.call, turns, chance)
        for kind, speaker in (("fact", "customer"), ("term", "agent")):
            places = [at for at, turn in enumerate(read.call.turns) if turn.speaker == speaker and turns[at].words]
            for number, item in enumerate(read.items[kind], 1):
                tells = {at: found for at in places if (found := read.call.turns[at].tells(kind, number))}
                others = [at for at in places if at not in tells]
                likely = [at for at in others if f"{speaker}:{kind}" in read.call.turns[at].learned]
                chosen = chance.sample(others, min(1, len(others))) + chance.sample(likely, min(1, len(likely)))
                for at in (at for at in [*tells, *chosen] if chance.random() < _TOLD_SHARE):
                    before = turns[at - 1] if at and chance.random() < 0.9 else None
                    held = frozenset({f"{speaker}:{tells[at]}"}) if at in tells else frozenset()
                    yield Lesson(beside(item, before, turns[at]), TOLD[speaker], (held,))

    def _windows(self, call: MarkedCall, turns: Sequence[Said], chance: random.Random) -> Iterator[Lesson]:
        start = -chance.randrange(6)
        while start < len(turns):
            room, stop = chance.randint(_SHORTEST_WINDOW, WINDOW) - 1, max(start, 0)
            first = stop
            while stop < len(turns) and (turns[stop].length <= room or stop == first):
                room -= turns[stop].length
                stop += 1
            shown = [at for at in range(first, stop) if turns[at].words]
            frame = together([turns[at] for at in shown])
            yield Lesson(frame, (), tuple(frozenset(self._learned(call, at)) for at in shown))
            start = stop

    def _learned(self, call: MarkedCall, at: int) -> Iterator[str]:
        turn = call.turns[at]
        yield f"{turn.speaker}:"
        yield from (mark for mark in turn.learned if mark in self.marks[turn.speaker])

    def _said(self, speaker: str, words: Words) -> Said:
        return Said(
            tuple(self.tokenizer.encode(SPEAKERS[speaker]).ids),
            tuple(tuple(self.tokenizer.encode(word).ids) for word in spoken(words)),
        )


def blurred(words: Words, chance: random.Random) -> Words:
    """A turn as an imperfect recogniser leaves it: at times a word less, or no punctuation."""
    kept = list(words)
    if len(kept) > 4 and chance.random() < 0.25:
        del kept[chance.randrange(len(kept))]
    if chance.random() < 0.3:
        kept = [replace(word, mark="") for word in kept]
    return tuple(kept)


def favours(calls: Sequence[MarkedCall]) -> dict[str, float]:
    """How many times each mark counts where it is given."""
    count = Counter(mark for call in calls for turn in call.turns for mark in turn.learned)
    count["agent:wrong"] = sum(mark.endswith("!") for call in calls for turn in call.turns for mark in turn.marks)
    return {name: min(_MOST_FAVOUR, max(1.0, (_COMMON / times) ** 0.5)) for name, times in count.items() if times}


def loss_of(
    network: TagNetwork, batch: Sequence[Lesson], marks: dict[str, tuple[str, ...]], favour: dict[str, float]
) -> Tensor:
    """Cross-entropy of each turn's marks, as likely as at its likeliest word."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_COUNTS_IN_BFLOAT16):
        odds = network(*padded([lesson.frame.ids for lesson in batch]))
    column = {name: at for at, name in enumerate(network.labels)}
    losses = []
    for row, lesson in enumerate(batch):
        for firsts, holds in zip(lesson.frame.firsts, lesson.holds, strict=True):
            if not firsts:
                continue
            known = lesson.known or next(marks[who] for who in marks if f"{who}:" in holds)
            given = odds[row, firsts][:, [column[name] for name in known]].max(0).values
            losses.append(cross_entropy(given[None], known, [holds], favour) * (_TOLD_WEIGHT if lesson.known else 1))
    return torch.cat(losses).mean()


def read_calls(content_root: Path, tokenizer: Tokenizer) -> list[ReadCall]:
    """The marked calls of all languages."""
    found = []
    for lang in LANGUAGES:
        view = normal_view(read_pack(pack_path(content_root, lang), lang))

        def pieces(text: str, view: object = view) -> list[int]:
            assert callable(view)
            return [piece for word in spoken(view(text)) for piece in tokenizer.encode(word).ids]

        for call in read_marked(content_root, lang):
            items = {"fact": tuple(map(pieces, call.facts)), "term": tuple(map(pieces, call.terms))}
            found.append(ReadCall(call, tuple(view(turn.text) for turn in call.turns), items))
    return found


def main(arguments: list[str]) -> None:
    """Fit as the module's docstring says."""
    content_root, minutes, batches = Path(arguments[0]), float(arguments[1]), frozenset(arguments[2:])
    base = read_base(_SEED, threads=2)
    calls = read_calls(content_root, base.tokenizer)
    learned = learned_marks([read.call for read in calls])
    marks = {who: tuple(name for name in learned if name.startswith(who)) for who in SPEAKERS}
    favour = favours([read.call for read in calls])
    labels = [*learned, *TOLD["agent"], *TOLD["customer"]]
    network = TagNetwork(base, labels, adapted=ADAPTED_LAYERS, rank=RANK, longest=WINDOW)
    known = read_adapter(reader_path(content_root))
    start = known or read_adapter(adapter_path(content_root))
    if start is not None:
        network.begin_from(start)
    lessons, chance = Lessons(calls, marks, base.tokenizer, batches), random.Random(_SEED)
    train(
        network,
        lambda: lessons.once(chance),
        lambda batch: loss_of(network, batch, marks, favour),
        minutes * 60,
        _RATE if known is None else _RATE / 2,
    )
    np.savez_compressed(reader_path(content_root), allow_pickle=False, **network.arrays())


if __name__ == "__main__":
    main(sys.argv[1:])
