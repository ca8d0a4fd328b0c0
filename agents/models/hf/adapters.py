"""LoRA adapters in PEFT's file format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ...errors import BadModel
from .adapter_config import read_config, scale_of

PREFIX = "base_model.model."


@dataclass(frozen=True, eq=False)
class Delta:
    """The low-rank update of one weight matrix: scale · up @ down, shapes (out, rank) and (rank, in), in float32.

    >>> Delta(down=torch.tensor([[1.0, 2.0]]), up=torch.tensor([[3.0], [0.0]]), scale=0.5).full().tolist()
    [[1.5, 3.0], [0.0, 0.0]]
    """

    down: Tensor
    up: Tensor
    scale: float

    def full(self) -> Tensor:
        """The update as a full matrix, shape (out, in)."""
        return (self.up @ self.down) * self.scale


@dataclass(frozen=True, eq=False)
class Adapter:
    """A LoRA adapter: a low-rank update for each module it names.

    >>> delta = Delta(down=torch.ones(1, 2), up=torch.ones(3, 1), scale=2.0)
    >>> Adapter("maths", {"layers.0.mlp.up_proj": delta}).deltas["layers.0.mlp.up_proj"].full().shape
    torch.Size([3, 2])
    """

    name: str
    deltas: Mapping[str, Delta]

    def to(self, device: torch.device) -> "Adapter":
        """A copy of the adapter on a device."""
        return Adapter(
            self.name,
            {name: Delta(one.down.to(device), one.up.to(device), one.scale) for name, one in self.deltas.items()},
        )


def read_adapter(name: str, folder: Path) -> Adapter:
    """Read a LoRA adapter from a folder with adapter_config.json and adapter_model.safetensors.

    Raises `BadModel` for a file that is missing or cannot be read, and for kinds of LoRA that are more
    than scale · up @ down.
    """
    config = read_config(name, folder)
    scale = scale_of(name, config)
    weights = _weights(name, folder)
    modules = sorted({key.removeprefix(PREFIX).rsplit(".lora_", 1)[0] for key in weights})
    expected = {f"{PREFIX}{module}.lora_{part}.weight" for module in modules for part in "AB"}
    if odd := sorted(expected ^ set(weights)):
        raise BadModel(
            f"{name}: {odd[0]!r} is not a pair of LoRA factors. Only A and B factors of linear layers are read."
        )
    for key, factor in weights.items():
        rank = factor.shape[0 if ".lora_A." in key else -1]
        if factor.ndim != 2 or rank != config["r"]:
            raise BadModel(
                f"{name}: {key!r} is {tuple(factor.shape)}, and r = {config['r']}. Save the adapter again with peft."
            )
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


def _weights(name: str, folder: Path) -> dict[str, Tensor]:
    path = folder / "adapter_model.safetensors"
    try:
        return load_file(path)
    except FileNotFoundError:
        raise BadModel(f"{name}: {path} is missing. Only safetensors are read.") from None
    except SafetensorError as error:
        raise BadModel(f"{name}: {path} cannot be read: {error}.") from None


class Merged(Mapping[str, Tensor]):
    """The parameters of a base model with an adapter merged in, computed tensor by tensor on access.

    The sum is formed in float32 and rounded once to the base's precision.

    >>> delta = Delta(down=torch.ones(1, 2), up=torch.ones(1, 1), scale=0.5)
    >>> Merged({"head.weight": torch.zeros(1, 2)}, Adapter("maths", {"head": delta}))["head.weight"].tolist()
    [[0.5, 0.5]]
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
