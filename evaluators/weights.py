"""The weights by which verdicts are weighed, as `server.fit_judges` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import KiestoonError
from evaluators.verdicts import Verdict


class Weighing(BaseModel):
    """The weights of one criterion: per feature one number per verdict, in the order of `verdicts`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdicts: tuple[Verdict, ...]
    bias: tuple[float, ...]
    features: dict[str, tuple[float, ...]]

    def chances(self, features: Mapping[str, float]) -> dict[Verdict, float]:
        """Probability per verdict (0 to 1, together 1)."""
        scores = np.array(self.bias)
        for name, value in features.items():
            if name in self.features:
                scores = scores + value * np.array(self.features[name])
        odds = np.exp(scores - scores.max())
        return {verdict: float(chance) for verdict, chance in zip(self.verdicts, odds / odds.sum(), strict=True)}


class Weights(BaseModel):
    """All that was fitted: per criterion, for calls in these languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    langs: tuple[str, ...]
    criteria: dict[str, Weighing]


Fitted = TypeVar("Fitted", bound=BaseModel)


def load_weights(path: Path) -> Weights | None:
    """The weights in a file; None where there is none. Raises KiestoonError ``weights.invalid``."""
    return read_fitted(path, Weights)


def read_fitted(path: Path, kind: type[Fitted]) -> Fitted | None:
    """What a program fitted and wrote to a file; None where there is none. Raises KiestoonError ``weights.invalid``."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise KiestoonError("weights.invalid", f"{path.name}: {error.errors()[0]['msg']}") from error
