"""Arithmetic on LoRA adapters: sums and averages.

A sum is formed in product space: sum_k c_k s_k B_k A_k is exactly one pair of factors, B = [B_1 .. B_K] and
A = [c_1 s_1 A_1; ..; c_K s_K A_K], of rank sum r_k. Averages of the factors are a different model, which depends on how
the factors are scaled.
"""

from collections.abc import Sequence

import torch

from ...agents.errors import BadScenario
from ...agents.models.hf.adapters import Adapter, Delta


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
