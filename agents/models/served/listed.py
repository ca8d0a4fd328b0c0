"""What a server lists of a next-token distribution, and the logits rebuilt from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Self

import torch
from torch import Tensor

SMALL = 1e-12
"""The least mass that unlisted tokens are given together: rounding may leave them less than none."""


@dataclass(frozen=True)
class Listed:
    """Some tokens of a distribution: `logprobs` in nats by id, and `floor`, which no unlisted token exceeds.

    `tail` is the mass of all tokens that are not listed. Tokens beyond a vocabulary count in it no more than listed
    ones do.

    >>> listed = Listed.of({3: -0.5, 0: -1.5, 2: -3.0}, top=2)
    >>> listed.ids, listed.floor
    ([3, 0, 2], -1.5)
    """

    logprobs: Mapping[int, float]
    floor: float
    tail: float

    @classmethod
    def of(cls, logprobs: Mapping[int, float], top: int | None) -> Self:
        """The `top` likeliest tokens, and any others that came with them; None for all tokens."""
        ordered = sorted(logprobs.items(), key=lambda entry: -entry[1])
        floor = -torch.inf if top is None else ordered[min(top, len(ordered)) - 1][1]
        mass = sum(torch.tensor([value for _, value in ordered], dtype=torch.float64).exp().tolist())
        return cls(dict(ordered), floor, max(1.0 - mass, 0.0))

    @property
    def ids(self) -> list[int]:
        """The listed tokens, likeliest first where they came in one reply."""
        return list(self.logprobs)

    def with_more(self, logprobs: Mapping[int, float]) -> "Listed":
        """The same with further tokens."""
        new = {token: value for token, value in logprobs.items() if token not in self.logprobs}
        mass = sum(torch.tensor(list(new.values()), dtype=torch.float64).exp().tolist())
        return Listed({**self.logprobs, **new}, self.floor, max(self.tail - mass, 0.0))

    def logits(self, size: int) -> Tensor:
        """Logits rebuilt for a vocabulary of this size: an even share of the tail for each unlisted token.

        float32, shape (size,). No share exceeds `floor`.
        """
        ids, values = self.within(size)
        share = log(max(self.tail, SMALL) / max(size - len(ids), 1))
        return torch.full((size,), min(share, self.floor)).scatter_(0, ids, values)

    def bounds(self, size: int) -> tuple[Tensor, Tensor]:
        """Lower and upper bounds of each token's log-probability: float32, each of shape (size,)."""
        ids, values = self.within(size)
        lower = torch.full((size,), -torch.inf).scatter_(0, ids, values)
        return lower, torch.full((size,), self.floor).scatter_(0, ids, values)

    def within(self, size: int) -> tuple[Tensor, Tensor]:
        """The ids below `size` and their log-probabilities, as tensors."""
        inside = self._numbers[0] < size
        return self._numbers[0][inside], self._numbers[1][inside]

    @cached_property
    def _numbers(self) -> tuple[Tensor, Tensor]:
        ids = torch.tensor(self.ids, dtype=torch.int64)
        return ids, torch.tensor(list(self.logprobs.values()), dtype=torch.float32)


def stacked(rows: Sequence[Listed], size: int) -> Tensor:
    """The logits of several positions: float32, shape (positions, size)."""
    return torch.stack([row.logits(size) for row in rows])
