"""Writing down what the customer answers: a content test made by playing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.content.library import Library
from bot.content.yaml_source import Source, parse_source
from bot.script_calls import PlayedCall, TurnOfCall, play_call


def recorded(library: Library, text: str) -> str:
    """The calls of a content test with what the customer answers now, and how each call ends. The text has neither
    yet; its comments stay. A call ends where the customer hangs up. Raises KiestoonError for a pair that cannot be
    played.
    """
    source = parse_source(text, "calls")
    data = source.data or {}
    added: dict[int, list[str]] = {}
    dropped: set[int] = set()
    for number, call in enumerate(data["calls"]):
        turns = [TurnOfCall.model_validate(turn) for turn in call["turns"]]
        count, played = _until_gone(library, data["script"], call, turns)
        for turn in range(count):
            answer = f"        customer: [{', '.join(played.turns[turn].intents)}]"
            added.setdefault(_last_line(source, number, turn), []).append(answer)
        for turn in range(count, len(turns)):
            dropped |= set(range(source.place(_at(number, turn))[0], _last_line(source, number, turn) + 1))
        added[_last_line(source, number, count - 1)] += _end(played)
    lines = text.splitlines()
    kept = [[line] if n not in dropped else [] for n, line in enumerate(lines, 1)]
    return "\n".join(made for n, line in enumerate(kept, 1) for made in (*line, *added.get(n, []))) + "\n"


def _until_gone(
    library: Library, script: str, call: Mapping[str, Any], turns: list[TurnOfCall]
) -> tuple[int, PlayedCall]:
    """How many turns there are until the customer hangs up, and the call so far."""
    for count in range(1, len(turns) + 1):
        played = play_call(library, script, call["persona"], call.get("seed", 1), tuple(turns[:count]))
        if played.state.gone:
            break
    return count, played


def _end(played: PlayedCall) -> list[str]:
    facts = sorted(played.state.revealed)
    lines = [f"outcome: {played.outcome}", f"hangs_up: {'customer' if played.state.gone else 'agent'}"]
    lines += [f"facts: [{', '.join(facts)}]"] if facts else []
    return ["    expect:", *(f"      {line}" for line in lines)]


def _at(call: int, turn: int) -> tuple[str | int, ...]:
    return ("calls", call, "turns", turn)


def _last_line(source: Source, call: int, turn: int) -> int:
    """The line on which a turn ends; each of its fields stands on one line."""
    at = _at(call, turn)
    return max(line for path, (line, _) in source.keys.items() if path[: len(at)] == at)
