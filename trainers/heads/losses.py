"""Losses of heads: cross-entropy of labels, or the likelihood of a text under a mixture of two models."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid


def cross_entropy(scores: Tensor, labels: Tensor, *, positive: float = 1.0) -> Tensor:
    """The mean binary cross-entropy of scores, shape (examples,); positives are weighted by `positive`."""
    return binary_cross_entropy_with_logits(scores, labels, pos_weight=scores.new_tensor(positive))


def marginal(scores: Tensor, own: Tensor, other: Tensor) -> Tensor:
    """-mean log[(1 - pi) p_own + pi p_other], pi = sigmoid(score), from both models' token log-probabilities."""
    return -torch.logaddexp(logsigmoid(-scores) + own, logsigmoid(scores) + other).mean()


def only_other(own: Tensor, other: Tensor) -> Tensor:
    """1 where the token is the likeliest under the other model alone, else 0."""
    return (other & ~own).float()
