"""What no single file can know: whether the parts fit together and everything in them can be played."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.content.models import Company, LanguagePack, Persona, Script
from bot.content.placeholders import unfilled, values_for
from bot.content.pools import GENERIC_POOLS, IDENTITY_POOLS, MOOD_BANDS, known_pool, script_pools
from bot.content.problems import Problem, closest
from bot.content.yaml_source import Path_, Source

UNSPEAKABLE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\d{5,}|\b(?:bv|enz|d\.w\.z|m\.a\.w|o\.a|i\.p\.v|e\.g|i\.e)\.")


def cross_check(
    personas: Mapping[str, Persona],
    scripts: Mapping[str, Script],
    companies: Mapping[str, Company],
    packs: Mapping[str, LanguagePack],
    sources: Mapping[str, Source],
) -> Iterator[Problem]:
    """All problems between the parts."""
    for lang, pack in packs.items():
        yield from _check_pack(pack, sources[lang])
    for ident, persona in personas.items():
        yield from _check_based_on(persona.based_on, personas, sources[ident], "persona")
        yield from _check_pools(persona.lines, sources[ident])
        yield from _check_spoken(persona.lines, ("lines",), sources[ident])
        for name, objection in persona.objections.items():
            parts = {part: getattr(objection, part) for part in ("says", "behind", "resolved", "stands")}
            yield from _check_spoken(parts, ("objections", name), sources[ident])
    for ident, company in companies.items():
        yield from _check_company(company, sources[ident])
    for ident, script in scripts.items():
        source = sources[ident]
        yield from _check_based_on(script.based_on, scripts, source, "script")
        yield from _check_references(script, personas, companies, packs, source)
        yield from _check_facts(script, source)
        yield from _check_figures(script, companies, source)
        yield from _check_pools(script.lines, source)
        yield from _check_lines(script, personas, companies, packs, source)


def _check_pack(pack: LanguagePack, source: Source) -> Iterator[Problem]:
    for pool in GENERIC_POOLS:
        if pool not in pack.lines:
            yield source.problem(("lines",), "missing_pool", key=True, value=pool)
    yield from _check_pools(pack.lines, source)
    yield from _check_spoken(pack.lines, ("lines",), source)


def _check_based_on(base: str | None, known: Mapping[str, object], source: Source, kind: str) -> Iterator[Problem]:
    if base is not None and base not in known:
        yield source.problem(("based_on",), "unknown_id", kind=kind, value=base, suggestion=closest(base, list(known)))


def _check_pools(lines: Mapping[str, object], source: Source) -> Iterator[Problem]:
    for pool in lines:
        if not known_pool(pool):
            base, _, banded = pool.partition("@")
            near = closest(pool, [f"{base}@{band}" for band in MOOD_BANDS] if banded else list(GENERIC_POOLS))
            yield source.problem(("lines", pool), "unknown_pool", key=True, value=pool, suggestion=near)


def _check_spoken(lines: Mapping[str, tuple[str, ...]], path: Path_, source: Source) -> Iterator[Problem]:
    for pool, texts in lines.items():
        for number, text in enumerate(texts):
            found = UNSPEAKABLE.search(text)
            if found:
                yield source.problem((*path, pool, number), "unspeakable", value=found[0])


def _check_references(
    script: Script,
    personas: Mapping[str, Persona],
    companies: Mapping[str, Company],
    packs: Mapping[str, LanguagePack],
    source: Source,
) -> Iterator[Problem]:
    for number, ident in enumerate(script.personas):
        persona = personas.get(ident)
        if persona is None:
            near = closest(ident, list(personas))
            yield source.problem(("personas", number), "unknown_id", kind="persona", value=ident, suggestion=near)
        elif persona.lang != script.lang:
            yield source.problem(
                ("personas", number), "language", value=script.lang, other=persona.lang, kind=f"persona '{ident}'"
            )
        elif script.kind not in persona.kinds:
            yield source.problem(("personas", number), "kind_mismatch", value=ident, kind=script.kind)
    company = companies.get(script.company)
    if company is None:
        near = closest(script.company, list(companies))
        yield source.problem(("company",), "unknown_id", kind="company", value=script.company, suggestion=near)
        return
    for number in _without_voice(script, personas, company):
        yield source.problem(("personas", number), "voice", value=script.personas[number])
    if script.customer not in company.customers:
        near = closest(script.customer, list(company.customers))
        yield source.problem(("customer",), "unknown_id", kind="customer", value=script.customer, suggestion=near)
    for number, product in enumerate(script.products):
        if product not in company.products:
            near = closest(product, list(company.products))
            yield source.problem(("products", number), "unknown_id", kind="product", value=product, suggestion=near)
    if script.lang not in packs:
        yield source.problem(("lang",), "unknown_id", kind="language pack", value=script.lang)


def _without_voice(script: Script, personas: Mapping[str, Persona], company: Company) -> list[int]:
    """The places of personas who have no voice for this customer."""
    record = company.customers.get(script.customer)
    if record is None or record.gender is None:
        return []
    voices = [(n, personas[ident]) for n, ident in enumerate(script.personas) if ident in personas]
    return [n for n, persona in voices if persona.voice_other is None and persona.voice.gender != record.gender]


def _check_facts(script: Script, source: Source) -> Iterator[Problem]:
    for name, fact in script.facts.items():
        if not fact.open and not fact.about:
            yield source.problem(("facts", name), "unreachable_fact", key=True, value=name)
    if script.facts and not any(fact.key for fact in script.facts.values()):
        yield source.problem(("facts",), "no_key_fact", key=True)


def _check_figures(script: Script, companies: Mapping[str, Company], source: Source) -> Iterator[Problem]:
    """A condition names a figure that the company has, or one of its products that has a price."""
    company = companies.get(script.company)
    if company is None:
        return
    known = [*company.figures, *(ident for ident, item in company.products.items() if item.price)]
    for number, term in enumerate(script.terms):
        if term.figure is not None and term.figure not in known:
            near = closest(term.figure, known)
            yield source.problem(
                ("terms", number, "figure"), "unknown_id", kind="figure", value=term.figure, suggestion=near
            )


def _check_company(company: Company, source: Source) -> Iterator[Problem]:
    for name, figure in company.figures.items():
        if figure.product is not None and figure.product not in company.products:
            near = closest(figure.product, list(company.products))
            yield source.problem(
                ("figures", name, "product"), "unknown_id", kind="product", value=figure.product, suggestion=near
            )
        if figure.customer is not None and figure.customer not in company.customers:
            near = closest(figure.customer, list(company.customers))
            yield source.problem(
                ("figures", name, "customer"), "unknown_id", kind="customer", value=figure.customer, suggestion=near
            )


def _check_lines(
    script: Script,
    personas: Mapping[str, Persona],
    companies: Mapping[str, Company],
    packs: Mapping[str, LanguagePack],
    source: Source,
) -> Iterator[Problem]:
    company, pack = companies.get(script.company), packs.get(script.lang)
    if company is None or pack is None or script.customer not in company.customers:
        return
    record = company.customers[script.customer]
    values = values_for(record, company)
    for pool, lines in script_pools(script).items():
        for number, line in enumerate(lines):
            for name in unfilled(line, values):
                near = closest(name, list(values))
                yield source.problem(_place_of(pool, number), "unknown_placeholder", value=name, suggestion=near)
            found = UNSPEAKABLE.search(line)
            if found:
                yield source.problem(_place_of(pool, number), "unspeakable", value=found[0])
    yield from _check_inherited_lines(script, personas, pack, values, source)


def _check_inherited_lines(
    script: Script, personas: Mapping[str, Persona], pack: LanguagePack, values: dict[str, str], source: Source
) -> Iterator[Problem]:
    asked_only_when_known = {pool for pool, datum in IDENTITY_POOLS.items() if datum not in values}
    used = [personas[ident].lines for ident in script.personas if ident in personas]
    for pools in (pack.lines, *used):
        for pool, lines in pools.items():
            if pool.partition("@")[0] in asked_only_when_known:
                continue
            for name in sorted({name for line in lines for name in unfilled(line, values)}):
                yield source.problem(("customer",), "unknown_placeholder", value=name)


def _place_of(pool: str, number: int) -> Path_:
    head, _, rest = pool.partition(".")
    match head:
        case "opening":
            return ("opening", number)
        case "fact":
            return ("facts", rest, "says", number)
        case "objection":
            name, _, part = rest.partition(".")
            return ("objections", name, part or "says", number)
        case "term":
            return ("terms", int(rest), "asks", number)
        case "survey":
            return ("survey", int(rest), "says", number)
        case _:
            return (head, rest, number)
