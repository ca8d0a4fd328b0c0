"""How large a change has to be to be among the largest of a whole model, found while its tensors stream by."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

HALF = 16
"""Sizes are ordered as the bits of their float32 are: a count of the upper half, then one of the lower."""


def edges(changes: Callable[[], Iterable[list[Tensor]]], density: float) -> list[float]:
    """For each model the size of the last change that is kept, if a `density` of all its changes are.

    `changes` gives the changes of all models, tensor by tensor; it is gone through twice, and no more than
    one tensor a model is held.
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
        for place, (delta, (top, _)) in enumerate(zip(deltas, tops, strict=True)):
            sizes = bits(delta)
            lower[place] += counted(sizes[sizes >> HALF == top] & (2**HALF - 1))
    bottoms = [last_kept(counts, left)[0] for counts, (_, left) in zip(lower, tops, strict=True)]
    whole = torch.tensor([top << HALF | bottom for (top, _), bottom in zip(tops, bottoms, strict=True)])
    return [float(edge) for edge in whole.to(torch.int32).view(torch.float32)]


def bits(delta: Tensor) -> Tensor:
    """The sizes of changes as integers in the same order."""
    return delta.float().abs().flatten().view(torch.int32)


def counted(parts: Tensor) -> Tensor:
    """How often each of 65536 values comes."""
    return torch.bincount(parts, minlength=2**HALF).cpu()


def last_kept(counts: Tensor, keep: int) -> tuple[int, int]:
    """The value that the `keep`-th largest has, and how many of that value are kept."""
    from_top = counts.flip(0).cumsum(0)
    place = int(torch.searchsorted(from_top, keep))
    above = int(from_top[place - 1]) if place else 0
    return len(counts) - 1 - place, keep - above
