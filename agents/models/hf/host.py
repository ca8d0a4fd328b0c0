"""The weights that one or more models share, and the engine that runs them."""

import copy
import weakref
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from transformers import PreTrainedModel

from ...errors import ArchitectureMismatch
from .adapters import Adapter
from .engine import Engine
from .loading import quietly
from .lora_hooks import LoraHooks, check_apart
from .runner import ModelRunner

SMALL = 100_000_000
"""The number of parameters below which a model on a CPU gets one thread by default."""


class Host:
    """Weights in memory with their engine, which stops when the last model that uses it is garbage-collected.

    `threads` is torch's thread count in the engine; None is one for small models on a CPU, since two threads on two
    busy cores have been seen to take forty times as long.

    >>> from symposia.agents.models.hf.loading import Source, read_model
    >>> from symposia.agents.models.pocket import path
    >>> folder = str(path("base"))
    >>> host = Host("base", read_model("base", folder, Source(folder)), vocabulary_size=715, threads=None)
    >>> host.parameters["model.embed_tokens.weight"].shape
    torch.Size([715, 128])
    """

    def __init__(self, name: str, pretrained: PreTrainedModel, vocabulary_size: int, threads: int | None) -> None:
        self._pretrained = pretrained
        self._vocabulary_size = vocabulary_size
        self._threads = threads
        self._runner = ModelRunner(name, pretrained, vocabulary_size)
        self.engine = Engine(name, self._runner, threads_for(pretrained, threads))
        weakref.finalize(self, self.engine.stop)

    @property
    def parameters(self) -> Mapping[str, Tensor]:
        """The parameters by name, by reference; tied ones once."""
        return {name: parameter.detach() for name, parameter in self._pretrained.named_parameters()}

    @property
    def settings(self) -> Mapping[str, Any]:
        """The configuration as in config.json."""
        stated: dict[str, Any] = self._pretrained.config.to_dict()
        return stated

    def rebuilt(self, parameters: Mapping[str, Tensor], name: str) -> "Host":
        """A new host of the same architecture with these parameters. Raises `ArchitectureMismatch`."""
        return self.beside(self.module(parameters, name), name)

    def beside(self, module: PreTrainedModel, name: str) -> "Host":
        """A new host of another module with the same vocabulary, whose parameters it shares by reference.

        The module itself stays free to be trained: whatever is written to its parameters is served at once.
        """
        memo: dict[int, Any] = {id(parameter): parameter for parameter in module.parameters()}
        served = copy.deepcopy(module, memo)
        served.train(mode=False)
        return Host(name, served, self._vocabulary_size, self._threads)

    def module(self, parameters: Mapping[str, Tensor], name: str) -> PreTrainedModel:
        """A module of the same architecture with these parameters, by reference where dtype and device are its own.

        Raises `ArchitectureMismatch`.
        """
        own = dict(self._pretrained.named_parameters())
        _check_names(own, parameters, name)
        # A deep copy whose memo maps each parameter to its replacement, and this host's LoRA hooks to
        # hooks without adapters.
        memo: dict[int, Any] = {
            id(old): nn.Parameter(_fitting(key, parameters[key], old, name), requires_grad=False)
            for key, old in own.items()
        }
        memo[id(self._runner.adapters)] = LoraHooks(nn.Module())
        made: PreTrainedModel = copy.deepcopy(self._pretrained, memo)
        return made

    @cached_property
    def _apart(self) -> frozenset[str]:
        """The linear layers that an adapter can change for one text of a batch alone, found in the engine's thread."""
        found: Future[frozenset[str]] = Future()

        def look(runner: ModelRunner) -> None:
            try:
                found.set_result(runner.adapters.apart())
            except Exception as failure:  # noqa: BLE001 - raised where it is awaited
                found.set_exception(failure)

        self.engine.submit(look)
        return found.result()

    def save(self, folder: Path) -> None:
        """Write the weights as safetensors, and config.json."""
        with quietly():
            self._pretrained.save_pretrained(folder)

    def adapted(self, adapter: Adapter) -> Adapter:
        """The adapter on this host's device, hooked into its layers. Raises `ArchitectureMismatch`, `BadModel`."""
        self._runner.adapters.check(adapter)
        check_apart(adapter, self._apart)
        placed = adapter.to(self._pretrained.device)
        self.engine.submit(lambda runner: runner.adapters.attach(placed))
        return placed


def threads_for(pretrained: PreTrainedModel, threads: int | None) -> int | None:
    """Torch's thread count for a model: `threads`, by default one for a small model on a CPU."""
    small = pretrained.device.type == "cpu" and pretrained.num_parameters() < SMALL
    return 1 if threads is None and small else threads


def _check_names(own: Mapping[str, Tensor], parameters: Mapping[str, Tensor], name: str) -> None:
    """Raise `ArchitectureMismatch` for the first parameter that is missing or unknown."""
    if missing := [key for key in own if key not in parameters]:
        raise ArchitectureMismatch(f"{name}: {missing[0]} is missing. All {len(own)} parameters are needed.")
    if extra := [key for key in parameters if key not in own]:
        raise ArchitectureMismatch(f"{name}: {extra[0]} is not a parameter of the architecture. It has {len(own)}.")


def _fitting(key: str, new: Tensor, old: Tensor, name: str) -> Tensor:
    """The new tensor in the old one's dtype and device. Raises `ArchitectureMismatch` for another shape."""
    if new.shape != old.shape:
        raise ArchitectureMismatch(
            f"{name}: {key} is {tuple(new.shape)}, the architecture has {tuple(old.shape)}. "
            "Combine models of one architecture."
        )
    return new.detach().to(old)
