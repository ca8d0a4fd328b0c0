"""The weights that one or many models share, and the thread they run in."""

import copy
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from transformers import PreTrainedModel

from ...errors import ArchitectureMismatch
from .adapters import Adapter
from .engine import Engine
from .loading import quietly
from .lora_hooks import LoraHooks
from .runner import ModelRunner

SMALL = 100_000_000
"""Below this many parameters a CPU model runs on one thread, unless told otherwise."""


class Host:
    """A model in memory with its engine, which stops when the last model that uses it is gone.

    `threads` is how many threads torch may use in the engine. Two of them on two busy cores have been
    seen to take forty times as long as one, so small models get one.
    """

    def __init__(self, name: str, pretrained: PreTrainedModel, vocabulary_size: int, threads: int | None) -> None:
        self._pretrained = pretrained
        self._vocabulary_size = vocabulary_size
        self._threads = threads
        self._network = ModelRunner(name, pretrained, vocabulary_size)
        self.engine = Engine(name, self._network, threads_for(pretrained, threads))
        weakref.finalize(self, self.engine.stop)

    @property
    def parameters(self) -> Mapping[str, Tensor]:
        """The parameters by reference; tied ones once."""
        return {name: parameter.detach() for name, parameter in self._pretrained.named_parameters()}

    def rebuilt(self, parameters: Mapping[str, Tensor], name: str) -> "Host":
        """A host of the same architecture with these parameters. Raises `ArchitectureMismatch`."""
        own = dict(self._pretrained.named_parameters())
        _check_names(own, parameters, name)
        # A deep copy that is told what has been copied already: each parameter is its replacement, and
        # the hooks of this host's adapters are inert.
        memo: dict[int, Any] = {
            id(old): nn.Parameter(_fitting(key, parameters[key], old, name), requires_grad=False)
            for key, old in own.items()
        }
        memo[id(self._network.adapters)] = LoraHooks(nn.Module())
        return Host(name, copy.deepcopy(self._pretrained, memo), self._vocabulary_size, self._threads)

    def save(self, folder: Path) -> None:
        """Write the weights as safetensors, and their config."""
        with quietly():
            self._pretrained.save_pretrained(folder)

    def adapted(self, adapter: Adapter) -> Adapter:
        """The adapter, ready for this host's batches. Raises `ArchitectureMismatch`."""
        hooks = self._network.adapters
        hooks.check(adapter)
        placed = adapter.to(self._pretrained.device)
        self.engine.submit(lambda network: network.adapters.attach(placed))
        return placed


def threads_for(pretrained: PreTrainedModel, threads: int | None) -> int | None:
    """How many threads torch may use for a model: as many as is said, or one for a small model on a CPU."""
    small = pretrained.device.type == "cpu" and pretrained.num_parameters() < SMALL
    return 1 if threads is None and small else threads


def _check_names(own: Mapping[str, Tensor], given: Mapping[str, Tensor], name: str) -> None:
    """Raise `ArchitectureMismatch` for the first parameter that is missing or too many."""
    if missing := [key for key in own if key not in given]:
        raise ArchitectureMismatch(f"{name}: {missing[0]} is missing. All {len(own)} parameters are needed.")
    if extra := [key for key in given if key not in own]:
        raise ArchitectureMismatch(f"{name}: {extra[0]} is no parameter of the architecture. It has {len(own)}.")


def _fitting(key: str, given: Tensor, old: Tensor, name: str) -> Tensor:
    """The new tensor in the old one's precision and place. Raises `ArchitectureMismatch` for another shape."""
    if given.shape != old.shape:
        raise ArchitectureMismatch(
            f"{name}: {key} is {tuple(given.shape)}, the architecture has {tuple(old.shape)}. "
            "Combine models of one architecture."
        )
    return given.detach().to(old)
