"""AVX-512 is used where the processor has it and nobody chose otherwise."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.instructions import widest_instructions

FLAGS = "processor\t: 0\nflags\t\t: fpu avx2 {}\nbugs\t\t: none\n"


@pytest.fixture
def processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # set and deleted again, so that what the test leaves behind is undone
    monkeypatch.setenv("CT2_FORCE_CPU_ISA", "")
    monkeypatch.delenv("CT2_FORCE_CPU_ISA")
    return tmp_path / "cpuinfo"


def chosen() -> str | None:

    return os.environ.get("CT2_FORCE_CPU_ISA")


def test_where_the_processor_has_all_of_it(processor: Path) -> None:
    processor.write_text(FLAGS.format("avx512f avx512cd avx512vl avx512bw avx512dq"))
    widest_instructions(processor)
    assert chosen() == "AVX512"


def test_not_where_a_part_lacks_or_nothing_is_told(processor: Path) -> None:
    processor.write_text(FLAGS.format("avx512f avx512cd"))
    widest_instructions(processor)
    widest_instructions(processor.with_name("absent"))
    assert chosen() is None


def test_what_somebody_chose_stays(processor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CT2_FORCE_CPU_ISA", "AVX2")
    processor.write_text(FLAGS.format("avx512f avx512cd avx512vl avx512bw avx512dq"))
    widest_instructions(processor)
    assert chosen() == "AVX2"
