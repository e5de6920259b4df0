from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.heard import heard_text, sentences, word_times

TEXT = "Goedemorgen, ik bel over mijn factuur. Die klopt helemaal niet!"
texts = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzéë", min_size=1, max_size=12), min_size=1, max_size=25
).map(" ".join)  # fmt: skip


def test_sentences():
    assert sentences("Dag! Met wie spreek ik? Met dhr. Peeters, dus. Ah…  Goed.") == [
        "Dag!", "Met wie spreek ik?", "Met dhr. Peeters, dus.", "Ah…", "Goed.",
    ]  # fmt: skip
    assert sentences("Dat kost 3.50 euro per maand") == ["Dat kost 3.50 euro per maand"]
    assert sentences("  ") == []


@given(st.text(alphabet='ab .!?…,"', max_size=60))
def test_sentences_lose_no_letter(text):
    assert "".join("".join(sentences(text)).split()).replace('"', "") == "".join(text.split()).replace('"', "")


def test_heard_at_the_ends():
    assert heard_text(TEXT, 4000, 0) == ""
    assert heard_text(TEXT, 4000, 4000) == heard_text(TEXT, 4000, 3960) == TEXT
    assert heard_text("", 0, 0) == ""


def test_half_way_is_about_half():
    assert heard_text(TEXT, 4000, 2000).startswith("Goedemorgen, ik bel")
    assert "Die" not in heard_text(TEXT, 4000, 2000)


@given(texts, st.integers(200, 20_000), st.data())
def test_heard_is_a_growing_beginning_of_whole_words(text, total_ms, data):
    early = data.draw(st.integers(0, total_ms))
    late = data.draw(st.integers(early, total_ms))
    first, second = heard_text(text, total_ms, early), heard_text(text, total_ms, late)
    assert text.startswith(second)
    assert second.startswith(first)
    assert second == text or text[len(second) :].startswith(" ") or second == ""


@given(texts, st.integers(200, 20_000))
def test_word_times_cover_the_text_in_order(text, total_ms):
    words = word_times(text, total_ms)
    assert [word.text for word in words] == text.split()
    assert words[0].start_ms == 0
    assert words[-1].end_ms == pytest.approx(total_ms, abs=1)
    for before, after in pairwise(words):
        assert before.start_ms <= before.end_ms <= after.start_ms
    assert all(text[word.start : word.end] == word.text for word in words)
