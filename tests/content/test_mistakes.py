"""One file with a mistake of every kind: all of them are reported at once, each at its place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.content.library import load_library
from bot.content.problems import ADVICE, MESSAGES, Problem
from tests import ROOT

SCRIPT = """\
version: 1
id: fouten
lang: nl
titel: Alles fout                                             # unknown_key title
kind: complaintt                                              # choice complaint
direction: inbound
level: 7                                                      # number_range
level: 2                                                      # duplicate_key
company: telenoav                                             # unknown_id telenova
customer: peters                                              # unknown_id peeters
personas: [boze-klagr,                                        # unknown_id boze-klager
  businesslike-guest,                                         # language
  enqueteweigeraar,                                           # kind_mismatch
  haastige-zakenman]
objectives: [BC7]                                             # pattern
products: [modem9]                                            # unknown_id
briefing: {situation: Er belt iemand., goal: Help hem.}
opening:                                                      # thin_pool
  - Ik ben {lastname}.                                        # unknown_placeholder last_name
facts:
  wie:                                                        # unreachable_fact
    summary: Wie er belt.
    key: ja                                                   # not_truth
    open: false
    says:
      - Bel mij op 0475216038.                                # unspeakable
      - Mail naar jan@post.be.                                # unspeakable
      - Dat is bv. zo.                                        # unspeakable
      - Dat kost € 25.                                        # hard_to_speak
      - Dat kost € 25.                                        # unsaid_twice hard_to_speak
      - You have to know that this is not my fault.           # other_language
  wat:
    summary: Wat er is.
    about: ["?!"]                                             # unsayable_word
    says: [Zomaar iets., Zo is het., Zo gaat dat.]
solution:
  summary: Iets.
  acts: [propose_solutoin]                                    # choice propose_solution
  words: ["…"]                                                # unheard_solution unsayable_word
  wrong: [Nee., Neen., Toch niet.]
terms:
  - {summary: Zonder woorden.}                                # untold_term
objections:
  duur:
    summary: Te duur.                                         # unsayable_word
    after: [say_goodbye]                                      # never_raised_after
    about: [prijs]
    spared_by: [prijs]                                        # never_raised_spared
    answer_words: ["!"]                                       # unresolvable
    says: [Te duur., Dat is veel., Zoveel geld.]
    behind: [Geen geld.]                                      # thin_pool
    resolved: [Goed., Ja., Oké.]
    stands: [Nee., Neen.]
decision:
  yes: [Ja., Goed., Oké.]
  hesitate: [Hm., Ja?, Is dat zo?]
  no: [Nee., Neen., Toch niet.]
workplace:
  pages: [custommer]                                          # unknown_id customer
  fields:
    bedrag: {title: Bedrag}                                   # no_value
    geboren: {title: Geboren, values: [x], record: emial}     # choice email
    wie: {title: Wie, values: [Jan], fact: wiee}              # unknown_id wie
    mail: {title: Mail, record: email}                        # no_datum
  dispositions: [sold]                                        # unfit_disposition
  follow_up: {earliest: 5, latest: 2}                         # follow_up_order
  fault: {where: planning, words: ["?"]}                      # fault_unsaid unsayable_word
accepted: calmed
allowed: [calmed]
lines:
  helo: [Hallo?, Hoort u mij?]                                # unknown_pool hello
  goodbye: [Dag.]                                             # hides_moods thin_pool
  who_is_calling: [Wie bent u?, Met wie?]                     # unsaid_direction
"""
PERSONA = """\
version: 1
id: fouut                                                     # id_file
lang: nl
based_on: businesslike-guest                                  # language
name: Fout
description: Iemand.
customer_type: angry
kinds: [complaint]
mood: {pateince: 0.3, trust: 0.4, interest: 0.4}              # unknown_key patience
traits: {digresses: 0}
manner: {advice: Doe iets., fitting: [emphatize]}             # choice empathize
reactions: {emphatize: {trust: 1}}                            # choice empathize
voice: {gender: female, piper: [], rate: 3}                   # number_range
objections:
  later:
    summary: Later.
    after: [propose_solution]
    kinds: [sale]                                             # never_raised_kind
    says: [Later., Niet nu., Straks.]
    behind: [Geen tijd., Druk.]
    resolved: [Goed., Ja., Oké.]
    stands: [Nee., Neen.]
lines:
  acknowledge: [Ja., Goed.]                                   # unsaid_moods
  acknowledge@calm: [Ja., Goed.]
  acknowledge@tense: [Ja., Goed.]
  acknowledge@angry: [Ja., Goed.]
  digress: [Trouwens., Overigens.]                            # unsaid_trait
  hello@boos: [Hallo?, Ja?]                                   # unknown_pool hello@tense
