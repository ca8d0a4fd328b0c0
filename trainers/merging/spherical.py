"""Spherical means: norms and directions of whole tensors are averaged separately."""

import torch
from pydantic import Field
from torch import Tensor

from .inputs import Inputs, weighted_sum
from .method import Method

NEARLY_PARALLEL = 0.9995


class Slerp(Method):
    """Spherical interpolation from the first model (t = 0) to the second (t = 1), Shoemake 1985.

    Nearly parallel tensors are interpolated linearly.

    >>> tensors = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    >>> [round(value, 4) for value in Slerp(t=0.5)(Inputs("w", ("amber", "blue"), tensors)).tolist()]
    [0.7071, 0.7071]
    """

    t: float = 0.5
    takes = 2

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        first, second = inputs.tensors
        lengths = length(first) * length(second)
        cosine = float((first * second).sum(dtype=torch.float64)) / lengths if lengths > 0 else 1.0
        if abs(cosine) > NEARLY_PARALLEL:
            return torch.lerp(first, second, self.t)
        angle = torch.tensor(cosine, dtype=torch.float64).acos()
        parts = ((1 - self.t) * angle).sin() / angle.sin(), (self.t * angle).sin() / angle.sin()
        return weighted_sum((first, second), [float(part) for part in parts])


class MultiSlerp(Method):
    """The mean norm times the mean direction of any number of models; with a base, of their task vectors.

    Without `steps` the direction is that of the weighted mean of unit vectors, as in mergekit's multislerp, whose
    tangent step is zero by construction. With `steps` it is their Karcher mean on the sphere.

    >>> tensors = torch.tensor([3.0, 0.0]), torch.tensor([0.0, 1.0])
    >>> round(float(MultiSlerp()(Inputs("w", ("amber", "blue"), tensors)).norm()), 4)  # the mean of 3 and 1
    2.0
    """

    steps: int = Field(default=0, ge=0)

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Raise `BadScenario` as for every method, and for weights that sum to zero."""
        super().check(name, models, based=based)
        self.check_mean(models)

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        tensors = inputs.tensors if inputs.base is None else inputs.deltas
        total = sum(self.weights_of(len(tensors)))
        weights = [weight / total for weight in self.weights_of(len(tensors))]
        lengths = [length(tensor) for tensor in tensors]
        if min(lengths) == 0:
            return self.around(inputs, weighted_sum(tensors, weights))
        units = [tensor / size for tensor, size in zip(tensors, lengths, strict=True)]
        mean = weighted_sum(units, weights)
        if float(mean.norm()) < 1e-8:  # opposite directions have no mean direction
            return self.around(inputs, weighted_sum(tensors, weights))
        mean = mean / mean.norm()
        for _ in range(self.steps):
            mean = moved(mean, weighted_sum([tangent(mean, unit) for unit in units], weights))
        return self.around(inputs, mean * sum(w * size for w, size in zip(weights, lengths, strict=True)))

    def around(self, inputs: Inputs, merged: Tensor) -> Tensor:
        """The merged task vector added to the base, where there is one."""
        return merged if inputs.base is None else inputs.base + merged


def length(tensor: Tensor) -> float:
    """The Euclidean norm, summed in float64."""
    return float(torch.linalg.vector_norm(tensor, dtype=torch.float64))


def tangent(at: Tensor, unit: Tensor) -> Tensor:
    """The logarithm map of the sphere at a unit vector: the tangent vector to another unit vector."""
    cosine = (at * unit).sum().clamp(-1, 1)
    aside = unit - cosine * at
    size = aside.norm()
    return aside * (cosine.acos() / size) if size > 0 else torch.zeros_like(unit)


def moved(at: Tensor, way: Tensor) -> Tensor:
    """The exponential map of the sphere at a unit vector: the end of a tangent vector."""
    size = way.norm()
    return at * size.cos() + way * (size.sin() / size) if size > 0 else at
