"""How what the agent does moves the customer's mood."""

from __future__ import annotations

from collections.abc import Iterable

from bot.acts import FAULT_ACTS, Act
from bot.content.models import MoodChange, Persona
from bot.events import Mood

DEFAULT_CHANGES: dict[Act, MoodChange] = {
    Act.EMPATHIZE: MoodChange(patience=0.12, trust=0.08),
    Act.APOLOGIZE: MoodChange(patience=0.10, trust=0.05),
    Act.REASSURE: MoodChange(patience=0.08, trust=0.05),
    Act.BACKCHANNEL: MoodChange(patience=0.02),
    Act.PARAPHRASE: MoodChange(patience=0.05, trust=0.08),
    Act.USE_CUSTOMER_NAME: MoodChange(trust=0.03),
    Act.ASK_OPEN: MoodChange(trust=0.03, interest=0.02),
    Act.STATE_BENEFIT: MoodChange(interest=0.10),
    Act.PROPOSE_SOLUTION: MoodChange(patience=0.06, trust=0.06),
    Act.ADVISE: MoodChange(trust=0.03, interest=0.05),
    Act.EXPLAIN_TERMS: MoodChange(trust=0.04),
    Act.ACKNOWLEDGE_OBJECTION: MoodChange(patience=0.05, trust=0.06),
    Act.PROBE_OBJECTION: MoodChange(trust=0.05),
    Act.ANSWER_OBJECTION: MoodChange(trust=0.04, interest=0.05),
    Act.EXPLAIN_SURVEY_GOAL: MoodChange(trust=0.08, interest=0.08),
    Act.STATE_DURATION: MoodChange(patience=0.06, interest=0.06),
    Act.ASSURE_PRIVACY: MoodChange(trust=0.10),
    Act.CHECK_AVAILABILITY: MoodChange(patience=0.06, trust=0.04),
    Act.PROMISE_FOLLOWUP: MoodChange(patience=0.04, trust=0.05),
    Act.DELIVER_BAD_NEWS: MoodChange(patience=-0.12),
    Act.ANNOUNCE_HOLD: MoodChange(patience=-0.02),
    Act.RETURN_FROM_HOLD: MoodChange(patience=0.04),
    Act.BLAME_CUSTOMER: MoodChange(patience=-0.30, trust=-0.25),
    Act.BE_RUDE: MoodChange(patience=-0.35, trust=-0.25, interest=-0.2),
    Act.CONTRADICT: MoodChange(patience=-0.20, trust=-0.15),
    Act.USE_JARGON: MoodChange(patience=-0.06, trust=-0.05),
    Act.NEGATIVE_WORDING: MoodChange(patience=-0.12, trust=-0.06),
    Act.INFORMAL_ADDRESS: MoodChange(patience=-0.05, trust=-0.03),
    Act.OVERPROMISE: MoodChange(trust=-0.05),
}


def clamp(value: float) -> float:
    """Between 0 and 1, rounded so that sums do not drift."""
    return round(min(1.0, max(0.0, value)), 4)


def shifted(mood: Mood, *, patience: float = 0.0, trust: float = 0.0, interest: float = 0.0) -> Mood:
    """The mood with these amounts added."""
    return Mood(
        patience=clamp(mood.patience + patience),
        trust=clamp(mood.trust + trust),
        interest=clamp(mood.interest + interest),
    )


def after_acts(mood: Mood, persona: Persona, acts: Iterable[Act], repeated: frozenset[Act]) -> Mood:
    """The mood after a turn with these acts. A good act that was `repeated` before in the call counts half, so that
    saying sorry in every turn does not win anyone over; the persona scales good and bad separately. Faults weigh last:
    no courtesy in the same turn brings back a patience that an insult has used up.
    """
    patience, trust, interest = mood.patience, mood.trust, mood.interest
    for act in sorted(acts, key=lambda act: (act in FAULT_ACTS, act)):
        change = persona.reactions.get(act, DEFAULT_CHANGES.get(act))
        if change is not None:
            patience = clamp(patience + _scaled(change.patience, persona, act in repeated))
            trust = clamp(trust + _scaled(change.trust, persona, act in repeated))
            interest = clamp(interest + _scaled(change.interest, persona, act in repeated))
    return Mood(patience=patience, trust=trust, interest=interest)


def _scaled(amount: float, persona: Persona, repeated: bool) -> float:
    if amount < 0:
        return amount * persona.traits.temper
    return amount * persona.traits.forgiving * (0.5 if repeated else 1.0)
