"""How near the customer is to a yes."""

from __future__ import annotations

from bot.dialogue.draft import Draft


def unresolved(draft: Draft) -> str | None:
    """The first objection that was raised and still stands."""
    return next((name for name, state in draft.state.objections.items() if not state.resolved), None)


def ready(draft: Draft) -> bool:
    """Whether the customer would say yes now."""
    decision, state = draft.scenario.script.decision, draft.state
    return (
        (state.offered or not decision.after_offer)
        and unresolved(draft) is None
        and state.mood.patience >= decision.patience
        and state.mood.trust >= decision.trust
        and state.mood.interest >= decision.interest
    )
