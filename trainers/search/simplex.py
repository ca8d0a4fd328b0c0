"""Search for weights, none negative and with the sum one, that make a score large."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

Weights: TypeAlias = tuple[float, ...]

STEP = 0.5
"""How far the first steps go toward a corner, as a fraction of the way."""

SMALLEST = 0.05
"""The step below which the search ends."""


class Best(NamedTuple):
    """The best weights found, their score, and all that was tried, in order."""

    weights: Weights
    score: float
    tried: tuple[tuple[Weights, float], ...]


async def best_weights(size: int, score: Callable[[Weights], Awaitable[float]], *, tries: int) -> Best:
    """Climb from equal weights or the best corner, toward and away from each corner, with halving steps.

    No random numbers and no gradient; at most `tries` weights are scored, each once. A tie keeps what was
    found first, so equal weights win unless something is better.
    """
    known: dict[Weights, float] = {}

    async def best_of(candidates: list[Weights], best: Weights | None) -> Weights:
        for one in candidates:
            if one not in known and len(known) < tries:
                known[one] = await score(one)
            if one in known and (best is None or known[one] > known[best]):
                best = one
        return best or candidates[0]

    corners = [tuple(float(place == corner) for place in range(size)) for corner in range(size)]
    best = await best_of([(1 / size,) * size, *corners], None)
    step = STEP
    while step >= SMALLEST and len(known) < tries:
        before = best
        best = await best_of([moved(best, corner, way * step) for corner in corners for way in (1, -1)], best)
        step = step if best != before else step / 2
    return Best(best, known[best], tuple(known.items()))


def moved(weights: Weights, corner: Weights, step: float) -> Weights:
    """The weights moved a part of the way toward a corner, or away from it as far as none gets negative."""
    target = [max(0.0, (1 - step) * weight + step * goal) for weight, goal in zip(weights, corner, strict=True)]
    total = sum(target)
    return tuple(round(value / total, 6) for value in target) if total else weights
