"""Trimming over a whole model."""

from typing import Any

import pytest
import torch
from symposia.agents.errors import BadScenario
from symposia.tests.support.said import says
from symposia.trainers.merging import merge
from symposia.trainers.merging.methods import checked
from symposia.trainers.merging.streaming import Streamed
from symposia.trainers.merging.thresholds import magnitude_thresholds


def test_a_whole_model_is_trimmed_at_once() -> None:
    changed = {"x": torch.tensor([4.0, 3.0, 2.0, 1.0]), "y": torch.tensor([0.4, 0.3, 0.2, 0.1])}
    inputs = {"m": changed, "base": {name: torch.zeros(4) for name in changed}}
    kept_of = {}
    for scope in ("tensor", "model"):
        streamed = Streamed(checked("ties", {"density": 0.5, "scope": scope}), inputs, based=True)
        kept_of[scope] = {name: (streamed[name] != 0).tolist() for name in changed}
    assert kept_of["tensor"] == {"x": [True, True, False, False], "y": [True, True, False, False]}
    assert kept_of["model"] == {"x": [True] * 4, "y": [False] * 4}


@pytest.mark.parametrize("density", [0.001, 0.2, 0.5, 1.0])
def test_the_edge_of_a_model_is_that_of_all_its_changes(density: float) -> None:
    generator = torch.Generator().manual_seed(0)
    parts = [[torch.randn(n, generator=generator) * s for s in (1e-3, 1.0)] for n in (1000, 7, 5000)]
    for model, edge in enumerate(magnitude_thresholds(lambda: parts, density)):
        sizes = torch.cat([part[model].abs() for part in parts]).sort(descending=True).values
        assert edge == sizes[max(1, int(density * len(sizes))) - 1].item()


def test_a_whole_model_is_not_trimmed_by_depth(models: dict[str, Any]) -> None:
    pair = {"amber": models["amber"]}
    with says(BadScenario, "merge: ties trims a whole model at once, not by depth. Set scope to tensor."):
        merge(pair, "ties", name="new", base=models["blue"], scope="model", gradients={"density": (0.2, 0.5)})
