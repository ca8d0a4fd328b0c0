"""Who moved a token that several models wrote together: what each gave it, and how far apart they were."""

from collections.abc import Sequence

import torch
from torch import Tensor


def compared(logits: Tensor, tokens: Sequence[int]) -> tuple[list[list[float]], list[float]]:
    """What each peer's log-probability of the token was, and how far apart the peers were in all, for each text.

    `logits` has the shape (texts, peers, vocabulary). Apart is the Jensen-Shannon divergence in nats: the entropy
    of the mean of the distributions less the mean of their entropies.
    """
    logprobs = logits.log_softmax(-1)
    chosen = torch.tensor(tokens, device=logits.device)[:, None, None].expand(-1, logits.shape[1], 1)
    given: list[list[float]] = logprobs.gather(2, chosen)[..., 0].tolist()
    if logits.shape[1] == 1:
        return given, [0.0] * len(tokens)
    probabilities = logprobs.exp()
    apart = negentropy(probabilities, logprobs).mean(-1)
    mixture = probabilities.mean(1)
    apart -= negentropy(mixture, mixture.log())
    clamped: list[float] = apart.clamp(min=0).tolist()
    return given, clamped


def negentropy(probabilities: Tensor, logprobs: Tensor) -> Tensor:
    """The sum over the vocabulary of p log p. What is impossible adds nothing: 0 times a finite number.

    Writes to `logprobs`.
    """
    finite = logprobs.clamp_(min=torch.finfo(logprobs.dtype).min)
    summed: Tensor = torch.linalg.vecdot(probabilities, finite)
    return summed
