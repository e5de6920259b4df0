"""The real Rasa: installed from its lock where it is not yet, trained on a part of the corpus, served, asked, killed.

It takes minutes the first time (2.3 GB in var/rasa) and one minute after that. `make test TESTS="-m 'not rasa'"` leaves
it out.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu.corpus import corpus_files, read_corpus
from bot.nlu.pack import pack_path, read_pack
from bot.nlu.rasa_client import RasaClient
from bot.nlu.rasa_project import make_project
from bot.nlu.rasa_recogniser import RasaRecogniser
from server.rasa_files import RasaFiles, rasa_files, url_for
from server.rasa_install import install
from server.rasa_serving import rasa_while, train_model
from server.settings import Settings, load_settings
from tests import ROOT
from tests.nlu.small_spacy import SmallSpacy
from tests.nlu.test_rasa_server import free_port

pytestmark = pytest.mark.rasa

TAUGHT = ("greet", "offer_help", "verify_identity", "apologize", "announce_hold", "say_goodbye", "thank", "be_rude")
UNSEEN = {
    "waarmee kan ik u van dienst zijn vandaag": Act.OFFER_HELP,
    "zegt u het maar hoe kan ik helpen": Act.OFFER_HELP,
    "kan u mij uw klantnummer en geboortedatum geven": Act.VERIFY_IDENTITY,
    "op welk adres woont u": Act.VERIFY_IDENTITY,
    "het spijt me heel erg voor dat ongemak": Act.APOLOGIZE,
    "excuseer ons daarvoor": Act.APOLOGIZE,
    "een momentje ik kijk dat even na": Act.ANNOUNCE_HOLD,
    "blijft u even aan de lijn": Act.ANNOUNCE_HOLD,
    "nog een prettige dag en tot de volgende keer": Act.SAY_GOODBYE,
    "hartelijk bedankt voor uw telefoontje": Act.THANK,
}


@dataclass(frozen=True)
class RealRasa:
    """A content root of its own, with Rasa's environment shared between runs."""

    settings: Settings
    files: RasaFiles

    @property
    def url(self) -> str:
        return url_for(self.settings.rasa_url, "nl")


@pytest.fixture(scope="module")
def environment() -> Path:
    """Rasa's environment under var/; a machine without Python 3.10 may do without, the build server may not."""
    files = rasa_files(load_settings(data_dir=ROOT / "var", content=ROOT))
    try:
        install(files, lambda progress: None)
    except KiestoonError as error:
        if error.code not in ("rasa.python_missing", "rasa.platform") or os.environ.get("CI"):
            raise
        pytest.skip(error.message)
    return files.environment


@pytest.fixture(scope="module")
def real(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> RealRasa:
    root = tmp_path_factory.mktemp("rasa")
    for file in ("data/lang/nl/nlu.yaml", "data/rasa/config.yml", "data/rasa/run_rasa.py"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, root / file)
    (root / "data" / "nlu" / "nl").mkdir(parents=True)
    for act in TAUGHT:
        shutil.copy(ROOT / "data" / "nlu" / "nl" / f"{act}.yml", root / "data" / "nlu" / "nl")
    settings = load_settings(
        data_dir=root / "var", content=root, nlu="rasa", rasa_url=f"http://127.0.0.1:{free_port()}"
    )
    made = RealRasa(settings, rasa_files(settings))
    made.files.folder.mkdir(parents=True)
    made.files.environment.symlink_to(environment, target_is_directory=True)
    train_model(made.files, make_project(root, "nl"))
    return made


@pytest.fixture
def recogniser(real: RealRasa) -> Iterator[RasaRecogniser]:
    root = real.settings.content
    examples = read_corpus(corpus_files(root, "nl"))
    client = RasaClient(real.url, timeout_s=30, retry_s=0)
    pack = read_pack(pack_path(root, "nl"), "nl").model_copy(update={"rules": (), "context": ()})
    yield RasaRecogniser("nl", SmallSpacy(examples, pack), client)
    client.close()


def test_the_real_rasa_judges_turns_and_spacy_stands_in_once_it_is_gone(
    real: RealRasa, recogniser: RasaRecogniser
) -> None:
    problems: list[KiestoonError] = []
    with rasa_while(real.settings, problems.append):
        assert recogniser.check() is None
        client = RasaClient(real.url, timeout_s=30)
        assert client.model() == f"{make_project(real.settings.content, 'nl').model_name}.tar.gz"
        rankings = client.rankings(list(UNSEEN))
        client.close()
        turn = recogniser.understand("nog een prettige dag en tot de volgende keer", "nl")
    assert problems == []
    taught = {act.value for item in read_corpus(corpus_files(real.settings.content, "nl")) for act in item.acts}
    assert taught >= set(TAUGHT)
    assert all(set(ranking) == taught for ranking in rankings)
    assert all(abs(sum(ranking.values()) - 1) < 0.01 for ranking in rankings)
    best = [max(ranking, key=lambda act: ranking[act]) for ranking in rankings]
    right = sum(said == act.value for said, act in zip(best, UNSEEN.values(), strict=True))
    assert right >= 8, best
    assert {(span.act, span.source) for span in turn.acts} == {(Act.SAY_GOODBYE, "rasa")}
    alone = recogniser.understand(turn.text, "nl")
    assert {(span.act, span.source) for span in alone.acts} == {(Act.SAY_GOODBYE, "classifier")}
    assert recogniser.check() == "nlu.rasa_away"


def test_nothing_is_installed_twice(environment: Path) -> None:
    assert install(rasa_files(load_settings(data_dir=ROOT / "var", content=ROOT)), lambda progress: None) is False
