"""The typed events of a call. All that happens in a call is one of them; every view of a call is a fold over them.

Times are `at_ms`: milliseconds since the call began, counted in samples of the trainee's audio (16 per ms), so that the
log and the recording share one clock. Text and simulated calls use a virtual clock with the same unit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.acts import ActSpan, Entity

SCHEMA_VERSION = 1

Lang = Literal["nl", "fr", "en", "de"]
Direction = Literal["inbound", "outbound"]
Channel = Literal["voice", "text", "simulated", "imported"]
Mode = Literal["practice", "assessment"]
Speaker = Literal["agent", "customer"]
Kind = Literal[
    "complaint", "service", "advice", "order", "reception", "sale", "acquisition", "survey", "debt_collection",
    "transfer", "emergency", "crisis", "bad_news",
]  # fmt: skip
Outcome = Literal[
    "satisfied", "calmed", "bought", "appointment", "participated", "informed", "paid", "transferred", "dispatched",
    "refused", "undecided", "supervisor_demanded", "hung_up_angry", "hung_up_silence", "agent_hung_up", "broken_off",
]  # fmt: skip


class Frozen(BaseModel):
    """Immutable, and strict about unknown fields, so that a misspelt field in a log is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CallContext(Frozen):
    """What the evaluators need to know of the scenario; the same block that a transcript file carries.

    `terms` are the conditions to be told before the commitment; `None` for `cross_up_sell_option`, `bad_news` or
    `hold_or_transfer` means that the scenario has no such occasion.
    """

    key_facts: tuple[str, ...] = ()
    right_solution: str | None = None
    terms: tuple[str, ...] = ()
    cross_up_sell_option: str | None = None
    bad_news: str | None = None
    hold_or_transfer: str | None = None


class Event(Frozen):
    """Base of all events."""

    at_ms: int = Field(ge=0)


class CallStarted(Event):
    """First event of every log. `versions` names what made the log: recogniser, voice, nlu, content hash, engine."""

    type: Literal["call_started"] = "call_started"
    schema_version: int = SCHEMA_VERSION
    call_id: str
    started_at: str = Field(description="wall clock, ISO 8601 with offset: for lists only, never for timing")
    channel: Channel
    mode: Mode
    lang: Lang
    kind: Kind
    direction: Direction
    script: str
    persona: str
    company: str
    company_name: str
    agent_name: str = ""
    customer_name: str = Field(description="surname with title, as the agent should address the customer")
    customer_type: str
    seed: int
    context: CallContext = CallContext()
    versions: dict[str, str] = Field(default_factory=dict)


class HeadsetChecked(Event):
    """Result of the headset check, in dBFS (RMS): the reference that volume is later judged against."""

    type: Literal["headset_checked"] = "headset_checked"
    noise_floor_dbfs: float
    speech_level_dbfs: float
    gain_control: bool


class PhoneRinging(Event):
    """The phone rings (inbound) or has been dialled (outbound)."""

    type: Literal["phone_ringing"] = "phone_ringing"


class CallAnswered(Event):
    """Somebody picked up; from here the two can hear one another."""

    type: Literal["call_answered"] = "call_answered"
    by: Speaker


class SpeechStarted(Event):
    """Somebody began to speak (voice activity for the agent, first sample played for the customer)."""

    type: Literal["speech_started"] = "speech_started"
    speaker: Speaker


class SpeechEnded(Event):
    """Somebody fell silent. `at_ms` is the true end of the speech, not the moment at which it was decided."""

    type: Literal["speech_ended"] = "speech_ended"
    speaker: Speaker


class Word(Frozen):
    """A recognised word with its times (ms since the call began) and its recognition probability (0 to 1)."""

    text: str
    start_ms: int
    end_ms: int
    probability: float = Field(ge=0, le=1)


class AgentTurn(Event):
    """The agent's turn as recognised (voice), typed (text), simulated or imported. `at_ms` is when the turn was taken
    as ended; `start_ms` and `end_ms` bound the speech itself. `confidence` is the mean word probability, 1 for text.
    """

    type: Literal["agent_turn"] = "agent_turn"
    turn: int = Field(ge=0)
    text: str
    start_ms: int
    end_ms: int
    confidence: float = Field(ge=0, le=1)
    words: tuple[Word, ...] = ()
    recogniser: str = ""


