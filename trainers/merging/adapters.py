"""Arithmetic on LoRA adapters: sums, averages, extraction from a full model, and their files.

A sum is formed in product space: sum_k c_k s_k B_k A_k is exactly one pair of factors, B = [B_1 .. B_K] and
A = [c_1 s_1 A_1; ..; c_K s_K A_K], of rank sum r_k. Averages of the factors are a different model, which depends on how
the factors are scaled.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from ...agents import Open
from ...agents.errors import BadScenario
from ...agents.models.hf.adapters import PREFIX, Adapter, Delta
from .checks import same_names


def summed(adapters: Sequence[Adapter | None], coefficients: Sequence[float], *, name: str) -> Adapter:
    """The adapter with the update sum_k c_k delta_k; None stands for no update."""
    parts = [(one, part) for one, part in zip(adapters, coefficients, strict=True) if one is not None]
    modules = sorted({module for one, _ in parts for module in one.deltas})
    return Adapter(
        name,
        {
            module: stacked([(one.deltas[module], part) for one, part in parts if module in one.deltas])
            for module in modules
        },
    )


def stacked(parts: Sequence[tuple[Delta, float]]) -> Delta:
    """A weighted sum of low-rank updates of one matrix, as one low-rank update."""
    down = torch.cat([delta.down * (delta.scale * part) for delta, part in parts])
    return Delta(down, torch.cat([delta.up for delta, _ in parts], dim=1), 1.0)


def averaged_factors(adapters: Sequence[Adapter], coefficients: Sequence[float], *, name: str) -> Adapter:
    """The adapter (sum_k c_k B_k) (sum_k c_k A_k), as in the code of LoRAHub and Model Swarms.

    Raises `BadScenario` unless all have the same modules, ranks and scales.
    """
    first, *others = adapters
    for one in others:
        if shapes(one) != shapes(first):
            raise BadScenario(
                f"{name}: the adapters {first.name} and {one.name} differ in modules, rank or scale. "
                "Mix them in product space."
            )
    pairs = list(zip(adapters, coefficients, strict=True))
    deltas = {
        module: Delta(
            torch.stack([one.deltas[module].down * part for one, part in pairs]).sum(0),
            torch.stack([one.deltas[module].up * part for one, part in pairs]).sum(0),
            delta.scale,
        )
        for module, delta in first.deltas.items()
    }
    return Adapter(name, deltas)


def shapes(adapter: Adapter) -> dict[str, tuple[object, ...]]:
    """The shapes of both factors and the scale, by module."""
    return {name: (one.down.shape, one.up.shape, one.scale) for name, one in adapter.deltas.items()}


def extracted(model: Open, base: Open, *, rank: int, name: str) -> Adapter:
    """The best rank-`rank` adapter for the difference of a full model and its base in linear layers, by SVD.

    Differences of embeddings and norms are left out. Raises `BadScenario`,
    `ArchitectureMismatch`.
    """
    if rank < 1:
        raise BadScenario(f"{name}: an adapter of rank {rank}. The smallest has 1.")
    parameters = same_names({"the base": base.parameters, name: model.parameters})
    deltas: dict[str, Delta] = {}
    for key in linear_layers(parameters["the base"]):
        difference = parameters[name][key].float() - parameters["the base"][key].float()
        if difference.any():
            deltas[key.removesuffix(".weight")] = factored(difference, rank)
    return Adapter(name, deltas)


def linear_layers(parameters: Mapping[str, Tensor]) -> list[str]:
    """The names of the linear layers' weight matrices in a decoder."""
    return [key for key in parameters if key.endswith("_proj.weight") and parameters[key].ndim == 2]


def factored(difference: Tensor, rank: int) -> Delta:
    """The best rank-`rank` approximation of a matrix by truncated SVD, singular values split between both factors."""
    left, values, right = torch.linalg.svd(difference, full_matrices=False)
    root = values[:rank].sqrt()
    return Delta((root[:, None] * right[:rank]).contiguous(), (left[:, :rank] * root).contiguous(), 1.0)


def save_adapter(adapter: Adapter, folder: Path, *, base: str) -> None:
    """Write a folder that PEFT and `hf:BASE+FOLDER` load. Factors of smaller rank are padded with zeros."""
    rank = max(delta.down.shape[0] for delta in adapter.deltas.values())
    tensors: dict[str, Tensor] = {}
    for module, delta in adapter.deltas.items():
        missing = rank - delta.down.shape[0]
        down = torch.nn.functional.pad(delta.down * delta.scale, (0, 0, 0, missing))
        tensors[f"{PREFIX}{module}.lora_A.weight"] = down.contiguous()
        tensors[f"{PREFIX}{module}.lora_B.weight"] = torch.nn.functional.pad(delta.up, (0, missing)).contiguous()
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": rank,
        "lora_alpha": rank,
        "target_modules": sorted(adapter.deltas),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True), encoding="utf-8")
