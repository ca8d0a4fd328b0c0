"""The inputs of a merging method: the tensors of one name."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from torch import Tensor

from ...agents.errors import BadScenario

PIECE: Final = 2**16
"""The entries per chunk of elementwise methods, so that intermediate results fit in a CPU's cache."""


class Inputs(NamedTuple):
    """The tensors of one name, one a model, in float32 or wider, and the base model's, if any.

    >>> import torch
    >>> inputs = Inputs("w", ("amber",), (torch.tensor([3.0]),), base=torch.tensor([1.0]))
    >>> inputs.deltas[0].tolist()
    [2.0]
    """

    name: str
    models: tuple[str, ...]
    tensors: tuple[Tensor, ...]
    base: Tensor | None = None

    @property
    def origin(self) -> Tensor:
        """The base model's tensor. Raises `BadScenario` without one."""
        if self.base is None:
            raise BadScenario("merge: no base. Name the model that the others were trained from.")
        return self.base

    @property
    def deltas(self) -> list[Tensor]:
        """The task vectors: delta_k = theta_k - b."""
        return [tensor - self.origin for tensor in self.tensors]


def weighted_sum(tensors: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """The weighted sum sum_k w_k t_k of tensors."""
    total = tensors[0] * weights[0]
    for tensor, weight in zip(tensors[1:], weights[1:], strict=True):
        total.add_(tensor, alpha=weight)
    return total


def pieces(like: Tensor) -> Iterator[slice]:
    """Slices over the entries of a flat tensor: chunks of `PIECE` on a CPU, all at once on a GPU."""
    size = PIECE if like.device.type == "cpu" else like.numel()
    for start in range(0, like.numel(), max(1, size)):
        yield slice(start, start + size)
