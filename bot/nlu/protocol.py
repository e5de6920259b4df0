"""What every recogniser of dialogue acts offers, whichever backend stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from bot.acts import Act, Understanding


class Reason(BaseModel):
    """Why one act was recognised, for `--explain`, the scorecard and authors.

    `rule` is the id of the rule that decided, None where the classifier did; `nearest` are the training examples that
    resemble the clause most, best first; `clause` is the text that was judged, `runner_up` the act that came second.
    """

    model_config = ConfigDict(frozen=True)

    act: Act
    confidence: float
    clause: str
    start: int
    end: int
    rule: str | None = None
    nearest: tuple[str, ...] = ()
    runner_up: Act | None = None


class Explanation(BaseModel):
    """An understanding with the reason of each of its acts, in the same order."""

    model_config = ConfigDict(frozen=True)

    understanding: Understanding
    reasons: tuple[Reason, ...]


class ActRecogniser(Protocol):
    """Turns one agent turn into acts. Pure: the same arguments give the same answer, and nothing is remembered.

    `lang` is nl, fr, en or de. `previous_customer_line` is what the customer said before, `phase` one of contact,
    analysis, offer, closing; both are optional hints. Any string is accepted; what cannot be understood is `other`.
    """

    @property
    def name(self) -> str:
        """Backend and version of its model, as stored with a call."""
        ...

    def understand(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Understanding:
        """The acts and entities of one turn; at most about 20 ms on one core."""
        ...

    def explain(
        self, text: str, lang: str, *, previous_customer_line: str | None = None, phase: str | None = None
    ) -> Explanation:
        """The same, with reasons; slower."""
        ...

    def taught(self, examples: Mapping[Act, Sequence[str]], products: Sequence[str]) -> ActRecogniser:
        """The same recogniser for one scenario: its own examples and the names of its products count at once."""
        ...
