"""The dialogue acts of the agent: a closed vocabulary shared by code, YAML, the API, exports and tests."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Act(StrEnum):
    """What the agent does with words. Ids are stable: extend them, never rename them."""

    GREET = "greet"
    STATE_COMPANY = "state_company"
    STATE_NAME = "state_name"
    OFFER_HELP = "offer_help"
    STATE_PURPOSE = "state_purpose"
    CHECK_AVAILABILITY = "check_availability"
    VERIFY_IDENTITY = "verify_identity"
    USE_CUSTOMER_NAME = "use_customer_name"
    SPELL_BACK = "spell_back"
    ASK_OPEN = "ask_open"
    ASK_CLOSED = "ask_closed"
    BACKCHANNEL = "backchannel"
    EMPATHIZE = "empathize"
    APOLOGIZE = "apologize"
    PARAPHRASE = "paraphrase"
    INFORM = "inform"
    ADVISE = "advise"
    PROPOSE_SOLUTION = "propose_solution"
    STATE_BENEFIT = "state_benefit"
    EXPLAIN_TERMS = "explain_terms"
    CROSS_SELL = "cross_sell"
    UP_SELL = "up_sell"
    ACKNOWLEDGE_OBJECTION = "acknowledge_objection"
    PROBE_OBJECTION = "probe_objection"
    ANSWER_OBJECTION = "answer_objection"
    DELIVER_BAD_NEWS = "deliver_bad_news"
    ASK_COMMITMENT = "ask_commitment"
    ANNOUNCE_HOLD = "announce_hold"
    RETURN_FROM_HOLD = "return_from_hold"
    ANNOUNCE_TRANSFER = "announce_transfer"
    PROMISE_FOLLOWUP = "promise_followup"
    EXPLAIN_SURVEY_GOAL = "explain_survey_goal"
    STATE_DURATION = "state_duration"
    ASSURE_PRIVACY = "assure_privacy"
    ASK_SURVEY_QUESTION = "ask_survey_question"
    ASK_LOCATION = "ask_location"
    TRIAGE_QUESTION = "triage_question"
    INSTRUCT = "instruct"
    REASSURE = "reassure"
    SUMMARIZE_AGREEMENTS = "summarize_agreements"
    ASK_ANYTHING_ELSE = "ask_anything_else"
    THANK = "thank"
    SAY_GOODBYE = "say_goodbye"
    BLAME_CUSTOMER = "blame_customer"
    BE_RUDE = "be_rude"
    CONTRADICT = "contradict"
    USE_JARGON = "use_jargon"
    NEGATIVE_WORDING = "negative_wording"
    INFORMAL_ADDRESS = "informal_address"
    OVERPROMISE = "overpromise"
    OTHER = "other"


FAULT_ACTS = frozenset({
    Act.BLAME_CUSTOMER, Act.BE_RUDE, Act.CONTRADICT, Act.USE_JARGON,
    Act.NEGATIVE_WORDING, Act.INFORMAL_ADDRESS, Act.OVERPROMISE,
})  # fmt: skip

QUESTION_ACTS = frozenset({
    Act.OFFER_HELP, Act.CHECK_AVAILABILITY, Act.VERIFY_IDENTITY, Act.ASK_OPEN, Act.ASK_CLOSED, Act.PROBE_OBJECTION,
    Act.ASK_COMMITMENT, Act.ASK_SURVEY_QUESTION, Act.ASK_LOCATION, Act.TRIAGE_QUESTION, Act.ASK_ANYTHING_ELSE,
})  # fmt: skip

OFFER_ACTS = frozenset({
    Act.ADVISE, Act.PROPOSE_SOLUTION, Act.STATE_BENEFIT, Act.EXPLAIN_TERMS, Act.CROSS_SELL, Act.UP_SELL,
    Act.DELIVER_BAD_NEWS, Act.ASK_COMMITMENT,
})  # fmt: skip


class ActSpan(BaseModel):
    """One act in a turn: which words show it and how sure the recogniser is.

    `start` and `end` are character offsets into the turn's text (end exclusive); `confidence` is calibrated, 0 to 1;
    `source` names the rule or the classifier that decided.
    """

    model_config = ConfigDict(frozen=True)

    act: Act
    confidence: float = Field(ge=0, le=1)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    source: str = "classifier"


class Entity(BaseModel):
    """A value heard in a turn. `kind` is one of name, customer_number, order_number, amount (euro), date, time,
    duration, percentage, product, phone, address, spelling, number; `value` is the normalised form.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    value: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Understanding(BaseModel):
    """What one turn of the agent was understood to be; never without an act (`other` where nothing fits)."""

    model_config = ConfigDict(frozen=True)

    text: str
    acts: tuple[ActSpan, ...]
    entities: tuple[Entity, ...] = ()

    def act_set(self) -> frozenset[Act]:
        """The acts without their spans."""
        return frozenset(span.act for span in self.acts)
