"""Many LoRA adapters on one resident base, mixed in one batch."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ...errors import ArchitectureMismatch, BadModel
from .adapters import Adapter


class LoraHooks:
    """Adds each row's low-rank change to the output of the linear layers of one resident model."""

    def __init__(self, network: nn.Module) -> None:
        self._modules = dict(network.named_modules())
        self._hooked: set[str] = set()
        self._plan: list[tuple[Adapter, Tensor | None]] = []

    def check(self, adapter: Adapter) -> None:
        """Raise `ArchitectureMismatch` unless every change has the shape of a linear layer here."""
        for name, delta in adapter.deltas.items():
            module = self._modules.get(name)
            if not isinstance(module, nn.Linear):
                raise ArchitectureMismatch(f"{adapter.name}: changes {name!r}, which is no linear layer of its base.")
            shape = (delta.up.shape[0], delta.down.shape[1])
            if shape != tuple(module.weight.shape):
                raise ArchitectureMismatch(
                    f"{adapter.name}: {name} is {shape} in the adapter and {tuple(module.weight.shape)} in the base. "
                    "Use the base it was trained on."
                )

    def attach(self, adapter: Adapter) -> None:
        """Prepare the layers the adapter changes."""
        for name in adapter.deltas.keys() - self._hooked:
            self._modules[name].register_forward_hook(_Hook(self, name))
            self._hooked.add(name)

    def plan(self, adapters: Sequence[Adapter | None], device: torch.device) -> None:
        """Say which row of the coming forward pass is read through which adapter."""
        used = [adapter for adapter in dict.fromkeys(adapters) if adapter is not None]
        if len(used) == 1 and adapters.count(used[0]) == len(adapters):
            self._plan = [(used[0], None)]
            return
        self._plan = [
            (one, torch.tensor([row for row, other in enumerate(adapters) if other is one], device=device))
            for one in used
        ]

    def change(self, module: str, entering: Tensor, leaving: Tensor) -> Tensor:
        """The output (rows, tokens, out) of a layer, with each row's change added in float32, as peft does."""
        if self._plan and entering.ndim != 3:
            raise BadModel(f"{module}: mixes the texts of a batch, so an adapter cannot change it. Merge the adapter.")
        changed = leaving
        for adapter, rows in self._plan:
            delta = adapter.deltas.get(module)
            if delta is None:
                continue
            part = (entering if rows is None else entering[rows]).float()
            added = part @ delta.down.T @ delta.up.T * delta.scale
            changed = changed.float() + added if rows is None else changed.float().index_add(0, rows, added)
        return changed.to(leaving.dtype)


class _Hook:
    """A forward hook that knows its layer's name. A class, so that a copy of the model copies it too."""

    def __init__(self, hooks: LoraHooks, module: str) -> None:
        self._hooks = hooks
        self._module = module

    def __call__(self, _: nn.Module, entering: tuple[Tensor, ...], leaving: Tensor) -> Tensor:
        return self._hooks.change(self._module, entering[0], leaving)
