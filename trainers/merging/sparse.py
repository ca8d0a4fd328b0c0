"""Which entries of a change are kept, and how those that are kept make up for the rest."""

from hashlib import sha256
from typing import Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor

Rescale: TypeAlias = Literal["none", "inverse", "l1"]


def largest(size: Tensor, count: int) -> Tensor:
    """Where the `count` largest entries are; of equal ones, those that come first."""
    flat = size.flatten()
    if count >= flat.numel():
        return torch.ones_like(size, dtype=torch.bool)
    if count <= 0:
        return torch.zeros_like(size, dtype=torch.bool)
    edge = kth_smallest(flat, flat.numel() - count)
    kept = flat >= edge
    if int(kept.count_nonzero()) == count:
        return kept.view_as(size)
    above, at_edge = flat > edge, flat == edge
    return (above | (at_edge & (at_edge.cumsum(0) <= count - above.sum()))).view_as(size)


def kth_smallest(values: Tensor, place: int) -> Tensor:
    """The value at a place, from 0, of a vector that is not sorted. numpy selects ten times as fast as torch does."""
    if values.device.type != "cpu" or values.dtype not in (torch.float32, torch.float64):
        return values.kthvalue(place + 1).values
    return torch.from_numpy(np.partition(values.numpy(), place))[place]


def trimmed(delta: Tensor, density: float) -> Tensor:
    """TIES, step 1: where the largest changes are, a `density` of them and at least one."""
    return largest(delta.abs(), max(1, int(density * delta.numel())))


def without_tails(delta: Tensor, density: float, gamma: float) -> Tensor:
    """Breadcrumbs: where the changes are that are neither among the `gamma` largest nor among the smallest."""
    keep = max(1, int(density * delta.numel()))
    outliers = min(int(gamma * delta.numel()), delta.numel() - keep)
    size = delta.abs()
    return largest(size, outliers + keep) & ~largest(size, outliers)


def rank_probabilities(delta: Tensor, density: float, epsilon: float) -> Tensor:
    """DELLA: how probably each entry is kept, from density - epsilon for a row's smallest to density + epsilon."""
    width = delta.shape[-1] if delta.ndim else 1
    if width == 1:
        return torch.full_like(delta, density)
    rank = delta.abs().argsort(dim=-1, stable=True).argsort(-1)
    return (density - epsilon) + 2 * epsilon * rank.to(delta.dtype) / (width - 1)


def uniform(like: Tensor, *place: str | int) -> Tensor:
    """Uniform draws from [0, 1) that depend on their place alone: seed, model, tensor and entry.

    The generator is counter-based, so every candidate of a search, and the model that is shipped, has the
    same masks.
    """
    key = int.from_bytes(sha256("\x1f".join(map(str, place)).encode()).digest()[:16], "big")
    drawn = np.random.Generator(np.random.Philox(key=key)).random(like.numel(), dtype=np.float32)
    return torch.from_numpy(drawn).view(like.shape).to(like.device)


def kept(delta: Tensor, mask: Tensor, probability: float | Tensor, rescale: Rescale) -> Tensor:
    """The change where the mask is, the rest dropped; rescaled so that its expectation, or its L1 norm, stays.

    `inverse` divides by the probability of being kept (DARE's 1 / (1 - p)); `l1` is mergekit's rule.
    """
    left = delta * mask
    if rescale == "inverse":
        return left / probability
    if rescale == "l1":
        before, after = delta.abs().sum(), left.abs().sum()
        return left * (before / after) if min(before, after) > 1e-7 else left
    return left
