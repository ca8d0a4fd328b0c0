"""Merged parameters, each computed when it is read, from one tensor of each input."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ...agents.errors import BadModel
from .checks import check_finite, check_shape, finite
from .inputs import Inputs, pieces
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
        # Where a bad number in an input always shows in the result, looking at the result is enough.
        self._shows = isinstance(rule, Method) and rule.shows_what_is_not_finite
        self._by_entry = isinstance(rule, Method) and rule.by_entry
        self._first = next(iter(models.values()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, name: str) -> Tensor:
        tensors = self._tensors(name)
        first = next(iter(tensors.values()))
        merged = torch.empty_like(first, memory_format=torch.contiguous_format)
        if self._by_entry:
            flat = {model: tensor.reshape(-1) for model, tensor in tensors.items()}
            for piece in pieces(first):
                part = self._inputs(name, {model: tensor[piece] for model, tensor in flat.items()})
                merged.view(-1)[piece] = self._ready(part)
        else:
            merged.copy_(self._ready(self._inputs(name, tensors)))
        if not finite(merged):
            for model, tensor in tensors.items():
                check_finite(name, model, tensor)
            raise BadModel(f"merge: {name} is too large for {first.dtype} once merged. Use smaller weights.")
        return merged

    @cached_property
    def _ready(self) -> Callable[[Inputs], Tensor]:
        """The method, having seen the whole models if it has to. Nothing is read before a tensor is asked for."""
        if not isinstance(self._rule, Method):
            return self._rule
        return self._rule.over(lambda: (self._inputs(name, self._tensors(name)) for name in self))

    def _tensors(self, name: str) -> dict[str, Tensor]:
        """The tensors of a name as they are, on the first one's device, each read once."""
        tensors = {model: parameters[name] for model, parameters in self._models.items()}
        first = next(iter(tensors.values()))
        for model, tensor in tensors.items():
            check_shape(name, model, tensor, tuple(first.shape))
            if not self._shows:
                check_finite(name, model, tensor)
            tensors[model] = tensor.to(first.device)
        return tensors

    def _inputs(self, name: str, tensors: Mapping[str, Tensor]) -> Inputs:
        """The same, or pieces of them, in float32 or what is wider."""
        wide = {model: tensor.to(torch.promote_types(tensor.dtype, torch.float32)) for model, tensor in tensors.items()}
        base = wide.popitem()[1] if self._based else None
        return Inputs(name, tuple(wide), tuple(wide.values()), base)
