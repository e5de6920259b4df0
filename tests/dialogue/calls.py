"""Short ways to write down what happens in a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

import spacy
from spacy.tokens import Token

from bot.acts import Act, ActSpan, Understanding
from bot.content.library import load_library
from bot.content.models import Scenario
from bot.dialogue.customer import begin, step
from bot.dialogue.state import CustomerState, Heard, Input, PickedUp, Step
from bot.nlu.entities import find_entities
from bot.nlu.normalise import normalise
from bot.nlu.pack import LanguagePack, pack_path, read_pack
from tests import ROOT

LIBRARY = load_library(ROOT)
COMPLAINT = "dubbele-factuur~boze-klager"
SALE = "sneller-internet~twijfelende-koper"
SURVEY = "enquete-buurt~enqueteweigeraar"
HOTEL = "room-for-two-nights~businesslike-guest"


def heard(text: str, *acts: Act) -> Heard:
    spans = tuple(ActSpan(act=act, confidence=1.0, start=0, end=len(text)) for act in acts)
    return Heard(Understanding(text=text, acts=spans))


@cache
def _values_of(lang: str) -> tuple[LanguagePack, Callable[[str], Iterable[Token]]]:
    return read_pack(pack_path(ROOT, lang), lang), spacy.blank(lang)


def with_values(text: str, lang: str, *acts: Act) -> Heard:
    """The same, with the amounts, periods, numbers and names that the recogniser finds in the text."""
    pack, tokenize = _values_of(lang)
    words = normalise([(token.text, token.idx) for token in tokenize(text) if not token.is_space], pack)
    return Heard(heard(text, *acts).said.model_copy(update={"entities": find_entities(words, pack)}))


@dataclass
class Talk:
    """A call in the making: say something, look at the step."""

    scenario: Scenario
    state: CustomerState
    steps: list[Step] = field(default_factory=list)

    def agent(self, text: str, *acts: Act) -> Step:
        return self.happens(heard(text, *acts))

    def tells(self, text: str, *acts: Act) -> Step:
        """A turn of the agent whose values are understood."""
        return self.happens(with_values(text, self.scenario.script.lang, *acts))

    def happens(self, happened: Input) -> Step:
        made = step(self.scenario, self.state, happened)
        self.state = made.state
        self.steps.append(made)
        return made


def talk(scenario_id: str, seed: int = 1) -> Talk:
    """A call that has just begun; outbound, the customer has picked up."""
    scenario = LIBRARY.scenario(scenario_id)
    call = Talk(scenario, begin(scenario, seed))
    if scenario.script.direction == "outbound":
        call.happens(PickedUp())
    return call


def intents(made: Step) -> list[str]:
    return [said.intent for said in made.says]
