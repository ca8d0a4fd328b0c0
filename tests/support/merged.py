"""Tensors to be merged."""

from typing import Any

from symposia.trainers.merging.methods import checked
from symposia.trainers.merging.streaming import Streamed
from torch import Tensor

BASE = [1, -1, 0.5, 0, 2, 0.25, 0, -0.5]
DELTAS = [
    [0.5, -0.25, 0, 0.125, -0.375, 0.1875, 0.0625, 1],
    [0.25, 0.5, -0.625, -0.125, -0.3125, 0.1875, -0.375, 0],
    [-0.5, 0.125, 0.25, 0.0625, 0.4375, -0.5625, 0.03125, -0.75],
]
W = (0.5, 0.25, 0.25)


def merged(method: str, tensors: list[Tensor], base: Tensor | None, **options: Any) -> Tensor:
    """One tensor, merged as a model's would be."""
    inputs = {f"m{number}": {"x": tensor} for number, tensor in enumerate(tensors)}
    if base is not None:
        inputs["base"] = {"x": base}
    return Streamed(checked(method, options), inputs, based=base is not None)["x"]
