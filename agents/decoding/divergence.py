"""How peers differ at a token they picked together: its log-probability under each, and their divergence."""

from collections.abc import Sequence

import torch
from torch import Tensor


def compared(logits: Tensor, tokens: Sequence[int]) -> tuple[list[list[float]], list[float]]:
    """For each position, every peer's log-probability of the picked token, and the divergence of the peers, in nats.

    `logits` has the shape (positions, peers, vocabulary), `tokens` one id a position. The divergence is Jensen-Shannon:
    the entropy of the mean of the distributions less the mean of their entropies; 0 for a single peer.
    """
    logprobs = logits.log_softmax(-1)
    chosen = torch.tensor(tokens, device=logits.device)[:, None, None].expand(-1, logits.shape[1], 1)
    peer_logprobs: list[list[float]] = logprobs.gather(2, chosen)[..., 0].tolist()
    if logits.shape[1] == 1:
        return peer_logprobs, [0.0] * len(tokens)
    probabilities = logprobs.exp()
    divergence = negentropy(probabilities, logprobs).mean(-1)
    mixture = probabilities.mean(1)
    divergence -= negentropy(mixture, mixture.log())
    clamped: list[float] = divergence.clamp(min=0).tolist()
    return peer_logprobs, clamped


def negentropy(probabilities: Tensor, logprobs: Tensor) -> Tensor:
    """The sum of p log p over the last dimension, in nats; tokens of probability 0 add nothing.

    Clamps `logprobs` in place.
    """
    finite = logprobs.clamp_(min=torch.finfo(logprobs.dtype).min)
    summed: Tensor = torch.linalg.vecdot(probabilities, finite)
    return summed
