"""Data that the agent reads back: held against the customer's record digit by digit and letter by letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from bot.acts import Act, Entity
from bot.dialogue.draft import Draft
from bot.dialogue.matching import plain, tokens

Kind = Literal["name", "customer_number", "address", "birth_date", "phone"]
CHECKING = (Act.SPELL_BACK, Act.VERIFY_IDENTITY, Act.PARAPHRASE, Act.SUMMARIZE_AGREEMENTS, Act.PROMISE_FOLLOWUP)
NEAR = 0.6
"""Two numbers or names of which this share agrees are meant to be the same one."""
CORRECTIONS_BORNE = 1
NUMBERS = ("customer_number", "phone", "number", "order_number")
DATE = re.compile(r"(?:(\d{4})|-)-(\d{2})-(\d{2})")


@dataclass(frozen=True)
class Datum:
    """Something of the customer's record that the agent said, and whether it was right."""

    kind: Kind
    right: bool


def read_back(draft: Draft) -> tuple[Datum, ...]:
    """The customer's data in the agent's turn. A value that resembles nothing in the record is not one of them."""
    if not draft.did(*CHECKING):
        return ()
    found = (_datum(draft, entity) for entity in draft.entities)
    return tuple(datum for datum in found if datum is not None)


def correct_datum(draft: Draft) -> bool:
    """Say the right value of the first datum that was read back wrong."""
    wrong = next((datum for datum in read_back(draft) if not datum.right), None)
    if wrong is None:
        return False
    draft.change(corrections=draft.state.corrections + 1, identity_given=draft.state.identity_given | {wrong.kind})
    if draft.state.corrections > CORRECTIONS_BORNE:
        draft.feel(patience=-0.04 * draft.scenario.persona.traits.temper)
    draft.say(f"correct_{wrong.kind}")
    draft.because("datum_corrected")
    return True


def _datum(draft: Draft, entity: Entity) -> Datum | None:
    match entity.kind:
        case "spelling":
            return _name(draft, entity.value)
        case "date":
            return _birth_date(draft, entity.value)
        case "address":
            return _address(draft, entity.value)
        case kind if kind in NUMBERS:
            return _number(draft, entity)
        case _:
            return None


def _number(draft: Draft, entity: Entity) -> Datum | None:
    record, said = draft.scenario.record, _digits(entity.value)
    known: dict[Kind, str] = {"customer_number": _digits(record.customer_number), "phone": _digits(record.phone)}
    alike = {kind: _likeness(said, own) for kind, own in known.items() if own}
    if not alike or len(said) < 4:
        return None
    kind = max(alike, key=lambda kind: alike[kind])
    named: Kind = "customer_number" if entity.kind == "customer_number" else "phone"
    if alike[kind] < NEAR and named in alike and entity.kind == named and len(said) == len(known[named]):
        return Datum(named, right=False)
    return Datum(kind, right=said == known[kind]) if alike[kind] >= NEAR else None


def _digits(number: str | None) -> str:
    return re.sub(r"\D", "", number or "")


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _name(draft: Draft, spelled: str) -> Datum | None:
    record, said = draft.scenario.record, _letters(spelled)
    own = [_letters(record.last_name), _letters(record.first_name), _letters(record.first_name + record.last_name)]
    if said in own:
        return Datum("name", right=True)
    return Datum("name", right=False) if max(_likeness(said, name) for name in own) >= NEAR else None


def _letters(name: str) -> str:
    return "".join(tokens(name))


def _birth_date(draft: Draft, said: str) -> Datum | None:
    own, found = _parsed(draft), DATE.fullmatch(said)
    if own is None or found is None:
        return None
    year, month, day = found[1], int(found[2]), int(found[3])
    same_day = (month, day) == own[1:] if own[2] else month == own[1]
    agree = sum((year == own[0], month == own[1], day == own[2]))
    about_birth = draft.mentions(draft.scenario.pack.identity_words.get("birth_date", ()))
    if not about_birth and (year is None or agree < 2):
        return None
    return Datum("birth_date", right=(year is None or year == own[0]) and same_day)


def _parsed(draft: Draft) -> tuple[str, int, int] | None:
    """Year, month and day of `3 mei 1971`, as the record has it; day 0 where it is written as a word."""
    words = tokens(draft.scenario.record.birth_date or "")
    months = [plain(month) for month in draft.scenario.pack.months]
    month = next((months.index(word) + 1 for word in words if word in months), None)
    numbers = [found[0] for word in words if (found := re.match(r"\d+", word))]
    year = next((number for number in numbers if len(number) == 4), None)
    day = next((number for number in numbers if len(number) < 3), None)
    return (year, month, int(day or 0)) if year and month else None


def _address(draft: Draft, said: str) -> Datum | None:
    own, heard = tokens(draft.scenario.record.address or ""), tokens(said)
    street = max(own, key=len, default="")
    if not street or not any(_likeness(word, street) >= 0.8 for word in heard):
        return None
    house = {word for word in own if word[0].isdigit()}
    told = {word for word in heard if word[0].isdigit()}
    return Datum("address", right=told <= house) if told else None
