"""Simulated trainees: pure policies that play any script from what they hear, so that content can be tried out.

A trainee knows the briefing side of the script (facts to ask for, terms, the right solution) as a trained agent does,
and of the customer only what was said. What they say is built from the script's own words and from phrases in
`data/lang/<lang>/trainee.yaml`, so that the matching of words is really exercised.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.acts import Act, ActSpan, Understanding
from bot.content.models import Content, Lines, Scenario
from bot.content.placeholders import PLACEHOLDER, fill
from bot.content.yaml_source import read_source
from bot.dialogue.matching import mentions
from bot.errors import KiestoonError

AGENT_NAME = "Sofie"
MOST_COMMITMENT_QUESTIONS = 3
SMALL_TALK = frozenset({
    Act.GREET, Act.STATE_NAME, Act.USE_CUSTOMER_NAME, Act.BACKCHANNEL, Act.EMPATHIZE, Act.APOLOGIZE, Act.THANK,
    Act.ACKNOWLEDGE_OBJECTION, Act.STATE_COMPANY,
})  # fmt: skip


class Phrases(Content):
    """What trainees say in one language: lines by act id (and a few finer moves), with `{placeholders}`."""

    version: Literal[1]
    lang: str
    phrases: dict[str, Lines]


@dataclass(frozen=True)
class Profile:
    """How a trainee works: the order of `steps`, what `handling` an objection gets, and how a call is closed.

    `repeats`: says again, in short, what the customer did not follow. `brief`: names
    the solution in a word and leaves its conditions out. `noise` is the share of words that the recogniser
    garbles; `turns_then_silent` ends the talking.
    """

    steps: tuple[str, ...]
    handling: tuple[Act, ...] = ()
    extra: bool = False
    closing: tuple[Act, ...] = (Act.SAY_GOODBYE,)
    aside: Act | None = None
    repeats: bool = False
    brief: bool = False
    noise: float = 0.0
    turns_then_silent: int | None = None


@dataclass(frozen=True)
class View:
    """What a trainee knows at one moment: the customer's last intents, what was told, and what was done so far."""

    scenario: Scenario
    seed: int
    turn: int
    heard: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    accepted: bool = False
    done: tuple[str, ...] = ()
    last: tuple[tuple[Act, str], ...] = ()


@dataclass(frozen=True)
class Planned:
    """A turn that a trainee takes; `moves` are noted as done, `pieces` are its acts each with the phrase that says it.
    Without `said` the trainee stays silent.
    """

    said: Understanding | None
    moves: tuple[str, ...] = ()
    pieces: tuple[tuple[Act, str], ...] = ()


@dataclass(frozen=True)
class Trainee:
    """A simulated trainee who speaks one language."""

    name: str
    profile: Profile
    phrases: Mapping[str, tuple[str, ...]]

    def take_turn(self, view: View) -> Planned:
        """What this trainee does now. Pure: the same view, the same turn."""
        limit = self.profile.turns_then_silent
        if limit is not None and view.turn >= limit:
            return Planned(None)
        move, acts = _next_move(self.profile, view)
        spoken = [(act, self._phrase(act, phrase, view)) for act, phrase in acts]
        return Planned(_understood(spoken, self.profile.noise, f"{view.seed}:{view.turn}"), (move,), tuple(acts))

    def _phrase(self, act: Act, key: str, view: View) -> str:
        options = self.phrases.get(key.partition("|")[0]) or self.phrases[act.value]
        phrase = random.Random(f"{view.seed}:{view.turn}:{key}").choice(options)
        wanted = key.partition("|")[2]
        values = {name: VALUES[name](view, wanted, self.profile.brief) for name in set(PLACEHOLDER.findall(phrase))}
        return fill(phrase, values)


