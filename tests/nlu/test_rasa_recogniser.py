"""The recogniser by way of Rasa: the same stages, Rasa's confidences, and spaCy while Rasa is away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from bot.acts import Act
from bot.errors import KiestoonError
from bot.nlu.corpus import Example
from bot.nlu.pack import LanguagePack, Rule
from bot.nlu.rasa_client import Ranking, RasaClient
from bot.nlu.rasa_recogniser import RasaRecogniser
from tests.nlu.fake_rasa import FakeRasa, serving
from tests.nlu.small_spacy import SmallSpacy

PACK = LanguagePack(
    lang="nl",
    boundaries=("waarmee",),
    fillers=("euh",),
    rules=(Rule(id="nl.greet", act=Act.GREET, pattern=r"^goedemorgen"),),
)
EXAMPLES = {
    Act.GREET: ["goedemorgen", "goedemorgen mevrouw", "dag meneer"],
    Act.OFFER_HELP: ["waarmee kan ik u helpen", "waarmee kan ik u vandaag helpen", "waarmee help ik u"],
    Act.THANK: ["bedankt voor uw oproep", "dank u voor het bellen", "bedankt voor het wachten"],
}


class Judge:
    """Says what it is told to say, or that it is away."""

    url = "http://127.0.0.1:1"

    def __init__(self, ranking: Ranking | None) -> None:
        self.ranking = ranking
        self.asked: list[str] = []

    def rankings(self, texts: Sequence[str]) -> list[Ranking]:
        self.asked += texts
        if self.ranking is None:
            raise KiestoonError("nlu.rasa_away", "away")
        return [self.ranking for _ in texts]

    def model(self) -> str:
        if self.ranking is None:
            raise KiestoonError("nlu.rasa_away", "away")
        return "nl.tar.gz"


@pytest.fixture(scope="module")
def spacy_recogniser() -> SmallSpacy:
    return SmallSpacy((Example(text, frozenset({act})) for act, texts in EXAMPLES.items() for text in texts), PACK)


def acts(recogniser: RasaRecogniser | SmallSpacy, text: str) -> frozenset[Act]:
    return recogniser.understand(text, "nl").act_set()


def test_rasa_decides_where_no_rule_does(spacy_recogniser: SmallSpacy) -> None:
    judge = Judge({"thank": 0.9, "greet": 0.1})
    recogniser = RasaRecogniser("nl", spacy_recogniser, judge)
    heard = recogniser.understand("goedemorgen euh waarmee kan ik u helpen", "nl")
    assert judge.asked == ["waarmee kan ik u helpen"]
    assert {(span.act, span.source) for span in heard.acts} == {(Act.GREET, "nl.greet"), (Act.THANK, "rasa")}
    thanks = next(span for span in heard.acts if span.act == Act.THANK)
    assert (heard.text[thanks.start : thanks.end], thanks.confidence) == ("waarmee kan ik u helpen", 0.9)
    assert recogniser.trouble is None


def test_spacy_stands_in_while_rasa_is_away_and_it_says_so(spacy_recogniser: SmallSpacy) -> None:
    judge = Judge(None)
    recogniser = RasaRecogniser("nl", spacy_recogniser, judge)
    text = "waarmee kan ik u helpen"
    assert recogniser.understand(text, "nl") == spacy_recogniser.understand(text, "nl")
    assert recogniser.explain(text, "nl") == spacy_recogniser.explain(text, "nl")
    assert (recogniser.trouble, recogniser.check()) == ("nlu.rasa_away", "nlu.rasa_away")
    judge.ranking = {"thank": 1.0}
    assert acts(recogniser, text) == {Act.THANK}
    assert (recogniser.trouble, recogniser.check()) == (None, None)


def test_a_turn_that_rules_decide_tells_nothing_about_rasa(spacy_recogniser: SmallSpacy) -> None:
    recogniser = RasaRecogniser("nl", spacy_recogniser, Judge(None))
    acts(recogniser, "waarmee kan ik u helpen")
    assert acts(recogniser, "goedemorgen") == {Act.GREET}
    assert recogniser.trouble == "nlu.rasa_away"


def test_a_rasa_with_other_intents_does_not_count(spacy_recogniser: SmallSpacy) -> None:
    recogniser = RasaRecogniser("nl", spacy_recogniser, Judge({"bot_challenge": 0.9}))
    assert acts(recogniser, "waarmee kan ik u helpen") == {Act.OFFER_HELP}
    assert (recogniser.trouble, recogniser.check()) == ("nlu.rasa_foreign", "nlu.rasa_foreign")


def test_the_reasons_name_the_clause_and_the_rule(spacy_recogniser: SmallSpacy) -> None:
    recogniser = RasaRecogniser("nl", spacy_recogniser, Judge({"thank": 0.9}))
    reasons = recogniser.explain("goedemorgen waarmee kan ik u helpen", "nl").reasons
    assert [(reason.act, reason.rule) for reason in reasons] == [(Act.GREET, "nl.greet"), (Act.THANK, None)]
    assert reasons[1].clause == "waarmee kan ik u helpen"


@pytest.mark.parametrize("text", ["", " ", "…", "\x00\x01", "😀" * 50, "z" * 100_000, "een " * 3000])
def test_any_text_is_taken(spacy_recogniser: SmallSpacy, text: str) -> None:
    recogniser = RasaRecogniser("nl", spacy_recogniser, Judge({"other": 0.9, "thank": 0.1}))
    assert recogniser.understand(text, "nl").acts


def test_another_language_is_refused(spacy_recogniser: SmallSpacy) -> None:
    with pytest.raises(KiestoonError) as caught:
        RasaRecogniser("nl", spacy_recogniser, Judge(None)).understand("bonjour", "fr")
    assert caught.value.code == "nlu.language_not_loaded"


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    with serving(FakeRasa(lambda text: {"offer_help": 0.2, "thank": 0.8})) as fake:
        yield fake


def test_a_turn_goes_over_http_and_survives_the_server(spacy_recogniser: SmallSpacy, rasa: FakeRasa) -> None:
    now = [0.0]
    client = RasaClient(rasa.url, timeout_s=5.0, retry_s=3.0, clock=lambda: now[0])
    recogniser = RasaRecogniser("nl", spacy_recogniser, client)
    text = "waarmee kan ik u helpen"
    assert acts(recogniser, text) == {Act.THANK}
    rasa.status = 503
    assert acts(recogniser, text) == {Act.OFFER_HELP}
    rasa.status = 200
    assert acts(recogniser, text) == {Act.OFFER_HELP}
    now[0] += 3.0
    assert acts(recogniser, text) == {Act.THANK}
    assert recogniser.name.startswith("rasa-nl+spacy-nl-")
