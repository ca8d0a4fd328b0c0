"""Hill climbing over weights on the simplex: nonnegative, with sum one."""

from collections.abc import Awaitable, Callable, Sequence
from math import exp
from typing import NamedTuple, TypeAlias

Weights: TypeAlias = tuple[float, ...]

STEP = 0.5
"""The first step size, as a fraction of the way to a corner."""

SMALLEST = 0.05
"""The step size below which the search ends."""


class Best(NamedTuple):
    """The best weights, their score, and all weights that were scored, in order.

    >>> import asyncio
    >>> async def score(weights):
    ...     return -abs(weights[0] - 0.75)
    >>> asyncio.run(best_weights(2, score, tries=20)).weights
    (0.75, 0.25)
    """

    weights: Weights
    score: float
    tried: tuple[tuple[Weights, float], ...]


async def best_weights(size: int, score: Callable[[Weights], Awaitable[float]], *, tries: int) -> Best:
    """Hill climbing from equal weights or the best corner, towards and away from each corner, with halving steps.

    It uses no random numbers and no gradient; at most `tries` weights are scored, each once. Ties keep the first, so
    equal weights win unless others are better.
    """
    known: dict[Weights, float] = {}

    async def best_of(candidates: list[Weights], best: Weights | None) -> Weights:
        for one in candidates:
            if one not in known and len(known) < tries:
                known[one] = await score(one)
            if one in known and (best is None or known[one] > known[best]):
                best = one
        return best or candidates[0]

    corners = [tuple(float(index == corner) for index in range(size)) for corner in range(size)]
    best = await best_of([(1 / size,) * size, *corners], None)
    step = STEP
    while step >= SMALLEST and len(known) < tries:
        before = best
        best = await best_of([moved(best, corner, way * step) for corner in corners for way in (1, -1)], best)
        step = step if best != before else step / 2
    return Best(best, known[best], tuple(known.items()))


def moved(weights: Weights, corner: Weights, step: float) -> Weights:
    """The weights moved by `step` of the way towards a corner, or away from it, clipped at zero and renormalised."""
    target = [max(0.0, (1 - step) * weight + step * goal) for weight, goal in zip(weights, corner, strict=True)]
    total = sum(target)
    return tuple(round(value / total, 6) for value in target) if total else weights


def softmax(position: Sequence[float]) -> Weights:
    """Positive weights that sum to one, from any numbers.

    >>> softmax((0.0, 0.0))
    (0.5, 0.5)
    """
    powers = [exp(value - max(position)) for value in position]
    return tuple(power / sum(powers) for power in powers)
