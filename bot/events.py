"""The typed events of a call. All that happens in a call is one of them; every view of a call is a fold over them.

Times are `at_ms`: milliseconds since the call began, counted in samples of the trainee's audio (16 per ms), so that the
log and the recording share one clock. Text and simulated calls use a virtual clock with the same unit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.acts import Act, ActSpan, Entity

SCHEMA_VERSION = 2
"""2: what the trainee looks up, registers and reports is in the log; a log may go on after the end of the call."""

Lang = Literal["nl", "fr", "en", "de"]
Direction = Literal["inbound", "outbound"]
Channel = Literal["voice", "text", "simulated", "imported", "written"]
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

Disposition = Literal[
    "resolved", "unresolved", "informed", "sold", "ordered", "not_interested", "refused", "appointment", "completed",
    "payment_agreed", "transferred", "escalated", "dispatched", "call_back", "broken_off",
]  # fmt: skip
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
FaultPlace = Literal["script", "planning", "product"]


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


class DeskPage(Frozen):
    """A page of the company's files: `customer:ID`, `product:ID` or `procedures`; `title` is the product's name."""

    id: str
    title: str = ""


class DeskField(Frozen):
    """A field to register. Each of `values` is right; `fact` names the fact by which the customer tells it."""

    id: str
    title: str
    values: tuple[str, ...]
    fact: str | None = None


class DeskPoint(Frozen):
    """Something that the summary of the call should hold, recognised by one of the words."""

    summary: str
    words: tuple[str, ...] = ()


class FollowUp(Frozen):
    """When the follow-up falls: in days after the call (0 is the same day), on a weekday where one is named."""

    earliest: int = Field(default=0, ge=0, le=365)
    latest: int = Field(ge=0, le=365)
    weekday: Weekday | None = None


class HiddenFault(Frozen):
    """A fault that the scenario hides, where it lies, and words by which a report of it is recognised."""

    where: FaultPlace
    summary: str
    words: tuple[str, ...] = ()


class Desk(Frozen):
    """What the work on screen beside and after the call should come to. `dispositions` and `follow_up` hold where the
    call ends as the script wants it (`accepted`); `seconds` is the time allowed for after-call work.
    """

    pages: tuple[DeskPage, ...] = ()
    fields: tuple[DeskField, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    accepted: Outcome | None = None
    follow_up: FollowUp | Literal["none"] | None = None
    points: tuple[DeskPoint, ...] = ()
    seconds: int = Field(default=180, ge=30, le=1800)
    fault: HiddenFault | None = None


class Approach(Frozen):
    """Which acts suit the customer, which do not, and advice in words: what the persona's author wrote."""

    fitting: tuple[Act, ...] = ()
    unfitting: tuple[Act, ...] = ()
    advice: str = ""


class AskedInMessage(Frozen):
    """A question in a message; a reply answers it that holds one of `words` and none of `wrong`."""

    id: str
    summary: str
    words: tuple[str, ...]
    wrong: tuple[str, ...] = ()


class MessageTask(Frozen):
    """A message to answer. `others` are things that it does not ask; lengths of the reply in words."""

    subject: str
    text: str
    questions: tuple[AskedInMessage, ...]
    others: tuple[str, ...] = ()
    shortest: int
    longest: int


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
    approach: Approach | None = None
    seed: int
    context: CallContext = CallContext()
    message: MessageTask | None = Field(default=None, description="set where a message is answered, and nobody calls")
    desk: Desk | None = Field(default=None, description="None where no work on screen was asked, as in older logs")
    versions: dict[str, str] = Field(default_factory=dict)

    @property
    def form_kind(self) -> str:
        """By what kind of contact a form chooses its items: that of the call, or `message`."""
        return "message" if self.message else self.kind


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


class PageOpened(Event):
    """The trainee opened a page of the company's files (ids as in `DeskPage`)."""

    type: Literal["page_opened"] = "page_opened"
    page: str


class FieldRegistered(Event):
    """The trainee filled in a field of the customer's file, during the call or after it; the last value counts, an
    empty one clears the field.
    """

    type: Literal["field_registered"] = "field_registered"
    field: str
    value: str


class MessageWorked(Event):
    """What the trainee marked as asked (places among the options) and wrote so far; the last one counts."""

    type: Literal["message_worked"] = "message_worked"
    marked: tuple[int, ...] = ()
    reply: str = ""


class ReportOpened(Event):
    """After-call work begins. This and the events on the report that follow come after the end of the call: their
    `at_ms` is that of the end, and the time worked on the report since.
    """

    type: Literal["report_opened"] = "report_opened"


class ReportSaved(Event):
    """The report as it stood at some moment, not handed in yet; the last one counts. `follow_up` is an ISO 8601 date,
    `none` where nothing is to follow, empty where that was not said yet.
    """

    type: Literal["report_saved"] = "report_saved"
    disposition: Disposition | None = None
    follow_up: str = ""
    summary: str = ""


class FaultSignalled(Event):
    """The trainee reports that something is wrong in script, planning or product; the last one counts, an empty text
    takes it back.
    """

    type: Literal["fault_signalled"] = "fault_signalled"
    where: FaultPlace
    text: str


class ReportFiled(Event):
    """The report is handed in: nothing in it changes any more."""

    type: Literal["report_filed"] = "report_filed"


class ReportSkipped(Event):
    """The trainee goes on without a report."""

    type: Literal["report_skipped"] = "report_skipped"


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
    """The end of a call; only after-call work comes behind it. A log without it belongs to a call broken off."""

    type: Literal["call_ended"] = "call_ended"
    by: Literal["agent", "customer", "system"]
    outcome: Outcome


CallEvent = Annotated[
    CallStarted | HeadsetChecked | PhoneRinging | CallAnswered | SpeechStarted | SpeechEnded | AgentTurn | AgentActs
    | CustomerDecided | CustomerTurn | CustomerListened | CustomerSpoke | BargeIn | Silence | MuteChanged | HoldChanged
    | ScreenAction | PageOpened | FieldRegistered | MessageWorked | ReportOpened | ReportSaved | FaultSignalled
    | ReportFiled | ReportSkipped | ConnectionLost | ConnectionResumed | Fault | CallEnded,
    Field(discriminator="type"),
]  # fmt: skip

CALL_EVENT: TypeAdapter[CallEvent] = TypeAdapter(CallEvent)
