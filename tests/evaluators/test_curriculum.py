"""The curriculum names only criteria that are judged, and leaves none of them without an objective."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from evaluators.registry import EVALUATORS

CURRICULUM = Path(__file__).parents[2] / "data" / "curriculum.yaml"


def test_every_criterion_serves_an_objective() -> None:
    objectives = YAML(typ="safe").load(CURRICULUM.read_text(encoding="utf-8"))["objectives"]
    served = {criterion for objective in objectives.values() for criterion in objective["criteria"]}
    assert served == {name for name, _ in EVALUATORS}