PROFILES: Mapping[str, Profile] = {
    "excellent": Profile(
        steps=("open", "identify", "explore", "ask_open", "ask_keys", "sum_up", "offer", "terms", "commit"),
        handling=(Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION, Act.ANSWER_OBJECTION),
        extra=True,
        repeats=True,
        closing=(Act.SUMMARIZE_AGREEMENTS, Act.ASK_ANYTHING_ELSE),
    ),
    "average": Profile(
        steps=("open", "ask_open", "ask_some", "offer", "terms", "commit"),
        handling=(Act.BACKCHANNEL, Act.ANSWER_OBJECTION),
        repeats=True,
        closing=(Act.ASK_ANYTHING_ELSE,),
    ),
    "curious": Profile(
        steps=("open", "explore", "ask_all", "sum_up", "offer", "commit"),
        handling=(Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION, Act.ANSWER_OBJECTION),
        extra=True,
        repeats=True,
        brief=True,
        closing=(Act.SUMMARIZE_AGREEMENTS, Act.ASK_ANYTHING_ELSE),
    ),
    "poor": Profile(
        steps=("open_bare", "offer_vague", "ask_open", "offer", "commit"), handling=(Act.NEGATIVE_WORDING,)
    ),
    "silent": Profile(steps=("open_bare",), turns_then_silent=1),
    "rude": Profile(
        steps=("open_bare", "be_rude", "ask_open", "blame_customer", "offer", "contradict", "commit"),
        handling=(Act.CONTRADICT,),
        aside=Act.BE_RUDE,
    ),
    "pushy": Profile(
        steps=("open", "offer", "extra", "commit", "overpromise", "commit"),
        handling=(Act.OVERPROMISE, Act.ASK_COMMITMENT),
        extra=True,
    ),
    "non_native": Profile(
        steps=("open", "identify", "explore", "ask_keys", "sum_up", "offer", "terms", "commit"),
        handling=(Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION, Act.ANSWER_OBJECTION),
        repeats=True,
        closing=(Act.ASK_ANYTHING_ELSE,),
        noise=0.15,
    ),
}


def load_trainees(root: Path, lang: str) -> dict[str, Trainee]:
    """All trainees of a language, by name. Raises KiestoonError `trainee.phrases` where there are no phrases for it."""
    path = root / "data" / "lang" / lang / "trainee.yaml"
    source = read_source(path, path.name) if path.exists() else None
    if source is None or source.data is None:
        raise KiestoonError("trainee.phrases", "the trainees have no phrases in this language", {"lang": lang})
    phrases = Phrases.model_validate(source.data).phrases
    return {name: Trainee(name, profile, phrases) for name, profile in PROFILES.items()}


Pieces = list[tuple[Act, str]]


def _next_move(profile: Profile, view: View) -> tuple[str, Pieces]:
    """The name of the move, and its acts, each with the phrase that says it (`phrase|value`)."""
    if {"decision.no", "nothing_else_refused"} & set(view.heard):
        return "goodbye", _plain(Act.THANK, Act.SAY_GOODBYE)
    if profile.repeats and "repeat_please" in view.heard and view.last:
        return "repeat", [piece for piece in view.last if piece[0] not in SMALL_TALK] or list(view.last[:1])
    if view.accepted:
        return _after_yes(profile, view)
    reply = _reply(profile, view)
    if reply is not None:
        return reply
    for step in profile.steps:
        pieces = STEPS[step](view) if f"step:{step}" not in view.done or step in REPEATED else []
        if pieces:
            return f"step:{step}", pieces
    if view.done.count("again") < MOST_COMMITMENT_QUESTIONS:
        return "again", [*([] if profile.aside is None else _plain(profile.aside)), *_commit(view)]
    return "goodbye", _plain(Act.SAY_GOODBYE)


def _reply(profile: Profile, view: View) -> tuple[str, Pieces] | None:
    """What a remark of the customer calls for, before one's own plan goes on."""
    for intent in view.heard:
        head, _, rest = intent.partition(".")
        if head == "objection" and not rest.endswith(".resolved"):
            return f"handle:{rest}", _handle(profile, view, rest)
        if head == "term":
            return "term", [(Act.EXPLAIN_TERMS, f"explain_terms|term:{rest}")]
        if head == "who_is_calling":
            return "introduce", _plain(Act.STATE_COMPANY, Act.STATE_NAME)
        if head == "ask_purpose":
            return "purpose", _plain(Act.STATE_PURPOSE)
        if intent == "decision.hesitate" and profile.handling:
            return "soothe", _soothe(profile)
        if intent == "decision.signal":
            return "again", _commit(view)
    return None


def _handle(profile: Profile, view: View, rest: str) -> Pieces:
    name, _, part = rest.partition(".")
    tried = view.done.count(f"handle:{rest}")
    if not profile.handling or tried >= MOST_COMMITMENT_QUESTIONS:
        return _commit(view)
    if Act.PROBE_OBJECTION in profile.handling and not part:
        return _plain(Act.ACKNOWLEDGE_OBJECTION, Act.PROBE_OBJECTION)
    acts = [act for act in profile.handling if act != Act.PROBE_OBJECTION]
    return [
        (act, f"{act}|objection:{name}:{tried}") if act == Act.ANSWER_OBJECTION else (act, act.value) for act in acts
    ]


