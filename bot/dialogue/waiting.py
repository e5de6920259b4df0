"""What the customer does when nothing, too much, or nothing intelligible is said."""

from __future__ import annotations

from bot.dialogue.draft import Draft

SILENCES_BORNE = 2
SILENCES_BORNE_WAITING = 4
UNCLEAR_BORNE = 3
CUT_IN_BELOW = 0.6
INTERRUPTIONS_BORNE = 2
HOLD_BORNE_MS = 30_000


def ask_to_repeat(draft: Draft) -> None:
    """Ask to say it again; after a while it gets annoying."""
    unclear = draft.state.unclear + 1
    draft.change(unclear=unclear)
    draft.because("unclear")
    if unclear > UNCLEAR_BORNE:
        draft.feel(patience=-0.03)
    draft.say("repeat_please")


def bear_silence(draft: Draft) -> None:
    """Wait where a wait was announced, else ask whether anybody is there, and in the end hang up."""
    silences = draft.state.silences + 1
    draft.change(silences=silences)
    waits = draft.state.waiting or draft.state.on_hold
    draft.because("silence_announced" if waits else "silence")
    draft.feel(patience=-0.02 if waits else -0.05)
    if silences > (SILENCES_BORNE_WAITING if waits else SILENCES_BORNE):
        draft.say("hang_up_silence")
        if draft.state.decided is None:
            draft.decide("hang_up_silence")
        draft.hang_up = True
    elif not waits or silences > SILENCES_BORNE:
        draft.say("hello")


def bear_interruption(draft: Draft) -> None:
    """Put up with it; every second time the customer says so in the next turn."""
    interruptions = draft.state.interruptions + 1
    draft.feel(patience=-0.05 * draft.scenario.persona.traits.temper)
    draft.change(interruptions=interruptions, floor_owed=interruptions % INTERRUPTIONS_BORNE == 0)
    draft.because("interrupted")


def perhaps_cut_in(draft: Draft) -> None:
    """Lose patience with an agent who talks on, and perhaps take the floor."""
    draft.feel(patience=-0.04 * draft.scenario.persona.traits.temper)
    draft.because("monologue")
    eager = draft.chance("cut_in") < draft.scenario.persona.traits.interrupts
    if eager and draft.state.mood.patience < CUT_IN_BELOW:
        draft.say("cut_in")
        draft.cuts_in = True


def bear_hold(draft: Draft, on: bool, waited_ms: int) -> None:
    """Be put on hold, which should be announced, and come back from it."""
    temper = draft.scenario.persona.traits.temper
    if on and not draft.state.waiting:
        draft.feel(patience=-0.1 * temper)
        draft.change(held_silently=True)
        draft.because("hold_unannounced")
    if not on:
        draft.feel(patience=-0.02 * (waited_ms / 10_000) * temper)
        draft.change(waited_ms=waited_ms)
        draft.because("hold_too_long" if waited_ms > HOLD_BORNE_MS else "hold_over")
    draft.change(on_hold=on, waiting=False, silences=0)
