"""The content that people write in YAML: personas, scripts, companies and language packs.

Every mapping refuses unknown keys. Lines are spoken text; `{placeholders}` in them are filled from the customer's
record (see `bot.content.placeholders`). Words in `about` and `words` are matched at the beginning of a word, without
regard to case or accents: `factuur` finds "facturen" no more than "rekening", so give each spelling that people use.
`stort … terug` finds both words in this order with up to eight others between them.

What each field means stands in `fields.yaml`, in the languages of the authors.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.acts import Act
from bot.events import Direction, Disposition, FaultPlace, Kind, Lang, Mood, Outcome, Weekday

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
FactId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Lines = Annotated[tuple[Line, ...], Field(min_length=1, max_length=40)]
Words = tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)], ...]
Share = Annotated[float, Field(ge=0, le=1)]
RecordDatum = Literal["customer_number", "address", "birth_date", "phone", "email", "last_name", "first_name"]
FigureValue = Annotated[
    str, StringConstraints(pattern=r"^(\d+(\.\d+)?|P(\d+[YMWD])*(T(\d+[HMS])+)?|\d{1,2}:\d{2})$", max_length=20)
]


class Content(BaseModel):
    """Immutable; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VoiceSpec(Content):
    """How the customer sounds. `rate` is relative to the voice's own (1 is normal), `pitch` in semitones, `volume_db`
    relative; `piper` lists neural voices in order of preference, `espeak` the variant of the fallback voice.
    """

    gender: Literal["male", "female"] = "female"
    piper: tuple[str, ...] = ()
    espeak: str = "f2"
    rate: float = Field(default=1.0, ge=0.5, le=2.0)
    pitch: float = Field(default=0.0, ge=-12, le=12)
    volume_db: float = Field(default=0.0, ge=-20, le=12)


class Traits(Content):
    """What makes this person different from the next, whatever the call is about."""

    talkative: Share = 0.3
    interrupts: Share = 0.0
    digresses: Share = 0.0
    longest_turn: int | None = Field(default=None, ge=5)
    backchannels: Share = 0.5
    careful: Share = 0.0
    demands: Share = 0.0
    temper: float = Field(default=1.0, ge=0, le=3)
    forgiving: float = Field(default=1.0, ge=0, le=3)
    silence_ms: int = Field(default=6000, ge=2000, le=20000)
    monologue_ms: int = Field(default=9000, ge=2000, le=60000)


class MoodChange(Content):
    """What one act does to the mood: added to each value, which stays between 0 and 1."""

    patience: float = Field(default=0.0, ge=-1, le=1)
    trust: float = Field(default=0.0, ge=-1, le=1)
    interest: float = Field(default=0.0, ge=-1, le=1)


class Manner(Content):
    """Which acts fit this type of customer and which do not, and why: shown and judged under `customer_type`."""

    fitting: tuple[Act, ...] = ()
    unfitting: tuple[Act, ...] = ()
    advice: Line


class Objection(Content):
    """Resistance that comes at its time and goes only when handled. It is raised by a turn that shows one of the acts
    in `after` and, where `about` has words, one of these.
    `level` says what resolves it: 1 an answer; 2 an answer and recognition; 3 these and a question what lies behind.
    """

    summary: Line
    after: Annotated[tuple[Act, ...], Field(min_length=1)]
    about: Words = ()
    says: Lines
    level: int = Field(default=2, ge=1, le=3)
    behind: Lines
    resolved: Lines
    stands: Lines
    answer_words: Words = ()
    kinds: tuple[Kind, ...] = ()
    spared_by: Words = ()


class Persona(Content):
    """A kind of person who calls or is called; plays any script that fits its language and kinds."""

    version: Literal[1]
    id: Id
    based_on: Id | None = None
    lang: Lang
    name: Line
    description: Line
    customer_type: Id
    address: Literal["u", "je", "you", "vous", "tu", "Sie", "du"] = "u"
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    mood: Mood
    traits: Traits = Traits()
    voice: VoiceSpec = VoiceSpec()
    voice_other: VoiceSpec | None = None
    manner: Manner
    reactions: dict[Act, MoodChange] = Field(default_factory=dict)
    objections: dict[FactId, Objection] = Field(default_factory=dict)
    lines: dict[str, Lines] = Field(default_factory=dict)


