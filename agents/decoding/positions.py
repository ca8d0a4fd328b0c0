"""The next-token logits of several texts, and what is taken from them, computed for all texts together."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

import torch
from torch import Tensor

from ..errors import BadModel
from ..message import Sampling
from ..models.sampling import Sampler, cumulative

NO_NUMBER: Final = "{}: its output is not a number. Check its weights."
"""The error of a model, by name, whose logits are NaN."""
AT_ONCE: Final = {"cpu": 2**18}
"""How many logits are looked at at once, by device: on a CPU as many as its cache holds, twice as fast as all."""


class Positions:
    """Next-token logits (positions, vocabulary), float32, and the sampling of each text: all greedy, or none.

    What any of them needs is computed for all when it is first asked for.

    >>> positions = Positions(torch.tensor([[0.0, 0.0], [0.0, -torch.inf]]), [Sampling(), Sampling()])
    >>> positions.tops, positions.likeliest
    ([0.5, 1.0], ([0, 0], [-0.6931471824645996, 0.0]))
    """

    def __init__(self, logits: Tensor, samplings: Sequence[Sampling]) -> None:
        self.logits = logits
        self._samplings = samplings

    @cached_property
    def tops(self) -> list[float]:
        """The probability of each position's likeliest token; NaN where the logits are not numbers."""
        found: list[float] = self.logits.softmax(-1).amax(-1).tolist()
        return found

    @cached_property
    def likeliest(self) -> tuple[list[int], list[float]]:
        """Each position's likeliest token, and its log-probability in nats."""
        tokens = self.logits.argmax(-1)
        logprobs = self.logits.gather(1, tokens[:, None])[:, 0] - self.totals
        return tokens.tolist(), logprobs.tolist()

    @cached_property
    def totals(self) -> Tensor:
        """The logarithm of the sum of exponentials of each position: shape (positions,)."""
        return self.logits.logsumexp(-1)

    @cached_property
    def mass(self) -> tuple[Tensor, list[float]]:
        """The cumulative distributions that tokens are drawn from, shape (positions, vocabulary), and their totals."""
        mass = cumulative(self.logits, self._samplings)
        return mass, mass[:, -1].tolist()


class Position(NamedTuple):
    """One of these positions, by its number.

    >>> Position(Positions(torch.tensor([[0.0, 0.0], [0.0, -torch.inf]]), [Sampling(), Sampling()]), 1).top
    1.0
    """

    positions: Positions
    row: int

    @property
    def top(self) -> float:
        """The probability of the likeliest token."""
        return self.positions.tops[self.row]

    def pick(self, sampler: Sampler) -> tuple[int, float]:
        """The sampler's next token here, and its log-probability in nats."""
        if sampler.greedy:
            tokens, logprobs = self.positions.likeliest
            return tokens[self.row], logprobs[self.row]
        mass, ends = self.positions.mass
        found = torch.searchsorted(mass[self.row], sampler.threshold() * ends[self.row], right=True)
        token = min(int(found), mass.shape[1] - 1)
        return token, float(self.positions.logits[self.row, token] - self.positions.totals[self.row])


def numbers(logits: Tensor, name: str) -> Tensor:
    """The logits, unchanged. Raises `BadModel`, naming the model, if they contain NaN."""
    if logits.max().isnan():
        raise BadModel(NO_NUMBER.format(name))
    return logits
