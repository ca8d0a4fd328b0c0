"""Settings that change with depth."""

from typing import Any

import pytest
import torch
from symposia.agents.errors import UnknownName
from symposia.trainers.merging import merge
from symposia.trainers.merging.depth import between, is_gradient


def test_a_gradient_is_linear_between_its_points() -> None:
    points = (0, 0.5, 1, 0.2)
    assert [between(points, layer / 4) for layer in range(5)] == pytest.approx([0, 0.375, 0.75, 0.8, 0.2])
    assert between(((1, 0), (0, 1)), 0.25) == (0.75, 0.25)
    assert between((3,), 0.5) == 3


def test_a_model_may_be_one_at_the_bottom_and_another_at_the_top(models: dict[str, Any]) -> None:
    pair = {"amber": models["amber"], "blue": models["blue"]}
    mixed = merge(pair, "linear", name="mixed", gradients={"weights": ((1, 0), (0, 1))})
    for name, tensor in mixed.parameters.items():
        assert torch.equal(tensor, models["blue" if ".layers.1." in name else "amber"].parameters[name])


def test_a_gradient_of_what_is_no_option_is_refused(models: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match="merge: linear: no option named 'density'"):
        merge(models, "linear", name="mixed", gradients={"density": (0, 1)})


@pytest.mark.parametrize("points", [[0.0, 0.3], [1], [[0.1, 0.9], [0.5, 0.5]], ((1, 2),)])
def test_numbers_or_lists_of_one_length_are_a_gradient(points: object) -> None:
    assert is_gradient(points)


@pytest.mark.parametrize(
    "points", [[], None, 0.3, "0.3", [None, 0.3], [0.0, []], [[0.1], [0.1, 0.2]], [float("nan")], ["0", 1], [[], []]]
)
def test_anything_else_is_none(points: object) -> None:
    assert not is_gradient(points)
