"""The default recogniser's stages over a small model, without embeddings: ready in a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.acts import Act, Understanding
from bot.nlu.corpus import Example
from bot.nlu.model_store import TrainedModel
from bot.nlu.normalise import NormalWord, normalise
from bot.nlu.pack import LanguagePack
from bot.nlu.protocol import Explanation
from bot.nlu.recogniser import pipeline
from bot.nlu.training import prepare, train_acts, train_boundaries
from bot.nlu.turn import Turn


class SmallSpacy:
    name = "spacy-nl-small"

    def __init__(self, examples: Iterable[Example], pack: LanguagePack) -> None:
        def normal(text: str) -> tuple[NormalWord, ...]:
            return normalise(_tokens(text), pack)

        words, acts = prepare(list(examples), normal)
        model = TrainedModel(train_acts(words, acts), train_boundaries(words, frozenset(pack.boundaries)))
        self.nlp = pipeline("nl", pack, model, None)

    def understand(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Understanding:
        doc = self.nlp.make_doc(text)
        doc._.turn = Turn(previous_customer_line=previous_customer_line, phase=phase)
        return Understanding(text=text, acts=self.nlp(doc)._.turn.acts)

    def explain(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Explanation:
        return Explanation(understanding=self.understand(text, lang), reasons=())

    def taught(self, examples: Mapping[Act, Sequence[str]], products: Sequence[str]) -> SmallSpacy:
        return self


def _tokens(text: str) -> list[tuple[str, int]]:
    tokens, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        tokens.append((word, at))
        at += len(word)
    return tokens
