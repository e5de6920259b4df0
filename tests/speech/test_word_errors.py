"""Speed must not cost words: short windows and greedy decoding against the library's own settings."""

from __future__ import annotations

import asyncio

import pytest
import soundfile
from faster_whisper import WhisperModel

from bot.audio import FloatSamples, from_float, resample, to_float
from server.bench_voices import SENTENCES
from server.bench_words import WordErrors, word_errors
from tests.human_dutch import read_clips

from .conftest import JOE
from .test_whisper import LONG

WORST = 0.01
WORST_ENGLISH = 0.02
"""Greedy decoding gets 3 words more of these 221 wrong than the five beams of the library. Two beams would make up for
it, but tell nothing of what the decoder expects, which decides on the end of a turn."""
CLIPS = 12


def test_words_are_counted_without_regard_to_case_and_marks():
    assert word_errors("Goedemorgen, met Sofie.", "goedemorgen met sofie") == WordErrors(0, 3)
    assert word_errors("ik kom morgen", "ik kom niet morgen") == WordErrors(1, 3)
    assert word_errors("ik kom morgen", "kom overmorgen") == WordErrors(2, 3)
    assert word_errors("", "ja").rate == 0
    assert (WordErrors(1, 4) + WordErrors(1, 6)).rate == 0.2


async def compared(whisper, stock: WhisperModel, pieces: list[tuple[str, FloatSamples]], lang: str):
    ours = theirs = WordErrors(0, 0)
    for text, audio in pieces:
        ours += word_errors(text, (await whisper.transcribe(audio, lang)).text)
        segments, _ = await asyncio.to_thread(stock.transcribe, audio, language=lang)
        theirs += word_errors(text, " ".join([segment.text for segment in segments]))
    return ours, theirs


@pytest.fixture(scope="session")
def stock(store) -> WhisperModel:
    return WhisperModel(str(store.resolve_transcriber("en").folder), device="cpu", compute_type="int8")


@pytest.mark.models
@pytest.mark.asyncio(loop_scope="session")
async def test_english_words_are_about_as_right_as_with_stock_decoding(whisper, voices, stock):
    pieces = [(text, to_float(await voices.render(text, JOE))) for text in (*SENTENCES, *LONG)]
    ours, theirs = await compared(whisper, stock, pieces, "en")
    assert ours.rate <= theirs.rate + WORST_ENGLISH


@pytest.mark.models
@pytest.mark.asyncio(loop_scope="session")
async def test_human_dutch_words_are_as_right_as_with_stock_decoding(whisper, stock):
    clips = [clip for clip in read_clips() if len(clip.text.split()) >= 6][::60][:CLIPS]
    if not clips:
        pytest.fail("the recordings of people were not unpacked: run make test")
    pieces = []
    for clip in clips:
        sound, rate = soundfile.read(clip.path, dtype="float32", always_2d=True)
        pieces.append((clip.text, to_float(resample(from_float(sound.mean(axis=1)), rate))))
    ours, theirs = await compared(whisper, stock, pieces, "nl")
    assert ours.rate <= theirs.rate + WORST
