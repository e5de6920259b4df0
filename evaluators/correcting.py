"""The log of a call with what people corrected in its transcript, ready to be judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from bot.events import AgentActs, AgentTurn, CallEvent, CustomerSpoke, Word
from evaluators.assessment import Corrected


def corrected_events(events: Iterable[CallEvent], corrections: Mapping[int, Corrected]) -> tuple[CallEvent, ...]:
    """The events, with the corrected turns as they were really said. What the customer did stays as it happened: he
    answered to what was understood during the call.
    """
    return tuple(_corrected(events, corrections))


def _corrected(events: Iterable[CallEvent], corrections: Mapping[int, Corrected]) -> Iterator[CallEvent]:
    for event in events:
        found = corrections.get(event.turn) if isinstance(event, (AgentTurn, AgentActs, CustomerSpoke)) else None
        match event:
            case AgentTurn() if found:
                said = {"text": found.text, "words": realigned(event, found.text), "confidence": 1.0}
                yield event.model_copy(update=said)
                yield AgentActs(at_ms=event.at_ms, turn=event.turn, acts=found.acts, entities=found.entities)
            case AgentActs() if found:
                continue
            case CustomerSpoke() if found:
                yield event.model_copy(update={"heard_text": found.text})
            case _:
                yield event


def realigned(turn: AgentTurn, text: str) -> tuple[Word, ...]:
    """The words of a corrected text. A word that stayed keeps its time; new ones share the time of those they replace,
    or stand where they were put in. Empty where the recogniser gave no words.
    """
    if not turn.words:
        return ()
    new = text.split()
    old = [word.text.strip().casefold() for word in turn.words]
    made: list[Word] = []
    matcher = SequenceMatcher(None, old, [word.casefold() for word in new], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(turn.words[i1:i2], new[j1:j2], strict=True)
            made += [word.model_copy(update={"text": shown, "probability": 1.0}) for word, shown in pairs]
            continue
        start = turn.words[i1].start_ms if i1 < i2 else (turn.words[i1 - 1].end_ms if i1 else turn.start_ms)
        end = turn.words[i2 - 1].end_ms if i1 < i2 else start
        made += _spread(new[j1:j2], start, end)
    return tuple(made)


def _spread(texts: list[str], start_ms: int, end_ms: int) -> list[Word]:
    step = (end_ms - start_ms) / max(len(texts), 1)
    return [
        Word(text=text, start_ms=start_ms + round(n * step), end_ms=start_ms + round((n + 1) * step), probability=1.0)
        for n, text in enumerate(texts)
    ]
