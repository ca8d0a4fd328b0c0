"""What a head is fitted to: a label, or the likelihood of a text that either of two models may have written."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid


def cross_entropy(scores: Tensor, labels: Tensor, *, positive: float = 1.0) -> Tensor:
    """The mean binary cross-entropy of scores, shape (examples,); positives count `positive` times."""
    return binary_cross_entropy_with_logits(scores, labels, pos_weight=scores.new_tensor(positive))


def marginal(scores: Tensor, own: Tensor, other: Tensor) -> Tensor:
    """-mean log[(1 - pi) p_own + pi p_other], pi = sigmoid(score), from the log-probabilities of what was written."""
    return -torch.logaddexp(logsigmoid(-scores) + own, logsigmoid(scores) + other).mean()


def only_other(own: Tensor, other: Tensor) -> Tensor:
    """1 where only the other held the token that was written to be the most likely one, else 0."""
    return (other & ~own).float()
