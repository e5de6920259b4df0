"""The weights by which a call is cut into phases, as `server.fit_phases` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import KiestoonError

Floats = NDArray[np.float64]

COLUMNS = 7
"""Per feature: how well it goes with contact, analysis, offer and closing, and with the start of the last three."""


class PhaseWeights(BaseModel):
    """Per feature of a turn one weight per column; `back` is what it costs to go back from offer to analysis."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    langs: tuple[str, ...]
    back: float
    bias: tuple[float, ...]
    features: dict[str, tuple[float, ...]]

    def scores(self, turn: Mapping[str, float]) -> Floats:
        """The seven scores of one turn."""
        total = np.array(self.bias)
        for name, value in turn.items():
            if name in self.features:
                total = total + value * np.array(self.features[name])
        return total


def load_phase_weights(path: Path) -> PhaseWeights | None:
    """The weights in a file; None where there is none. Raises KiestoonError ``weights.invalid``."""
    try:
        return PhaseWeights.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise KiestoonError("weights.invalid", f"{path.name}: {error.errors()[0]['msg']}") from error
