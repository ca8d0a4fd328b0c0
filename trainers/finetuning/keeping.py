"""A network as it was before a training, but for its weights."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from peft import PeftModel
from torch import nn

from ...agents.models.hf.host import threads_for


@contextmanager
def kept(network: nn.Module) -> Iterator[None]:
    """A context after which a network is as it was but for its weights: TRL wraps its forward and stops its dropout."""
    forwards = {id(part): dict(vars(part)).get("forward") for part in network.modules()}
    dropouts = {part: part.p for part in network.modules() if isinstance(part, nn.Dropout)}
    modes = {part: part.training for part in network.modules()}
    gradients = {name: one.requires_grad for name, one in network.named_parameters()}
    try:
        yield
    finally:
        if isinstance(network, PeftModel) and "ref" in network.peft_config:
            network.delete_adapter("ref")
        for part in network.modules():
            if id(part) in forwards and forwards[id(part)] is None:
                vars(part).pop("forward", None)
        for part, chance in dropouts.items():
            part.p = chance
        for part, mode in modes.items():
            part.training = mode
        _restore(network, gradients)


def _restore(network: nn.Module, gradients: Mapping[str, bool]) -> None:
    for name, parameter in network.named_parameters():
        parameter.requires_grad = gradients.get(name, False)
        parameter.grad = None


@contextmanager
def threads(network: Any, wanted: int | None) -> Iterator[None]:  # noqa: ANN401 - a transformers or a peft model
    """A context with torch's thread count in this thread: by default one for a small model on a CPU."""
    base: Any = network.get_base_model() if isinstance(network, PeftModel) else network
    number, before = threads_for(base, wanted), torch.get_num_threads()
    if number is not None:
        torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
