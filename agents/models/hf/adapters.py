"""LoRA adapters in PEFT's file format, many of them on one resident base, mixed in one batch."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from ...errors import ArchitectureMismatch, BadModel

PREFIX = "base_model.model."
UNDERSTOOD = frozenset(
    (
        *("r", "lora_alpha", "use_rslora"),
        *("target_modules", "exclude_modules", "layers_to_transform", "layers_pattern"),
        *("task_type", "peft_type", "peft_version", "auto_mapping", "base_model_name_or_path", "revision"),
        *("inference_mode", "lora_dropout", "init_lora_weights", "loftq_config", "eva_config", "corda_config"),
        *("lora_ga_config", "runtime_config", "megatron_core", "qalora_group_size", "ensure_weight_tying"),
    )
)
"""Keys of adapter_config.json that are used here, or say only how the adapter was trained."""


@dataclass(frozen=True, eq=False)
class Delta:
    """A change of one weight matrix: scale · up @ down, shapes (out, rank) and (rank, in), in float32."""

    down: Tensor
    up: Tensor
    scale: float

    def full(self) -> Tensor:
        """The change as a matrix."""
        return (self.up @ self.down) * self.scale


@dataclass(frozen=True, eq=False)
class Adapter:
    """A LoRA adapter: a change for each module it names."""

    name: str
    deltas: Mapping[str, Delta]

    def to(self, device: torch.device) -> "Adapter":
        """The adapter on a device."""
        return Adapter(
            self.name,
            {name: Delta(one.down.to(device), one.up.to(device), one.scale) for name, one in self.deltas.items()},
        )


def read_adapter(name: str, folder: Path) -> Adapter:
    """Read a folder with adapter_config.json and adapter_model.safetensors.

    Raises `BadModel` for a file that is missing or cannot be read, and for kinds of LoRA that are more
    than scale · up @ down.
    """
    config = _config(name, folder)
    weights = _weights(name, folder)
    modules = sorted({key.removeprefix(PREFIX).rsplit(".lora_", 1)[0] for key in weights})
    expected = {f"{PREFIX}{module}.lora_{part}.weight" for module in modules for part in "AB"}
    if odd := sorted(expected ^ set(weights)):
        raise BadModel(
            f"{name}: {odd[0]!r} is no pair of LoRA factors. Only A and B factors of linear layers are read."
        )
    scale = config["lora_alpha"] / (math.sqrt(config["r"]) if config.get("use_rslora") else config["r"])
    return Adapter(
        name,
        {
            module: Delta(
                weights[f"{PREFIX}{module}.lora_A.weight"].float(),
                weights[f"{PREFIX}{module}.lora_B.weight"].float(),
                scale,
            )
            for module in modules
        },
    )


def _config(name: str, folder: Path) -> dict[str, Any]:
    path = folder / "adapter_config.json"
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BadModel(f"{name}: no adapter at {folder}. A folder with adapter_config.json is needed.") from None
    except ValueError as error:
        raise BadModel(f"{name}: {path} is not JSON: {error}.") from None
    if config.get("peft_type") != "LORA":
        raise BadModel(f"{name}: an adapter of type {config.get('peft_type')}. Only LORA is supported.")
    for key, value in config.items():
        if key not in UNDERSTOOD and value and value != "none":
            raise BadModel(f"{name}: {key} = {value!r} is not supported. Merge it into its base with peft instead.")
    return config


def _weights(name: str, folder: Path) -> dict[str, Tensor]:
    path = folder / "adapter_model.safetensors"
    try:
        return load_file(path)
    except FileNotFoundError:
        raise BadModel(f"{name}: {path} is missing. Only safetensors are read.") from None
    except SafetensorError as error:
        raise BadModel(f"{name}: {path} cannot be read: {error}.") from None


class AdapterHooks:
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

    def __init__(self, hooks: AdapterHooks, module: str) -> None:
        self._hooks = hooks
        self._module = module

    def __call__(self, _: nn.Module, entering: tuple[Tensor, ...], leaving: Tensor) -> Tensor:
        return self._hooks.change(self._module, entering[0], leaving)


class Merged(Mapping[str, Tensor]):
    """The parameters of a base with an adapter merged in, tensor by tensor when asked for.

    The sum is formed in float32 and rounded once.
    """

    def __init__(self, base: Mapping[str, Tensor], adapter: Adapter) -> None:
        self._base = base
        self._deltas = {f"{module}.weight": delta for module, delta in adapter.deltas.items()}

    def __getitem__(self, name: str) -> Tensor:
        weight = self._base[name]
        if name not in self._deltas:
            return weight
        return (weight.float() + self._deltas[name].full().to(weight.device)).to(weight.dtype)

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)
