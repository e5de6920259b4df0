"""Neural voices: a Piper model, one per file."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import numpy as np
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig

from bot.audio import Samples, resample, stretch
from bot.errors import KiestoonError
from bot.speech.synthesizer import VoiceSettings

# Piper logs every text that it speaks at DEBUG.
logging.getLogger("piper").setLevel(logging.INFO)


class PiperEngine:
    """One Piper voice, loaded at creation (about a second). `model` is the `.onnx` file; its `.onnx.json` lies beside
    it. Raises KiestoonError `model.missing` or `model.corrupt`.
    """

    def __init__(self, model: Path, *, threads: int | None = None) -> None:
        self._name = model.stem
        self._version = piper_version(model)
        self._voice = _load(model, threads or min(4, os.cpu_count() or 1))

    @property
    def version(self) -> str:
        """See `Engine.version`."""
        return self._version

    def speak(self, sentence: str, voice: VoiceSettings) -> Samples:
        """See `Engine.speak`. A higher pitch is a longer rendering that is played faster, so that the rate stays."""
        raised = 2 ** (voice.pitch / 12)
        config = SynthesisConfig(
            speaker_id=voice.speaker, length_scale=self._voice.config.length_scale * raised / voice.rate
        )
        try:
            chunks = [chunk.audio_int16_array for chunk in self._voice.synthesize(sentence, config)]
        except Exception as error:  # onnxruntime's errors share no base class of their own
            raise KiestoonError("voice.failed", "the voice cannot speak this line", {"engine": self._name}) from error
        samples = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.int16)
        return stretch(resample(samples, self._voice.config.sample_rate), 1 / raised)


def piper_version(model: Path) -> str:
    """`Engine.version` of the voice in a file, without loading it."""
    return f"piper:{model.stem}:{model.stat().st_size if model.is_file() else 0}"


def _load(model: Path, threads: int) -> PiperVoice:
    """Without spinning: idle threads of a voice must not eat the cores that recognition needs."""
    config_file = model.with_name(f"{model.name}.json")
    for file in (model, config_file):
        if not file.is_file():
            raise KiestoonError("model.missing", f"the voice lacks {file.name}", {"file": file.name})
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        config = PiperConfig.from_dict(json.loads(config_file.read_text(encoding="utf-8")))
        session = onnxruntime.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise KiestoonError(
            "model.corrupt", f"the voice {model.stem} cannot be loaded", {"file": model.name}
        ) from error
    return PiperVoice(session=session, config=config)
