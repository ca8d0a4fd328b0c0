"""Settings that change with depth: given at some points from the first layer to the last, linear between them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from torch import Tensor

from ...agents.errors import BadScenario
from .inputs import Inputs
from .method import Method
from .methods import checked

LAYER = re.compile(r"\.(?:layers|h|blocks)\.(\d+)\.")


class ByDepth:
    """A method whose settings depend on the layer. What is in no layer has the settings of the first one.

    `gradients` gives options at equal distances: {"t": (0, 0.5, 1)}, {"weights": ((1, 0), (0, 1))}. Raises
    `BadScenario`, `UnknownName`.
    """

    def __init__(self, method: str, options: Mapping[str, Any], gradients: Mapping[str, Sequence[Any]]) -> None:
        for option, points in gradients.items():
            if not isinstance(points, Sequence) or not points:
                raise BadScenario(
                    f"merge: {method}.{option}: {points!r} is no gradient. Give its values at some depths."
                )
        self.method, self.options, self.gradients = method, dict(options), gradients
        self.layers = 1
        self.at = cache(self._at)
        for end in (0.0, 1.0):
            self.at(end)

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Raise `BadScenario` for settings that do not fit, at the points where they are given."""
        for points in self.gradients.values():
            for point in range(len(points)):
                self.at(point / max(1, len(points) - 1)).check(name, models, based=based)

    def spanning(self, names: Iterable[str]) -> "ByDepth":
        """The same for a model with these tensors."""
        self.layers = 1 + max((layer_of(name) for name in names), default=0)
        return self

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        return self.at(layer_of(inputs.name) / max(1, self.layers - 1))(inputs)

    def _at(self, depth: float) -> Method:
        given = {option: between(points, depth) for option, points in self.gradients.items()}
        rule = checked(self.method, {**self.options, **given})
        if getattr(rule, "scope", "tensor") == "model":
            raise BadScenario(f"merge: {self.method} trims a whole model at once, not by depth. Set scope to tensor.")
        return rule


def layer_of(name: str) -> int:
    """The number of a tensor's layer, zero for one in no layer."""
    found = LAYER.search(name)
    return int(found[1]) if found else 0


def between(points: Sequence[Any], depth: float) -> Any:  # noqa: ANN401 - a number or a tuple of them
    """The value at a depth from 0 to 1."""
    place = depth * (len(points) - 1)
    left = min(int(place), max(0, len(points) - 2))
    before, after = points[left], points[min(left + 1, len(points) - 1)]
    if isinstance(before, Sequence):
        return tuple(between(pair, place - left) for pair in zip(before, after, strict=True))
    return before + (place - left) * (after - before)