def _soothe(profile: Profile) -> Pieces:
    if Act.ANSWER_OBJECTION not in profile.handling:
        return _plain(*profile.handling)
    return _plain(Act.EMPATHIZE, Act.REASSURE, Act.STATE_BENEFIT)


def _after_yes(profile: Profile, view: View) -> tuple[str, Pieces]:
    script = view.scenario.script
    for number in range(len(script.survey)):
        if f"survey:{number}" not in view.done:
            return f"survey:{number}", [(Act.ASK_SURVEY_QUESTION, f"ask_survey_question|survey:{number}")]
    if profile.extra and script.extra and "extra" not in view.done:
        return "extra", _plain(Act.CROSS_SELL)
    if "close" not in view.done and Act.SAY_GOODBYE not in profile.closing:
        return "close", _plain(*profile.closing)
    return "goodbye", _plain(Act.THANK, Act.SAY_GOODBYE)


def _plain(*acts: Act) -> Pieces:
    return [(act, act.value) for act in acts]


def _open(view: View) -> Pieces:
    script = view.scenario.script
    if script.direction == "inbound":
        return _plain(Act.GREET, Act.STATE_COMPANY, Act.STATE_NAME, Act.OFFER_HELP)
    goal = _plain(Act.EXPLAIN_SURVEY_GOAL) if script.kind == "survey" else []
    return [
        *_plain(Act.GREET, Act.USE_CUSTOMER_NAME, Act.STATE_NAME, Act.STATE_COMPANY, Act.STATE_PURPOSE),
        *goal,
        *_plain(Act.CHECK_AVAILABILITY),
    ]


def _open_bare(view: View) -> Pieces:
    inbound = view.scenario.script.direction == "inbound"
    return _plain(Act.STATE_COMPANY) if inbound else _plain(Act.STATE_COMPANY, Act.STATE_PURPOSE)


def _identify(view: View) -> Pieces:
    return _plain(Act.VERIFY_IDENTITY) if view.scenario.script.direction == "inbound" else []


def _explore(view: View) -> Pieces:
    if view.scenario.script.survey:
        return []
    warm = view.scenario.script.kind in ("complaint", "bad_news", "crisis", "emergency", "debt_collection")
    return _plain(*((Act.EMPATHIZE, Act.APOLOGIZE) if warm else (Act.BACKCHANNEL,)), Act.ASK_OPEN)


def _ask_open(view: View) -> Pieces:
    return [] if view.scenario.script.survey else _plain(Act.ASK_OPEN)


def _ask_keys(view: View) -> Pieces:
    return _ask_for(view, [name for name, fact in view.scenario.script.facts.items() if fact.key])


