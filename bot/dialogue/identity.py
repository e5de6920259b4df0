"""Names and data: what the customer says when the agent asks for them, or gets them wrong."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from bot.acts import Act
from bot.dialogue.draft import Draft
from bot.dialogue.matching import places, tokens
from bot.dialogue.readback import correct_datum, read_back

ADDRESSED = re.compile(
    r"\b(?:mevrouw|mijnheer|meneer|mevr|dhr|mister|mr|mrs|ms|madam|madame|monsieur|frau|herr)\.? +([^\W\d_][\w'-]+)",
    re.IGNORECASE,
)
OTHER_NAME_BELOW = 0.45
NAMES_CORRECTED = 2
MOST_DATA_AT_ONCE = 2
REPEATS_BORNE = 1


def answer_identity(draft: Draft) -> bool:
    """Give the data that the agent asks for, from the customer's record; confirm a name or address that is read out.
    Corrects a wrong name. Leaves room for a question in the same turn.
    """
    corrected = _correct_name(draft)
    if not corrected and correct_datum(draft):
        return not draft.did(Act.ASK_OPEN)
    if not draft.did(Act.VERIFY_IDENTITY):
        return False
    draft.because("identity")
    if corrected or _confirmed(draft):
        return not draft.did(Act.ASK_OPEN)
    for kind in _wanted(draft)[:MOST_DATA_AT_ONCE]:
        known = kind == "name" or getattr(draft.scenario.record, kind) is not None
        if known and _told(draft, kind) > REPEATS_BORNE:
            draft.feel(patience=-0.05 * draft.scenario.persona.traits.temper)
            draft.say("already_said")
            draft.because("asked_again")
        draft.say(f"identity_{kind}" if known else "identity_unknown")
        draft.change(identity_given=draft.state.identity_given | {kind})
    return not draft.did(Act.ASK_OPEN)


def _told(draft: Draft, kind: str) -> int:
    """How often the customer has given this datum when asked."""
    return sum(count for pool, count in draft.state.uses.items() if pool.partition("@")[0] == f"identity_{kind}")


def _wanted(draft: Draft) -> list[str]:
    words = draft.scenario.pack.identity_words
    asked = [kind for kind in words if draft.mentions(words[kind])]
    if "email" in asked and "address" in asked and _inside(draft, words["address"], words["email"]):
        asked.remove("address")
    if "name" in asked and len(asked) > 1 and draft.calls_by_name():
        asked.remove("name")
    if asked:
        return list(asked)
    data = ("name", "customer_number", "address", "birth_date", "phone", "email")
    left = [kind for kind in data if kind not in draft.state.identity_given]
    return [next((kind for kind in left if kind == "name" or getattr(draft.scenario.record, kind)), "name")]


def _inside(draft: Draft, words: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether the turn holds `words` only as a part of longer ones: the "adresse" of "adresse mail"."""
    taken = {at + n for word in longer for at in places(draft.text, word) for n in range(len(tokens(word)))}
    return all(at in taken for word in words for at in places(draft.text, word))


def _confirmed(draft: Draft) -> bool:
    data = read_back(draft)
    if data:
        draft.say("identity_confirm")
        draft.change(identity_given=draft.state.identity_given | {datum.kind for datum in data})
        return True
    record, asked = draft.scenario.record, draft.scenario.pack.identity_words
    street = next((word for word in tokens(record.address or "") if len(word) > 4), None)
    others = [kind for kind, words in asked.items() if kind != "name" and draft.mentions(words)]
    reads_name = draft.calls_by_name() and not others
    if reads_name or (street is not None and draft.mentions((street,))):
        draft.say("identity_confirm")
        draft.change(identity_given=draft.state.identity_given | {"name" if reads_name else "address"})
        return True
    return False


def _correct_name(draft: Draft) -> bool:
    if not draft.did(Act.USE_CUSTOMER_NAME, Act.VERIFY_IDENTITY) or draft.did(Act.ANNOUNCE_TRANSFER):
        return False
    called = [name for name in ADDRESSED.findall(draft.text) if name[0].isupper()]
    if not called or draft.calls_by_name() or draft.state.wrong_names >= NAMES_CORRECTED:
        return False
    own = tokens(f"{draft.scenario.record.first_name} {draft.scenario.record.last_name}")
    if any(_resembles(name, own) for name in called):
        return False
    draft.change(wrong_names=draft.state.wrong_names + 1)
    draft.feel(trust=-0.03)
    draft.say("wrong_name")
    draft.because("wrong_name")
    return True


def _resembles(name: str, own: tuple[str, ...]) -> bool:
    (heard,) = tokens(name)[:1] or ("",)
    return any(
        heard.startswith(part[:2]) or SequenceMatcher(None, heard, part).ratio() >= OTHER_NAME_BELOW for part in own
    )
