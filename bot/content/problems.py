"""What is wrong with a piece of content, where, and what its author most likely meant."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

UiLang = Literal["nl", "en"]

MESSAGES: dict[str, dict[UiLang, str]] = {
    "syntax": {"nl": "dit is geen geldige YAML: {what}", "en": "this is not valid YAML: {what}"},
    "syntax_colon": {
        "nl": "hier ontbreekt een ':' na de sleutel, of de inspringing klopt niet",
        "en": "a ':' is missing after the key here, or the indentation is wrong",
    },
    "syntax_colon_in_text": {
        "nl": "een ':' in een tekst? zet de hele tekst tussen aanhalingstekens",
        "en": "a ':' inside a text? put the whole text between quotes",
    },
    "syntax_tab": {
        "nl": "spring in met spaties, niet met tabs",
        "en": "indent with spaces, not with tabs",
    },
    "syntax_quote": {
        "nl": "een aanhalingsteken wordt niet gesloten",
        "en": "a quote is not closed",
    },
    "syntax_indent": {
        "nl": "hier klopt iets niet: kijk de inspringing en de aanhalingstekens na",
        "en": "something is wrong here: check the indentation and the quotes",
    },
    "syntax_backslash": {
        "nl": "een \\ kan niet in een tekst tussen aanhalingstekens",
        "en": "a \\ is not possible in a quoted text",
    },
    "two_documents": {
        "nl": "een bestand bevat één persona, script of bedrijf: haal '---' weg",
        "en": "a file holds one persona, script or company: remove '---'",
    },
    "too_large": {
        "nl": "het bestand is te groot (hoogstens {limit} kB)",
        "en": "the file is too large (at most {limit} kB)",
    },
    "too_deep": {
        "nl": "te diep genest (hoogstens {limit} niveaus)",
        "en": "nested too deeply (at most {limit} levels)",
    },
    "alias": {
        "nl": "ankers en verwijzingen (& en *) mogen niet; gebruik based_on",
        "en": "anchors and aliases (& and *) are not allowed; use based_on",
    },
    "tag": {"nl": "tags zoals {tag} mogen niet", "en": "tags such as {tag} are not allowed"},
    "encoding": {"nl": "het bestand is geen UTF-8-tekst", "en": "the file is not UTF-8 text"},
    "not_mapping": {
        "nl": "hier hoort een lijst van 'sleutel: waarde' te staan",
        "en": "expected a list of 'key: value' pairs here",
    },
    "unknown_key": {"nl": "onbekende sleutel '{name}'", "en": "unknown key '{name}'"},
    "duplicate_key": {"nl": "sleutel '{name}' staat er twee keer", "en": "key '{name}' occurs twice"},
    "missing_key": {"nl": "'{name}' ontbreekt", "en": "'{name}' is missing"},
    "invalid": {"nl": "'{name}' kan zo niet ({what})", "en": "'{name}' is not possible like this ({what})"},
    "pattern": {
        "nl": "'{value}' heeft niet de juiste vorm voor '{name}', zoals: {shape}",
        "en": "'{value}' does not have the right form for '{name}', such as: {shape}",
    },
    "empty_text": {"nl": "'{name}' mag niet leeg zijn", "en": "'{name}' must not be empty"},
    "long_text": {
        "nl": "'{name}' is te lang (hoogstens {limit} tekens)",
        "en": "'{name}' is too long (at most {limit})",
    },
    "too_few": {
        "nl": "'{name}' heeft er minstens {limit} nodig",
        "en": "'{name}' needs at least {limit}",
    },
    "too_many": {"nl": "'{name}' mag er hoogstens {limit} hebben", "en": "'{name}' may have at most {limit}"},
    "not_text": {"nl": "'{name}' moet een tekst zijn", "en": "'{name}' must be a text"},
    "not_number": {
        "nl": "'{name}' moet een getal zijn, niet '{value}'",
        "en": "'{name}' must be a number, not '{value}'",
    },
    "not_truth": {
        "nl": "'{name}' moet true of false zijn, niet '{value}'",
        "en": "'{name}' must be true or false, not '{value}'",
    },
    "not_list": {
        "nl": "'{name}' moet een lijst zijn: [een, twee] of regels met '- '",
        "en": "'{name}' must be a list: [one, two] or lines that begin with '- '",
    },
    "not_group": {
        "nl": "onder '{name}' horen 'sleutel: waarde' te staan",
        "en": "below '{name}' there should be 'key: value' pairs",
    },
    "accepted_not_allowed": {
        "nl": "de uitkomst '{value}' van 'accepted' staat niet bij 'allowed'",
        "en": "the outcome '{value}' of 'accepted' is not among 'allowed'",
    },
    "choice": {
        "nl": "'{value}' kan hier niet; kies uit: {choices}",
        "en": "'{value}' is not possible here; choose from: {choices}",
    },
    "number_range": {"nl": "'{name}' moet {what} zijn, niet {value}", "en": "'{name}' must be {what}, not {value}"},
    "unknown_id": {"nl": "{kind} '{value}' bestaat niet", "en": "{kind} '{value}' does not exist"},
    "id_file": {
        "nl": "id '{value}' en bestandsnaam '{file}' verschillen",
        "en": "id '{value}' and file name '{file}' differ",
    },
    "unknown_placeholder": {
        "nl": "'{{{value}}}' heeft geen waarde voor deze klant",
        "en": "'{{{value}}}' has no value for this customer",
    },
    "unknown_pool": {"nl": "'{value}' is geen bekende regelgroep", "en": "'{value}' is not a known pool of lines"},
    "missing_pool": {"nl": "de regelgroep '{value}' ontbreekt", "en": "the pool of lines '{value}' is missing"},
    "language": {
        "nl": "taal '{value}' past niet bij '{other}' van {kind} '{name}'",
        "en": "language '{value}' does not match '{other}' of {kind} '{name}'",
    },
    "voice": {
        "nl": "persona '{value}' heeft geen stem voor deze klant: geef 'voice_other'",
        "en": "persona '{value}' has no voice for this customer: give 'voice_other'",
    },
    "kind_mismatch": {
        "nl": "persona '{value}' speelt geen gesprekken van soort '{kind}'",
        "en": "persona '{value}' does not play calls of kind '{kind}'",
    },
    "unreachable_fact": {
        "nl": "feit '{value}' kan nooit naar boven komen: geef woorden in 'about' of zet 'open: true'",
        "en": "fact '{value}' can never come out: give words in 'about' or set 'open: true'",
    },
    "no_key_fact": {
        "nl": "minstens één feit hoort 'key: true' te hebben",
        "en": "at least one fact should have 'key: true'",
    },
    "twice": {"nl": "'{value}' staat er twee keer", "en": "'{value}' occurs twice"},
    "values_order": {
        "nl": "'values' moet stijgen van missed over partly naar met, tussen 0 en 1",
        "en": "'values' must rise from missed over partly to met, between 0 and 1",
    },
    "never_raised_kind": {
        "nl": "bezwaar '{value}' komt nooit: deze persona voert geen gesprekken van die soorten",
        "en": "objection '{value}' never comes: this persona has no calls of these kinds",
    },
    "never_raised_after": {
        "nl": "bezwaar '{value}' komt nooit: na deze handeling is het gesprek voorbij; kies er een die vroeger komt",
        "en": "objection '{value}' never comes: after this act the call is over; choose one that comes before",
    },
    "never_raised_spared": {
        "nl": "bezwaar '{value}' komt nooit: elk woord uit 'about' staat ook in 'spared_by'",
        "en": "objection '{value}' never comes: every word of 'about' is in 'spared_by' too",
    },
    "unresolvable": {
        "nl": "bezwaar '{value}' kan niet opgelost worden: geen enkel woord uit 'answer_words' kan gezegd worden",
        "en": "objection '{value}' cannot be resolved: no word of 'answer_words' can be said",
    },
    "unheard_solution": {
        "nl": "de oplossing wordt nooit herkend: geen enkel woord uit 'words' kan gezegd worden",
        "en": "the solution is never recognised: no word of 'words' can be said",
    },
    "untold_term": {
        "nl": "aan niets is te horen dat deze voorwaarde verteld werd: geef woorden in 'words' ({value})",
        "en": "nothing shows that this condition was told: give words in 'words' ({value})",
    },
    "unsayable_word": {
        "nl": "'{value}' kan niemand zeggen; schrijf een woord, of twee met … ertussen",
        "en": "nobody can say '{value}'; write a word, or two with … between",
    },
    "thin_pool": {
        "nl": "'{value}' heeft er maar {count}: schrijf er minstens {limit}, anders herhaalt de klant zich",
        "en": "'{value}' has only {count}: write at least {limit}, or the customer repeats themselves",
    },
    "hides_moods": {
        "nl": "de ene regel van '{value}' vervangt ook die voor een boze klant ({other}): schrijf er meer, "
        "of zet er een stemming achter",
        "en": "the one line of '{value}' replaces those for an angry customer too ({other}): write more, "
        "or give it a mood",
    },
    "missing_mood": {
        "nl": "'{value}' heeft geen regels voor een boze klant: schrijf ook '{value}@angry'",
        "en": "'{value}' has no lines for an angry customer: write '{value}@angry' too",
    },
    "unsaid_moods": {
        "nl": "'{value}' wordt nooit gezegd: er zijn al regels voor elke stemming ({other})",
        "en": "'{value}' is never said: there are lines for every mood already ({other})",
    },
    "unsaid_direction": {
        "nl": "'{value}' wordt nooit gezegd in een gesprek dat {other} is",
        "en": "'{value}' is never said in a call that is {other}",
    },
    "unsaid_trait": {
        "nl": "'{value}' wordt nooit gezegd: '{other}' is 0 bij wie dit speelt",
        "en": "'{value}' is never said: '{other}' is 0 for whoever plays this",
    },
    "unsaid_datum": {
        "nl": "'{value}' wordt nooit gezegd: deze klant heeft geen '{other}'",
        "en": "'{value}' is never said: this customer has no '{other}'",
    },
    "unsaid_twice": {
        "nl": "deze regel staat er al: '{value}'",
        "en": "this line is there already: '{value}'",
    },
    "other_language": {
        "nl": "dit lijkt een andere taal ({other}) dan die van het bestand ({value})",
        "en": "this looks like another language ({other}) than that of the file ({value})",
    },
    "hard_to_speak": {
        "nl": "'{value}' klinkt niet zoals je het bedoelt: schrijf het voluit, zoals iemand het zegt",
        "en": "'{value}' does not sound as you mean it: write it out, as people say it",
    },
    "no_calls": {
        "nl": "dit script heeft nog geen inhoudstest: schrijf er een in {value}",
        "en": "this script has no content test yet: write one in {value}",
    },
    "no_pair": {
        "nl": "persona '{value}' speelt dit script niet",
        "en": "persona '{value}' does not play this script",
    },
    "no_good_end": {
        "nl": "geen enkel gesprek loopt goed af ({value})",
        "en": "no call ends well ({value})",
    },
    "no_bad_end": {"nl": "geen enkel gesprek loopt mis", "en": "no call goes wrong"},
    "call_answer": {
        "nl": "de klant antwoordt hier met {found}, niet met {value}",
        "en": "the customer answers with {found} here, not with {value}",
    },
    "call_words": {
        "nl": "de klant zegt hier '{found}'; daar zit '{value}' niet in",
        "en": "the customer says '{found}' here, which does not hold '{value}'",
    },
    "call_outcome": {
        "nl": "het gesprek eindigt met '{found}', niet met '{value}'",
        "en": "the call ends with '{found}', not with '{value}'",
    },
    "call_fact": {
        "nl": "feit '{value}' komt in dit gesprek niet boven",
        "en": "fact '{value}' does not come out in this call",
    },
    "call_unresolved": {
        "nl": "bezwaar '{value}' wordt in dit gesprek niet opgelost",
        "en": "objection '{value}' is not resolved in this call",
    },
    "call_patience": {
        "nl": "het geduld is op het einde {found}, niet {value}",
        "en": "the patience is {found} in the end, not {value}",
    },
    "no_datum": {
        "nl": "deze klant heeft geen '{value}' in zijn dossier",
        "en": "this customer has no '{value}' in the files",
    },
    "no_value": {
        "nl": "veld '{value}' heeft geen juiste waarde: geef 'values' of 'record'",
        "en": "field '{value}' has no right value: give 'values' or 'record'",
    },
    "unfit_disposition": {
        "nl": "'{value}' kan bij een gesprek van soort '{kind}' niet gekozen worden; kies uit: {choices}",
        "en": "'{value}' cannot be chosen in a call of kind '{kind}'; choose from: {choices}",
    },
    "follow_up_order": {
        "nl": "'latest' ({latest}) ligt vóór 'earliest' ({earliest})",
        "en": "'latest' ({latest}) is before 'earliest' ({earliest})",
    },
    "fault_unsaid": {
        "nl": "schrijf in 'fault', boven 'workplace', ook in één zin wat de fout is",
        "en": "say in 'fault', above 'workplace', in one sentence what the fault is",
    },
    "based_on_loop": {"nl": "based_on draait in een kring: {value}", "en": "based_on goes round in a circle: {value}"},
    "unspeakable": {
        "nl": "dit kan geen stem goed uitspreken: '{value}'; schrijf het voluit",
        "en": "no voice can speak this well: '{value}'; write it out",
    },
}
ADVICE = frozenset({
    "thin_pool", "hides_moods", "missing_mood", "unsaid_moods", "unsaid_direction", "unsaid_trait", "unsaid_datum",
    "unsaid_twice", "other_language", "hard_to_speak",
})  # fmt: skip
"""Codes of what is better otherwise: content with these plays, and plays as written."""
KINDS: dict[str, dict[UiLang, str]] = {
    "company": {"nl": "bedrijf", "en": "company"},
    "customer": {"nl": "klant", "en": "customer"},
    "figure": {"nl": "cijfer", "en": "figure"},
    "page": {"nl": "pagina", "en": "page"},
    "fact": {"nl": "feit", "en": "fact"},
    "language pack": {"nl": "taalpakket", "en": "language pack"},
}
"""What messages call a part whose name is not the same in every language."""
REMARK: dict[UiLang, str] = {"nl": "let op: ", "en": "note: "}
DID_YOU_MEAN: dict[UiLang, str] = {"nl": "; bedoelde u '{0}'?", "en": "; did you mean '{0}'?"}


@dataclass(frozen=True, order=True)
class Problem:
    """One problem. `line` and `column` count from 1; `file` is relative to the content's root."""

    file: str
    line: int
    column: int
    code: str
    details: tuple[tuple[str, str], ...] = ()
    suggestion: str | None = None

    @property
    def is_advice(self) -> bool:
        """Whether this is a remark rather than a mistake."""
        return self.code in ADVICE

    @property
    def is_nowhere(self) -> bool:
        """Whether what is wrong has no place in the file: it is missing there, or comes from another file."""
        return (self.line, self.column) == (1, 1)

    def message(self, ui: UiLang = "nl") -> str:
        """What is wrong and the likely intention, in the language of the reader."""
        details = dict(self.details)
        details["kind"] = KINDS.get(details.get("kind", ""), {}).get(ui, details.get("kind", ""))
        text = MESSAGES[self.code][ui].format(**details)
        return text + (DID_YOU_MEAN[ui].format(self.suggestion) if self.suggestion else "")

    def render(self, ui: UiLang = "nl") -> str:
        """`file:line:column: message`, as editors understand it."""
        mark = REMARK[ui] if self.is_advice else ""
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.message(ui)}"


def closest(value: str, known: list[str]) -> str | None:
    """The known name that looks most like this one, if any does."""
    found = get_close_matches(value, known, n=1, cutoff=0.6)
    return found[0] if found else None