class Fact(Content):
    """Something that the customer knows. A `key` fact must come out for the need to be found. It comes out on an open
    question when `open`, on any question with one of the words in `about`, or by itself with talkative people.
    """

    summary: Line
    says: Lines
    key: bool = False
    open: bool = True
    about: Words = ()


class Solution(Content):
    """What would help or convince this customer, recognised by act and words."""

    summary: Line
    acts: Annotated[tuple[Act, ...], Field(min_length=1)] = (Act.PROPOSE_SOLUTION,)
    words: Words = ()
    wrong: Lines


class Term(Content):
    """A condition that the agent must tell before the commitment. `asks` is how a careful customer asks for it."""

    summary: Line
    words: Words = ()
    asks: Lines | None = None
    figure: FactId | None = None


class Extra(Content):
    """The relevant extra of this call; taken when the main matter is settled and the trust is there."""

    summary: Line
    words: Words = ()
    trust: Share = 0.6
    yes: Lines
    no: Lines
    too_early: Lines


class Decision(Content):
    """When the customer says yes. `yes`/`hesitate`/`no` are said at that point; `asks` lists the acts that ask for it
    (a complaint is settled by the right solution itself, a sale by asking for it).
    """

    on: Annotated[tuple[Act, ...], Field(min_length=1)] = (Act.ASK_COMMITMENT,)
    patience: Share = 0.2
    trust: Share = 0.4
    interest: Share = 0.0
    after_offer: bool = True
    signal: Lines | None = None
    yes: Lines
    hesitate: Lines
    no: Lines


class SurveyQuestion(Content):
    """An answer to a question of the survey, recognised by the words of the question."""

    summary: Line
    about: Words
    says: Lines


class Briefing(Content):
    """What the trainee reads before the call."""

    situation: Line
    goal: Line
    contact: tuple[Line, ...] = ()
    analysis: tuple[Line, ...] = ()
    offer: tuple[Line, ...] = ()
    closing: tuple[Line, ...] = ()


class RegisteredField(Content):
    """A field that the trainee fills in. Right is each of `values`, or the datum `record` of the customer's file."""

    title: Line
    values: Words = ()
    record: RecordDatum | None = None
    fact: FactId | None = None


class SummaryPoint(Content):
    """Something that the written summary of the call should hold."""

    summary: Line
    words: Annotated[Words, Field(min_length=1)]


class FollowUpDay(Content):
    """When the follow-up falls, in days after the call."""

    earliest: int = Field(default=0, ge=0, le=365)
    latest: int = Field(ge=0, le=365)
    weekday: Weekday | None = None


class FaultReport(Content):
    """Where the hidden fault lies, and words by which a report of it is recognised."""

    where: FaultPlace
    words: Annotated[Words, Field(min_length=1)]


class Workplace(Content):
    """The work on screen: what is looked up during the call, and registered and reported during it or after it."""

    pages: tuple[Id, ...] = ()
    fields: dict[FactId, RegisteredField] = Field(default_factory=dict)
    dispositions: tuple[Disposition, ...] = ()
    follow_up: FollowUpDay | Literal["none"] | None = None
    summary: tuple[SummaryPoint, ...] = ()
    seconds: int = Field(default=180, ge=30, le=1800)
    fault: FaultReport | None = None


