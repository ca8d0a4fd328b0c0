"""What a method merges: the tensors of one name."""

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor

from ...agents.errors import BadScenario


class Inputs(NamedTuple):
    """The tensors of one `name`, one a model, float32 or wider, and the base's where there is one."""

    name: str
    models: tuple[str, ...]
    tensors: tuple[Tensor, ...]
    base: Tensor | None = None

    @property
    def origin(self) -> Tensor:
        """The base's tensor. Raises `BadScenario` without one."""
        if self.base is None:
            raise BadScenario("merge: no base. Name the model that the others were trained from.")
        return self.base

    @property
    def deltas(self) -> list[Tensor]:
        """What each model changed: delta_k = theta_k - b."""
        return [tensor - self.origin for tensor in self.tensors]


def weighted_sum(tensors: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """sum_k w_k t_k."""
    total = tensors[0] * weights[0]
    for tensor, weight in zip(tensors[1:], weights[1:], strict=True):
        total.add_(tensor, alpha=weight)
    return total