def _ask_some(view: View) -> Pieces:
    keys = [name for name, fact in view.scenario.script.facts.items() if fact.key]
    return _ask_for(view, keys[: (len(keys) + 1) // 2])


def _ask_all(view: View) -> Pieces:
    return _ask_for(view, list(view.scenario.script.facts))


def _ask_for(view: View, names: list[str]) -> Pieces:
    left = [name for name in names if name not in view.told]
    tries = sum(view.done.count(f"step:{step}") for step in REPEATED)
    if not left or tries >= 2 * len(names):
        return []
    act = Act.TRIAGE_QUESTION if view.scenario.script.kind == "emergency" else Act.ASK_OPEN
    key = "triage_question" if act == Act.TRIAGE_QUESTION else "ask_fact"
    return [(act, f"{key}|fact:{left[0]}:{tries}")]


def _sum_up(view: View) -> Pieces:
    return _plain(Act.PARAPHRASE) if view.told else []


def _offer(view: View) -> Pieces:
    script = view.scenario.script
    news = _plain(Act.DELIVER_BAD_NEWS, Act.EMPATHIZE) if script.bad_news else []
    if script.survey:
        return _plain(*script.solution.acts)
    return [*news, *_plain(script.solution.acts[0], Act.STATE_BENEFIT)]


def _offer_vague(view: View) -> Pieces:
    return _plain(view.scenario.script.solution.acts[0])


def _terms(view: View) -> Pieces:
    return [(Act.EXPLAIN_TERMS, f"explain_terms|term:{n}") for n in range(len(view.scenario.script.terms))]


def _commit(view: View) -> Pieces:
    decision = view.scenario.script.decision
    act = Act.ASK_COMMITMENT if Act.ASK_COMMITMENT in decision.on else decision.on[0]
    return [(act, "ask_participation" if view.scenario.script.survey else act.value)]


def _extra(view: View) -> Pieces:
    return _plain(Act.CROSS_SELL) if view.scenario.script.extra else []


def _fault(act: Act) -> Callable[[View], Pieces]:
    return lambda view: _plain(act)


REPEATED = frozenset({"ask_keys", "ask_some", "ask_all"})
STEPS: Mapping[str, Callable[[View], Pieces]] = {
    "open": _open, "open_bare": _open_bare, "identify": _identify, "explore": _explore, "ask_open": _ask_open,
    "ask_keys": _ask_keys, "ask_some": _ask_some, "ask_all": _ask_all, "sum_up": _sum_up, "offer": _offer,
    "offer_vague": _offer_vague, "terms": _terms, "commit": _commit, "extra": _extra, "be_rude": _fault(Act.BE_RUDE),
    "blame_customer": _fault(Act.BLAME_CUSTOMER), "contradict": _fault(Act.CONTRADICT),
    "overpromise": _fault(Act.OVERPROMISE),
}  # fmt: skip


def _facts_told(view: View) -> str:
    facts = view.scenario.script.facts
    return " ".join(facts[name].summary for name in sorted(view.told)) or view.scenario.script.title


def _extra_named(view: View) -> str:
    extra = view.scenario.script.extra
    return _worded(extra.summary, extra.words) if extra else ""


def _solution(view: View, brief: bool) -> str:
    solution = view.scenario.script.solution
    if brief and solution.words:
        return f"{solution.words[0].replace('…', 'dat')}."
    return _worded(solution.summary, solution.words)


def _worded(summary: str, words: tuple[str, ...]) -> str:
    return summary if not words or mentions(summary, words) else f"{summary} {words[0]}."


def _term(view: View, wanted: str) -> str:
    terms, (kind, _, number) = view.scenario.script.terms, wanted.partition(":")
    if kind == "term":
        return _worded(terms[int(number)].summary, terms[int(number)].words)
    return " ".join(_worded(term.summary, term.words) for term in terms)


def _word(view: View, wanted: str) -> str:
    script, (kind, _, rest) = view.scenario.script, wanted.partition(":")
    if kind == "survey":
        return script.survey[int(rest)].about[0]
    if kind == "fact":
        name, _, tried = rest.partition(":")
        words = script.facts[name].about or (script.facts[name].summary,)
        return words[int(tried or 0) % len(words)]
    return script.title


def _answer(view: View, wanted: str) -> str:
    kind, _, rest = wanted.partition(":")
    if kind != "objection":
        return ""
    name, _, tried = rest.partition(":")
    words = view.scenario.script.objections[name].answer_words or (view.scenario.script.solution.summary,)
    return words[int(tried or 0) % len(words)]


VALUES: Mapping[str, Callable[[View, str, bool], str]] = {
    "company": lambda view, wanted, brief: view.scenario.company.name,
    "agent": lambda view, wanted, brief: AGENT_NAME,
    "customer": lambda view, wanted, brief: view.scenario.customer_name,
    "purpose": lambda view, wanted, brief: view.scenario.script.title.lower(),
    "facts": lambda view, wanted, brief: _facts_told(view),
    "solution": lambda view, wanted, brief: _solution(view, brief),
    "extra": lambda view, wanted, brief: _extra_named(view),
    "bad_news": lambda view, wanted, brief: view.scenario.script.bad_news or "",
    "term": lambda view, wanted, brief: _term(view, wanted),
    "word": lambda view, wanted, brief: _word(view, wanted),
    "answer": lambda view, wanted, brief: _answer(view, wanted),
}
"""What fills each placeholder of a phrase; a phrase with another one raises KeyError."""


def _understood(spoken: Pieces, noise: float, seed: str) -> Understanding:
    text, spans = "", []
    for act, sentence in spoken:
        joint = "" if not text else (" " if text[-1] in ".?!" else ", ")
        start = len(text) + len(joint)
        text += joint + sentence
        spans.append(ActSpan(act=act, confidence=1.0, start=start, end=len(text), source="simulated"))
    return Understanding(text=_garbled(text, noise, seed), acts=tuple(spans))


def _garbled(text: str, noise: float, seed: str) -> str:
    """The text as a bad recogniser might write it: a share of the words has two letters swapped. Keeps the length."""
    chance = random.Random(seed)
    words = text.split(" ")
    for at, word in enumerate(words):
        if len(word) > 4 and chance.random() < noise:
            place = chance.randrange(1, len(word) - 2)
            words[at] = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return " ".join(words)
