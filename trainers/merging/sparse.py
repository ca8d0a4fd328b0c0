"""Sparsification of task vectors: masks of entries to keep, and rescaling of those kept."""

from hashlib import sha256
from typing import Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor

Rescale: TypeAlias = Literal["none", "inverse", "l1"]


def largest(size: Tensor, count: int) -> Tensor:
    """A mask of the `count` largest entries; ties keep the first ones."""
    flat = size.flatten()
    if count >= flat.numel():
        return torch.ones_like(size, dtype=torch.bool)
    if count <= 0:
        return torch.zeros_like(size, dtype=torch.bool)
    threshold = kth_smallest(flat, flat.numel() - count)
    kept = flat >= threshold
    if int(kept.count_nonzero()) == count:
        return kept.view_as(size)
    above, at_threshold = flat > threshold, flat == threshold
    return (above | (at_threshold & (at_threshold.cumsum(0) <= count - above.sum()))).view_as(size)


def kth_smallest(values: Tensor, index: int) -> Tensor:
    """The value at an index of the sorted vector; numpy selects ten times as fast as torch on a CPU."""
    if values.device.type != "cpu" or values.dtype not in (torch.float32, torch.float64):
        return values.kthvalue(index + 1).values
    return torch.from_numpy(np.partition(values.numpy(), index))[index]


def trimmed(delta: Tensor, density: float) -> Tensor:
    """TIES, trim: a mask of the entries of largest magnitude, a fraction `density` and at least one."""
    return largest(delta.abs(), max(1, int(density * delta.numel())))


def without_tails(delta: Tensor, density: float, gamma: float) -> Tensor:
    """Breadcrumbs: a mask without the fraction `gamma` of largest magnitude and without the smallest entries."""
    keep = max(1, int(density * delta.numel()))
    outliers = min(int(gamma * delta.numel()), delta.numel() - keep)
    size = delta.abs()
    return largest(size, outliers + keep) & ~largest(size, outliers)


def rank_probabilities(delta: Tensor, density: float, epsilon: float) -> Tensor:
    """DELLA: keep probabilities, from density - epsilon for a row's smallest entry to density + epsilon."""
    width = delta.shape[-1] if delta.ndim else 1
    if width == 1:
        return torch.full_like(delta, density)
    rank = delta.abs().argsort(dim=-1, stable=True).argsort(-1)
    return (density - epsilon) + 2 * epsilon * rank.to(delta.dtype) / (width - 1)


def uniform(like: Tensor, *parts: str | int) -> Tensor:
    """Uniform draws from [0, 1) in the shape of `like`, which depend on the key alone: seed, model and tensor.

    The generator is counter-based, so that every candidate of a search, and the final model, has the same masks.
    """
    key = int.from_bytes(sha256("\x1f".join(map(str, parts)).encode()).digest()[:16], "big")
    drawn = np.random.Generator(np.random.Philox(key=key)).random(like.numel(), dtype=np.float32)
    return torch.from_numpy(drawn).view(like.shape).to(like.device)


def kept(delta: Tensor, mask: Tensor, probability: float | Tensor, rescale: Rescale) -> Tensor:
    """The masked task vector, rescaled so that its expectation or its L1 norm stays.

    `inverse` divides by the keep probability (DARE's 1 / (1 - p)); `l1` is mergekit's rule.
    """
    left = delta * mask
    if rescale == "inverse":
        return left / probability
    if rescale == "l1":
        before, after = delta.abs().sum(), left.abs().sum()
        return left * (before / after) if min(before, after) > 1e-7 else left
    return left
