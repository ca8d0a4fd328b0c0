"""Merged parameters, each computed when it is read, from one tensor of each input."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ...agents.errors import BadModel
from .checks import check_tensor, finite
from .inputs import Inputs
from .method import Method

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
        inputs, dtype = self._read(name)
        merged = self._ready(inputs).to(dtype)
        if not finite(merged):
            raise BadModel(f"merge: {name} is too large for {dtype} once merged. Use smaller weights.")
        return merged

    @cached_property
    def _ready(self) -> Callable[[Inputs], Tensor]:
        """The method, having seen the whole models if it has to. Nothing is read before a tensor is asked for."""
        if not isinstance(self._rule, Method):
            return self._rule
        return self._rule.over(lambda: (self._read(name)[0] for name in self))

    def _read(self, name: str) -> tuple[Inputs, torch.dtype]:
        """The tensors of a name, each read once, and the precision of the first one."""
        tensors = {model: parameters[name] for model, parameters in self._models.items()}
        first = next(iter(tensors.values()))
        for model, tensor in tensors.items():
            check_tensor(name, model, tensor, tuple(first.shape))
            tensors[model] = tensor.to(first.device, torch.promote_types(tensor.dtype, torch.float32))
        base = tensors.popitem()[1] if self._based else None
        return Inputs(name, tuple(tensors), tuple(tensors.values()), base), first.dtype
