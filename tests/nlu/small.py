"""A small content root and recogniser for tests: a dozen acts, trained in a second, no embedder."""

from __future__ import annotations

from pathlib import Path

from bot.nlu.build import build_model
from bot.nlu.pack import LanguagePack, pack_path, read_pack
from bot.nlu.recogniser import SpacyRecogniser, pipeline

CORPUS = {
    "greet": ["goedemorgen", "goedemiddag mevrouw", "dag meneer", "hallo", "goedenavond", "een goede morgen"],
    "state_name": ["met Sofie", "mijn naam is Karim", "u spreekt met Els", "met Jan aan de lijn", "ik ben Fatima"],
    "offer_help": ["waarmee kan ik u helpen", "hoe kan ik u helpen", "wat kan ik voor u doen", "zegt u het maar"],
    "verify_identity": [
        "mag ik uw klantnummer", "wat is uw geboortedatum", "mag ik uw naam en adres", "kunt u uw klantnummer geven",
    ],
    "empathize": ["dat is heel vervelend voor u", "ik begrijp dat u boos bent", "wat vervelend", "dat is echt erg"],
    "ask_open": ["wat is er precies gebeurd", "hoe komt dat", "wanneer is het begonnen", "wat ziet u op het scherm"],
    "ask_closed": [
        "hebt u het toestel al herstart", "brandt het lampje", "is het scherm zwart", "werkt de televisie nog",
    ],
    "propose_solution": ["ik stuur u een nieuw toestel", "ik stort het bedrag terug", "ik stuur een technieker langs"],
    "inform": ["het toestel heeft twee poorten", "de winkel is open tot zes uur", "uw pakje ligt in het depot"],
    "be_rude": ["u moet niet zo roepen", "wat bent u dom", "hou op met zagen", "zwijg nu eens even"],
    "say_goodbye": ["nog een fijne dag", "tot ziens", "een prettige avond nog", "tot de volgende keer"],
    "other": [
        "hallo hoort u mij", "Fatima heb jij de map", "kunt u dat herhalen ik versta u niet", "ik kom straks Jan",
    ],
}  # fmt: skip

PACK = """\
version: 1
lang: nl
fillers: [euh, hm]
spellings: {goeie morgen: goedemorgen, heb u: hebt u}
groups:
  title: mevrouw|meneer
rules:
- {id: t.greet, act: greet, closed: true, pattern: '\\bgoedemorgen\\b'}
- {id: t.name, act: use_customer_name, effect: also, pattern: '\\b{title} (?!mag|dat|wat)[a-z]{3,}'}
context:
- {id: t.statement, clause: '^[^?]*$', fallback: inform}
"""


def write_corpus(root: Path, corpus: dict[str, list[str]] | None = None, lang: str = "nl") -> Path:
    """Write the small content under `root` and return it."""
    folder = root / "data" / "nlu" / lang
    folder.mkdir(parents=True)
    for act, examples in (corpus or CORPUS).items():
        lines = "".join(f"    - {example}\n" for example in examples)
        (folder / f"{act}.yml").write_text(f'version: "3.1"\nnlu:\n- intent: {act}\n  examples: |\n{lines}', "utf-8")
    path = pack_path(root, lang)
    path.parent.mkdir(parents=True)
    path.write_text(PACK, encoding="utf-8")
    return root


def small_recogniser(root: Path) -> SpacyRecogniser:
    """A recogniser trained on the content under `root`, in this process."""
    pack: LanguagePack = read_pack(pack_path(root, "nl"), "nl")
    model = build_model(root, "nl")
    return SpacyRecogniser("nl", pipeline("nl", pack, model, None, ("Glasvezel Plus",)), "test", root, pack, model)
