"""The pools of lines that every language pack must bring: what any customer can say in any call."""

from __future__ import annotations

from bot.content.models import Scenario, Script

GENERIC_POOLS: dict[str, str] = {
    "pick_up": "outbound: the customer picks up",
    "ask_purpose": "outbound: the agent has not yet said what it is about",
    "who_is_calling": "outbound: the agent has not said who is calling",
    "available": "the moment suits",
    "available_reluctant": "the moment suits badly, but go on",
    "hello": "nobody says anything",
    "hang_up_silence": "nobody says anything, and that is enough",
    "repeat_please": "the words were not understood",
    "puzzled": "the words were understood but make no sense here",
    "acknowledge": "I hear you, go on",
    "acknowledged": "yes, that is my objection",
    "confirm": "that summary is right",
    "not_agreed": "no, nothing of the kind was agreed",
    "confirm_agreement": "yes, that is what we agreed",
    "dont_know": "no answer to this question",
    "not_really": "no, to a closed question about something unknown",
    "go_along": "yes, after the decision, to a practical question",
    "nothing_more": "nothing more to tell on an open question",
    "digress": "wanders off",
    "sigh": "sighs before an answer, when patience is getting low",
    "self_correct": "begins an answer wrong and starts again",
    "agent_repeats": "hears the agent say the same thing again",
    "already_said": "this was told before (the answer follows)",
    "identity_name": "name",
    "identity_customer_number": "customer number",
    "identity_address": "address",
    "identity_birth_date": "date of birth",
    "identity_phone": "phone number",
    "identity_email": "e-mail address",
    "identity_confirm": "yes, that name or datum is right",
    "identity_unknown": "does not have the datum asked for",
    "wrong_name": "is called by somebody else's name",
    "correct_name": "the name was spelt back wrong",
    "correct_customer_number": "the customer number was read back wrong",
    "correct_address": "the address was read back wrong",
    "correct_birth_date": "the date of birth was read back wrong",
    "correct_phone": "the phone number was read back wrong",
    "wrong_price": "hears another price than the company asks",
    "wrong_condition": "hears another condition than the company's own",
    "figure_mended": "hears the right price or condition after a wrong one",
    "listening": "short sounds of listening while the agent explains at length",
    "react_empathize": "feels understood",
    "react_blame_customer": "is blamed",
    "react_be_rude": "is treated rudely",
    "react_contradict": "is contradicted",
    "react_use_jargon": "does not know the trade word",
    "react_negative_wording": "hears only what cannot be done",
    "react_informal_address": "is addressed too familiarly",
    "react_overpromise": "is promised too much",
    "too_soon": "an offer before anything was asked",
    "cut_in": "interrupts an agent who talks on",
    "let_me_finish": "is interrupted again",
    "hold_ok": "agrees to wait",
    "hold_back": "is back from hold",
    "hold_too_long": "is back from a hold that lasted too long",
    "hold_unannounced": "was put on hold without a word",
    "transfer_ok": "agrees to be put through",
    "followup_ok": "takes note of a promise",
    "terms_ok": "takes note of price or conditions",
    "bad_news_taken": "hears bad news",
    "benefit_heard": "hears what there is to gain",
    "instruct_done": "did what the agent asked to do",
    "reassured": "is calmed",
    "extra.unwanted": "an extra that has no place here",
    "nothing_else": "no further questions",
    "nothing_else_refused": "no further questions, after a no",
    "still_open": "asked for further questions while the matter is not settled",
    "thanked": "is thanked",
    "protest_goodbye": "the agent says goodbye while the matter is not settled",
    "goodbye": "goodbye, settled",
    "goodbye_unsettled": "goodbye, not settled",
    "goodbye_refused": "goodbye after a no",
    "demand_supervisor": "wants somebody who decides",
    "hang_up_angry": "hangs up angrily",
}
MOOD_BANDS = ("calm", "tense", "angry")
MOODED_POOLS = (
    "acknowledge",
    "agent_repeats",
    "already_said",
    "ask_purpose",
    "bad_news_taken",
    "benefit_heard",
    "confirm",
    "dont_know",
    "goodbye",
    "hello",
    "hold_unannounced",
    "listening",
    "nothing_more",
    "puzzled",
    "react_empathize",
    "reassured",
    "repeat_please",
    "terms_ok",
)
"""What is said often, and sounds wrong from an angry customer in the words of a calm one."""
IDENTITY_POOLS = {
    "identity_customer_number": "customer_number",
    "identity_address": "address",
    "identity_birth_date": "birth_date",
    "identity_phone": "phone",
    "identity_email": "email",
    "correct_customer_number": "customer_number",
    "correct_address": "address",
    "correct_birth_date": "birth_date",
    "correct_phone": "phone",
}


def script_pools(script: Script) -> dict[str, tuple[str, ...]]:
    """The pools that a script brings of itself, by the names under which the customer says them."""
    pools: dict[str, tuple[str, ...]] = {
        "opening": script.opening,
        "solution.wrong": script.solution.wrong,
        "decision.yes": script.decision.yes,
        "decision.hesitate": script.decision.hesitate,
        "decision.no": script.decision.no,
    }
    if script.decision.signal:
        pools["decision.signal"] = script.decision.signal
    for name, fact in script.facts.items():
        pools[f"fact.{name}"] = fact.says
    for name, objection in script.objections.items():
        pools[f"objection.{name}"] = objection.says
        for part in ("behind", "resolved", "stands"):
            pools[f"objection.{name}.{part}"] = getattr(objection, part)
    pools |= {f"term.{number}": term.asks for number, term in enumerate(script.terms) if term.asks}
    for number, question in enumerate(script.survey):
        pools[f"survey.{number}"] = question.says
    if script.extra:
        pools |= {"extra.yes": script.extra.yes, "extra.no": script.extra.no, "extra.too_early": script.extra.too_early}
    return pools


def known_pool(name: str) -> bool:
    """Whether an author may write lines under this name: a generic pool, with or without a mood band."""
    base, _, banded = name.partition("@")
    return base in GENERIC_POOLS and (not banded or banded in MOOD_BANDS)


def all_lines(scenario: Scenario) -> tuple[str, ...]:
    """Every text that this customer can ever say as one line: what can be rendered before the call."""
    return tuple(sorted({line for lines in scenario.lines.values() for line in lines}))
