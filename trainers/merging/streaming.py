"""Merged parameters, each computed on access from one tensor of each input."""

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
    """The merged parameters of models with the same tensor names; with `based`, the last of them is the base.

    Tensors are converted to the first model's device and to float32 or wider; the result is rounded once, to the first
    model's dtype. Raises `BadModel` on access for NaN or infinity.

    >>> from symposia.trainers.merging.pooling import Linear
    >>> models = {"amber": {"w": torch.tensor([1.0])}, "blue": {"w": torch.tensor([3.0])}}
    >>> Streamed(Linear(), models, based=False)["w"].tolist()
    [2.0]
    """

    def __init__(self, rule: Callable[[Inputs], Tensor], models: "Mapping[str, Parameters]", *, based: bool) -> None:
        self._rule = rule
        self._models = models
        self._based = based
        # Where NaN or infinity in an input always reaches the result, checking the result is enough.
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
        """The method, prepared by a pass over the whole models where it needs one, at the first access."""
        if not isinstance(self._rule, Method):
            return self._rule
        return self._rule.over(lambda: (self._inputs(name, self._tensors(name)) for name in self))

    def _tensors(self, name: str) -> dict[str, Tensor]:
        """The tensors of one name in their own dtypes, on the first one's device, each read once."""
        tensors = {model: parameters[name] for model, parameters in self._models.items()}
        first = next(iter(tensors.values()))
        for model, tensor in tensors.items():
            check_shape(name, model, tensor, tuple(first.shape))
            if not self._shows:
                check_finite(name, model, tensor)
            tensors[model] = tensor.to(first.device)
        return tensors

    def _inputs(self, name: str, tensors: Mapping[str, Tensor]) -> Inputs:
        """The tensors, or chunks of them, in float32 or wider, as a method's inputs."""
        wide = {model: tensor.to(torch.promote_types(tensor.dtype, torch.float32)) for model, tensor in tensors.items()}
        base = wide.popitem()[1] if self._based else None
        return Inputs(name, tuple(wide), tuple(wide.values()), base)
