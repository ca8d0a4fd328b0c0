"""Merging by arithmetic: a new model whose parameters are combined from those of others.

Tensor by tensor: float32 accumulation, one rounding to the parameters' own type, the coefficients as
they are (never normalised silently).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..agents import Open
from ..agents.errors import ArchitectureMismatch

if TYPE_CHECKING:
    from torch import Tensor


class Combination(Mapping[str, "Tensor"]):
    """The parameters sum_k c_k theta_k, each computed when it is read."""

    def __init__(self, models: Sequence[Open], coefficients: Sequence[float]) -> None:
        self.terms = list(zip([model.parameters for model in models], coefficients, strict=True))
        first = self.terms[0][0]
        for number, (parameters, _) in enumerate(self.terms[1:], 2):
            check_same_names(first, parameters, number)

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms[0][0])

    def __len__(self) -> int:
        return len(self.terms[0][0])

    def __getitem__(self, name: str) -> "Tensor":
        (parameters, coefficient), *rest = self.terms
        total = parameters[name].float() * coefficient
        for others, weight in rest:
            check_same_shape(name, parameters[name], others[name])
            total.add_(others[name].float(), alpha=weight)
        return total.to(parameters[name].dtype)


def average(models: Sequence[Open], *, name: str) -> Open:
    """The uniform mean of models of one architecture. Raises `ArchitectureMismatch`."""
    return combine(models, [1 / len(models)] * len(models), name=name)


def combine(models: Sequence[Open], coefficients: Sequence[float], *, name: str) -> Open:
    """A live model with the parameters sum_k c_k theta_k. Raises `ArchitectureMismatch`."""
    return models[0].with_parameters(Combination(models, coefficients), name=name)


def check_same_names(first: Mapping[str, "Tensor"], other: Mapping[str, "Tensor"], number: int) -> None:
    """Raise `ArchitectureMismatch` unless both have tensors of the same names."""
    if different := sorted(set(first) ^ set(other)):
        raise ArchitectureMismatch(
            f"merge: model {number} differs from model 1 in {len(different)} tensors, {different[0]} for one. "
            "Merge models of one architecture."
        )


def check_same_shape(name: str, first: "Tensor", other: "Tensor") -> None:
    """Raise `ArchitectureMismatch` unless both tensors have one shape."""
    if first.shape != other.shape:
        raise ArchitectureMismatch(
            f"merge: {name} has shapes {tuple(first.shape)} and {tuple(other.shape)}. Merge models of one architecture."
        )