class AgentActs(Event):
    """What the agent's turn was understood to be."""

    type: Literal["agent_acts"] = "agent_acts"
    turn: int
    acts: tuple[ActSpan, ...]
    entities: tuple[Entity, ...] = ()


class Mood(Frozen):
    """The customer's mood; each value runs from 0 (worst) to 1 (best)."""

    patience: float = Field(ge=0, le=1)
    trust: float = Field(ge=0, le=1)
    interest: float = Field(ge=0, le=1)


class CustomerDecided(Event):
    """How the customer took the last input: the new mood, what came out, and why. `reply_to` is the agent's turn, None
    for a reaction to silence or to being left on hold. `reasons` are rule ids, explainable on screen.
    """

    type: Literal["customer_decided"] = "customer_decided"
    reply_to: int | None
    mood: Mood
    reasons: tuple[str, ...] = ()
    revealed: tuple[str, ...] = Field(default=(), description="ids of facts that came out in this step")
    objection_raised: str | None = None
    objections_resolved: tuple[str, ...] = ()
    buying_signal: bool = False
    decision: str | None = Field(default=None, description="set when the customer decides: accept, refuse, hang_up …")


class CustomerTurn(Event):
    """A line that the customer is about to say. `line` is its id in the content (pool and number)."""

    type: Literal["customer_turn"] = "customer_turn"
    turn: int = Field(ge=0)
    text: str
    line: str
    intents: tuple[str, ...] = ()


class CustomerListened(Event):
    """A small sound of listening by the customer while the agent speaks ("ja", "hm-hm"): no turn, and it takes the
    floor from nobody. `line` is its id in the content.
    """

    type: Literal["customer_listened"] = "customer_listened"
    text: str
    line: str


class CustomerSpoke(Event):
    """How much of a customer's turn was really heard. `at_ms` is when the sound stopped. `heard_text` is the part whose
    audio was played; `interrupted` is true where the agent barged in.
    """

    type: Literal["customer_spoke"] = "customer_spoke"
    turn: int
    start_ms: int
    end_ms: int
    heard_text: str
    interrupted: bool = False


class BargeIn(Event):
    """One speaker started while the other was still speaking, and took the floor."""

    type: Literal["barge_in"] = "barge_in"
    by: Speaker
    during_turn: int | None = None


class Silence(Event):
    """Nobody has spoken for `duration_ms`; the customer reacts ("Hallo?")."""

    type: Literal["silence"] = "silence"
    duration_ms: int = Field(ge=0)


class MuteChanged(Event):
    """The trainee switched the microphone off or on."""

    type: Literal["mute_changed"] = "mute_changed"
    muted: bool


class HoldChanged(Event):
    """The trainee put the customer on hold or came back."""

    type: Literal["hold_changed"] = "hold_changed"
    on_hold: bool


class ScreenAction(Event):
    """Something the trainee did on screen during the call: opened a page, searched, took a note, saved a field."""

    type: Literal["screen_action"] = "screen_action"
    action: str
    target: str = ""
    value: str = ""


class ConnectionLost(Event):
    """The browser's socket dropped; the call's clock stands still until it is back."""

    type: Literal["connection_lost"] = "connection_lost"


class ConnectionResumed(Event):
    """The browser came back within the grace time."""

    type: Literal["connection_resumed"] = "connection_resumed"


class Fault(Event):
    """A part failed and the call went on without it. `code` is that of the error."""

    type: Literal["fault"] = "fault"
    code: str
    part: str


class CallEnded(Event):
    """Last event of a call. A log without it belongs to a call that was broken off."""

    type: Literal["call_ended"] = "call_ended"
    by: Literal["agent", "customer", "system"]
    outcome: Outcome


CallEvent = Annotated[
    CallStarted | HeadsetChecked | PhoneRinging | CallAnswered | SpeechStarted | SpeechEnded | AgentTurn | AgentActs
    | CustomerDecided | CustomerTurn | CustomerListened | CustomerSpoke | BargeIn | Silence | MuteChanged | HoldChanged
    | ScreenAction | ConnectionLost | ConnectionResumed | Fault | CallEnded,
    Field(discriminator="type"),
]  # fmt: skip

CALL_EVENT: TypeAdapter[CallEvent] = TypeAdapter(CallEvent)
