"""All weights of a simplex in equal steps, or other points."""

from collections.abc import Iterator, Mapping

from ...agents.objective import PartialScore, ScoreBand, most
from .found import Vector


class Grid:
    """A search through given points: the first one, and then all others, which have to beat it."""

    def __init__(self, points: Iterator[Vector]) -> None:
        self.points = list(points)
        self.first: float | None = None
        self.done = False

    def ask(self) -> Mapping[int, Vector]:
        """The first point, then the others."""
        numbers = range(1) if self.first is None else range(1, len(self.points))
        return {number: self.points[number] for number in numbers}

    def idle(self, number: int) -> ScoreBand | None:
        """A score that is no better than the first one's changes nothing."""
        return None if self.first is None else ScoreBand(high=self.first)

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Their scores."""
        self.done = self.first is not None or len(self.points) == 1
        self.first = most(scores[0]) if self.first is None else self.first


def simplex(count: int, steps: int) -> Iterator[Vector]:
    """All weights of `count` models that are multiples of 1 / steps and sum to one, the last model's first."""
    for parts in compositions(count, steps):
        yield tuple(part / steps for part in parts)


def compositions(count: int, total: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as an ordered sum of `count` numbers from zero up."""
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(count - 1, total - first):
            yield (first, *rest)
