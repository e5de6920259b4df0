"""The step being made: the rules write to it, and nothing outside one `step` ever sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.acts import Act, ActSpan, Entity
from bot.content.models import Scenario
from bot.dialogue.lines import chance, choose
from bot.dialogue.matching import count_mentions, mentions, tokens
from bot.dialogue.mood import shifted
from bot.dialogue.state import CustomerState, Decided, Said, Step, Told

ASIDES = frozenset({
    "let_me_finish", "wrong_name", "figure_mended", "hold_too_long", "hold_unannounced", "sigh", "self_correct",
})  # fmt: skip
REPEATED_FROM = 0.7
SHORTEST_REPEATED = 3


@dataclass
class Draft:
    """Collects what the customer says and how the state changes. `text`, `spans`, `entities` and `acts`
    are of the agent's turn, if any; `told` is which figures of the company it holds.
    """

    scenario: Scenario
    state: CustomerState
    text: str = ""
    spans: tuple[ActSpan, ...] = ()
    entities: tuple[Entity, ...] = ()
    told: tuple[Told, ...] = ()
    acts: frozenset[Act] = frozenset()
    says: list[Said] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    revealed: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    raised: str | None = None
    signalled: bool = False
    hang_up: bool = False
    cuts_in: bool = False

    def change(self, **fields: Any) -> None:
        """Replace fields of the state."""
        self.state = self.state.changed(**fields)

    def say(self, intent: str) -> None:
        """Say the next line that serves an intent."""
        self.state, said = choose(self.scenario, self.state, intent)
        self.says.append(said)

    def feel(self, *, patience: float = 0.0, trust: float = 0.0, interest: float = 0.0) -> None:
        """Move the mood."""
        self.change(mood=shifted(self.state.mood, patience=patience, trust=trust, interest=interest))

    def because(self, reason: str) -> None:
        """Note the rule that decided."""
        self.reasons.append(reason)

    def did(self, *acts: Act) -> bool:
        """Whether the agent's turn shows any of these acts."""
        return not self.acts.isdisjoint(acts)

    def mentions(self, words: tuple[str, ...]) -> bool:
        """Whether the agent's turn holds any of these words."""
        return mentions(self.text, words)

    def count(self, words: tuple[str, ...]) -> int:
        """How many of these words the agent's turn holds."""
        return count_mentions(self.text, words)

    def repeats(self) -> bool:
        """Whether the agent says again what they said last, in nearly the same words."""
        now, before = set(tokens(self.text)), set(tokens(self.state.last_heard))
        return len(now) >= SHORTEST_REPEATED and len(now & before) >= REPEATED_FROM * len(now | before)

    def calls_by_name(self) -> bool:
        """Whether the agent's turn holds the customer's surname, or the longest part of it."""
        name = self.scenario.record.last_name
        return self.mentions((name, max(name.split(), key=len)))

    def reacted(self, act: Act) -> bool:
        """Whether the customer has reacted to an act of this kind before."""
        return any(pool.partition("@")[0] == f"react_{act}" for pool in self.state.uses)

    def matter_said(self) -> bool:
        """Whether anything has been said in this step beside reactions to the agent's manner."""
        return any(not said.intent.startswith("react_") and said.intent not in ASIDES for said in self.says)

    def offer_heard(self) -> bool:
        """Whether the agent has offered anything yet, rightly or too early, or calls to sell."""
        state, script = self.state, self.scenario.script
        return state.offered or state.warnings > 0 or script.direction == "outbound"

    def chance(self, what: str) -> float:
        """The seeded chance of this step."""
        return chance(self.state.seed, self.state.steps, what)

    def decide(self, decision: Decided) -> None:
        """Take the decision, which stands for the rest of the call."""
        self.change(decided=decision)
        self.because(f"decided.{decision}")

    def finish(self, before: CustomerState) -> Step:
        """The step as made; it counts one further."""
        decided = self.state.decided if self.state.decided != before.decided else None
        return Step(
            state=self.state.changed(steps=before.steps + 1, gone=self.hang_up),
            says=tuple(self.says),
            hang_up=self.hang_up,
            cuts_in=self.cuts_in,
            reasons=tuple(self.reasons),
            revealed=tuple(self.revealed),
            objection_raised=self.raised,
            objections_resolved=tuple(self.resolved),
            buying_signal=self.signalled,
            decision=decided,
        )
