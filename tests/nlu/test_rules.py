"""Rules see the whole turn, know where they matched, and do not trip over one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu.normalise import NormalWord
from bot.nlu.pack import LanguagePack, Rule, pack_path, read_pack
from bot.nlu.rules import RuleBook, joined

ROOT = Path(__file__).parents[2]


def _words(text: str) -> tuple[NormalWord, ...]:
    words: list[NormalWord] = []
    at = 0
    for part in text.split(" "):
        bare = part.rstrip(".?,")
        words.append(NormalWord(bare, at, at + len(part), part[len(bare) :]))
        at += len(part) + 1
    return tuple(words)


def _hits(text: str, *rules: Rule, **groups: str) -> list[tuple[str, int, int]]:
    book = RuleBook(LanguagePack(lang="nl", rules=rules, groups=groups))
    return [(hit.rule.id, hit.first, hit.last) for hit in book.hits(_words(text))]


def test_a_rule_tells_which_words_it_found() -> None:
    rule = Rule(id="t", act=Act.THANK, pattern=r"\bdank u\b")
    assert _hits("ja dank u wel. dank u", rule) == [("t", 1, 3), ("t", 4, 6)]


def test_groups_and_a_span_within() -> None:
    rule = Rule(id="t", act=Act.STATE_NAME, pattern=r"\b{spreek} (?P<span>met \w+)")
    assert _hits("u spreekt met sofie hier", rule, spreek="spreekt|spreek") == [("t", 2, 4)]


def test_an_alternative_without_the_span_counts_as_a_whole() -> None:
    rule = Rule(id="t", act=Act.STATE_NAME, pattern=r"\bu spreekt (?P<span>met \w+)|\b\w+ hier\b")
    assert _hits("u spreekt met sofie", rule) == [("t", 2, 4)]
    assert _hits("dag sofie hier", rule) == [("t", 1, 3)]


def test_unless_looks_at_the_same_sentence_only() -> None:
    rule = Rule(id="t", act=Act.APOLOGIZE, pattern=r"\bsorry\b", unless="wachten")
    assert _hits("sorry voor het wachten", rule) == []
    assert _hits("sorry daarvoor. wilt u wachten", rule) == [("t", 0, 1)]


def test_the_higher_of_two_deciding_rules_counts_and_added_ones_stay() -> None:
    first = Rule(id="first", act=Act.RETURN_FROM_HOLD, pattern=r"\bbedankt voor het wachten\b")
    second = Rule(id="second", act=Act.THANK, pattern=r"\bbedankt\b")
    added = Rule(id="added", act=Act.USE_CUSTOMER_NAME, effect="also", pattern=r"\bwachten mevrouw maes\b")
    hits = _hits("bedankt voor het wachten mevrouw maes", first, second, added)
    assert hits == [("first", 0, 4), ("added", 3, 6)]


def test_sentence_ends_are_words_of_the_text() -> None:
    assert joined(_words("dag. hoe gaat het?"))[0] == "dag . hoe gaat het ?"


@pytest.mark.parametrize("pattern", ["(", "{nowhere}"])
def test_a_pattern_that_cannot_be_read_is_told(tmp_path: Path, pattern: str) -> None:
    path = tmp_path / "nlu.yaml"
    path.write_text(f"version: 1\nlang: nl\nrules:\n- {{id: bad, act: greet, pattern: '{pattern}'}}\n", "utf-8")
    with pytest.raises(KiestoonError, match="rule bad") as caught:
        read_pack(path, "nl")
    assert caught.value.code == "nlu.pack_invalid"


def test_a_missing_pack_is_told(tmp_path: Path) -> None:
    with pytest.raises(KiestoonError) as caught:
        read_pack(tmp_path / "nlu.yaml", "nl")
    assert caught.value.code == "nlu.pack_missing"


@pytest.mark.parametrize("lang", ["nl", "en", "fr", "de"])
def test_the_packs_that_ship_can_be_read_and_name_each_rule_once(lang: str) -> None:
    pack = read_pack(pack_path(ROOT, lang), lang)
    names = [*(rule.id for rule in pack.rules), *(rule.id for rule in pack.context)]
    assert pack.lang == lang
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "act", "found"),
    [
        ("kunt u dat nummer herhalen", Act.INFORMAL_ADDRESS, False),
        ("heb je je factuur daar liggen", Act.INFORMAL_ADDRESS, True),
        ("je weet maar nooit", Act.INFORMAL_ADDRESS, False),
        ("dat garandeer ik u", Act.OVERPROMISE, True),
        ("dat kan ik u niet garanderen", Act.OVERPROMISE, False),
        ("bedankt voor het wachten", Act.THANK, False),
        ("bedankt voor uw oproep", Act.THANK, True),
        ("spreek ik met mevrouw peeters", Act.USE_CUSTOMER_NAME, False),
        ("goed mevrouw peeters", Act.USE_CUSTOMER_NAME, True),
        ("mevrouw ik begrijp dat", Act.USE_CUSTOMER_NAME, False),
        ("dat is niet uw fout", Act.BLAME_CUSTOMER, False),
        ("dan had u maar beter moeten lezen", Act.BLAME_CUSTOMER, True),
        ("dat kan helaas niet maar ik zoek het voor u uit", Act.NEGATIVE_WORDING, False),
        ("dat gaat niet", Act.NEGATIVE_WORDING, True),
    ],
)
def test_dutch_rules_keep_apart_what_looks_alike(text: str, act: Act, found: bool) -> None:
    pack = read_pack(pack_path(ROOT, "nl"), "nl")
    assert (act in {hit.rule.act for hit in RuleBook(pack).hits(_words(text))}) is found
