"""Recordings of real calls become calls, or are refused with the reason; there is never half a call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import av
import numpy as np
import pytest

from bot.acts import Act
from bot.audio import SAMPLE_RATE, silence, write_wav
from bot.errors import KiestoonError
from bot.event_log import read_log
from bot.events import (
    AgentActs,
    AgentTurn,
    BargeIn,
    CallEnded,
    CallEvent,
    CallStarted,
    CustomerSpoke,
    Fault,
    SpeechStarted,
)  # fmt: skip
from bot.transcript import turns_of
from server.import_jobs import SOURCE, known_sources, note_batch, read_header, undo_last
from server.importing import BUILDING, ImportParts, clear_unfinished, import_events, import_recording
from server.recordings import announced_ms, decode, same_channels
from server.storage import CallStore
from tests.call_driver import understood
from tests.speech.fakes import FakeTranscriber, FakeVoiceActivity, tone

CALL = "20261122-120000-0123abcd"
FORMATS = {
    "call.wav": ("pcm_s16le", 16_000), "phone.wav": ("pcm_alaw", 8000), "call.flac": ("flac", 44_100),
    "call.mp3": ("libmp3lame", 44_100), "call.opus": ("libopus", 48_000),
}  # fmt: skip
AGENT = [(500, 2500), (5000, 7000)]
CUSTOMER = [(3000, 4500)]
SAID = ["Goedemorgen, met Sofie", "Dag, met Peeters", "Tot ziens"]


def write(path: Path, *channels: np.ndarray, codec: str = "pcm_s16le", rate: int = SAMPLE_RATE) -> Path:
    """A recording of 16 kHz channels, by FFmpeg's encoder, at any rate."""
    layout = {1: "mono", 2: "stereo", 3: "2.1"}[len(channels)]
    frame = av.AudioFrame.from_ndarray(np.stack(channels).T.reshape(1, -1).copy(), format="s16", layout=layout)
    frame.sample_rate = SAMPLE_RATE
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        context = stream.codec_context
        resampler = av.AudioResampler(context.format.name, layout, rate, frame_size=context.frame_size or None)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def spoken(*spans: tuple[int, int], length_ms: int = 8000, hertz: float = 220.0) -> np.ndarray:
    """A channel with a tone where somebody speaks."""
    channel = np.zeros(length_ms * 16, dtype=np.int16)
    for start, end in spans:
        channel[start * 16 : end * 16] = tone(end - start, hertz)
    return channel


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write(tmp_path / "call.wav", spoken(*AGENT), spoken(*CUSTOMER, hertz=330))


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    return CallStore(tmp_path / "calls")


def start(direction: str = "inbound") -> CallStarted:
    return CallStarted.model_validate({
        "at_ms": 0, "call_id": CALL, "started_at": "2026-11-22T12:00:00+01:00", "channel": "imported",
        "mode": "assessment", "lang": "nl", "kind": "service", "direction": direction, "script": "", "persona": "",
        "company": "", "company_name": "Telenova", "agent_name": "Sofie", "customer_name": "mevrouw Peeters",
        "customer_type": "", "seed": 0, "versions": {SOURCE: "0123456789abcdef"},
    })  # fmt: skip


def parts(agent=AGENT, customer=CUSTOMER, said=SAID, **more) -> ImportParts:
    ears: Iterator[FakeVoiceActivity] = iter([FakeVoiceActivity(agent), FakeVoiceActivity(customer)])
    return ImportParts(
        activity=lambda: next(ears),
        transcriber=more.pop("transcriber", None) or FakeTranscriber(said),
        understand=lambda text, before: understood(text, (Act.GREET,)),
        **more,
    )


def events(store: CallStore) -> tuple[CallEvent, ...]:
    return read_log(store.folder(CALL) / "events.jsonl").events


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_is_read_with_its_channels_apart(name: str, tmp_path: Path) -> None:
    codec, rate = FORMATS[name]
    path = write(tmp_path / name, spoken(*AGENT), spoken(*CUSTOMER, hertz=330), codec=codec, rate=rate)
    found = decode(path, tmp_path / "audio.pcm", "left", 1)
    stereo = np.fromfile(tmp_path / "audio.pcm", dtype="<i2").reshape(-1, 2)
    assert found.duration_ms == pytest.approx(8000, abs=80)
    assert announced_ms(path) == pytest.approx(8000, abs=80)
    assert not found.truncated
    first, second = (np.square(stereo[at * 16 : (at + 1000) * 16].astype(float)).mean(axis=0) for at in (1000, 3200))
    assert first[0] > 100 * first[1]
    assert second[1] > 100 * second[0]


