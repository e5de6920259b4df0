"""What the judges fitted is read back at the next start, and made anew when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluators.hearing import Ear
from server.judging_kept import KeptFits

EXAMPLES = {"yes": ["ja graag", "doe maar", "dat is goed"], "no": ["nee dank u", "liever niet", "dat hoeft niet"]}


def never() -> str:
    raise AssertionError("fitted again")


def test_the_second_start_reads_what_the_first_one_fitted(tmp_path: Path) -> None:
    first = Ear(EXAMPLES, keep=KeptFits(tmp_path, "1"))
    heard = first.hear("doe dat maar")
    assert len(list(tmp_path.glob("*.fit"))) == 1
    assert Ear(EXAMPLES, keep=KeptFits(tmp_path, "1")).hear("doe dat maar") == heard
    assert len(list(tmp_path.glob("*.fit"))) == 1


def test_other_examples_or_another_encoder_are_fitted_anew(tmp_path: Path) -> None:
    assert KeptFits(tmp_path, "1")(["a"], lambda: "fitted") == "fitted"
    assert KeptFits(tmp_path, "1")(["a"], never) == "fitted"
    assert KeptFits(tmp_path, "1")(["b"], lambda: "other") == "other"
    assert KeptFits(tmp_path, "2")(["a"], lambda: "newer") == "newer"


def test_a_damaged_file_is_fitted_anew(tmp_path: Path) -> None:
    KeptFits(tmp_path, "1")(["a"], lambda: "fitted")
    (path,) = tmp_path.glob("*.fit")
    path.write_bytes(b"broken")
    assert KeptFits(tmp_path, "1")(["a"], lambda: "again") == "again"
    assert KeptFits(tmp_path, "1")(["a"], never) == "again"


def test_a_full_disk_only_costs_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("joblib.dump", full)
    assert KeptFits(tmp_path, "1")(["a"], lambda: "fitted") == "fitted"
