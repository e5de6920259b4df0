"""A whole pipeline on a small corpus: several acts without punctuation, bad input, examples of a script, reasons."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu import recogniser as module
from bot.nlu.apart import build_apart
from bot.nlu.build import build_model
from bot.nlu.model_store import load_model, save_model
from bot.nlu.recogniser import LONGEST_TEXT, SpacyRecogniser, load_recogniser
from tests.nlu.small import write_corpus


def test_several_acts_without_punctuation(small: SpacyRecogniser) -> None:
    text = "goeie morgen met karim waarmee kan ik u helpen"
    understanding = small.understand(text, "nl")
    assert understanding.act_set() == {Act.GREET, Act.STATE_NAME, Act.OFFER_HELP}
    shown = {span.act: text[span.start : span.end] for span in understanding.acts}
    assert shown[Act.GREET] == "goeie morgen"
    assert shown[Act.OFFER_HELP] == "waarmee kan ik u helpen"


def test_the_same_turn_is_understood_the_same(small: SpacyRecogniser, small_root: Path) -> None:
    again = build_model(small_root, "nl")
    assert (again.acts.weights == small.model.acts.weights).all()
    text = "dat is vervelend mag ik uw klantnummer"
    assert small.understand(text, "nl") == small.understand(text, "nl")


@pytest.mark.parametrize("text", ["", "   ", "\n", "😀😀", "\x00\x07", "……", "اهلا وسهلا", "?"])
def test_nothing_to_understand_is_other(small: SpacyRecogniser, text: str) -> None:
    assert small.understand(text, "nl").act_set() == {Act.OTHER}


def test_an_enormous_text_is_read_up_to_its_limit(small: SpacyRecogniser) -> None:
    text = "goedemorgen " * 20_000
    understanding = small.understand(text, "nl")
    assert understanding.text == text
    assert all(span.end <= LONGEST_TEXT for span in understanding.acts)
    assert Act.GREET in understanding.act_set()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_understood_within_itself(small: SpacyRecogniser, text: str) -> None:
    understanding = small.understand(text, "nl", previous_customer_line=text, phase="contact")
    assert understanding.acts
    assert Act.OTHER not in understanding.act_set() or len(understanding.acts) == 1
    spans = [(span.start, span.end) for span in understanding.acts]
    spans += [(entity.start, entity.end) for entity in understanding.entities]
    assert all(0 <= start <= end <= len(text) for start, end in spans)


def test_another_language_than_the_loaded_one(small: SpacyRecogniser) -> None:
    with pytest.raises(KiestoonError) as caught:
        small.understand("bonjour", "fr")
    assert caught.value.code == "nlu.language_not_loaded"


def test_products_are_found_as_written(small: SpacyRecogniser) -> None:
    (entity,) = small.understand("neem de GLASVEZEL plus", "nl").entities
    assert (entity.kind, entity.value) == ("product", "GLASVEZEL plus")


def test_reasons_name_the_rule_or_the_nearest_examples(small: SpacyRecogniser) -> None:
    explanation = small.explain("goedemorgen wat is er precies gebeurd", "nl")
    greet, asked = explanation.reasons
    assert (greet.act, greet.rule, greet.nearest) == (Act.GREET, "t.greet", ())
    assert (asked.act, asked.rule) == (Act.ASK_OPEN, None)
    assert asked.nearest[0] == "wat is er precies gebeurd"
    assert asked.runner_up is not None
    assert explanation.understanding.act_set() == {reason.act for reason in explanation.reasons}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train in this process: no second interpreter."""

    def build(content_root: Path, lang: str, path: Path) -> None:
        save_model(build_model(content_root, lang), path)

    monkeypatch.setattr(module, "build_apart", build)


@pytest.mark.usefixtures("here")
def test_examples_of_a_script_count_at_once_and_training_is_kept(small_root: Path, tmp_path: Path) -> None:
    text = "de zonnebundel loopt heel de zomer door"
    plain = load_recogniser("nl", small_root, tmp_path)
    kept = list(tmp_path.iterdir())
    own = {Act.EXPLAIN_TERMS: ["de zonnebundel loopt de hele zomer door"], Act.GREET: ["joehoe allemaal"]}
    taught = plain.taught(own, ("Zonnebundel Plus",))
    assert list(tmp_path.iterdir()) == kept
    assert Act.GREET not in plain.understand("joehoe allemaal", "nl").act_set()
    assert Act.GREET in taught.understand("joehoe allemaal", "nl").act_set()
    assert plain.understand(text, "nl").act_set() == taught.understand(text, "nl").act_set(), "an act never trained"
    assert taught.name == plain.name
    assert taught.nlp.tokenizer is plain.nlp.tokenizer
    (reason,) = taught.explain("joehoe allemaal", "nl").reasons
    assert reason.nearest[0] == "joehoe allemaal"
    heard = taught.understand("de zonnebundel plus kost tien euro", "nl").entities
    assert [entity.value for entity in heard if entity.kind == "product"] == ["zonnebundel plus"]
    assert not [entity for entity in plain.understand(text + " plus", "nl").entities if entity.kind == "product"]


@pytest.mark.usefixtures("here")
def test_a_damaged_model_is_made_again(small_root: Path, tmp_path: Path) -> None:
    load_recogniser("nl", small_root, tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert load_model(path) is None
    load_recogniser("nl", small_root, tmp_path)
    assert load_model(path) is not None


@pytest.mark.usefixtures("here")
def test_stages_can_be_left_out(small_root: Path, tmp_path: Path) -> None:
    text = "goedemorgen waarmee kan ik u helpen"
    only_rules = load_recogniser("nl", small_root, tmp_path, stages=frozenset({"rules"}))
    assert {span.source for span in only_rules.understand(text, "nl").acts} == {"t.greet"}
    no_rules = load_recogniser("nl", small_root, tmp_path, stages=frozenset({"classifier"}))
    assert {span.source for span in no_rules.understand(text, "nl").acts} == {"classifier"}


def test_a_language_without_examples(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    (tmp_path / "data" / "lang" / "fr").mkdir()
    (tmp_path / "data" / "lang" / "fr" / "nlu.yaml").write_text("version: 1\nlang: fr\n", encoding="utf-8")
    with pytest.raises(KiestoonError) as caught:
        load_recogniser("fr", tmp_path, tmp_path / "cache")
    assert caught.value.code == "nlu.corpus_missing"


def test_training_that_fails_apart_says_why(tmp_path: Path) -> None:
    with pytest.raises(KiestoonError) as caught:
        build_apart(tmp_path, "nl", tmp_path / "model")
    assert caught.value.code == "nlu.training_failed"
    assert "no language pack" in caught.value.message
