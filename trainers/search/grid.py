"""Grid search, over a simplex or other points."""

from collections.abc import Iterator, Mapping

from ...agents.objective import PartialScore, ScoreBand, most
from .found import Vector


class Grid:
    """A search over given points: first the first one, then all others, which have to beat it.

    >>> grid = Grid(simplex(2, 2))
    >>> grid.ask()
    {0: (0.0, 1.0)}
    >>> grid.tell({0: 0.5})
    >>> grid.ask()
    {1: (0.5, 0.5), 2: (1.0, 0.0)}
    """

    def __init__(self, points: Iterator[Vector]) -> None:
        self.points = list(points)
        self.first: float | None = None
        self.done = False

    def ask(self) -> Mapping[int, Vector]:
        """The first point, then all others."""
        numbers = range(1) if self.first is None else range(1, len(self.points))
        return {number: self.points[number] for number in numbers}

    def idle(self, number: int) -> ScoreBand | None:
        """The scores up to the first point's, which cannot win; None in the first round."""
        return None if self.first is None else ScoreBand(high=self.first)

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Record the first point's score; the second round ends the search."""
        self.done = self.first is not None or len(self.points) == 1
        self.first = most(scores[0]) if self.first is None else self.first


def simplex(count: int, steps: int) -> Iterator[Vector]:
    """All weight vectors of length `count` in multiples of 1 / steps that sum to one, (0, .., 0, 1) first."""
    for parts in compositions(count, steps):
        yield tuple(part / steps for part in parts)


def compositions(count: int, total: int) -> Iterator[tuple[int, ...]]:
    """All ordered sums of `count` nonnegative integers that equal `total`."""
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(count - 1, total - first):
            yield (first, *rest)