class Script(Content):
    """A situation: who calls about what, what comes out when asked, what would satisfy."""

    version: Literal[1]
    id: Id
    based_on: Id | None = None
    lang: Lang
    title: Line
    kind: Kind
    direction: Direction
    level: int = Field(ge=1, le=4)
    minutes: int = Field(default=5, ge=1, le=30)
    company: Id
    customer: Id
    personas: Annotated[tuple[Id, ...], Field(min_length=1)]
    objectives: Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^BC \d{3}$")], ...], Field(min_length=1)]
    products: tuple[Id, ...] = ()
    briefing: Briefing
    opening: Lines
    facts: dict[FactId, Fact] = Field(default_factory=dict)
    objections: dict[FactId, Objection] = Field(default_factory=dict)
    solution: Solution
    terms: tuple[Term, ...] = ()
    extra: Extra | None = None
    decision: Decision
    survey: tuple[SurveyQuestion, ...] = ()
    bad_news: Line | None = None
    hold_or_transfer: Line | None = None
    fault: Line | None = None
    workplace: Workplace | None = None
    accepted: Outcome
    allowed: Annotated[tuple[Outcome, ...], Field(min_length=1)]
    lines: dict[str, Lines] = Field(default_factory=dict)
    examples: dict[Act, Lines] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _accepted_is_allowed(self) -> Script:
        if self.accepted not in self.allowed:
            raise PydanticCustomError(
                "accepted_not_allowed", "not among the allowed outcomes", {"value": self.accepted}
            )
        return self


class Product(Content):
    """A product or service as the company sells it; `price` in euro per `per`."""

    name: Line
    price: float | None = Field(default=None, ge=0)
    per: str = ""
    features: tuple[Line, ...] = ()
    terms: tuple[Line, ...] = ()


class Figure(Content):
    """A number in what the company does or asks, beside the prices of its products, that can be told wrong. A value is
    about it where one of the words in `about` stands near it. `values` are all that are right: euro (`50`) of an
    amount, an ISO 8601 period (`P30D`, `P1Y`, `PT2H`) of a duration, a percentage (`6`), a time (`18:00`).
    """

    kind: Literal["amount", "duration", "percentage", "time"]
    values: Annotated[tuple[FigureValue, ...], Field(min_length=1)]
    about: Annotated[Words, Field(min_length=1)]
    product: Id | None = None
    customer: Id | None = None


class CustomerRecord(Content):
    """What the company's files hold about a customer; the customer answers identity questions from it."""

    title: Line
    first_name: Line
    last_name: Line
    gender: Literal["male", "female"] | None = None
    spelling: Line
    customer_number: Line | None = None
    address: Line | None = None
    birth_date: Line | None = None
    phone: Line | None = None
    email: Line | None = None
    products: tuple[Id, ...] = ()
    notes: tuple[Line, ...] = ()


class Company(Content):
    """A company with what its people may look up."""

    version: Literal[1]
    id: Id
    lang: Lang
    name: Line
    spoken: Words
    sector: Line
    about: Line
    products: dict[Id, Product] = Field(default_factory=dict)
    procedures: tuple[Line, ...] = ()
    figures: dict[FactId, Figure] = Field(default_factory=dict)
    customers: dict[Id, CustomerRecord]


class LanguagePack(Content):
    """What every customer in this language can say: pools of lines by the intent that they serve, and the words by
    which an identity question is told apart.
    """

    version: Literal[1]
    lang: Lang
    check_words: Words = ()
    price_words: Words = ()
    loose_words: Words = ()
    months: Words = ()
    identity_words: dict[Literal["name", "customer_number", "address", "birth_date", "phone", "email"], Words]
    lines: dict[str, Lines]


class Scenario(BaseModel):
    """A playable pair, resolved: everything that a call needs. `lines` are the pools of pack, persona and script, with
    their placeholders filled.
    """

    model_config = ConfigDict(frozen=True)

    script: Script
    persona: Persona
    company: Company
    record: CustomerRecord
    pack: LanguagePack
    lines: dict[str, tuple[str, ...]]

    @property
    def id(self) -> str:
        """`script~persona`."""
        return f"{self.script.id}~{self.persona.id}"

    @property
    def customer_name(self) -> str:
        """As the agent should address the customer."""
        return f"{self.record.title} {self.record.last_name}"
