"""Reading YAML: safe, bounded, and every problem has its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.yaml_source import MAX_BYTES, parse_source, read_source


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: [1, 2\n", "syntax_indent", 3, 1),
        ("a: een tekst: met dubbelpunt\n", "syntax_colon_in_text", 1, 13),
        ("a:\n\tb: 1\n", "syntax_tab", 2, 1),
        ('a: "niet gesloten\n', "syntax_quote", 2, 1),
        ('a: "fout \\q"\n', "syntax_backslash", 1, 10),
        ("a: 1\nsleutel\nb: 2\n", "syntax_colon", 3, 1),
        ("a: &x 1\nb: 2\n", "alias", 1, 4),
        ("a: 1\nb: *x\n", "alias", 2, 4),
        ("a: !!python/object:os.system x\n", "tag", 1, 4),
        ("a: !eigen x\n", "tag", 1, 4),
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3, 1),
        ("a:\n  b: 1\n  b: 2\n", "duplicate_key", 3, 3),
        ("- 1\n- 2\n", "not_mapping", 1, 1),
        ("", "not_mapping", 1, 1),
        ("# alleen commentaar\n", "not_mapping", 1, 1),
        ("a: 1\n---\nb: 2\n", "two_documents", 2, 1),
        ("? [a, b]\n: 1\n", "syntax", 1, 3),
        ("a: " + "[" * 40 + "]" * 40, "too_deep", 1, 16),
    ],
)
def test_what_cannot_be_read_is_one_problem_at_its_place(text: str, code: str, line: int, column: int) -> None:
    source = parse_source(text, "x.yaml")
    assert source.data is None
    (problem,) = source.problems
    assert (problem.code, problem.line, problem.column) == (code, line, column)
    assert problem.message("nl") != problem.message("en")


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    (problem,) = parse_source(bomb, "bom.yaml").problems
    assert problem.code == "alias"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "groot.yaml"
    path.write_bytes(b"a: " + b"x" * MAX_BYTES)
    (problem,) = read_source(path, "groot.yaml").problems
    assert problem.code == "too_large"


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "oud.yaml"
    path.write_bytes(b"a: 1\nnaam: Andr\xe9\n")
    (problem,) = read_source(path, "oud.yaml").problems
    assert (problem.code, problem.line) == ("encoding", 2)


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_source(path, "bom.yaml").data == {"a": 1}


def test_words_stay_words_and_numbers_become_numbers() -> None:
    source = parse_source('no: yes\non: off\na: 012\nb: "12"\nc: 0.5\nd: ~\ne: true\nf: 12:30\ng: 1e3\n', "x.yaml")
    assert source.data == {
        "no": "yes", "on": "off", "a": 12, "b": "12", "c": 0.5, "d": None, "e": True, "f": "12:30", "g": "1e3",
    }  # fmt: skip


def test_the_place_of_values_keys_and_what_is_not_there() -> None:
    source = parse_source("a:\n  - x\n  - b: één\n    c: 2\n", "x.yaml")
    assert source.place(("a", 1, "b")) == (3, 8)
    assert source.place(("a", 1, "c"), key=True) == (4, 5)
    assert source.place(("a", 1, "weg")) == (3, 5)
    assert source.place(("weg",)) == (1, 1)
