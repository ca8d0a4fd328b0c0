"""Sampling tokens from next-token logits: one sampler for single, batched and joint decoding."""

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Self

import torch
from torch import Tensor

from ..message import Sampling

if TYPE_CHECKING:
    from .grammar import Grammar


class Sampler:
    """Picks the tokens of one text, with random numbers of its own that depend on the seed alone.

    With a `grammar` it picks among the tokens that this allows; whoever appends a token says so with `took`.

    >>> Sampler(Sampling()).pick(torch.tensor([0.5, 2.0, 1.0]))  # greedy
    1
    """

    def __init__(self, sampling: Sampling) -> None:
        self.sampling = sampling
        self.grammar: Grammar | None = None
        # torch's CPU generator uses the low 32 bits of a seed; a remainder by a prime depends on all of them.
        self._random = torch.Generator().manual_seed(sampling.seed % (2**32 - 5))

    @property
    def greedy(self) -> bool:
        """True if it picks the likeliest token, of equal ones the lowest id."""
        return self.sampling.temperature == 0

    def threshold(self) -> float:
        """The next random number, uniform in [0, 1)."""
        return float(torch.rand((), generator=self._random, dtype=torch.float64))

    def took(self, token: int) -> None:
        """Note that a token was appended, for the grammar."""
        if self.grammar is not None:
            self.grammar.take(token)

    def fork(self) -> Self:
        """An independent copy with the same next random numbers."""
        other = copy(self)
        if self.grammar is not None:
            other.grammar = self.grammar.fork()
        if not self.greedy:
            other._random = self._random.clone_state()
        return other

    def skip(self, tokens: int) -> None:
        """Skip the random numbers of tokens that a fork has picked."""
        if not self.greedy:
            for _ in range(tokens):
                self.threshold()

    def pick(self, logits: Tensor) -> int:
        """The next token, from logits of shape (vocabulary,)."""
        return pick_each(logits[None].float(), (self,))[0][0]


def pick_each(logits: Tensor, samplers: Sequence[Sampler]) -> tuple[list[int], list[float]]:
    """One token for each position, and its log-probability in nats under the unmodified distribution.

    `logits` is float32 of shape (positions, vocabulary). A sampler that occurs several times draws in their order.
    """
    tokens = choose_each(logits, samplers)
    chosen = logits.gather(1, tokens[:, None])[:, 0] - logits.logsumexp(-1)
    return tokens.tolist(), chosen.tolist()


def choose_each(logits: Tensor, samplers: Sequence[Sampler]) -> Tensor:
    """One token for each position: shape (positions,)."""
    logits = allowed_only(logits, samplers)
    tokens = logits.argmax(-1)
    if drawn := [row for row, sampler in enumerate(samplers) if not sampler.greedy]:
        rows = logits if len(drawn) == len(samplers) else logits[drawn]
        tokens[drawn] = draw(rows, [samplers[row] for row in drawn])
    return tokens


def allowed_only(logits: Tensor, samplers: Sequence[Sampler]) -> Tensor:
    """The logits, -inf where a sampler's grammar does not allow a token; a copy if there is such a sampler."""
    bound = [(row, sampler.grammar) for row, sampler in enumerate(samplers) if sampler.grammar is not None]
    if bound:
        logits = logits.clone()
        for row, grammar in bound:
            logits[row].masked_fill_(~grammar.allowed().to(logits.device), -torch.inf)
    return logits


def draw(logits: Tensor, samplers: Sequence[Sampler]) -> Tensor:
    """A random token for each position, by the samplers' next random numbers."""
    return draw_at(logits, [sampler.sampling for sampler in samplers], [sampler.threshold() for sampler in samplers])


def draw_at(logits: Tensor, samplings: Sequence[Sampling], thresholds: Sequence[float]) -> Tensor:
    """The token of each position for a random number in [0, 1), by inverse transform sampling."""
    mass = cumulative(logits, samplings)
    wanted = mass.new_tensor(thresholds)[:, None]
    return torch.searchsorted(mass, wanted * mass[:, -1:], right=True).clamp(max=mass.shape[1] - 1)[:, 0]


def cumulative(logits: Tensor, samplings: Sequence[Sampling]) -> Tensor:
    """The cumulative distribution that each token is drawn from: shape (positions, vocabulary).

    It is in vocabulary order and float64: rounding that differs between batches then moves a boundary by 1e-7 and never
    swaps two tokens.
    """
    return warp(logits, samplings).double().softmax(-1).cumsum(-1)


def warp(logits: Tensor, samplings: Sequence[Sampling]) -> Tensor:
    """Logits (positions, vocabulary) after temperature, top-k and top-p; excluded tokens are -inf, ties are kept."""
    logits = logits / logits.new_tensor([[sampling.temperature] for sampling in samplings])
    if all(sampling.top_k is None and sampling.top_p == 1 for sampling in samplings):
        return logits
    size = logits.shape[1]
    ordered = logits.sort(descending=True).values
    top_k = [[min(sampling.top_k or size, size) - 1] for sampling in samplings]
    floor = ordered.gather(1, torch.tensor(top_k, device=logits.device))
    probabilities = ordered.masked_fill(ordered < floor, -torch.inf).softmax(-1)
    # A token stays while the mass of the likelier ones is below top_p; 2 keeps all in spite of rounding.
    top_p = logits.new_tensor([[2.0 if sampling.top_p == 1 else sampling.top_p] for sampling in samplings])
    stays = probabilities.cumsum(-1) - probabilities < top_p
    floor = torch.maximum(floor, ordered.masked_fill(~stays, torch.inf).amin(-1, keepdim=True))
    return logits.masked_fill(logits < floor, -torch.inf)
