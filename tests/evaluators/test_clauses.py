"""Questions and summaries in turns that a recogniser wrote without punctuation."""

from __future__ import annotations

from evaluators.clauses import spoken_sentences
from evaluators.lexicon import Lexicon
from tests.evaluators.conftest import MakeCall


def test_a_question_in_the_middle_of_a_turn_is_cut_out(lexicon: Lexicon) -> None:
    text = "dank u mevrouw hoe loopt uw internet op een gewone dag"
    first, asked = spoken_sentences(text, lexicon)
    assert (first.text, first.question) == ("dank u mevrouw", False)
    assert (asked.text, asked.question) == ("hoe loopt uw internet op een gewone dag", True)
    assert text[asked.start : asked.end] == asked.text


def test_an_inverted_statement_is_no_question(lexicon: Lexicon) -> None:
    assert not any(part.question for part in spoken_sentences("dan zal ik u morgen terugbellen", lexicon))


def test_only_a_call_without_question_marks_is_cut(make_call: MakeCall) -> None:
    spoken = "M: dag met sofie\nK: mijn kraan lekt\nM: dat is lastig hoe is het begonnen"
    marked = spoken + "\nK: Komt u?"
    assert [s.question for s in make_call(spoken).sentences(2)] == [False, True]
    assert [s.question for s in make_call(marked).sentences(2)] == [False]
