"""`kiestoon new`: a new persona, script or company that plays at once, with explanations beside its fields."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.content.library import Library, load_library
from bot.content.models import Company, Persona, Script
from bot.content.problems import UiLang, closest
from bot.content.scaffold import FOLDERS, SCHEMAS, Authored, based_text, calls_template, new_text
from bot.errors import KiestoonError
from bot.events import Lang
from bot.script_calls import FOLDER as CALLS
from bot.script_recording import recorded
from server.cli.console import OUT, failing_clearly, ui_lang
from server.cli.schema import write_schema
from server.settings import load_settings

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MOST_PERSONAS = 3
SAYS: Mapping[UiLang, Mapping[str, str]] = {
    "nl": {
        "made": "Gemaakt:",
        "next": "Nu jij:",
        "open": "open {file} en verander wat er staat; achter elk hekje (#) staat uitleg",
        "check": "kiestoon check: zegt op welke regel er iets niet klopt",
        "chat": "kiestoon chat {id}: praat met de klant",
        "playtest": "kiestoon playtest {id}: laat gesimuleerde cursisten spelen",
        "calls": "verander in {file} de gesprekken mee: kiestoon check zegt wat de klant nu antwoordt",
        "play": "zet {id} bij personas in een script, en praat ermee: kiestoon chat SCRIPT --persona {id}",
        "use": "maak een situatie bij dit bedrijf: kiestoon new script NAAM --company {id}",
    },
    "en": {
        "made": "Made:",
        "next": "Your turn:",
        "open": "open {file} and change what it says; every # explains what comes after it",
        "check": "kiestoon check: says on which line something is wrong",
        "chat": "kiestoon chat {id}: talk with the customer",
        "playtest": "kiestoon playtest {id}: let simulated trainees play it",
        "calls": "change the calls in {file} along with it: kiestoon check says what the customer answers now",
        "play": "add {id} to the personas of a script and talk with them: kiestoon chat SCRIPT --persona {id}",
        "use": "make a situation at this company: kiestoon new script NAME --company {id}",
    },
}
NEXT: Mapping[Authored, tuple[str, ...]] = {
    "persona": ("open", "check", "play"),
    "script": ("open", "check", "chat", "playtest", "calls"),
    "company": ("open", "check", "use"),
}

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def new(
    kind: Annotated[Authored, typer.Argument(help="What to make.")],
    ident: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, also the name of the file: small-letters-like-this.")
    ],
    based_on: Annotated[
        str | None, typer.Option(help="Take over everything from this persona or script but what differs.")
    ] = None,
    lang: Annotated[
        Literal["nl", "en", "fr", "de"] | None, typer.Option(help="Language of the customer (default: nl).")
    ] = None,
    company: Annotated[str | None, typer.Option(help="Of a script: the company that it is about.")] = None,
    persona: Annotated[
        list[str] | None, typer.Option(help="Of a script: who plays it; give it again for the next one.")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Root of the content (default: that of the settings).")] = None,
) -> None:
    """Make a new persona, script or company: a complete YAML file that can be played at once.

    Every field has an explanation beside it, in Dutch or English by KIESTOON_UI_LANG. A script gets its content test
    as well. Nothing that exists is ever overwritten.
    """
    ui: UiLang = "nl" if ui_lang() == "nl" else "en"
    with failing_clearly():
        if kind == "company" and based_on is not None:
            raise typer.BadParameter("a company is not based on another one", param_hint="--based-on")
        root = (content or load_settings().content).resolve()
        library = load_library(root)
        _check_id(ident)
        if based_on is not None:
            text, calls = _based(library, root, kind, ident, based_on, lang, ui)
        else:
            text, calls = _fresh(library, kind, ident, lang or "nl", ui, company, persona or [])
        made = [_write(root, root / FOLDERS[kind] / f"{ident}.yaml", text)]
        if calls is not None:
            made += _write_calls(root, ident, calls, record=based_on is None)
        if not (root / SCHEMAS / f"{kind}.json").exists():
            made.append(write_schema(kind, root / SCHEMAS, ui))
    _tell(root, kind, ident, made, ui)


def _check_id(ident: str) -> None:
    if not ID.fullmatch(ident):
        likely = re.sub(r"[^a-z0-9]+", "-", ident.lower()).strip("-") or "naam"
        raise KiestoonError("new.id", f"not an id: {ident[:60]}", {"id": ident[:60], "likely": likely})


def _fresh(
    library: Library, kind: Authored, ident: str, lang: Lang, ui: UiLang, company: str | None, personas: list[str]
) -> tuple[str, str | None]:
    """A new file, and of a script its content test, still without answers."""
    if kind != "script":
        return new_text(kind, lang, ui, {"id": ident}), None
    about = _company(library, lang, company)
    customer = next(iter(about.customers))
    players = _players(library, about, customer, personas)
    values = {
        "id": ident, "company": about.id, "company_name": about.name, "customer": customer,
        "personas": ", ".join(players), "persona": players[0],
    }  # fmt: skip
    return new_text("script", lang, ui, values), calls_template(lang, values)


def _company(library: Library, lang: Lang, wanted: str | None) -> Company:
    """The company that was asked for, else the one with the most scripts in this language."""
    used = Counter(script.company for script in library.scripts.values())
    fit = [
        found
        for found in library.companies.values()
        if found.lang == lang and ("company", found.id) not in library.broken
    ]
    if wanted is not None:
        fit = [found for found in fit if found.id == wanted]
    if not fit:
        raise KiestoonError("new.company", f"no such company in {lang}", {"lang": lang, "company": wanted or "…"})
    return max(fit, key=lambda found: used[found.id])


def _players(library: Library, company: Company, customer: str, wanted: list[str]) -> list[str]:
    """The personas that were asked for, else the most patient ones who follow long turns; all of them complain in the
    company's language and have a voice for this customer.
    """
    gender = company.customers[customer].gender
    fit = [
        found
        for found in library.personas.values()
        if found.lang == company.lang and "complaint" in found.kinds and ("persona", found.id) not in library.broken
        and (gender is None or found.voice_other is not None or found.voice.gender == gender)
    ]  # fmt: skip
    if not fit:
        raise KiestoonError("new.persona", f"no persona in {company.lang} complains", {"lang": company.lang})
    known = [
        found.id for found in sorted(fit, key=lambda found: (bool(found.traits.longest_turn), -found.mood.patience))
    ]
    unfit = next((ident for ident in wanted if ident not in known), None)
    if unfit is not None:
        raise KiestoonError("new.player", f"{unfit} cannot play this", {"persona": unfit[:60], "fit": ", ".join(known)})
    return wanted or known[:MOST_PERSONAS]


def _based(
    library: Library, root: Path, kind: Authored, ident: str, base: str, lang: Lang | None, ui: UiLang
) -> tuple[str, str | None]:
    """A file that inherits from another, and of a script the content test of that other, under the new name."""
    known: Mapping[str, Persona | Script] = {} if kind == "company" else library.scripts
    if kind == "persona":
        known = library.personas
    found = known.get(base)
    if kind == "company" or found is None or (kind, base) in library.broken or lang not in (None, found.lang):
        near = closest(base, list(known)) or ", ".join(list(known)[:3]) or "–"
        raise KiestoonError("new.base", f"no {kind} to base this on: {base}", {"base": base[:60], "near": near})
    calls = root / CALLS / f"{base}.yaml"
    tested = kind == "script" and calls.is_file()
    renamed = re.sub(r"(?m)^script: .*$", f"script: {ident}", calls.read_text("utf-8")) if tested else None
    return based_text(kind, ident, found, ui), renamed


def _write(root: Path, place: Path, text: str) -> Path:
    if place.exists():
        shown = place.relative_to(root).as_posix()
        raise KiestoonError("new.exists", f"{shown} exists already", {"file": shown})
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
    return place


def _write_calls(root: Path, ident: str, calls: str, *, record: bool) -> list[Path]:
    """Write the content test where the root has content tests."""
    if not (root / CALLS).is_dir():
        return []
    text = recorded(load_library(root), calls) if record else calls
    return [_write(root, root / CALLS / f"{ident}.yaml", text)]


def _tell(root: Path, kind: Authored, ident: str, made: list[Path], ui: UiLang) -> None:
    says, shown = SAYS[ui], [path.relative_to(root).as_posix() for path in made]
    OUT.print(says["made"], style="bold")
    for name in shown:
        OUT.print(f"  {name}", markup=False, soft_wrap=True)
    OUT.print(says["next"], style="bold")
    tested = [name for name in shown if name.startswith(CALLS)]
    for number, step in enumerate((step for step in NEXT[kind] if step != "calls" or tested), 1):
        told = says[step].format(id=ident, file=tested[0] if step == "calls" else shown[0])
        OUT.print(f"  {number}. {told}", markup=False, soft_wrap=True)
