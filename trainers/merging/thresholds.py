"""Magnitude thresholds over whole models, found by streaming their tensors."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

HALF = 16
"""The bits of a half: magnitudes sort as their float32 bits, counted by the upper half, then by the lower."""


def magnitude_thresholds(changes: Callable[[], Iterable[list[Tensor]]], density: float) -> list[float]:
    """For each model the smallest magnitude that is kept, if a fraction `density` of all its entries is.

    `changes` yields the task vectors of all models, tensor by tensor; it is iterated twice, and one tensor a model is
    in memory at a time.
    """
    upper: list[Tensor] = []
    total = 0
    for deltas in changes():
        total += deltas[0].numel()
        counts = [counted(bits(delta) >> HALF) for delta in deltas]
        upper = [a + b for a, b in zip(upper, counts, strict=True)] if upper else counts
    keep = max(1, int(density * total))
    tops = [last_kept(counts, keep) for counts in upper]
    lower = [torch.zeros(2**HALF, dtype=torch.int64) for _ in tops]
    for deltas in changes():
        for index, (delta, (top, _)) in enumerate(zip(deltas, tops, strict=True)):
            sizes = bits(delta)
            lower[index] += counted(sizes[sizes >> HALF == top] & (2**HALF - 1))
    bottoms = [last_kept(counts, left)[0] for counts, (_, left) in zip(lower, tops, strict=True)]
    whole = torch.tensor([top << HALF | bottom for (top, _), bottom in zip(tops, bottoms, strict=True)])
    return [float(threshold) for threshold in whole.to(torch.int32).view(torch.float32)]


def bits(delta: Tensor) -> Tensor:
    """The magnitudes of entries as integers in the same order."""
    return delta.float().abs().flatten().view(torch.int32)


def counted(parts: Tensor) -> Tensor:
    """A histogram of 16-bit values."""
    return torch.bincount(parts, minlength=2**HALF).cpu()


def last_kept(counts: Tensor, keep: int) -> tuple[int, int]:
    """The `keep`-th largest value in a histogram, and how many entries of that value are kept."""
    from_top = counts.flip(0).cumsum(0)
    index = int(torch.searchsorted(from_top, keep))
    above = int(from_top[index - 1]) if index else 0
    return len(counts) - 1 - index, keep - above
