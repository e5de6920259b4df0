import asyncio

import numpy as np
import pytest

from bot.audio import SAMPLE_RATE, to_float
from bot.errors import KiestoonError
from bot.speech.whisper import WhisperTranscriber, split

from .conftest import JOE

pytestmark = pytest.mark.models
in_session = pytest.mark.asyncio(loop_scope="session")
WORDS = ["good", "morning", "i", "would", "like", "to", "order", "two", "subscriptions", "for", "my", "mother"]


def bare(text):
    return [word.strip(".,!?").lower() for word in text.split()]


@in_session
async def test_a_clear_sentence_is_recognised_word_for_word(whisper, spoken):
    heard = await whisper.transcribe(to_float(spoken), "en", "Telenova.")
    assert bare(heard.text) == WORDS
    assert [word for one in heard.words for word in bare(one.text)] == WORDS
    assert heard.confidence > 0.8
    assert heard.doubt == ""
    assert heard.model == "whisper-base"
    assert heard.decode_ms > 0


@in_session
async def test_word_times_lie_in_the_audio_and_in_order(whisper, spoken):
    heard = await whisper.transcribe(to_float(spoken), "en")
    for word in heard.words:
        assert 0 <= word.start_ms <= word.end_ms <= len(spoken) // 16 + 100
    starts = [word.start_ms for word in heard.words]
    assert starts == sorted(starts)
    moved = heard.at(5000)
    assert [word.start_ms - 5000 for word in moved.words] == starts


@in_session
async def test_words_can_be_left_out(whisper, spoken):
    heard = await whisper.transcribe(to_float(spoken), "en", words=False)
    assert bare(heard.text) == WORDS
    assert heard.words == ()
    assert 0.5 < heard.confidence <= 1


@in_session
async def test_a_piece_that_is_alone_is_heard_like_one_beside_another(store, spoken):
    recogniser = store.resolve_transcriber("en")
    transcriber = WhisperTranscriber(recogniser.folder, recogniser.id, threads=1)
    alone = await transcriber.transcribe(to_float(spoken), "en", words=False)
    beside = await asyncio.gather(*(transcriber.transcribe(to_float(spoken), "en", words=False) for _ in range(2)))
    assert [bare(heard.text) for heard in (alone, *beside)] == [WORDS] * 3
    await transcriber.close()


LONG = [
    "The delivery was planned for Thursday, but the driver could not find the address.",
    "We can send a technician tomorrow morning, and he will repair the connection.",
    "The subscription has no activation fee, and you can cancel it every month.",
    "Many customers choose this because it is simple and reliable.",
    "Please restart the modem, wait a moment, and look at the green light.",
    "I will make a note of that in your file for my colleague.",
    "Your appointment is confirmed, and you will receive a message from us.",
    "Thank you very much for your patience.",
]


@in_session
async def test_a_long_turn_is_heard_to_its_end(whisper, voices):
    pause = np.zeros(SAMPLE_RATE, dtype=np.float32)
    spoken = [to_float(await voices.render(sentence, JOE)) for sentence in LONG]
    long = np.concatenate([part for sentence in spoken for part in (sentence, pause)])
    assert len(long) > 30 * SAMPLE_RATE
    heard = await whisper.transcribe(long, "en")
    for word in ("delivery", "technician", "subscription", "customers", "modem", "file", "appointment", "patience"):
        assert heard.text.lower().count(word) == 1
    last = heard.words[-1]
    assert "patience" in last.text
    assert last.end_ms == pytest.approx(len(long) // 16 - 1000, abs=600)


@in_session
async def test_a_number_may_be_read_twice(whisper, voices):
    line = "My customer number is two zero four eight seven one, that is two zero four eight seven one."
    heard = await whisper.transcribe(to_float(await voices.render(line, JOE)), "en")
    assert heard.text.replace(" ", "").count("204871") == 2


@in_session
@pytest.mark.parametrize("lang", ["nl", "en", "fr", "de"])
@pytest.mark.parametrize("kind", ["silence", "noise", "hum", "nothing"])
async def test_nothing_is_invented(whisper, lang, kind):
    time_s = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    audio = {
        "silence": np.zeros(2 * SAMPLE_RATE),
        "noise": np.random.default_rng(3).normal(0, 0.02, 2 * SAMPLE_RATE),
        "hum": 0.1 * np.sin(2 * np.pi * 100 * time_s),
        "nothing": np.zeros(0),
    }[kind].astype(np.float32)
    heard = await whisper.transcribe(audio, lang)
    assert heard.text == ""
    assert heard.confidence < 0.2
    assert heard.doubt != ""


@in_session
async def test_a_cancelled_recognition_is_dropped_and_the_next_one_served(whisper, spoken):
    audio = to_float(spoken)
    speculative = [asyncio.create_task(whisper.transcribe(np.tile(audio, 5), "en")) for _ in range(4)]
    await asyncio.sleep(0)
    for task in speculative:
        task.cancel()
    heard = await whisper.transcribe(audio, "en")
    assert bare(heard.text) == WORDS
    assert all(task.cancelled() for task in speculative)


@in_session
async def test_the_event_loop_is_free_meanwhile(whisper, spoken):
    task = asyncio.create_task(whisper.transcribe(to_float(spoken), "en"))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 5


@in_session
async def test_a_missing_file_is_told_and_nothing_is_looked_up_elsewhere(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.bin").write_bytes(b"no model")
    transcriber = WhisperTranscriber(tmp_path, "broken")
    with pytest.raises(KiestoonError) as caught:
        await transcriber.warm()
    assert caught.value.code == "model.missing"
    assert caught.value.details["file"] == "tokenizer.json"
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(KiestoonError) as caught:
        await transcriber.warm()
    assert caught.value.code == "model.corrupt"
    await transcriber.close()


@in_session
async def test_a_closed_recogniser_fails_as_expected_failures_do(tmp_path):
    transcriber = WhisperTranscriber(tmp_path, "closed")
    await transcriber.close()
    with pytest.raises(KiestoonError) as caught:
        await transcriber.warm()
    assert caught.value.code == "recogniser.failed"


def test_long_audio_is_cut_where_it_is_quiet():
    rng = np.random.default_rng(5)
    audio = rng.normal(0, 0.1, 60 * SAMPLE_RATE).astype(np.float32)
    for second in (22, 47):
        audio[second * SAMPLE_RATE : second * SAMPLE_RATE + 8000] = 0
    pieces = split(audio)
    assert np.array_equal(np.concatenate(pieces), audio)
    assert [round(len(piece) / SAMPLE_RATE, 1) for piece in pieces[:2]] == pytest.approx([22.3, 25.0], abs=0.5)
    assert all(len(piece) <= 28 * SAMPLE_RATE for piece in pieces)