def test_the_agent_may_be_on_the_right(recording: Path, tmp_path: Path) -> None:
    decode(recording, tmp_path / "left.pcm", "left", 1)
    decode(recording, tmp_path / "right.pcm", "right", 1)
    left, right = (np.fromfile(tmp_path / f"{side}.pcm", dtype="<i2").reshape(-1, 2) for side in ("left", "right"))
    assert (left[:, ::-1] == right).all()


def test_a_recording_becomes_a_call_that_plays_and_has_turns(recording: Path, store: CallStore) -> None:
    done: list[float] = []
    assert import_recording(recording, start(), "left", 1, store, parts(progress=done.append)) == CALL
    assert [(turn.speaker, turn.text) for turn in turns_of(events(store))] == [
        ("agent", SAID[0]), ("customer", SAID[1]), ("agent", SAID[2]),
    ]  # fmt: skip
    stored = store.read(CALL)
    assert stored.duration_ms == 8000
    assert len(store.audio(CALL)) == 8 * SAMPLE_RATE
    assert sum(done) == pytest.approx(8000, abs=1)


def test_turns_have_the_times_of_the_voice_and_words_those_of_the_call(recording: Path, store: CallStore) -> None:
    import_recording(recording, start(), "left", 1, store, parts())
    log = events(store)
    first, last = (event for event in log if isinstance(event, AgentTurn))
    assert (first.start_ms, last.end_ms) == (pytest.approx(500, abs=32), pytest.approx(7000, abs=32))
    assert last.words[0].start_ms == pytest.approx(5000, abs=300)
    assert [event.at_ms for event in log] == sorted(event.at_ms for event in log)
    assert sum(isinstance(event, SpeechStarted) for event in log) == 3


def test_names_are_told_to_the_recogniser(recording: Path, store: CallStore) -> None:
    ears = FakeTranscriber(SAID)
    import_recording(recording, start(), "left", 1, store, parts(transcriber=ears))
    assert ears.asked[0][2] == "Telenova, Sofie, mevrouw Peeters"


def test_who_takes_the_floor_is_in_the_log(tmp_path: Path, store: CallStore) -> None:
    path = write(tmp_path / "over.wav", spoken((500, 1000), (3500, 7000)), spoken((1500, 4500), hertz=330))
    import_recording(path, start(), "left", 1, store, parts([(500, 1000), (3500, 7000)], [(1500, 4500)]))
    log = events(store)
    (over,) = (event for event in log if isinstance(event, BargeIn))
    (cut,) = (event for event in log if isinstance(event, CustomerSpoke))
    assert (over.by, over.during_turn, cut.turn, cut.interrupted) == ("agent", 1, 1, True)


def test_what_was_badly_heard_is_not_guessed_at(recording: Path, store: CallStore) -> None:
    import_recording(recording, start(), "left", 1, store, parts(said=[("mompel", 0.2), "", "Tot ziens"]))
    log = events(store)
    assert [event.turn for event in log if isinstance(event, AgentTurn)] == [0, 1]
    assert [event.turn for event in log if isinstance(event, AgentActs)] == [1]


def test_a_recording_that_breaks_off_is_a_call_that_broke_off(recording: Path, store: CallStore) -> None:
    whole = recording.with_suffix(".flac")
    write(whole, spoken(*AGENT), spoken(*CUSTOMER, hertz=330), codec="flac")
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) * 3 // 4])
    import_recording(whole, start(), "left", 1, store, parts())
    log = events(store)
    assert isinstance(log[-1], Fault)
    assert log[-1].code == "import.truncated"
    assert not any(isinstance(event, CallEnded) for event in log)


def refuse_text(path: Path) -> Path:
    path.write_text("dit is geen geluid")
    return path


def no_sound(path: Path) -> Path:
    write_wav(path, silence(0), channels=2)
    return path


