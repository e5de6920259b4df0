"""What the customer knows, feels and has decided at one moment; what can happen to them; what they do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.acts import Act, Understanding
from bot.events import Mood

Decided = Literal["accept", "refuse", "hang_up_angry", "hang_up_silence", "supervisor"]
HandlingStep = Literal["acknowledge", "probe", "answer"]


@dataclass(frozen=True)
class ObjectionState:
    """How far an objection that was raised has been handled. `tries` counts answers that did not settle it."""

    steps: frozenset[HandlingStep] = frozenset()
    resolved: bool = False
    tries: int = 0


@dataclass(frozen=True)
class CustomerState:
    """One moment of the customer. Immutable; `bot.dialogue.customer.step` makes the next one.

    `warnings` counts offers that came before the need, `waiting` says that a wait was announced, `waited_ms` is the
    length of a hold that was not yet spoken of, `held_silently` that one came without a word, `floor_owed` that the
    customer was interrupted and will say so, `last_heard` is the agent's last turn, `misinformed` names the figures
    that were told wrong and not yet put right, `doubts` each time that one was.
    """

    seed: int
    mood: Mood
    opened: bool = False
    revealed: frozenset[str] = frozenset()
    objections: dict[str, ObjectionState] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()
    active_objection: str | None = None
    offered: bool = False
    wrong_offers: int = 0
    warnings: int = 0
    misinformed: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    terms_told: frozenset[int] = frozenset()
    terms_asked: frozenset[int] = frozenset()
    signalled: bool = False
    hesitations: int = 0
    decided: Decided | None = None
    extra_answered: bool = False
    extras_refused: int = 0
    survey_answered: frozenset[int] = frozenset()
    identity_given: frozenset[str] = frozenset()
    asked_who: bool = False
    wrong_names: int = 0
    corrections: int = 0
    supervisor: bool = False
    protests: int = 0
    silences: int = 0
    unclear: int = 0
    puzzled: int = 0
    lost: bool = False
    interruptions: int = 0
    floor_owed: bool = False
    waiting: bool = False
    on_hold: bool = False
    waited_ms: int = 0
    held_silently: bool = False
    last_heard: str = ""
    gone: bool = False
    steps: int = 0
    acts_heard: frozenset[Act] = frozenset()
    uses: dict[str, int] = field(default_factory=dict)

    def changed(self, **fields: Any) -> CustomerState:
        """The state with these fields replaced. A turn changes the state dozens of times, and `dataclasses.replace`,
        which passes every field through the constructor, was a third of the time of a simulated call.
        """
        made = object.__new__(CustomerState)
        made.__dict__.update(self.__dict__, **fields)
        return made


@dataclass(frozen=True)
class PickedUp:
    """The customer's phone was answered: outbound, the customer speaks first."""


@dataclass(frozen=True)
class Heard:
    """The agent's turn, understood."""

    said: Understanding


@dataclass(frozen=True)
class Unclear:
    """The agent spoke but the recogniser is not sure enough of the words: nobody guesses."""


@dataclass(frozen=True)
class Quiet:
    """Nobody has spoken for the time that this customer bears."""


@dataclass(frozen=True)
class Interrupted:
    """The agent barged in while the customer was speaking."""


@dataclass(frozen=True)
class Monologue:
    """The agent has been talking without a stop for the time that this customer bears."""


@dataclass(frozen=True)
class HoldSwitched:
    """The agent put the customer on hold, or came back after `waited_ms`."""

    on: bool
    waited_ms: int = 0


Input = PickedUp | Heard | Unclear | Quiet | Interrupted | Monologue | HoldSwitched


@dataclass(frozen=True)
class Told:
    """A value that the agent told about a figure of the company, by the figure's id."""

    figure: str
    right: bool


@dataclass(frozen=True)
class Said:
    """A line that the customer says: the pool that it serves and its number there make its id."""

    intent: str
    line: str
    text: str


@dataclass(frozen=True)
class Step:
    """What one input led to. `says` is empty where the customer stays silent; `cuts_in` means that the customer starts
    while the agent still speaks; `hang_up` comes after the lines have been said.
    """

    state: CustomerState
    says: tuple[Said, ...] = ()
    hang_up: bool = False
    cuts_in: bool = False
    reasons: tuple[str, ...] = ()
    revealed: tuple[str, ...] = ()
    objection_raised: str | None = None
    objections_resolved: tuple[str, ...] = ()
    buying_signal: bool = False
    decision: Decided | None = None

    @property
    def text(self) -> str:
        """All that is said in this step, as one turn."""
        return " ".join(said.text for said in self.says)
