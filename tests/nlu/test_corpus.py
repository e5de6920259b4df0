"""The corpus is read as Rasa reads it, and every mistake is told with its place, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu.corpus import corpus_files, corpus_hash, read_corpus, script_examples


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _errors(*paths: Path) -> list[str]:
    with pytest.raises(KiestoonError) as caught:
        read_corpus(paths)
    assert caught.value.code == "nlu.corpus_invalid"
    return caught.value.message.splitlines()


def test_examples_carry_their_act_and_place(tmp_path: Path) -> None:
    path = _file(tmp_path, "greet.yml", "nlu:\n- intent: greet\n  examples: |\n    - Hallo\n    - Dag, mevrouw\n")
    first, second = read_corpus([path])
    assert (first.text, first.acts) == ("Hallo", {Act.GREET})
    assert second.where == f"{path}:5:7"


def test_annotations_lists_and_several_acts(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "mixed.yml",
        "nlu:\n- intent: greet+state_name\n  examples: |\n    - hallo met [Sofie](name)\n"
        '- intent: explain_terms\n  examples:\n  - "dat kost [25 euro](amount)"\n  - text: twee jaar garantie\n'
        "- lookup: product\n  examples: |\n    - glasvezel\n",
    )
    examples = read_corpus([path])
    assert [example.text for example in examples] == ["hallo met Sofie", "dat kost 25 euro", "twee jaar garantie"]
    assert examples[0].acts == {Act.GREET, Act.STATE_NAME}


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    unknown = _file(tmp_path, "a.yml", "nlu:\n- intent: gret\n  examples: |\n    - hallo\n")
    broken = _file(tmp_path, "b.yml", "nlu:\n- intent: thank\n  examples: [\n")
    no_dash = _file(tmp_path, "c.yml", "nlu:\n- intent: thank\n  examples: |\n    - dank u\n    bedankt\n")
    twice = _file(tmp_path, "d.yml", "nlu:\n- intent: greet\n  examples: |\n    - Dank u!\n")
    messages = _errors(unknown, broken, no_dash, twice)
    assert messages[0] == f"{unknown}:2:11: unknown act 'gret'"
    assert messages[1].startswith(f"{broken}:4:1: ")
    assert messages[2] == f"{no_dash}:5:1: an example begins with '- '"
    assert messages[3] == f"{twice}:4:7: the same example as {no_dash}:4:7 (thank)"
    assert len(messages) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- just a list\n", "a list under the key nlu is expected"),
        ("nlu:\n- intent: greet\n", "the key examples is missing"),
        ("nlu:\n- examples: |\n    - hallo\n", "the key intent is missing"),
        ("nlu:\n- hallo\n", "an intent with examples is expected"),
        ("nlu:\n- intent: greet\n  examples: 3\n", "examples is a block of '- example' lines"),
    ],
)
def test_wrong_shapes(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in " ".join(_errors(_file(tmp_path, "x.yml", text)))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(b"nlu:\n\xff\xfe\n")
    assert _errors(path)[0].startswith(f"{path}:1:1: not UTF-8")


def test_hash_follows_content(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "nlu" / "nl"
    folder.mkdir(parents=True)
    path = _file(folder, "greet.yml", "nlu: []\n")
    before = corpus_hash(corpus_files(tmp_path, "nl"))
    path.write_text("nlu: []\n\n", encoding="utf-8")
    assert corpus_hash(corpus_files(tmp_path, "nl")) != before


def test_script_examples_without_words_are_left_out() -> None:
    assert [example.text for example in script_examples({Act.GREET: ["hoi", "  "]})] == ["hoi"]
