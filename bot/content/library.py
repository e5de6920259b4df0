"""Everything that can be played, read from the content's root: what is good is served, what is wrong is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from bot.content.advice import advise
from bot.content.checks import cross_check
from bot.content.mending import mended
from bot.content.models import Company, LanguagePack, Objection, Persona, Scenario, Script
from bot.content.parts import Part, Parts
from bot.content.placeholders import fill, values_for
from bot.content.pools import script_pools
from bot.content.problems import Problem
from bot.content.validation import validate
from bot.content.written import WrittenMessage, check_message
from bot.content.yaml_source import Source, read_source
from bot.errors import KiestoonError
from bot.events import Kind

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Loaded(Generic[Model]):
    """One kind of content: the models by id, each with the file that it came from. `meant` has beside the good models
    those that were read with a mistake mended: for checking, never for playing.
    """

    models: Mapping[str, Model]
    meant: Mapping[str, Model]
    sources: Mapping[str, Source]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Library:
    """All content of one root, cross-checked. A pair with a problem in one of its parts is not playable; `remarks` say
    what could be better. `broken` are the parts that are not served, by kind and id.
    """

    personas: Mapping[str, Persona]
    scripts: Mapping[str, Script]
    companies: Mapping[str, Company]
    packs: Mapping[str, LanguagePack]
    messages: Mapping[str, WrittenMessage]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    broken: frozenset[tuple[Part, str]]

    def scenario(self, scenario_id: str) -> Scenario:
        """The playable pair `script~persona`.

        Raises KiestoonError ``scenario.unknown``, or ``scenario.mismatch`` where the two do not go together.
        """
        script_id, _, persona_id = scenario_id.partition("~")
        script, persona = self.scripts.get(script_id), self.personas.get(persona_id)
        if script is None or persona is None or not self._served(script_id, persona_id):
            raise KiestoonError("scenario.unknown", "there is no such scenario", {"scenario": scenario_id[:120]})
        if persona.lang != script.lang or script.kind not in persona.kinds:
            reason = "language" if persona.lang != script.lang else "kind"
            raise KiestoonError(
                "scenario.mismatch",
                f"this persona does not play this script: another {reason}",
                {"scenario": scenario_id, "reason": reason},
            )
        return resolve(script, persona, self.companies[script.company], self.packs[script.lang])

    def scenario_ids(self) -> list[str]:
        """The pairs that the scripts name, in the order of level and title."""
        scripts = sorted(self.scripts.values(), key=lambda script: (script.lang != "nl", script.level, script.title))
        return [
            f"{script.id}~{persona}"
            for script in scripts
            for persona in script.personas
            if self._served(script.id, persona) and persona in self.personas
        ]

    def _served(self, script: str, persona: str) -> bool:
        return not {("script", script), ("persona", persona)} & self.broken


def resolve(script: Script, persona: Persona, company: Company, pack: LanguagePack) -> Scenario:
    """Bring the parts together: the script's lines win over the persona's, these over the pack's."""
    record = company.customers[script.customer]
    script = script.model_copy(update={"objections": {**_own_objections(persona, script.kind), **script.objections}})
    values = values_for(record, company)
    pools = layered(pack.lines, persona.lines, script_pools(script), script.lines)
    lines = {name: tuple(fill(line, values) for line in pool) for name, pool in pools.items()}
    if persona.voice_other and record.gender not in (None, persona.voice.gender):
        persona = persona.model_copy(update={"voice": persona.voice_other})
    return Scenario(script=script, persona=persona, company=company, record=record, pack=pack, lines=lines)


