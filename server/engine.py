"""What all calls share: the content, the models, the recognisers of acts, the words to judge by."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from bot.acts import Understanding
from bot.content.library import Library, load_library
from bot.content.models import Persona, Scenario
from bot.content.problems import Problem
from bot.customer_voice import voice_of
from bot.event_log import StoredLog
from bot.events import Lang
from bot.malloc_arenas import few_arenas
from bot.nlu.adapter import adapter_path, read_adapter, reader_path
from bot.nlu.protocol import ActRecogniser
from bot.speech.ending_sound import load_ending_sound
from bot.speech.manifest import load_manifest
from bot.speech.speaking import VoiceSynthesizer
from bot.speech.store import ModelStore, Recogniser
from bot.speech.synthesizer import SpokenBy, Synthesizer
from bot.speech.transcriber import Transcriber
from bot.speech.turn_end import TurnEnds
from bot.speech.vad import SileroVoiceActivity, VoiceActivity
from bot.speech.voice_cache import VoiceCache
from bot.speech.whisper import WhisperTranscriber
from evaluators.forest import Forests, load_forests
from evaluators.hearing import Vectors
from evaluators.lexicon import Lexicon, load_lexicon
from evaluators.messages import Messages, load_messages
from evaluators.phase_weights import PhaseWeights, load_phase_weights
from evaluators.record import CallRecord, Reader, record
from evaluators.rubric import Rubric, load_rubric, load_rubrics
from evaluators.spelling import Dictionary, load_dictionary
from evaluators.spoken_language import Wording, load_wording
from evaluators.transcript_file import TranscriptFile, transcript_events
from evaluators.voice_bands import VoiceBands, load_bands
from server.judging_kept import KeptFits
from server.judging_reader import call_reader
from server.judging_vectors import sentence_vectors
from server.listening import Listened
from server.settings import Settings
from server.turn_ends import load_turn_ends
from server.understanding import NluState, fallen_back, nlu_state, recogniser_for

SPELLING = Path(__file__).parent / "web" / "dist" / "spelling"
FORESTS = Path("data/judging/forests.npz")
PHASE_WEIGHTS = Path("data/judging/phases.json")
CONTENT_FOLDERS = ("personas", "dialogue_scripts", "data/companies", "data/messages", "data/lang")


class Engine:
    """Loads each part once, when it is first needed. What takes long has a lock of its own, so that nobody who only
    wants to read waits for a model that is being trained.
    """

    def __init__(self, settings: Settings) -> None:
        few_arenas()
        self.settings = settings
        self.version = version("kiestoon")
        self.models = ModelStore(settings.models_dir, load_manifest(settings.content / "data" / "models.yaml"))
        cache = VoiceCache(settings.cache_dir / "voices")
        self.synthesizer: Synthesizer = VoiceSynthesizer(self.models.resolve_voice, cache)
        self._content_lock = threading.Lock()
        self._training_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._library: tuple[tuple[tuple[str, int], ...], Library] | None = None
        self._recognisers: dict[str, ActRecogniser] = {}
        self._transcribers: dict[str, Transcriber] = {}
        self._turn_ends: dict[str, TurnEnds] = {}
        self._lexicons: dict[str, Lexicon] = {}
        self._readers: dict[str, Reader | None] = {}
        self._messages: dict[str, Messages] = {}
        self._wordings: dict[str, Wording] = {}
        self._bands: dict[str, VoiceBands | None] = {}
        self._dictionaries: dict[str, Dictionary | None] = {}
        self._rubrics: tuple[tuple[tuple[str, int], ...], tuple[dict[str, Rubric], tuple[Problem, ...]]] | None = None

    @property
    def library(self) -> Library:
        """All content as it is on disk now; read again when a file has changed."""
        with self._content_lock:
            stamp = _stamp(self.settings.content)
            if self._library is None or self._library[0] != stamp:
                self._library = (stamp, load_library(self.settings.content))
            return self._library[1]

    def acts(self, lang: Lang) -> ActRecogniser:
        """The recogniser of dialogue acts. A model that has not been trained yet is trained first, in a process of
        its own (a minute on two cores).
        """
        with self._training_locks[lang]:
            if lang not in self._recognisers:
                self._recognisers[lang] = recogniser_for(self.settings, lang)
            return self._recognisers[lang]

    def languages(self) -> list[Lang]:
        """The languages of the scripts, Dutch first."""
        found = {script.lang for script in self.library.scripts.values()}
        return sorted(found, key=lambda lang: (lang != "nl", lang))

    def fallen_back(self, lang: Lang) -> bool:
        """Whether the last turn in a language was understood by spaCy though Rasa should have."""
        return fallen_back(self._recognisers.get(lang))

    def nlu_state(self) -> NluState:
        """How the recognisers of dialogue acts that are in use fare; asks Rasa, where that is chosen."""
        return nlu_state(self.settings, tuple(self._recognisers.items()))

    def understanding(self, scenario: Scenario) -> Callable[[str, str | None], Understanding]:
        """The function by which a call understands its turns."""
        lang = scenario.script.lang
        products = [scenario.company.products[product].name for product in scenario.script.products]
        recogniser = self.acts(lang).taught(scenario.script.examples, products)
        return lambda text, previous: recogniser.understand(text, lang, previous_customer_line=previous)

    def recogniser(self, lang: Lang) -> Recogniser:
        """Which speech recogniser serves a language; raises KiestoonError ``model.missing``."""
        return self.models.resolve_transcriber(lang, self.settings.recogniser or None)

    def transcriber(self, lang: Lang) -> Transcriber:
        """The speech recogniser of a language, shared by all calls; raises KiestoonError ``model.missing``."""
        found = self.recogniser(lang)
        if found.id not in self._transcribers:
            ends = load_ending_sound(self.settings.content / "data" / "turn_ends" / f"{found.id}.json")
            self._transcribers[found.id] = WhisperTranscriber(found.folder, found.id, ends=ends)
        return self._transcribers[found.id]

    async def warm(self, lang: Lang) -> None:
        """Load what the first call in a language would otherwise wait for. Raises KiestoonError as loading does."""

        def load() -> None:
            self.acts(lang)
            self.lexicon(lang)
            self.turn_ends(lang)

        await asyncio.gather(self.transcriber(lang).warm(), asyncio.to_thread(load))

    def turn_ends(self, lang: Lang) -> TurnEnds:
        """What tells the end of a turn from a pause; learned at the first use ever (seconds)."""
        with self._training_locks[f"turn ends {lang}"]:
            if lang not in self._turn_ends:
                kept = self.settings.cache_dir / "turn_ends"
                self._turn_ends[lang] = load_turn_ends(lang, self.settings.content, kept)
            return self._turn_ends[lang]

    def voice_activity(self) -> VoiceActivity:
        """A fresh detector for one microphone."""
        return SileroVoiceActivity()

    def spoken_by(self, persona: Persona) -> SpokenBy:
        """Which engine and voice speak for a persona."""
        return self.synthesizer.spoken_by(voice_of(persona, persona.mood))

    def versions(self, scenario: Scenario) -> dict[str, str]:
        """What makes a call with this scenario: named in its log."""
        lang = scenario.script.lang
        return {
            "engine": self.version,
            "recogniser": self.recogniser(lang).id,
            "voice": str(self.spoken_by(scenario.persona)),
            "nlu": self.acts(lang).name,
        }

    def rubric(self, form: str = "") -> Rubric:
        """A form by its id, the default one where none is named, as it is on disk now. Raises KiestoonError
        ``rubric.missing`` or ``rubric.invalid``.
        """
        found = self.rubrics()[0].get(form or self.settings.form)
        return found or load_rubric(self.settings.content / "data" / "rubrics" / f"{form or self.settings.form}.yaml")

    def rubrics(self) -> tuple[dict[str, Rubric], tuple[Problem, ...]]:
        """All forms by id, and what is wrong with those that are left out; read again when a file has changed."""
        files = sorted((self.settings.content / "data" / "rubrics").glob("*.yaml"))
        stamp = tuple((str(path), path.stat().st_mtime_ns) for path in files)
        if self._rubrics is None or self._rubrics[0] != stamp:
            self._rubrics = (stamp, load_rubrics(self.settings.content))
        return self._rubrics[1]

    def words_edition(self, lang: Lang) -> str:
        """A mark of all by which calls in a language are judged: word lists, weights, and what reads turns."""
        folder = self.settings.content / "data" / "lang" / lang
        files = [folder / name for name in ("judging.yaml", "heard.yaml", "voice.yaml")]
        content = self.settings.content
        files += [content / FORESTS, content / PHASE_WEIGHTS, adapter_path(content), reader_path(content)]
        contents = b"".join(_fingerprint(path, path.stat().st_mtime_ns) for path in files if path.exists())
        return f"{lang} ({sha256(contents).hexdigest()[:8]})"

    @cached_property
    def _vectors(self) -> Vectors | None:
        """Sentence vectors for the judges, the same encoder for all languages."""
        return sentence_vectors(self.settings.content, self.settings.cache_dir / "nlu")

    @cached_property
    def _edition_of_vectors(self) -> str:
        adapter = read_adapter(adapter_path(self.settings.content))
        return adapter.digest if adapter and self._vectors else ""

    def lexicon(self, lang: Lang) -> Lexicon:
        """The words by which calls in a language are judged."""
        if lang not in self._lexicons:
            kept = KeptFits(self.settings.cache_dir / "judging", self._edition_of_vectors)
            found = load_lexicon(self.settings.content / "data" / "lang", lang, self._vectors, kept)
            # What it learns from examples it learns when first asked: better here than in the middle of a call.
            found.hears("yes", "-")
            found.said("inform", "-")
            self._lexicons[lang] = found
        return self._lexicons[lang]

    def reader(self, lang: Lang) -> Reader | None:
        """What reads whole calls in a language for the judges."""
        if lang not in self._readers:
            self._readers[lang] = call_reader(self.settings.content, self.settings.cache_dir / "nlu", lang)
        return self._readers[lang]

    @cached_property
    def forests(self) -> Forests | None:
        """The forests by which verdicts are weighed."""
        return load_forests(self.settings.content / FORESTS)

    @cached_property
    def phase_weights(self) -> PhaseWeights | None:
        """The weights by which a call is cut into phases."""
        return load_phase_weights(self.settings.content / PHASE_WEIGHTS)

    def messages(self, ui: str) -> Messages:
        """Titles, definitions and explanations in the language of the screen (English where there are none)."""
        if ui not in self._messages:
            languages = self.settings.content / "data" / "lang"
            there = (languages / ui / "criteria.yaml").exists()
            self._messages[ui] = load_messages(languages, ui if there else "en")
        return self._messages[ui]

    def wording(self, lang: Lang) -> Wording:
        """What is better said otherwise in a language, and its fillers."""
        if lang not in self._wordings:
            self._wordings[lang] = load_wording(self.settings.content / "data" / "lang", lang)
        return self._wordings[lang]

    def bands(self, lang: Lang) -> VoiceBands | None:
        """What counts as a good voice in a language; None where the language has no bands."""
        if lang not in self._bands:
            languages = self.settings.content / "data" / "lang"
            there = (languages / lang / "voice.yaml").exists()
            self._bands[lang] = load_bands(languages, lang) if there else None
        return self._bands[lang]

    def dictionary(self, lang: Lang) -> Dictionary | None:
        """What knows how words are spelt in a language; None where the web app was not built."""
        if lang not in self._dictionaries:
            self._dictionaries[lang] = load_dictionary(SPELLING, lang)
        return self._dictionaries[lang]

    def log_of(self, transcript: TranscriptFile, call_id: str) -> StoredLog:
        """A transcript as the log of a call, its turns understood."""
        recogniser, lang = self.acts(transcript.lang), transcript.lang

        def understand(text: str, previous: str | None) -> Understanding:
            return recogniser.understand(text, lang, previous_customer_line=previous)

        return StoredLog(transcript_events(transcript, understand, call_id))

    def record(self, log: StoredLog, ui: str, heard: Listened | None = None) -> CallRecord:
        """A call, ready to be judged; `heard` is what was measured in its recording."""
        call = replace(record(log.events, self.lexicon(log.start.lang), self.messages(ui)), forests=self.forests)
        call = replace(call, dictionary=self.dictionary(log.start.lang), phase_weights=self.phase_weights)
        call = replace(call, reader=self.reader(log.start.lang))
        if heard is None:
            return call
        bands = self.bands(log.start.lang)
        return replace(
            call, voice=heard.voice, lanes=heard.lanes, bands=bands.heard_by(heard.voice.recogniser) if bands else None
        )

    async def close(self) -> None:
        """Free the models."""
        await self.synthesizer.close()
        await asyncio.gather(*(transcriber.close() for transcriber in self._transcribers.values()))


@lru_cache(maxsize=64)
def _fingerprint(path: Path, changed_ns: int) -> bytes:
    """The hash of a file as it was last changed: some are megabytes, and every call that is scored asks for it."""
    return sha256(path.read_bytes()).digest()


def _stamp(root: Path) -> tuple[tuple[str, int], ...]:
    files = (path for folder in CONTENT_FOLDERS for path in (root / folder).rglob("*.yaml"))
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in files))
