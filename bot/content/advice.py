"""What could be better in content that plays: too few variants, lines that are never said, lines that sound wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.content.checks import UNSPEAKABLE, place_of
from bot.content.mending import STAND_IN
from bot.content.models import LanguagePack, Persona, Script, Traits
from bot.content.parts import Parts
from bot.content.placeholders import PLACEHOLDER
from bot.content.pools import IDENTITY_POOLS, MOOD_BANDS, MOODED_POOLS, script_pools
from bot.content.problems import Problem
from bot.content.tongues import other_language
from bot.content.yaml_source import Path_, Source
from bot.events import Lang

LEAST_VARIANTS = 3
LEAST_RARE = 2
RARE = re.compile(r"objection\..*\.(?:behind|stands)|term\..*")
"""Said once in a call at the most, or only when things go wrong: two variants are enough."""
HARD_TO_SPEAK = re.compile(
    r"[€$£%&/°#*<>@+=|\\^~`]|\b\d{1,2}[:u]\d{2}\b|\b\d+[.,]\d{2}\b|[\U0001F000-\U0001FAFF\u2600-\u27BF]"
    r"|\b(?:nr|dhr|mevr|blz|ca|incl|excl|etc|bijv|m\.b\.t|t\.a\.v|a\.u\.b|i\.v\.m|usw|bzw|z\.B|d\.h|approx|p\.ex)\."
)
OUTBOUND_ONLY = frozenset({"pick_up", "ask_purpose", "who_is_calling"})
INBOUND_ONLY = frozenset({"still_open", "protest_goodbye", "goodbye_unsettled"})
BY_TRAIT = {"digress": "digresses", "demand_supervisor": "demands", "cut_in": "interrupts"}


def advise(parts: Parts) -> Iterator[Problem]:
    """All remarks on all parts."""
    for lang, pack in parts.packs.items():
        yield from _on_pack(pack, parts.sources["pack", lang])
    for ident, persona in parts.personas.items():
        yield from _on_persona(persona, parts, parts.sources["persona", ident])
    for ident, script in parts.scripts.items():
        yield from _on_script(script, parts, parts.sources["script", ident])


def _on_pack(pack: LanguagePack, source: Source) -> Iterator[Problem]:
    for pool in MOODED_POOLS:
        if pool in pack.lines and f"{pool}@angry" not in pack.lines:
            yield source.problem(("lines", pool), "missing_mood", key=True, value=pool)
    yield from _on_lines(pack.lines, LEAST_RARE, pack.lang, source)


def _on_persona(persona: Persona, parts: Parts, source: Source) -> Iterator[Problem]:
    yield from _on_lines(persona.lines, LEAST_RARE, persona.lang, source)
    yield from _hidden_moods(persona.lines, parts.packs.get(persona.lang), source)
    yield from _unsaid_by_trait(persona.lines, [persona.traits], source)
    for name, objection in persona.objections.items():
        for part in ("says", "behind", "resolved", "stands"):
            pool = f"objection.{name}.{part}"
            at: Path_ = ("objections", name, part)
            yield from _on_pool(pool, getattr(objection, part), _least(pool), persona.lang, at, source)


def _on_script(script: Script, parts: Parts, source: Source) -> Iterator[Problem]:
    for pool, lines in script_pools(script).items():
        yield from _on_pool(pool, lines, _least(pool), script.lang, place_of(pool, 0)[:-1], source)
    yield from _on_lines(script.lines, LEAST_RARE, script.lang, source)
    yield from _hidden_moods(script.lines, parts.packs.get(script.lang), source)
    wrong_way = OUTBOUND_ONLY if script.direction == "inbound" else INBOUND_ONLY
    for pool in script.lines:
        if pool.partition("@")[0] in wrong_way:
            yield source.problem(("lines", pool), "unsaid_direction", key=True, value=pool, other=script.direction)
    players = [parts.personas[ident] for ident in script.personas if ident in parts.personas]
    yield from _unsaid_by_trait(script.lines, [player.traits for player in players], source)
    yield from _unsaid_data(script, parts, source)
    if players and not any(player.traits.careful for player in players):
        for number, term in enumerate(script.terms):
            if term.asks:
                at = ("terms", number, "asks")
                yield source.problem(at, "unsaid_trait", key=True, value="asks", other="careful")


def _unsaid_data(script: Script, parts: Parts, source: Source) -> Iterator[Problem]:
    company = parts.companies.get(script.company)
    record = company.customers.get(script.customer) if company else None
    for pool in script.lines if record else ():
        datum = IDENTITY_POOLS.get(pool.partition("@")[0])
        if datum is not None and getattr(record, datum) is None:
            yield source.problem(("lines", pool), "unsaid_datum", key=True, value=pool, other=datum)


def _unsaid_by_trait(lines: Iterable[str], traits: list[Traits], source: Source) -> Iterator[Problem]:
    for pool in lines:
        trait = BY_TRAIT.get(pool.partition("@")[0])
        if trait is not None and traits and not any(getattr(found, trait) for found in traits):
            yield source.problem(("lines", pool), "unsaid_trait", key=True, value=pool, other=trait)


def _hidden_moods(lines: Mapping[str, tuple[str, ...]], pack: LanguagePack | None, source: Source) -> Iterator[Problem]:
    """A single line without a mood, which takes the place of all that the pack has for an angry customer."""
    for pool, texts in lines.items():
        hidden = f"{pool}@angry"
        if len(texts) < LEAST_RARE and pack is not None and hidden in pack.lines and hidden not in lines:
            yield source.problem(("lines", pool), "hides_moods", key=True, value=pool, other=hidden)


def _on_lines(lines: Mapping[str, tuple[str, ...]], least: int, lang: Lang, source: Source) -> Iterator[Problem]:
    for pool, texts in lines.items():
        yield from _on_pool(pool, texts, least, lang, ("lines", pool), source)
        moods = [f"{pool}@{band}" for band in MOOD_BANDS]
        if all(mood in lines for mood in moods):
            yield source.problem(("lines", pool), "unsaid_moods", key=True, value=pool, other=", ".join(moods))


def _on_pool(pool: str, texts: tuple[str, ...], least: int, lang: Lang, at: Path_, source: Source) -> Iterator[Problem]:
    if texts == (STAND_IN,):
        return
    if len(texts) < least:
        yield source.problem(at, "thin_pool", key=True, value=pool, count=len(texts), limit=least)
    foreign = {number: other_language(text, lang) for number, text in enumerate(texts)}
    together = other_language(" ".join(texts), lang)
    if together and not any(foreign.values()):
        yield source.problem(at, "other_language", key=True, value=lang, other=together)
    for number, text in enumerate(texts):
        if text in texts[:number]:
            yield source.problem((*at, number), "unsaid_twice", value=text[:60])
        if found := foreign[number]:
            yield source.problem((*at, number), "other_language", value=lang, other=found)
        hard = HARD_TO_SPEAK.search(PLACEHOLDER.sub("", text))
        if hard and not UNSPEAKABLE.search(text):
            yield source.problem((*at, number), "hard_to_speak", value=hard[0])


def _least(pool: str) -> int:
    return LEAST_RARE if RARE.fullmatch(pool) else LEAST_VARIANTS
