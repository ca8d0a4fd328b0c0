"""Gradients: settings of a method that vary with layer depth, piecewise linear between given points."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any

from torch import Tensor

from ...agents.errors import BadScenario
from .inputs import Inputs
from .method import Method
from .methods import checked

LAYER = re.compile(r"\.(?:layers|h|blocks)\.(\d+)\.")


class ByDepth:
    """A method whose settings depend on the layer. Tensors outside of layers have the settings of the first layer.

    `gradients` are the values of options at equidistant depths from the first layer to the last: {"t": (0, 0.5, 1)},
    {"weights": ((1, 0), (0, 1))}. Raises `BadScenario`, `UnknownName`.

    >>> by_depth = ByDepth("slerp", {}, {"t": (0.0, 1.0)}).spanning(["model.layers.0.w", "model.layers.4.w"])
    >>> by_depth.at(0.25).t
    0.25
    """

    def __init__(self, method: str, options: Mapping[str, Any], gradients: Mapping[str, Sequence[Any]]) -> None:
        for option, points in gradients.items():
            if not is_gradient(points):
                raise BadScenario(
                    f"merge: {method}.{option}: {points!r} is not a gradient. Give its values at some depths."
                )
        self.method, self.options, self.gradients = method, dict(options), gradients
        self.layers = 1
        self.at = cache(self._at)
        for end in (0.0, 1.0):
            self.at(end)

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Raise `BadScenario` for settings that do not fit these models, at any of the given points."""
        for points in self.gradients.values():
            for point in range(len(points)):
                self.at(point / max(1, len(points) - 1)).check(name, models, based=based)

    def spanning(self, names: Iterable[str]) -> "ByDepth":
        """The method with its number of layers set to that of a model with these tensors."""
        self.layers = 1 + max((layer_of(name) for name in names), default=0)
        return self

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        return self.at(layer_of(inputs.name) / max(1, self.layers - 1))(inputs)

    def _at(self, depth: float) -> Method:
        values = {option: between(points, depth) for option, points in self.gradients.items()}
        rule = checked(self.method, {**self.options, **values})
        if getattr(rule, "scope", "tensor") == "model":
            raise BadScenario(f"merge: {self.method} trims a whole model at once, not by depth. Set scope to tensor.")
        return rule


def is_gradient(points: object) -> bool:
    """True for numbers, or for lists of numbers of one length, as weights at some depths are."""
    if not isinstance(points, list | tuple) or not points:
        return False
    if all(isinstance(point, list | tuple) for point in points):
        return len({len(point) for point in points}) == 1 and all(map(is_gradient, points))
    return all(isinstance(point, int | float) and isfinite(point) for point in points)


def layer_of(name: str) -> int:
    """The index of a tensor's layer; zero for one outside of layers."""
    found = LAYER.search(name)
    return int(found[1]) if found else 0


def between(points: Sequence[Any], depth: float) -> Any:  # noqa: ANN401 - a number or a tuple of them
    """The value at a depth from 0 to 1, by linear interpolation between equidistant points."""
    position = depth * (len(points) - 1)
    left = min(int(position), max(0, len(points) - 2))
    before, after = points[left], points[min(left + 1, len(points) - 1)]
    if isinstance(before, Sequence):
        return tuple(between(pair, position - left) for pair in zip(before, after, strict=True))
    return before + (position - left) * (after - before)
