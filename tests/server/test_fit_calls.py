"""Reading the calls that weights are fitted on, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from server.fit_calls import Chances, Found, KeepingReader, kept, left_out
from server.judging_kept import keep


@dataclass
class Counting:
    """Tells something of everything, and notes what it was asked."""

    asked: list[object] = field(default_factory=list)

    def marks(self, turns: Sequence[tuple[str, str]]) -> Sequence[Chances]:
        self.asked.append("marks")
        return [{"open": 0.5} for _ in turns]

    def told(self, turns: Sequence[tuple[str, str]], asked: Sequence[tuple[int, str]]) -> Sequence[Chances]:
        self.asked.extend(asked)
        return [{"told": position / 10} for position, _ in asked]


TURNS = [("agent", "dag"), ("customer", "dag")]


def test_a_call_is_read_once_and_told_the_same_again() -> None:
    reader, found = Counting(), Found(())
    keeping = KeepingReader(found, reader)
    first = keeping.marks(TURNS), keeping.told(TURNS, [(1, "de prijs"), (2, "de prijs"), (1, "de prijs")])
    again = KeepingReader(found, reader)
    assert (again.marks(TURNS), again.told(TURNS, [(1, "de prijs"), (2, "de prijs"), (1, "de prijs")])) == first
    assert reader.asked == ["marks", (1, "de prijs"), (2, "de prijs")]
    assert again.told(TURNS, [(2, "de prijs"), (3, "de duur")])[1] == {"told": 0.3}
    assert reader.asked[3:] == [(3, "de duur")]


def test_another_reader_reads_anew_and_the_rest_stays() -> None:
    found = Found((), ({"open": 0.5},), {(1, "de prijs"): {"told": 1.0}}, {"Dag.": {"yes": 0.1}}, {"Ja.": {}}, "first")
    assert found.fit_for("first") == found
    anew = found.fit_for("second")
    assert (anew.marks, anew.told, anew.read_by) == ((), {}, "second")
    assert (anew.heard, anew.said) == (found.heard, found.said)


@dataclass(frozen=True)
class Written:
    author: str
    number: int


def test_each_case_is_judged_without_its_authors_calls() -> None:
    cases = [Written(author, number) for author in "abcdefg" for number in range(2)]
    judged = left_out(cases, lambda known: {case.author for case in known}, lambda case, known: case.author in known)
    assert judged == [False] * len(cases)
    others = left_out(cases, len, lambda _, known: known)
    assert all(len(cases) - 4 <= known < len(cases) for known in others)


def test_what_was_found_comes_back_and_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    path = tmp_path / "fits" / "one.found"
    found = Found((), ({"open": 0.5},), {(1, "de prijs"): {"told": 1.0}}, {"Dag.": {"yes": 0.1}}, {})
    keep(path, found)
    assert kept(path) == found
    path.write_bytes(path.read_bytes()[:-9])
    assert kept(path) is None
    assert kept(tmp_path / "none.found") is None