"""
EXPECTED = re.compile(r"^(?P<text>.*?)(?:\s+# (?P<codes>[a-z_]+(?: [\w@-]+)*))?$")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, ...]:
    root = tmp_path_factory.mktemp("content")
    for folder in ("personas", "dialogue_scripts", "data/companies", "data/lang"):
        shutil.copytree(ROOT / folder, root / folder)
    for place, text in (("dialogue_scripts/fouten.yaml", SCRIPT), ("personas/fout.yaml", PERSONA)):
        plain = "\n".join(EXPECTED.fullmatch(line)["text"] for line in text.splitlines())  # type: ignore[index]
        (root / place).write_text(plain + "\n", "utf-8")
    library = load_library(root)
    return (*library.problems, *library.remarks)


@pytest.mark.parametrize(("place", "text"), [("dialogue_scripts/fouten.yaml", SCRIPT), ("personas/fout.yaml", PERSONA)])
def test_every_mistake_is_reported_on_its_line_and_nothing_else(
    found: tuple[Problem, ...], place: str, text: str
) -> None:
    expected = set()
    for number, line in enumerate(text.splitlines(), 1):
        noted = (EXPECTED.fullmatch(line) or {})["codes"]
        expected |= {(number, code) for code in (noted or "").split() if code in MESSAGES}
    assert {(problem.line, problem.code) for problem in found if problem.file == place} == expected


def test_the_likely_intention_is_named(found: tuple[Problem, ...]) -> None:
    meant = {problem.suggestion for problem in found if problem.suggestion}
    assert {"title", "complaint", "telenova", "peeters", "boze-klager", "last_name", "propose_solution", "hello",
            "hello@tense",
            "patience", "empathize"} <= meant  # fmt: skip


def test_messages_are_in_the_language_of_the_reader(found: tuple[Problem, ...]) -> None:
    (company,) = (problem for problem in found if dict(problem.details).get("value") == "telenoav")
    assert company.message("nl") == "bedrijf 'telenoav' bestaat niet; bedoelde u 'telenova'?"
    assert company.message("en") == "company 'telenoav' does not exist; did you mean 'telenova'?"


def test_remarks_are_marked_and_mistakes_are_not(found: tuple[Problem, ...]) -> None:
    for problem in found:
        assert problem.is_advice == (problem.code in ADVICE)
        assert (": let op: " in problem.render("nl")) == problem.is_advice
        assert (": note: " in problem.render("en")) == problem.is_advice


def test_a_file_with_remarks_only_is_served(tmp_path: Path) -> None:
    for folder in ("personas", "dialogue_scripts", "data/companies", "data/lang"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    script = tmp_path / "dialogue_scripts" / "dubbele-factuur.yaml"
    script.write_text(
        re.sub(r"(?m)^opening:\n(  - .*\n)(  - .*\n)+", r"opening:\n\1", script.read_text("utf-8")), "utf-8"
    )
    library = load_library(tmp_path)
    assert [problem.code for problem in library.remarks if problem.file.endswith("dubbele-factuur.yaml")] == [
        "thin_pool"
    ]
    assert library.problems == ()
    assert library.scenario("dubbele-factuur~boze-klager")


def test_a_persona_a_script_and_a_company_may_share_a_name(tmp_path: Path) -> None:
    for folder in ("personas", "dialogue_scripts", "data/companies", "data/lang"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    script = (tmp_path / "dialogue_scripts/dubbele-factuur.yaml").read_text("utf-8")
    shared = re.sub(r"(?m)^id: .*$", "id: boze-klager", script).replace("title: Dubbele", "titel: Dubbele")
    (tmp_path / "dialogue_scripts/boze-klager.yaml").write_text(shared, "utf-8")
    library = load_library(tmp_path)
    assert {problem.file for problem in library.problems} == {"dialogue_scripts/boze-klager.yaml"}
    assert library.scenario("dubbele-factuur~boze-klager")


def test_what_is_inherited_is_reported_where_it_is_written_and_only_there(tmp_path: Path) -> None:
    for folder in ("personas", "dialogue_scripts", "data/companies", "data/lang"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    base = tmp_path / "personas/boze-klager.yaml"
    base.write_text(
        base.read_text("utf-8").replace("Zeg, leeft u nog?", "Zie www.telenova.be").replace("{patience:", "{pateince:"),
        "utf-8",
    )
    (tmp_path / "personas/milder.yaml").write_text(
        "version: 1\nid: milder\nbased_on: boze-klager\nname: Mild\n", "utf-8"
    )
    library = load_library(tmp_path)
    assert {(problem.file, problem.code) for problem in library.problems} == {
        ("personas/boze-klager.yaml", "unspeakable"), ("personas/boze-klager.yaml", "unknown_key"),
    }  # fmt: skip
    assert ("persona", "milder") in library.broken