REFUSED = {
    "mono": ("import.mono", lambda path: write(path, spoken(*AGENT))),
    "three channels": ("import.channels", lambda path: write(path, *[spoken(*AGENT)] * 3)),
    "the same twice": ("import.same_channels", lambda path: write(path, spoken(*AGENT), spoken(*AGENT))),
    "no sound at all": ("import.empty", no_sound),
    "a text": ("import.unreadable", refuse_text),
    "nothing there": ("import.missing", lambda path: path),
    "too long": ("import.too_long", lambda path: write(path, spoken(length_ms=61_000), spoken(length_ms=61_000))),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_is_no_stereo_call_is_refused_and_leaves_nothing(what: str, tmp_path: Path, store: CallStore) -> None:
    code, make = REFUSED[what]
    with pytest.raises(KiestoonError) as raised:
        import_recording(make(tmp_path / "call.wav"), start(), "left", 1, store, parts())
    assert raised.value.code == code
    assert [path.name for path in store.root.iterdir()] == ["trash"]


@pytest.mark.parametrize(
    ("agent", "customer", "code"),
    [([], [], "import.silent"), (AGENT, [], "import.one_sided"), ([], CUSTOMER, "import.one_sided")],
)
def test_silence_is_refused(agent, customer, code: str, recording: Path, store: CallStore) -> None:
    with pytest.raises(KiestoonError) as raised:
        import_recording(recording, start(), "left", 1, store, parts(agent, customer))
    assert raised.value.code == code
    assert store.ids() == []


def test_a_full_disk_is_said(recording: Path) -> None:
    with pytest.raises(KiestoonError) as raised:
        decode(recording, Path("/dev/full"), "left", 1)
    assert raised.value.code == "disk.full"


def test_a_recogniser_that_fails_halfway_leaves_no_half_call(recording: Path, store: CallStore) -> None:
    class Failing(FakeTranscriber):
        async def transcribe(self, audio, lang, prompt="", *, words=True):
            if self.asked:
                raise KiestoonError("recogniser.failed", "the recogniser failed")
            return await super().transcribe(audio, lang, prompt, words=words)

    with pytest.raises(KiestoonError, match="failed"):
        import_recording(recording, start(), "left", 1, store, parts(transcriber=Failing(SAID)))
    assert [path.name for path in store.root.iterdir()] == ["trash"]


def test_what_a_killed_import_left_is_cleared_and_a_running_one_is_not(store: CallStore) -> None:
    dead, alive = store.root / f"{BUILDING}99999999-{CALL}", store.root / f"{BUILDING}1-{CALL}"
    dead.mkdir()
    alive.mkdir()
    assert store.ids() == []
    clear_unfinished(store)
    assert not dead.exists()
    assert alive.exists()


def test_channels_that_differ_by_a_little_noise_are_the_same() -> None:
    one = spoken(*AGENT)
    noise = np.random.default_rng(1).integers(-3, 4, len(one)).astype(np.int16)
    assert same_channels(np.stack([one, one + noise]).T)
    assert not same_channels(np.stack([one, spoken(*CUSTOMER)]).T)
    assert not same_channels(np.zeros((1000, 2), dtype=np.int16))


def test_an_import_is_known_by_its_source_and_can_be_undone(tmp_path: Path, store: CallStore) -> None:
    import_events((start(),), CALL, store)
    assert known_sources(store) == {"0123456789abcdef": CALL}
    note_batch(tmp_path / "imports", [CALL], datetime(2026, 11, 22))
    assert undo_last(tmp_path / "imports", store) == [CALL]
    assert store.ids() == []
    store.restore(CALL)
    assert store.ids() == [CALL]
    with pytest.raises(KiestoonError, match="no import to undo"):
        undo_last(tmp_path / "imports", store)


def test_what_is_known_of_a_recording_stands_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text(
        json.dumps({"lang": "nl", "kind": "sale", "direction": "outbound", "context": {"terms": "een jaar"}})
    )
    assert read_header(path).context.terms == ("een jaar",)
    path.write_text(json.dumps({"lang": "nl", "kind": "party", "direction": "outbound"}))
    with pytest.raises(KiestoonError, match="kind"):
        read_header(path)
    path.write_text("geen json")
    with pytest.raises(KiestoonError, match="no JSON"):
        read_header(path)
