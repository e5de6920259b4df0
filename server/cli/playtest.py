"""`kiestoon playtest`: simulated trainees try out the scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from bot.content.library import Library
from bot.errors import KiestoonError
from bot.events import Lang
from bot.playtest import Report, playtest
from bot.simulate_voice import LOST_TURNS, Exchange
from bot.trainees import load_trainees
from server.cli.console import ERR, OUT, failing_clearly, print_json, ui_lang
from server.engine import Engine
from server.settings import load_settings
from server.voice_playtest import VoiceReport, playtest_by_voice, robotic

SAYS = {
    "nl": {
        "unused_fact": "feit komt nooit boven", "unused_objection": "bezwaar wordt nooit gemaakt",
        "unresolved_objection": "bezwaar wordt nooit opgelost", "unused_line": "regels worden nooit gezegd",
        "endless": "gesprekken zonder einde", "loop": "gesprekken die in een kringetje draaien",
        "dead_end": "gesprekken die ook een uitstekende cursist niet rondkrijgt",
        "ends": "afloop met de stem (in tekst)", "words_lost": "woordfouten", "acts_kept": "handelingen herkend",
        "unheard": "beurten niet gehoord",
        "loading": "De spraakherkenning en de taalmodellen worden geladen (op een drukke machine een minuut of twee) …",
        "call": "{scenario}: {trainee} belt, één regel per beurt van de cursist",
        "turn": "{at}  beurt {turn}: {wrong} van {words} woorden fout, {kept} van {acts} handelingen herkend",
        "robotic": "De cursist spreekt met een robotstem (espeak), en die verstaat de spraakherkenning ({recogniser}) "
                   "slecht{hopeless}. Wat verloren gaat, zegt dan niets over het script. Een natuurlijke stem: "
                   "'kiestoon models fetch'.",
        "hopeless": ", in het Nederlands zo goed als niet",
        "given_up": "gestopt: {turns} beurten na elkaar zijn niet verstaan, het gesprek raakte nergens (seed {seeds})",
        "took": "duur",
        "key_fact": "sleutelfeit komt nooit boven", "facts": "feiten", "objections": "bezwaren", "lines": "regels",
        "order": "betere cursisten eindigen niet beter, orde in", "fine": "niets op te merken", "calls": "gesprekken",
    },
    "en": {
        "unused_fact": "fact never comes out", "unused_objection": "objection is never raised",
        "unresolved_objection": "objection is never resolved", "unused_line": "lines are never said",
        "endless": "calls without an end", "loop": "calls that go round in circles",
        "dead_end": "calls that not even an excellent trainee brings to a good end",
        "ends": "outcome by voice (in text)", "words_lost": "word errors", "acts_kept": "acts recognised",
        "unheard": "turns not heard",
        "loading": "Loading the speech recogniser and the language models (a minute or two on a busy machine) …",
        "call": "{scenario}: {trainee} calls, one line for each turn of the trainee",
        "turn": "{at}  turn {turn}: {wrong} of {words} words wrong, {kept} of {acts} acts recognised",
        "robotic": "The trainee speaks with a robot's voice (espeak), which the recogniser ({recogniser}) hardly "
                   "understands{hopeless}. What is lost then says nothing about the script. For a natural voice: "
                   "'kiestoon models fetch'.",
        "hopeless": ", in Dutch next to nothing",
        "given_up": "stopped: {turns} turns in a row were not understood, so the call got nowhere (seed {seeds})",
        "took": "took",
        "key_fact": "key fact never comes out", "facts": "facts", "objections": "objections", "lines": "lines",
        "order": "better trainees do not end better, order kept in", "fine": "nothing to remark", "calls": "calls",
    },
}  # fmt: skip

SERIOUS = frozenset({"endless", "loop", "dead_end", "order", "key_fact", "unresolved_objection"})
"""What no script should have; the other remarks may be right with one persona and not with the next."""
ORDER_SHARE = 0.95

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command(name="playtest")
def play(
    scripts: Annotated[list[str] | None, typer.Argument(help="Scripts to play (default: none; see --all).")] = None,
    every: Annotated[bool, typer.Option("--all", help="All scripts with all their personas.")] = False,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Calls per trainee (default: 20 in text, 1 by voice).")
    ] = None,
    voice: Annotated[bool, typer.Option("--voice", help="By voice, and report what the recogniser loses.")] = False,
    trainee: Annotated[str, typer.Option(help="With --voice: who plays.")] = "excellent",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """Let simulated trainees play scripts in text, and report what became of it.

    With --voice one trainee, spoken by a synthetic voice, plays through the real recogniser on a virtual clock (a
    minute or two a call, after a minute of loading; one call per pair unless --seeds says otherwise). Each turn is
    shown when it is over. A call of which four turns in a row are not understood is stopped.

    Per pair: outcomes by trainee; how many facts, objections and lines came up and which never did; dead ends, loops
    and calls without an end; and whether better trainees end better. Exit status 1 where a call has no end or goes
    round in circles, an excellent trainee fails, a key fact never comes out, an objection cannot be resolved, better
    trainees do not end better in 95 % of the seeds, or a call by voice got nowhere.
    """
    with failing_clearly():
        engine = Engine(load_settings())
        library, root = engine.library, engine.settings.content
        wanted = list(_wanted(library, scripts or [], every))
        if voice:
            spoken = asyncio.run(_by_voice(engine, wanted, trainee, seeds or 1))
            _show_spoken(spoken, as_json)
            raise typer.Exit(1 if any(report.given_up for report in spoken) else 0)
        calls = seeds or 20
        reports = [_report(library, ident, root, calls) for ident in track(wanted, "", console=ERR, transient=True)]
    if as_json:
        print_json([_as_json(report) for report in reports])
    else:
        for report in reports:
            _show(report)
    if any(code in SERIOUS for report in reports for code, _ in findings(report)):
        raise typer.Exit(1)


def _wanted(library: Library, scripts: list[str], every: bool) -> Iterator[str]:
    if not scripts and not every:
        raise KiestoonError("scenario.unknown", "name a script, or use --all")
    for name in scripts:
        script = library.scripts.get(name.partition("~")[0])
        if script is None:
            raise KiestoonError("scenario.unknown", f"there is no script {name}", {"scenario": name})
    known = library.scenario_ids()
    yield from (ident for ident in known if every or ident in scripts or ident.partition("~")[0] in scripts)


def _report(library: Library, ident: str, root: Path, seeds: int) -> Report:
    scenario = library.scenario(ident)
    return playtest(scenario, load_trainees(root, scenario.script.lang), range(seeds))


async def _by_voice(engine: Engine, wanted: list[str], name: str, seeds: int) -> list[VoiceReport]:
    says: dict[str, str] = _says()
    reports: list[VoiceReport] = []
    warned: set[Lang] = set()
    for ident in wanted:
        scenario = engine.library.scenario(ident)
        lang = scenario.script.lang
        trainees = load_trainees(engine.settings.content, lang)
        if name not in trainees:
            known = ", ".join(sorted(trainees))
            raise KiestoonError("trainee.unknown", f"there is no trainee {name}; there are {known}", {"name": name})
        if lang not in warned:
            warned.add(lang)
            _tell(says["loading"])
            recogniser = engine.recogniser(lang).id
            if robotic(engine, lang):
                _tell(says["robotic"].format(recogniser=recogniser, hopeless=says["hopeless"] if lang == "nl" else ""))
            engine.acts(lang)
            engine.turn_ends(lang)
            engine.transcriber(lang)
        _tell(says["call"].format(scenario=ident, trainee=name))
        reports.append(await playtest_by_voice(engine, scenario, trainees[name], range(seeds), _turn_teller()))
    return reports


def _tell(line: str, style: str = "dim") -> None:
    ERR.print(line, style=style, markup=False, soft_wrap=True)


def _turn_teller() -> Callable[[Exchange], None]:
    """Tells each turn of a call on stderr as it comes; the turns are counted anew when the clock starts anew."""
    at_ms: list[int] = []

    def tell(exchange: Exchange) -> None:
        if at_ms and exchange.at_ms < at_ms[-1]:
            at_ms.clear()
        at_ms.append(exchange.at_ms)
        words, wrong = exchange.words()
        meant = exchange.meant.act_set()
        at = f"{exchange.at_ms // 60_000}:{exchange.at_ms // 1000 % 60:02d}"
        kept = {"kept": len(meant & exchange.acts), "acts": len(meant)}
        _tell(_says()["turn"].format(at=at, turn=len(at_ms), wrong=wrong, words=words, **kept))

    return tell


def _says() -> dict[str, str]:
    return SAYS.get(ui_lang(), SAYS["en"])


def _show_spoken(reports: list[VoiceReport], as_json: bool) -> None:
    if as_json:
        return print_json([asdict(report) for report in reports])
    says = _says()
    for report in reports:
        lost = report.losses
        OUT.print(f"{report.scenario}  ({report.voice}, {report.recogniser})", style="bold", markup=False)
        ends = "  ".join(f"{spoken} ({written})" for spoken, written in report.outcomes)
        OUT.print(f"  {says['ends']}: {ends}", markup=False)
        OUT.print(
            f"  {says['words_lost']}: {lost.word_errors:.0%}  {says['acts_kept']}: {lost.acts_kept:.0%}", markup=False
        )
        if lost.acts_lost:
            OUT.print("  " + "  ".join(f"{act} {count}" for act, count in lost.acts_lost.items()), style="dim")
        if lost.unheard:
            OUT.print(f"  ! {says['unheard']}: {lost.unheard}", style="yellow", markup=False)
        if report.given_up:
            seeds = ", ".join(map(str, report.given_up))
            OUT.print(f"  ! {says['given_up'].format(turns=LOST_TURNS, seeds=seeds)}", style="yellow", soft_wrap=True)
        OUT.print(f"  {says['took']}: {report.took_s:.0f} s", style="dim", markup=False)
    return None


def findings(report: Report) -> list[tuple[str, str]]:
    """What an author should look at, as pairs of a code and what it is about."""
    found = [("key_fact", name) for name in report.key_facts_never_told]
    found += [("unused_fact", n) for n in report.facts_never_told if n not in report.key_facts_never_told]
    found += [("unused_objection", name) for name in report.objections_never_raised]
    found += [("unresolved_objection", name) for name in report.objections_never_resolved]
    found += [("unused_line", name) for name in report.lines_never_said]
    counted = {"endless": report.endless, "loop": report.loops, "dead_end": report.dead_ends}
    found += [(code, str(count)) for code, count in counted.items() if count]
    if report.order_kept < ORDER_SHARE:
        found.append(("order", f"{report.order_kept:.0%}"))
    return found


def _as_json(report: Report) -> dict[str, object]:
    return {
        "scenario": report.scenario,
        "calls": report.calls,
        "order_kept": round(report.order_kept, 3),
        "coverage": {what: {"met": cover.met, "there": cover.there} for what, cover in report.coverage.items()},
        "outcomes": report.outcomes,
        "findings": [{"code": code, "about": about} for code, about in findings(report)],
    }


def _show(report: Report) -> None:
    says = _says()
    OUT.print(f"{report.scenario}  ({report.calls} {says['calls']})", style="bold", markup=False)
    for name, ends in report.outcomes.items():
        shown = "  ".join(f"{outcome} {count}" for outcome, count in sorted(ends.items(), key=lambda end: -end[1]))
        OUT.print(f"  {name:<11} {shown}", markup=False)
    covered = "  ".join(f"{says[what]} {cover.met}/{cover.there}" for what, cover in report.coverage.items())
    OUT.print(f"  {covered}", style="dim", markup=False)
    found = findings(report)
    for code, about in found:
        OUT.print(f"  ! {says[code]}: {about}", style="yellow", markup=False)
    if not found:
        OUT.print(f"  {says['fine']}", style="green", markup=False)
