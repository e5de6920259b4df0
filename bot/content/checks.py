"""What no single file can know: whether the parts fit together and everything in them can be played."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.content.models import Company, LanguagePack, Persona, Script
from bot.content.parts import Part, Parts
from bot.content.placeholders import NAMES, unfilled, values_for
from bot.content.pools import GENERIC_POOLS, IDENTITY_POOLS, MOOD_BANDS, known_pool, script_pools
from bot.content.problems import Problem, closest
from bot.content.reach import check_objection, check_reach
from bot.content.workplace import check_workplace
from bot.content.yaml_source import Path_, Source

UNSPEAKABLE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\d{5,}|\b(?:bv|enz|d\.w\.z|m\.a\.w|o\.a|i\.p\.v|e\.g|i\.e)\.")


def cross_check(parts: Parts) -> Iterator[Problem]:
    """All problems between the parts."""
    for lang, pack in parts.packs.items():
        yield from _check_pack(pack, parts.sources["pack", lang])
    for ident, persona in parts.personas.items():
        yield from _check_persona(persona, parts, parts.sources["persona", ident])
    for ident, company in parts.companies.items():
        yield from _check_company(company, parts.sources["company", ident])
    for ident, script in parts.scripts.items():
        source = parts.sources["script", ident]
        base = parts.scripts.get(script.based_on or "")
        yield from _check_based_on(script, base, parts, source)
        yield from _check_references(script, parts, source)
        yield from _check_facts(script, source)
        yield from check_reach(script, source)
        yield from _check_figures(script, parts.companies, source)
        yield from check_workplace(script, meant_company(script, parts), source)
        yield from _check_pools(script.lines, source)
        yield from _check_lines(script, parts, source)


def _check_persona(persona: Persona, parts: Parts, source: Source) -> Iterator[Problem]:
    yield from _check_based_on(persona, parts.personas.get(persona.based_on or ""), parts, source)
    yield from _check_pools(persona.lines, source)
    yield from _check_spoken(persona.lines, ("lines",), source)
    for name, objection in persona.objections.items():
        lines = {part: getattr(objection, part) for part in ("says", "behind", "resolved", "stands")}
        yield from _check_spoken(lines, ("objections", name), source)
        yield from check_objection(name, objection, source)
        if objection.kinds and not set(objection.kinds) & set(persona.kinds):
            yield source.problem(("objections", name, "kinds"), "never_raised_kind", value=name)


def _check_pack(pack: LanguagePack, source: Source) -> Iterator[Problem]:
    for pool in GENERIC_POOLS:
        if pool not in pack.lines:
            yield source.problem(("lines",), "missing_pool", key=True, value=pool)
    yield from _check_pools(pack.lines, source)
    yield from _check_spoken(pack.lines, ("lines",), source)


def _check_based_on(
    part: Persona | Script, base: Persona | Script | None, parts: Parts, source: Source
) -> Iterator[Problem]:
    kind: Part = "persona" if isinstance(part, Persona) else "script"
    known = parts.personas if isinstance(part, Persona) else parts.scripts
    wanted = part.based_on
    if wanted is not None and not parts.there(kind, wanted):
        near = closest(wanted, list(known))
        yield source.problem(("based_on",), "unknown_id", kind=kind, value=wanted, suggestion=near)
    elif base is not None and base.lang != part.lang:
        yield source.problem(("based_on",), "language", value=part.lang, other=base.lang, kind=kind, name=base.id)


def _check_pools(lines: Mapping[str, object], source: Source) -> Iterator[Problem]:
    for pool in lines:
        if not known_pool(pool):
            base, _, banded = pool.partition("@")
            near = closest(pool, [f"{base}@{band}" for band in MOOD_BANDS] if banded else list(GENERIC_POOLS))
            yield source.problem(("lines", pool), "unknown_pool", key=True, value=pool, suggestion=near)


def _check_spoken(lines: Mapping[str, tuple[str, ...]], path: Path_, source: Source) -> Iterator[Problem]:
    """Lines that no voice can say, and placeholders that no customer has."""
    for pool, texts in lines.items():
        for number, text in enumerate(texts):
            yield from _check_line(text, (*path, pool, number), dict.fromkeys(NAMES, ""), source)


def _check_line(line: str, path: Path_, values: Mapping[str, str], source: Source) -> Iterator[Problem]:
    for name in unfilled(line, dict(values)):
        yield source.problem(path, "unknown_placeholder", value=name, suggestion=closest(name, list(values)))
    found = UNSPEAKABLE.search(line)
    if found:
        yield source.problem(path, "unspeakable", value=found[0])


def _check_references(script: Script, parts: Parts, source: Source) -> Iterator[Problem]:
    personas, companies = parts.personas, parts.companies
    for number, ident in enumerate(script.personas):
        persona = personas.get(ident)
        if persona is None and not parts.there("persona", ident):
            near = closest(ident, list(personas))
            yield source.problem(("personas", number), "unknown_id", kind="persona", value=ident, suggestion=near)
        elif persona is None:
            continue
        elif persona.lang != script.lang:
            yield source.problem(
                ("personas", number), "language", value=script.lang, other=persona.lang, kind="persona", name=ident
            )
        elif script.kind not in persona.kinds:
            yield source.problem(("personas", number), "kind_mismatch", value=ident, kind=script.kind)
    company = meant_company(script, parts)
    if not parts.there("company", script.company):
        near = closest(script.company, list(companies))
        yield source.problem(("company",), "unknown_id", kind="company", value=script.company, suggestion=near)
    if company is not None:
        yield from _check_company_use(script, company, parts, source)
    if not parts.there("pack", script.lang):
        yield source.problem(("lang",), "unknown_id", kind="language pack", value=script.lang)


def meant_company(script: Script, parts: Parts) -> Company | None:
    """The company of a script, or the one whose name looks most like it, so that the rest can be checked as well."""
    return parts.companies.get(script.company) or parts.companies.get(
        closest(script.company, list(parts.companies)) or ""
    )


def _check_company_use(script: Script, company: Company, parts: Parts, source: Source) -> Iterator[Problem]:
    personas = parts.personas
    if company.lang != script.lang:
        yield source.problem(
            ("company",), "language", value=script.lang, other=company.lang, kind="company", name=company.id
        )
    for number in _without_voice(script, personas, company):
        yield source.problem(("personas", number), "voice", value=script.personas[number])
    if script.customer not in company.customers:
        near = closest(script.customer, list(company.customers))
        yield source.problem(("customer",), "unknown_id", kind="customer", value=script.customer, suggestion=near)
    for number, product in enumerate(script.products):
        if product not in company.products:
            near = closest(product, list(company.products))
            yield source.problem(("products", number), "unknown_id", kind="product", value=product, suggestion=near)


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


def _check_lines(script: Script, parts: Parts, source: Source) -> Iterator[Problem]:
    company, pack = meant_company(script, parts), parts.packs.get(script.lang)
    records = company.customers if company else {}
    record = records.get(script.customer) or records.get(closest(script.customer, list(records)) or "")
    values = values_for(record, company) if record and company else dict.fromkeys(NAMES, "")
    for pool, lines in script_pools(script).items():
        for number, line in enumerate(lines):
            yield from _check_line(line, place_of(pool, number), values, source)
    for pool, lines in script.lines.items():
        for number, line in enumerate(lines):
            yield from _check_line(line, ("lines", pool, number), values, source)
    if pack is not None:
        yield from _check_inherited_lines(script, parts, pack, values, source)


def _check_inherited_lines(
    script: Script, parts: Parts, pack: LanguagePack, values: dict[str, str], source: Source
) -> Iterator[Problem]:
    """A datum that a line of the persona or the pack tells, and that this customer has not."""
    asked_only_when_known = {pool for pool, datum in IDENTITY_POOLS.items() if datum not in values}
    used = [parts.personas[ident].lines for ident in script.personas if ident in parts.personas]
    for pools in (pack.lines, *used):
        for pool, lines in pools.items():
            if pool.partition("@")[0] in asked_only_when_known:
                continue
            for name in sorted({name for line in lines for name in unfilled(line, values)} & set(NAMES)):
                yield source.problem(("customer",), "unknown_placeholder", value=name)


def place_of(pool: str, number: int) -> Path_:
    """Where in a script a line of one of its own pools stands."""
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
