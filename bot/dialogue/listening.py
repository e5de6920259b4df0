"""Small sounds of listening while the agent explains at length: "ja", "hm-hm". They open no turn and change nothing."""

from __future__ import annotations

from bot.content.models import Scenario
from bot.dialogue.lines import band, chance, choose, pool_for
from bot.dialogue.state import CustomerState, Said

FIRST_AFTER_MS = 6000
"""Nobody murmurs during the first seconds of somebody's turn."""
SPREAD_MS = 4000
LESS_WHEN = {"calm": 1.0, "tense": 0.8, "angry": 0.5}


def sound_of_listening(
    scenario: Scenario, state: CustomerState, spoken_ms: int, *, made: int, occasion: int
) -> Said | None:
    """What the customer murmurs at a pause of the agent, if anything. Pure.

    `spoken_ms` is how long the agent has been talking since the turn began or since the last such sound, `made` how
    many there were in this call, `occasion` the how-manieth pause of the call this is.
    """
    eager = scenario.persona.traits.backchannels * LESS_WHEN[band(state.mood)]
    wait_ms = FIRST_AFTER_MS + SPREAD_MS * chance(state.seed, made, "listening.wait")
    silent = state.gone or state.on_hold or not state.opened or state.lost
    if silent or spoken_ms < wait_ms or chance(state.seed, occasion, "listening") >= eager:
        return None
    pool = pool_for(scenario, "listening", state.mood)
    return choose(scenario, state.changed(uses={pool: made}), "listening")[1]
