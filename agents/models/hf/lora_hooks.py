"""Several LoRA adapters on one resident base model, mixed within one batch."""

from collections.abc import Collection, Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn

from ...errors import ArchitectureMismatch, BadModel
from .adapters import Adapter

TWO_TEXTS: Final = (2, 3)
"""Two texts of three tokens."""
MERGED: Final = "Merge it into its base with peft instead."


class LoraHooks:
    """Forward hooks that add each batch row's low-rank update to the outputs of a model's linear layers.

    >>> from symposia.agents.models.hf.adapters import Delta
    >>> model = nn.Sequential(nn.Linear(2, 1, bias=False)).requires_grad_(False)
    >>> _ = nn.init.zeros_(model[0].weight)
    >>> adapter = Adapter("ones", {"0": Delta(down=torch.ones(1, 2), up=torch.ones(1, 1), scale=1.0)})
    >>> hooks = LoraHooks(model)
    >>> hooks.attach(adapter)
    >>> hooks.plan([adapter, None], torch.device("cpu"))  # the first of two rows uses the adapter
    >>> model(torch.ones(2, 1, 2)).flatten().tolist()
    [2.0, 0.0]
    """

    def __init__(self, model: nn.Module) -> None:
        self._model: Any = model
        self._modules = dict(model.named_modules())
        self._hooked: set[str] = set()
        self._plan: list[tuple[Adapter, Tensor | None]] = []

    def apart(self) -> frozenset[str]:
        """The linear layers that read the texts of a batch apart, (rows, tokens, in), found by a pass over two texts.

        An output layer is none of them: it reads the positions whose logits are wanted, of all texts in a row.
        """
        found: set[str] = set()
        linear = {name: module for name, module in self._modules.items() if isinstance(module, nn.Linear)}

        def note(name: str, entering: Tensor) -> None:
            if tuple(entering.shape[:-1]) == TWO_TEXTS:
                found.add(name)

        hooks = [
            module.register_forward_pre_hook(lambda _, entering, name=name: note(name, entering[0]))
            for name, module in linear.items()
        ]
        try:
            self._plan = []
            self._model(input_ids=torch.zeros(TWO_TEXTS, dtype=torch.long, device=self._model.device), use_cache=False)
        finally:
            for hook in hooks:
                hook.remove()
        output = self._model.get_output_embeddings()
        return frozenset(name for name in found if linear[name] is not output)

    def check(self, adapter: Adapter) -> None:
        """Raise `ArchitectureMismatch` unless every update has the shape of a linear layer of the model."""
        for name, delta in adapter.deltas.items():
            module = self._modules.get(name)
            if not isinstance(module, nn.Linear):
                raise ArchitectureMismatch(
                    f"{adapter.name}: changes {name!r}, which is not a linear layer of its base."
                )
            shape = (delta.up.shape[0], delta.down.shape[1])
            if shape != tuple(module.weight.shape):
                raise ArchitectureMismatch(
                    f"{adapter.name}: {name} is {shape} in the adapter and {tuple(module.weight.shape)} in the base. "
                    "Use the base it was trained on."
                )

    def attach(self, adapter: Adapter) -> None:
        """Register forward hooks on the layers that the adapter updates."""
        for name in adapter.deltas.keys() - self._hooked:
            self._modules[name].register_forward_hook(_Hook(self, name))
            self._hooked.add(name)

    def plan(self, adapters: Sequence[Adapter | None], device: torch.device) -> None:
        """Set the adapter of each batch row for the next forward pass."""
        used = [adapter for adapter in dict.fromkeys(adapters) if adapter is not None]
        if len(used) == 1 and adapters.count(used[0]) == len(adapters):
            self._plan = [(used[0], None)]
            return
        self._plan = [
            (one, torch.tensor([row for row, other in enumerate(adapters) if other is one], device=device))
            for one in used
        ]

    def change(self, module: str, entering: Tensor, leaving: Tensor) -> Tensor:
        """A layer's output (rows, tokens, out) with each row's update added in float32, as peft does.

        Raises `BadModel` for a layer whose input is not (rows, tokens, in), as in some mixtures of experts.
        """
        changed = leaving
        for adapter, rows in self._plan:
            delta = adapter.deltas.get(module)
            if delta is None:
                continue
            if entering.ndim != 3:
                raise BadModel(f"{module}: mixes the texts of a batch, so {adapter.name} cannot change it. {MERGED}")
            part = (entering if rows is None else entering[rows]).float()
            added = part @ delta.down.T @ delta.up.T * delta.scale
            changed = changed.float() + added if rows is None else changed.float().index_add(0, rows, added)
        return changed.to(leaving.dtype)


def check_apart(adapter: Adapter, apart: Collection[str]) -> None:
    """Raise `BadModel` for an adapter of a layer that does not read the texts of a batch apart."""
    if mixing := sorted(adapter.deltas.keys() - apart):
        raise BadModel(
            f"{adapter.name}: changes {mixing[0]!r}, which reads the texts of a batch in a row (an output layer, or an "
            f"expert's). {MERGED}"
        )


class _Hook:
    """A forward hook with its layer's name; a class, so that deep copies of the model copy it."""

    def __init__(self, hooks: LoraHooks, module: str) -> None:
        self._hooks = hooks
        self._module = module

    def __call__(self, _: nn.Module, entering: tuple[Tensor, ...], leaving: Tensor) -> Tensor:
        return self._hooks.change(self._module, entering[0], leaving)
