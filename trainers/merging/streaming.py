"""Merged parameters, each computed when it is read, from one tensor of each input."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ...agents.errors import BadModel
from .checks import check_tensor, finite
from .inputs import Inputs

if TYPE_CHECKING:
    from ...agents.models.base import Parameters


class Streamed(Mapping[str, Tensor]):
    """What a method makes of models with the same tensor names; with `based`, the last of them is the base.

    Tensors are read by reference and brought to the first model's device, in float32 or what is wider; the
    result is rounded once, to the first model's own precision.
    """

    def __init__(self, rule: Callable[[Inputs], Tensor], models: "Mapping[str, Parameters]", *, based: bool) -> None:
        self._rule = rule
        self._models = models
        self._based = based
        self._first = next(iter(models.values()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, name: str) -> Tensor:
        first = self._first[name]
        read = {}
        for model, parameters in self._models.items():
            tensor = parameters[name]
            check_tensor(name, model, tensor, tuple(first.shape))
            read[model] = tensor.to(first.device, torch.promote_types(tensor.dtype, torch.float32))
        base = read.popitem()[1] if self._based else None
        merged = self._rule(Inputs(name, tuple(read), tuple(read.values()), base)).to(first.dtype)
        if not finite(merged):
            raise BadModel(f"merge: {name} is too large for {first.dtype} once merged. Use smaller weights.")
        return merged
