"""What a method merges: the tensors of one name."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from torch import Tensor

from ...agents.errors import BadScenario

PIECE: Final = 2**16
"""How many entries are worked on at once where each depends on no other: what lies between fits in a CPU's cache."""


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


def pieces(like: Tensor) -> Iterator[slice]:
    """The entries of a flat tensor, in order, as many at once as its device works on best: on a GPU all."""
    size = PIECE if like.device.type == "cpu" else like.numel()
    for start in range(0, like.numel(), max(1, size)):
        yield slice(start, start + size)
