"""What counts as a good voice on the telephone, by language: the bands of `data/lang/<lang>/voice.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import KiestoonError

NARROWEST = 0.1
"""Share of its middle that a band of rates spans at least: listeners do not notice less (Quené 2007)."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(_Strict):
    """`low` to `high` is good; outside `lowest` to `highest` the criterion is missed. Both ends belong to the band."""

    low: float
    high: float
    lowest: float
    highest: float
    source: str = Field(min_length=10, description="where the figures come from")

    @model_validator(mode="after")
    def _wide_enough(self) -> Self:
        if not self.lowest <= self.low < self.high <= self.highest:
            raise ValueError("must hold lowest <= low < high <= highest")
        if self.high - self.low < NARROWEST * abs(self.high + self.low) / 2:
            raise ValueError(f"is narrower than {NARROWEST:.0%} of its middle")
        return self

    def place(self, value: float) -> Literal["below_all", "below", "within", "above", "above_all"]:
        """Where a value lies."""
        if value < self.lowest:
            return "below_all"
        if value < self.low:
            return "below"
        if value > self.highest:
            return "above_all"
        return "above" if value > self.high else "within"


class VoiceBands(_Strict):
    """All bands of a language. `volume`: dB against the level of the headset check; `steadiness`: standard deviation of
    the level over stretches in dB; `intonation`: standard deviation of pitch in semitones; `speed`: articulation rate
    in syllables per second; `pauses`: share of the speaking turns that is silent; `recognition`: mean word
    probability, with `recognition_by` for recognisers that need a band of their own (by id); `voice_to_noise`: level of
    the speech above the noise in dB. Shares and probabilities run from 0 to 1.
    """

    version: Literal[1]
    lang: str
    volume: Band
    steadiness: Band
    intonation: Band
    speed: Band
    pauses: Band
    recognition: Band
    recognition_by: dict[str, Band] = Field(default_factory=dict)
    voice_to_noise: Band

    def heard_by(self, recogniser: str) -> VoiceBands:
        """The bands for what this recogniser heard: some are less sure of clear speech than others."""
        return self.model_copy(update={"recognition": self.recognition_by.get(recogniser, self.recognition)})


def load_bands(languages: Path, lang: str) -> VoiceBands:
    """Read `<languages>/<lang>/voice.yaml`. Raises KiestoonError ``voice.missing`` or ``voice.invalid`` with the
    place.
    """
    path = languages / lang / "voice.yaml"
    try:
        return VoiceBands.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise KiestoonError("voice.missing", f"there are no voice bands for {lang}", {"lang": lang}) from error
    except YAMLError as error:
        raise KiestoonError("voice.invalid", f"{lang}/voice.yaml is no YAML", {"lang": lang}) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "voice.yaml"
        raise KiestoonError("voice.invalid", f"{lang}/voice.yaml: {place}: {first['msg']}", {"place": place}) from error