def layered(*layers: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """All pools, later layers over earlier ones. Who writes a pool without a mood band means it for every mood: it
    takes the place of the banded pools of the layers below as well.
    """
    pools: dict[str, tuple[str, ...]] = {}
    for layer in layers:
        pools = {name: lines for name, lines in pools.items() if name.partition("@")[0] not in layer} | dict(layer)
    return pools


def _own_objections(persona: Persona, kind: Kind) -> dict[str, Objection]:
    return {name: made for name, made in persona.objections.items() if not made.kinds or kind in made.kinds}


def load_library(root: Path) -> Library:
    """Read and cross-check all content under a root (`personas/`, `dialogue_scripts/`, `data/companies/`,
    `data/lang/<lang>/customer.yaml`). Never raises for bad content.
    """
    personas = _load(Persona, root, sorted((root / "personas").glob("*.yaml")))
    scripts = _load(Script, root, sorted((root / "dialogue_scripts").glob("*.yaml")))
    companies = _load(Company, root, sorted((root / "data" / "companies").glob("*.yaml")))
    packs = _load(LanguagePack, root, sorted((root / "data" / "lang").glob("*/customer.yaml")), named_by_folder=True)
    kinds: dict[Part, Loaded[Any]] = {"persona": personas, "script": scripts, "company": companies, "pack": packs}
    messages = _load(WrittenMessage, root, sorted((root / "data" / "messages").glob("*.yaml")))
    sources = {(kind, ident): source for kind, loaded in kinds.items() for ident, source in loaded.sources.items()}
    parts = Parts(personas.meant, scripts.meant, companies.meant, packs.meant, sources)
    found = {*cross_check(parts), *(problem for loaded in kinds.values() for problem in loaded.problems)}
    found |= {*messages.problems, *_message_problems(messages, companies)}
    bad_files = {problem.file for problem in found}
    broken = {part for part, source in sources.items() if source.file in bad_files}
    broken |= {("script", script.id) for script in scripts.models.values() if _lacks(script, companies, packs, broken)}
    return Library(
        personas.models, scripts.models, companies.models, packs.models,
        {ident: one for ident, one in messages.models.items() if messages.sources[ident].file not in bad_files},
        _without_echoes(found), _without_echoes(set(advise(parts))), frozenset(broken),
    )  # fmt: skip


def _message_problems(messages: Loaded[WrittenMessage], companies: Loaded[Company]) -> Iterator[Problem]:
    for ident, message in messages.meant.items():
        yield from check_message(message, companies.meant, messages.sources[ident])


def _without_echoes(found: set[Problem]) -> tuple[Problem, ...]:
    """The problems in order, without those that a file only has because it inherits them: they have no place in it."""
    written = {(problem.code, problem.details) for problem in found if not problem.is_nowhere}
    return tuple(sorted(made for made in found if not made.is_nowhere or (made.code, made.details) not in written))


def _lacks(
    script: Script, companies: Loaded[Company], packs: Loaded[LanguagePack], broken: set[tuple[Part, str]]
) -> bool:
    """Whether what a script needs beside its personas cannot be served."""
    missing = script.company not in companies.models or script.lang not in packs.models
    return missing or bool({("company", script.company), ("pack", script.lang)} & broken)


def _load(model: type[Model], root: Path, files: Iterable[Path], *, named_by_folder: bool = False) -> Loaded[Model]:
    sources = {
        (path.parent.name if named_by_folder else path.stem): read_source(path, path.relative_to(root).as_posix())
        for path in files
    }
    problems = [problem for source in sources.values() for problem in source.problems]
    models: dict[str, Model] = {}
    meant: dict[str, Model] = {}
    for ident, source in sources.items():
        if source.likely is None:
            continue
        data, loop = _inherited(ident, sources, ())
        if loop:
            problems.append(source.problem(("based_on",), "based_on_loop", value=" → ".join(loop)))
            continue
        made, found = validate(model, source, data)
        problems += found
        if made is not None and not source.problems:
            models[ident] = made
        likely = made or mended(model, data)
        if likely is None:
            continue
        meant[ident] = likely
        if getattr(likely, "id", getattr(likely, "lang", ident)) != ident:
            problems.append(source.problem(("id",), "id_file", value=str(data.get("id")), file=ident))
    return Loaded(models, meant, sources, tuple(problems))


def _inherited(
    ident: str, sources: Mapping[str, Source], seen: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    data = sources[ident].likely or {}
    base = data.get("based_on")
    if ident in seen:
        return data, (*seen, ident)
    if not isinstance(base, str) or base not in sources:
        return data, ()
    inherited, loop = _inherited(base, sources, (*seen, ident))
    return _merged(inherited, data), loop


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged
